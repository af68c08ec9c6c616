"""Orders without search: what each rule picks, and what it costs on the paper's functions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph_strategies import graphs, scalar_graphs
from vertex_elim_env import tasks
from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.engine import elimination_cost, reference
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import greedy

any_graph = st.one_of(scalar_graphs(), graphs())
cost_models = st.sampled_from(COST_MODELS)


def cheapest_first(graph: ComputationalGraph, cost_model: str, *, late: bool) -> tuple[int, ...]:
    problem = elimination_problem(graph, cost_model)
    state, order = reference.initial_state(problem), []
    while not state.eliminated.all():
        left = np.flatnonzero(~state.eliminated)
        costs = reference.candidate_costs(problem, state)[left]
        ties = left[costs == costs.min()]
        order.append(int(ties[-1] if late else ties[0]))
        reference.eliminate(problem, state, order[-1])
    return tuple(order)


@given(any_graph, cost_models)
def test_markowitz_takes_the_cheapest_vertex_under_either_tie_rule(
    graph: ComputationalGraph, cost_model: str
) -> None:
    problem = elimination_problem(graph, cost_model)
    assert greedy.markowitz_early(problem) == cheapest_first(graph, cost_model, late=False)
    assert greedy.markowitz_late(problem) == cheapest_first(graph, cost_model, late=True)


@given(any_graph)
def test_forward_and_reverse_are_the_program_order_both_ways(graph: ComputationalGraph) -> None:
    problem = elimination_problem(graph)
    assert greedy.forward(problem) == tuple(range(graph.num_eliminable))
    assert greedy.reverse(problem) == greedy.forward(problem)[::-1]


@pytest.mark.parametrize(
    ("name", "early", "late"),
    [
        ("PropaneCombustion", 111, 88),
        ("HumanHeartDipole", 194, 148),
        ("RobotArm_6DOF", 288, 221),
        ("RoeFlux_1d", 407, 344),
    ],
)
def test_tie_rules_give_the_published_counts(name: str, early: int, late: int) -> None:
    graph = tasks.get(name).graph
    problem = elimination_problem(graph)
    assert elimination_cost(graph, greedy.markowitz_early(problem)) == early
    assert elimination_cost(graph, greedy.markowitz_late(problem)) == late
