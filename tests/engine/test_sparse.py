"""The engine on linked edges: the same costs and the same edges as the reference, in any room."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph_strategies import graphs, orders, scalar_graphs
from vertex_elim_env import tasks
from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.engine import reference, sparse
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.engine.sparse_loops import live_edges
from vertex_elim_env.graph import ComputationalGraph

any_graph = st.one_of(scalar_graphs(), graphs())
cost_models = st.sampled_from(COST_MODELS)


def edges_of(state: reference.State) -> set[tuple[int, int, int]]:
    return {(u, w, s) for u, row in enumerate(state.successors) for w, s in row.items()}


@given(any_graph, cost_models, st.data())
def test_every_elimination_costs_and_leaves_what_the_reference_says(
    graph: ComputationalGraph, cost_model: str, data: st.DataObject
) -> None:
    problem = elimination_problem(graph, cost_model)
    expected, state = reference.initial_state(problem), sparse.initial_state(problem)
    for vertex in data.draw(orders(graph)):
        cost = reference.candidate_cost(problem, expected, vertex)
        assert sparse.candidate_cost(problem, state, vertex) == cost
        assert sparse.eliminate(problem, state, vertex) == cost
        reference.eliminate(problem, expected, vertex)
        assert set(zip(*(column.tolist() for column in live_edges(state)), strict=True)) == (
            edges_of(expected)
        )
        assert (state.eliminated == expected.eliminated).all()


@given(any_graph, cost_models, st.data())
def test_an_order_costs_the_same_as_by_the_reference(
    graph: ComputationalGraph, cost_model: str, data: st.DataObject
) -> None:
    problem, order = elimination_problem(graph, cost_model), data.draw(orders(graph))
    assert sparse.order_cost(problem, order) == reference.order_cost(problem, order)


@pytest.mark.parametrize("name", ["RandomG", "Encoder"])
def test_the_pool_of_edges_grows_as_bad_orders_need_it(name: str) -> None:
    problem = elimination_problem(tasks.get(name).graph)
    order = np.random.default_rng(0).permutation(problem.num_eliminable).tolist()
    assert sparse.order_cost(problem, order) == reference.order_cost(problem, order)


def test_a_full_pool_refuses_an_elimination_and_changes_nothing() -> None:
    problem = elimination_problem(tasks.get("RandomF").graph)
    state = sparse.initial_state(problem)
    for vertex in range(problem.num_eliminable):
        before = live_edges(state)
        try:
            sparse.eliminate(problem, state, vertex)
        except ValueError as error:
            assert "no room" in str(error)
            for column, known in zip(live_edges(state), before, strict=True):
                assert (column == known).all()
            state = sparse.with_room(state, vertex)
            sparse.eliminate(problem, state, vertex)
    assert state.eliminated.all()


def test_an_eliminated_vertex_is_refused() -> None:
    problem = elimination_problem(tasks.get("MLP").graph)
    state = sparse.initial_state(problem)
    sparse.eliminate(problem, state, 0)
    for vertex in (0, -1, problem.num_eliminable):
        with pytest.raises(ValueError, match="can't be eliminated"):
            sparse.eliminate(problem, state, vertex)
