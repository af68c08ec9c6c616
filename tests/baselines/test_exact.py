"""Exact solvers: no order is cheaper than theirs, and no bound of theirs is above the optimum."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from baselines.exact.potentials import potentials_of
from baselines.exact.reductions import components, first_eliminations
from baselines.exact.search import search
from baselines.exact.solver import ExactSolver, reduced
from tests.graph_strategies import graphs, scalar_graphs
from tests.optimum import exact_optimum
from vertex_elim_env.bounds.bound import relaxation
from vertex_elim_env.bounds.selection import choose_clusters, conflicts_of
from vertex_elim_env.bounds.sharing import UNIT
from vertex_elim_env.engine import reference
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.graph import ComputationalGraph

SOLVER = ExactSolver(threads=1)


def counted(graph: ComputationalGraph) -> ComputationalGraph:
    """The same graph with every edge counted, as a program of elementwise primitives has it."""
    edges = tuple(e._replace(elementwise=True) for e in graph.edges)
    return ComputationalGraph(graph.vertices, edges)


counted_graphs = scalar_graphs(max_eliminable=9).map(counted)


def after(graph: ComputationalGraph, first: list[int]) -> tuple[int, int]:
    """What the first eliminations cost, and the optimum of what is left, by brute force."""
    problem = elimination_problem(graph)
    state = reference.initial_state(problem)
    paid = sum(reference.eliminate(problem, state, v) for v in first)
    level = {frozenset(first): (0, state)}
    for _ in range(graph.num_eliminable - len(first)):
        following: dict[frozenset[int], tuple[int, reference.State]] = {}
        for gone, (cost, here) in level.items():
            for v in set(range(graph.num_eliminable)) - gone:
                copy = reference.State(
                    [dict(row) for row in here.predecessors],
                    [dict(row) for row in here.successors],
                    here.eliminated.copy(),
                )
                total = cost + reference.eliminate(problem, copy, v)
                if total < following.get(gone | {v}, (total + 1,))[0]:
                    following[gone | {v}] = total, copy
        level = following
    return paid, min(cost for cost, _ in level.values())


@settings(max_examples=80)
@given(counted_graphs)
def test_some_optimal_order_begins_with_the_first_eliminations(graph: ComputationalGraph) -> None:
    view = relaxation(graph, "multiplications")
    assert view is not None
    first = first_eliminations(view)
    assert len(set(first)) == len(first)
    assert sum(after(graph, first)) == exact_optimum(graph)


@settings(max_examples=40)
@given(counted_graphs)
def test_no_edge_joins_two_components(graph: ComputationalGraph) -> None:
    view = relaxation(graph, "multiplications")
    assert view is not None
    parts = components(view, [])
    assert sorted(v for part in parts for v in part) == list(range(graph.num_eliminable))
    home = {v: k for k, part in enumerate(parts) for v in part}
    for e in graph.edges:
        u, w = graph.index_of[e.source], graph.index_of[e.target]
        assert not (u in home and w in home) or home[u] == home[w]


@settings(max_examples=60)
@given(counted_graphs)
def test_the_optimum_of_small_graphs_is_found_and_proved(graph: ComputationalGraph) -> None:
    solution = SOLVER.solve(graph, time_limit=5.0)
    assert solution.optimal
    assert solution.cost == exact_optimum(graph)


@settings(max_examples=60)
@given(
    st.one_of(graphs(max_eliminable=5), scalar_graphs(max_eliminable=7)),
    st.sampled_from(ve.COST_MODELS),
)
def test_what_is_claimed_of_any_graph_holds(graph: ComputationalGraph, cost_model: str) -> None:
    solution = SOLVER.solve(graph, time_limit=5.0, cost_model=cost_model)
    optimum = exact_optimum(graph, cost_model)
    assert solution.lower_bound <= optimum <= solution.cost
    assert solution.cost == ve.elimination_cost(graph, solution.order, cost_model)


@settings(max_examples=60)
@given(counted_graphs, st.booleans(), st.integers(1, 4), st.integers(2, 5))
def test_a_search_finds_the_optimum_or_bounds_it(
    graph: ComputationalGraph, follows: bool, capacity: int, size: int
) -> None:
    view = relaxation(graph, "multiplications")
    assert view is not None
    clusters = choose_clusters(view.pattern, conflicts_of(view.pattern, view.least), size)
    if not clusters:
        return
    potentials = potentials_of(view, view.sharing(clusters))
    optimum = exact_optimum(graph)
    options = {"capacity": capacity, "follows": follows}
    found = search(view.pattern, potentials, [], limit=(optimum + 5) * UNIT, **options)
    assert found.finished
    assert found.bound <= optimum * UNIT
    if found.order is not None:
        assert ve.elimination_cost(graph, found.order) >= optimum
    whole = search(
        view.pattern, potentials, [], limit=optimum * UNIT, capacity=10**6, follows=follows
    )
    assert whole.order is not None
    assert ve.elimination_cost(graph, whole.order) == optimum
    none = search(
        view.pattern, potentials, [], limit=optimum * UNIT - 1, capacity=10**6, follows=follows
    )
    assert none.order is None
    assert none.bound > (optimum - 1) * UNIT


@pytest.mark.parametrize(
    ("name", "cost"), [("PropaneCombustion", 88), ("HumanHeartDipole", 148), ("RobotArm_6DOF", 221)]
)
def test_tasks_that_are_proved(name: str, cost: int) -> None:
    solution = SOLVER.solve(ve.tasks.get(name).graph, time_limit=10.0)
    assert solution.optimal
    assert solution.cost == cost


def test_a_gap_is_reported_where_time_is_short() -> None:
    task = ve.tasks.get("RandomG")
    solution = SOLVER.solve(task.graph, time_limit=1.0)
    assert 262 <= solution.lower_bound <= task.best_known["multiplications"] <= solution.cost


def testreduced_graphs_bound_no_less() -> None:
    view = relaxation(ve.tasks.get("RoeFlux_1d").graph, "multiplications")
    assert view is not None
    first = first_eliminations(view)
    assert len(first) > 40
    left = reduced(view, first)
    assert sum(view.least[v] for v in first) + sum(left.least) >= sum(view.least)
