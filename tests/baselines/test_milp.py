"""The integer program and the subset programs, which share nothing, agree on what is optimal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from baselines.exact.milp import MilpSolver
from baselines.exact.solver import ExactSolver
from tests.graph_strategies import graphs, scalar_graphs
from tests.optimum import exact_optimum
from vertex_elim_env.graph import ComputationalGraph


def counted(graph: ComputationalGraph) -> ComputationalGraph:
    """The same graph with every edge counted, as a program of elementwise primitives has it."""
    edges = tuple(e._replace(elementwise=True) for e in graph.edges)
    return ComputationalGraph(graph.vertices, edges)


@pytest.mark.parametrize("use_bounds", [False, True])
@settings(max_examples=25)
@given(graph=scalar_graphs(max_eliminable=6).map(counted))
def test_it_finds_and_proves_the_optimum(graph: ComputationalGraph, use_bounds: bool) -> None:
    solution = MilpSolver(use_bounds=use_bounds).solve(graph, time_limit=20.0)
    exact = ExactSolver(threads=1).solve(graph, time_limit=20.0)
    assert solution.cost == exact.cost == exact_optimum(graph)
    assert solution.optimal or not graph.num_eliminable
    assert exact.optimal


@settings(max_examples=15)
@given(graphs(max_eliminable=4), st.sampled_from(ve.COST_MODELS))
def test_what_it_claims_of_any_graph_holds(graph: ComputationalGraph, cost_model: str) -> None:
    solution = MilpSolver().solve(graph, time_limit=5.0, cost_model=cost_model)
    assert solution.lower_bound <= exact_optimum(graph, cost_model) <= solution.cost
