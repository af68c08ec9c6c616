"""find_order: exact costs, limits kept, results that repeat, and nothing looked up."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph_strategies import graphs, program_orders, pruned_graph, scalar_graphs
from tests.optimum import exact_optimum
from vertex_elim_env import tasks
from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.engine import elimination_cost
from vertex_elim_env.graph import ComputationalGraph, Edge, Vertex
from vertex_elim_env.ordering import METHODS, find_order
from vertex_elim_env.ordering.annealing import Annealer
from vertex_elim_env.structure import identity

any_graph = st.one_of(scalar_graphs(), graphs())
cost_models = st.sampled_from(COST_MODELS)


def renumbered(graph: ComputationalGraph, seed: int) -> ComputationalGraph:
    """The graph under another random valid program order, through JSON."""
    rng, before = random.Random(seed), [set() for _ in graph.vertices]
    for e in graph.edges:
        before[e.target].add(e.source)
    order: list[int] = []
    while len(order) < graph.num_vertices:
        ready = [v for v in range(graph.num_vertices) if v not in order and before[v] <= set(order)]
        order.append(rng.choice(ready))
    return ComputationalGraph.from_json(graph.relabel(order).to_json())


def graph_of_signs(seed: int) -> ComputationalGraph:
    """A scalar graph with many factors of +1 and -1, whose sums take edges away."""
    rng = np.random.default_rng(seed)
    kinds = ["input"] * 2 + ["eliminable"] * 14 + ["output"] * 2
    edges = []
    for target in range(2, len(kinds)):
        operands = [k for k in range(target) if kinds[k] != "output"][-5:]
        for source in rng.choice(operands, min(len(operands), 2), replace=False):
            sign = int(rng.choice([1, -1, 0], p=[0.4, 0.4, 0.2]))
            edges.append(Edge(int(source), target, identity((), coefficient=sign or None), True))
    return pruned_graph([Vertex(kind, ()) for kind in kinds], edges)  # type: ignore[arg-type]


@settings(max_examples=40)
@given(any_graph, cost_models, st.sampled_from(METHODS), st.integers(0, 3))
def test_a_solution_s_cost_is_that_of_its_order(
    graph: ComputationalGraph, cost_model: str, method: str, seed: int
) -> None:
    found = find_order(
        graph, method, time_limit=None, seed=seed, cost_model=cost_model, max_evaluations=300
    )
    assert found.cost == elimination_cost(graph, found.order, cost_model) == found.trace[-1].cost
    assert found.lower_bound <= found.cost
    assert (found.fingerprint, found.cost_model) == (graph.fingerprint, cost_model)
    assert [row.cost for row in found.trace] == sorted(
        (row.cost for row in found.trace), reverse=True
    )


@pytest.mark.parametrize(("graph_seed", "seed"), [(0, 1), (25, 0), (57, 0), (57, 1)])
def test_annealing_keeps_exact_costs_where_sums_take_edges_away(graph_seed: int, seed: int) -> None:
    graph = graph_of_signs(graph_seed)
    found = find_order(graph, "annealing", None, seed, "nontrivial", max_evaluations=3_000)
    assert found.trace[-1].cost == found.cost


@settings(max_examples=25)
@given(graphs(max_eliminable=5), cost_models)
def test_annealing_lies_between_the_exact_optimum_and_the_rules(
    graph: ComputationalGraph, cost_model: str
) -> None:
    rules = [find_order(graph, name, cost_model=cost_model).cost for name in METHODS[1:-1]]
    found = find_order(graph, "annealing", None, cost_model=cost_model, max_evaluations=2_000)
    assert exact_optimum(graph, cost_model) <= found.cost <= min(rules)


@settings(max_examples=20)
@given(scalar_graphs(max_eliminable=7), cost_models)
def test_annealing_solves_small_graphs(graph: ComputationalGraph, cost_model: str) -> None:
    found = find_order(graph, "annealing", None, cost_model=cost_model, max_evaluations=5_000)
    assert found.cost == exact_optimum(graph, cost_model)


@settings(max_examples=20)
@given(graphs(max_eliminable=5), cost_models, st.data())
def test_an_order_costs_the_same_on_a_renumbered_copy(
    graph: ComputationalGraph, cost_model: str, data: st.DataObject
) -> None:
    program_order = data.draw(program_orders(graph))
    copy = graph.relabel(program_order)
    found = find_order(copy, "markowitz", cost_model=cost_model)
    back = [program_order[copy.positions[v]] for v in found.order]
    order = [graph.index_of[position] for position in back]
    assert elimination_cost(graph, order, cost_model) == found.cost


@pytest.mark.parametrize(
    ("name", "optimum"),
    [("PropaneCombustion", 88), ("HumanHeartDipole", 148), ("RobotArm_6DOF", 221)],
)
def test_three_paper_functions_are_solved_to_proved_optimality_under_any_numbering(
    name: str, optimum: int
) -> None:
    for seed in range(2):
        found = find_order(renumbered(tasks.get(name).graph, seed), "annealing", time_limit=2.0)
        assert (found.cost, found.lower_bound, found.optimal) == (optimum, optimum, True)


@pytest.mark.parametrize("cost_model", COST_MODELS)
def test_a_search_with_a_fixed_budget_repeats_exactly(cost_model: str) -> None:
    graph = tasks.get("RoeFlux_3d").graph
    runs = [
        find_order(graph, "auto", None, seed=5, cost_model=cost_model, max_evaluations=3_000)
        for _ in range(2)
    ]
    assert runs[0].order == runs[1].order
    assert [row[1:] for row in runs[0].trace] == [row[1:] for row in runs[1].trace]


def test_seeds_give_different_searches() -> None:
    graph = tasks.get("RandomG").graph
    orders = {
        find_order(graph, "annealing", None, seed=seed, max_evaluations=2_000).order
        for seed in range(3)
    }
    assert len(orders) == 3


@pytest.mark.parametrize("name", ["RoeFlux_1d", "Encoder"])
def test_the_time_limit_is_kept(name: str) -> None:
    graph = tasks.get(name).graph
    find_order(graph, "annealing", time_limit=0.01)  # compiles
    start = time.perf_counter()
    found = find_order(graph, "annealing", time_limit=0.5)
    wall = time.perf_counter() - start
    assert 0.4 < found.seconds < 1.5, "a machine that stalls is no fault of the search"
    assert wall < 5.0, "the checks come on top, but not seconds of them"


def test_an_interrupted_search_returns_the_best_order_so_far() -> None:
    graph = tasks.get("RandomG").graph

    def cycle(annealer: Annealer, *args: object, **options: object) -> Iterator[int]:
        yield annealer.best_cost
        raise KeyboardInterrupt

    with mock.patch.object(Annealer, "cycle", cycle):
        found = find_order(graph, "annealing", time_limit=60.0)
    assert found.cost == find_order(graph, "markowitz").cost


def test_a_graph_with_nothing_to_eliminate_is_solved_by_every_method() -> None:
    vertices = (Vertex("input", ()), Vertex("output", ()))
    graph = ComputationalGraph(vertices, (Edge(0, 1, identity(())),))
    for method in METHODS:
        found = find_order(graph, method)
        assert (found.order, found.cost, found.optimal) == ((), 0, True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "anealing"}, "did you mean 'annealing'"),
        ({"method": "exact"}, "expected one of auto"),
        ({"cost_model": "time"}, "unknown cost model 'time'"),
        ({"time_limit": 0.0}, "time_limit must be a positive"),
        ({"time_limit": float("nan")}, "time_limit must be a positive"),
        ({"time_limit": None}, "needs one of them"),
        ({"max_evaluations": 0}, "max_evaluations must be at least 1"),
    ],
)
def test_wrong_options_get_a_sentence(options: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        find_order(tasks.get("MLP").graph, **options)  # type: ignore[arg-type]


def test_find_order_reads_no_record_of_best_known_orders() -> None:
    with mock.patch(
        "vertex_elim_env.tasks.best_known.library.read_file", side_effect=AssertionError
    ):
        assert find_order(tasks.get("MLP").graph, time_limit=0.1).cost <= 284
