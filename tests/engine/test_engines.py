"""The three engines play one game: same costs, same candidate costs, same masks, same edges."""

from __future__ import annotations

from unittest import mock

import jax
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.graph_strategies import graphs, orders, scalar_graphs
from vertex_elim_env import tasks
from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.engine import array, compiled, elimination_cost, reference
from vertex_elim_env.engine import tables as engine_tables
from vertex_elim_env.engine.problem import EliminationProblem, elimination_problem
from vertex_elim_env.errors import OrderError
from vertex_elim_env.graph import ComputationalGraph, Edge, Vertex
from vertex_elim_env.structure import dense, identity

any_graph = st.one_of(scalar_graphs(), graphs())
cost_models = st.sampled_from(COST_MODELS)


def edge_matrix(problem: EliminationProblem, state: reference.State) -> np.ndarray:
    edges = np.zeros((problem.num_vertices,) * 2, np.int16)
    for u, outgoing in enumerate(state.successors):
        for w, structure in outgoing.items():
            edges[u, w] = structure
    return edges


def chain(coefficients: list[int | None]) -> ComputationalGraph:
    """x -> v0 -> v1 -> ... -> y, all scalars."""
    kinds = ["input", *["eliminable"] * (len(coefficients) - 1), "output"]
    vertices = tuple(Vertex(kind, ()) for kind in kinds)  # type: ignore[arg-type]
    edges = [Edge(k, k + 1, identity((), coefficient=c)) for k, c in enumerate(coefficients)]
    return ComputationalGraph(vertices, tuple(edges))


@given(any_graph, cost_models, st.data())
def test_reference_and_compiled_engine_agree_at_every_step(
    graph: ComputationalGraph, cost_model: str, data: st.DataObject
) -> None:
    order = data.draw(orders(graph))
    problem = elimination_problem(graph, cost_model)
    fast, slow = compiled.initial_state(problem), reference.initial_state(problem)
    for vertex in order:
        np.testing.assert_array_equal(
            compiled.candidate_costs(problem, fast), reference.candidate_costs(problem, slow)
        )
        assert compiled.eliminate(problem, fast, vertex) == reference.eliminate(
            problem, slow, vertex
        )
        np.testing.assert_array_equal(
            compiled.legal_mask(problem, fast), reference.legal_mask(problem, slow)
        )
        np.testing.assert_array_equal(compiled.edge_matrix(fast), edge_matrix(problem, slow))


@given(any_graph, cost_models, st.data())
def test_loops_that_stop_for_missing_entries_give_the_reference_s_costs(
    graph: ComputationalGraph, cost_model: str, data: st.DataObject
) -> None:
    batch = data.draw(st.lists(orders(graph), min_size=1, max_size=4))
    costs = compiled.order_costs(elimination_problem(graph, cost_model), batch)
    assert costs.dtype == np.int64
    assert costs.tolist() == [elimination_cost(graph, order, cost_model) for order in batch]


@given(any_graph, cost_models, st.data())
def test_a_step_costs_what_its_candidate_cost_said(
    graph: ComputationalGraph, cost_model: str, data: st.DataObject
) -> None:
    problem = elimination_problem(graph, cost_model)
    state = reference.initial_state(problem)
    for vertex in data.draw(orders(graph)):
        expected = reference.candidate_costs(problem, state)[vertex]
        assert reference.eliminate(problem, state, vertex) == expected


@given(scalar_graphs(), cost_models, st.data())
def test_a_scalar_graph_without_minus_signs_depends_on_the_set_eliminated_only(
    graph: ComputationalGraph, cost_model: str, data: st.DataObject
) -> None:
    assume(all(e.structure.coefficient != -1 for e in graph.edges))
    order = data.draw(orders(graph))
    prefix = order[: data.draw(st.integers(0, len(order)))]
    problem = elimination_problem(graph, cost_model)
    states = [reference.initial_state(problem) for _ in range(2)]
    for state, vertices in zip(states, (prefix, data.draw(st.permutations(prefix))), strict=True):
        for vertex in vertices:
            reference.eliminate(problem, state, vertex)
    assert states[0].successors == states[1].successors


def test_where_plus_and_minus_one_cancel_the_order_within_a_set_matters() -> None:
    """x -> a (+1), x -> b (-1), a -> c, b -> c, c -> y with values, all of it eliminated."""
    vertices = tuple(Vertex(kind, ()) for kind in ("input", *["eliminable"] * 3, "output"))  # type: ignore[arg-type]
    rows = [(0, 1, 1), (0, 2, -1), (1, 3, 1), (2, 3, 1), (3, 4, None)]
    graph = ComputationalGraph(
        vertices, tuple(Edge(u, w, identity((), coefficient=c)) for u, w, c in rows)
    )
    problem = elimination_problem(graph, "nontrivial")
    num_edges = []
    for order in ([0, 1, 2], [2, 1, 0]):
        state = compiled.initial_state(problem)
        for vertex in order:
            compiled.eliminate(problem, state, vertex)
        num_edges.append(np.count_nonzero(compiled.edge_matrix(state)))
    assert num_edges == [0, 1]


@settings(max_examples=12)
@given(any_graph, cost_models, st.data())
def test_the_array_engine_agrees_where_no_pair_was_widened_and_is_dearer_elsewhere(
    graph: ComputationalGraph, cost_model: str, data: st.DataObject
) -> None:
    problem = elimination_problem(graph, cost_model)
    with mock.patch.object(engine_tables, "MAX_FILLS", data.draw(st.sampled_from([0, 1_000]))):
        tables = array.build_tables(problem, num_orders=0)
    state, slow = array.initial_state(tables), reference.initial_state(problem)
    total = 0
    for vertex in data.draw(orders(graph)):
        exact = not state.num_widened
        if exact:
            expected = reference.candidate_costs(problem, slow)
            np.testing.assert_array_equal(array.candidate_costs(tables, state), expected)
            np.testing.assert_array_equal(state.edges, edge_matrix(problem, slow))
        np.testing.assert_array_equal(
            array.legal_mask(tables, state), reference.legal_mask(problem, slow)
        )
        state, cost = array.eliminate(tables, state, vertex)
        total += int(cost) - reference.eliminate(problem, slow, vertex)
        assert total == 0 or (total > 0 and state.num_widened)
    assert not np.asarray(state.edges)[: graph.num_eliminable].any()


def test_a_sum_of_plus_and_minus_one_takes_the_edge_away() -> None:
    plus, minus = identity(()), identity((), coefficient=-1)
    vertices = tuple(Vertex(kind, ()) for kind in ("input", "eliminable", "eliminable", "output"))  # type: ignore[arg-type]
    rows = [(0, 1, plus), (0, 2, plus), (1, 2, minus), (2, 3, plus)]
    graph = ComputationalGraph(vertices, tuple(Edge(*row, True) for row in rows))
    problem = elimination_problem(graph, "nontrivial")
    state = compiled.initial_state(problem)
    assert compiled.eliminate(problem, state, 0) == 0
    assert compiled.edge_matrix(state)[2].sum() == 0, "x -> v1 stays though its derivative is 0"


def test_state_copies_are_independent() -> None:
    problem = elimination_problem(chain([None] * 4))
    state = compiled.initial_state(problem)
    copy = state.copy()
    compiled.eliminate(problem, copy, 1)
    assert compiled.legal_mask(problem, state).all()
    assert compiled.order_cost(problem, [0, 1, 2]) == 3


def test_costs_stay_exact_past_32_bits() -> None:
    shape = (60_000,)
    kinds = ("input", "eliminable", "output")
    vertices = tuple(Vertex(kind, shape) for kind in kinds)
    edges = tuple(Edge(k, k + 1, dense(shape, shape)) for k in range(2))
    graph = ComputationalGraph(vertices, edges)
    assert compiled.order_cost(elimination_problem(graph), [0]) == 60_000**3
    with pytest.raises(OverflowError, match="jax_enable_x64"):
        array.build_tables(elimination_problem(graph))
    with jax.enable_x64(True):
        tables = array.build_tables(elimination_problem(graph))
        assert int(array.order_cost(tables, np.asarray([0]))) == 60_000**3


@pytest.mark.parametrize("engine", [reference, compiled], ids=["reference", "compiled"])
@pytest.mark.parametrize(
    ("order", "words"),
    [
        ([0, 1, 1], "twice"),
        ([0, 1], "missing"),
        ([0, 1, 3], "names vertex 3"),
        ([0, 1, 0.5], "whole numbers"),
    ],
)
def test_an_order_that_is_no_permutation_is_refused(
    engine: object, order: list[float], words: str
) -> None:
    problem = elimination_problem(chain([None] * 4))
    with pytest.raises(OrderError, match=words):
        engine.order_cost(problem, order)  # type: ignore[attr-defined]


def test_the_array_engine_refuses_bad_orders_that_it_can_see() -> None:
    tables = array.build_tables(elimination_problem(chain([None] * 4)), num_orders=2)
    with pytest.raises(OrderError, match="twice"):
        array.order_cost(tables, np.asarray([0, 1, 1]))
    with pytest.raises(OrderError, match="missing"):
        array.order_costs(tables, np.asarray([[0, 1, 2], [0, 1, 1]])[:, :2])


def test_pairs_that_were_never_met_are_widened_counted_and_dearer() -> None:
    graph = tasks.get("RoeFlux_3d").graph
    orders_ = np.stack(
        [np.random.default_rng(s).permutation(graph.num_eliminable) for s in range(8)]
    )
    problem = elimination_problem(graph)
    with mock.patch.object(engine_tables, "MAX_FILLS", 0):
        tables = array.build_tables(problem, num_orders=0)
    states, costs = jax.vmap(array.play, in_axes=(None, 0))(tables, orders_)
    expected = compiled.order_costs(problem, orders_)
    assert (np.asarray(costs) >= expected).all()
    assert ((np.asarray(costs) == expected) | (np.asarray(states.num_widened) > 0)).all()
    assert np.asarray(states.num_widened).any()


def test_a_graph_with_nothing_to_eliminate_costs_nothing() -> None:
    graph = chain([None])
    problem = elimination_problem(graph)
    tables = array.build_tables(problem)
    assert elimination_cost(graph, []) == compiled.order_cost(problem, []) == 0
    assert array.order_cost(tables, np.zeros(0, np.int32)) == 0
    assert array.candidate_costs(tables, array.initial_state(tables)).shape == (0,)


def test_the_array_engine_s_batch_costs_are_those_of_single_orders() -> None:
    problem = elimination_problem(chain([None, 1, 1, None, None]), "nontrivial")
    tables = array.build_tables(problem, num_orders=2)
    orders_ = np.asarray([[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]])
    expected = [reference.order_cost(problem, order) for order in orders_]
    assert array.order_costs(tables, orders_).tolist() == expected
    assert [int(array.order_cost(tables, order)) for order in orders_] == expected
    assert array.order_costs(tables, np.zeros((0, 4), np.int32)).shape == (0,)


def test_the_array_engine_traces_once_for_all_states_and_tables_of_a_shape() -> None:
    traces = []

    @jax.jit
    def step(
        tables: array.Tables, state: array.State, vertex: int
    ) -> tuple[array.State, jax.Array]:
        traces.append(vertex)
        return array.eliminate(tables, state, vertex)

    for coefficients in ([None, 1, None, 1], [1, None, 1, None]):
        problem = elimination_problem(chain(coefficients), "nontrivial")
        tables = array.build_tables(problem, num_orders=2)
        state = array.initial_state(tables)
        for vertex in range(3):
            state, _ = step(tables, state, vertex)
    assert len(traces) == 1


@pytest.mark.parametrize("vertex", [-1, 3, 0])
def test_an_illegal_vertex_is_refused(vertex: int) -> None:
    problem = elimination_problem(chain([None] * 4))
    for engine in (reference, compiled):
        state = engine.initial_state(problem)
        engine.eliminate(problem, state, 0)
        with pytest.raises(ValueError, match="can't be eliminated"):
            engine.eliminate(problem, state, vertex)
