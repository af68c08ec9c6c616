"""Searches: valid orders at exact costs, between the optimum and the heuristics; limits kept, seeds kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from baselines import registry
from baselines.search.regrouping import regrouped
from baselines.search.search import Search
from baselines.solver import Solver
from tests.graph_strategies import graphs, orders, program_orders, scalar_graphs
from tests.optimum import exact_optimum
from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.engine import elimination_problem, sparse
from vertex_elim_env.generator import LayeredDAGs
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering.annealing import Annealer

any_graph = st.one_of(scalar_graphs(), graphs())
cost_models = st.sampled_from(COST_MODELS)
OPTIONS: dict[str, dict[str, int]] = {
    "lookahead": {"depth": 2},
    "beam": {"width": 3},
    "large-neighbourhood": {"rounds": 2},
    "annealing": {"moves": 300},
}
names = st.sampled_from(list(OPTIONS))


def small(name: str) -> Solver:
    return registry.make(name, **OPTIONS[name])


@settings(max_examples=60)
@given(any_graph, cost_models, names, st.integers(0, 3))
def test_an_order_is_valid_and_its_cost_exact(
    graph: ComputationalGraph, cost_model: str, name: str, seed: int
) -> None:
    found = small(name).solve(graph, seed=seed, cost_model=cost_model)
    assert sorted(found.order) == list(range(graph.num_eliminable))
    assert found.cost == ve.elimination_cost(graph, found.order, cost_model) == found.trace[-1].cost
    assert (found.fingerprint, found.cost_model) == (graph.fingerprint, cost_model)


@settings(max_examples=25)
@given(graphs(max_eliminable=5), cost_models, names)
def test_a_search_lies_between_the_optimum_and_the_heuristics(
    graph: ComputationalGraph, cost_model: str, name: str
) -> None:
    found = small(name).solve(graph, cost_model=cost_model)
    portfolio = registry.make("portfolio").solve(graph, cost_model=cost_model).cost
    assert exact_optimum(graph, cost_model) <= found.cost <= portfolio


@settings(max_examples=15)
@given(scalar_graphs(max_eliminable=6), cost_models)
def test_a_wide_beam_is_exact_on_scalars(graph: ComputationalGraph, cost_model: str) -> None:
    found = registry.make("beam", width=64, weight=0.0).solve(graph, cost_model=cost_model)
    assert found.cost == exact_optimum(graph, cost_model)


@settings(max_examples=15)
@given(graphs(max_eliminable=5), cost_models, names, st.data())
def test_a_renumbered_graph_s_order_costs_the_same_on_the_graph(
    graph: ComputationalGraph, cost_model: str, name: str, data: st.DataObject
) -> None:
    program_order = data.draw(program_orders(graph))
    renumbered = graph.relabel(program_order)
    found = small(name).solve(renumbered, cost_model=cost_model)
    back = [graph.index_of[program_order[renumbered.positions[v]]] for v in found.order]
    assert ve.elimination_cost(graph, back, cost_model) == found.cost


@settings(max_examples=60)
@given(scalar_graphs(), st.data(), st.integers(0, 3))
def test_regrouped_orders_of_scalars_cost_the_same(
    graph: ComputationalGraph, data: st.DataObject, seed: int
) -> None:
    problem, order = elimination_problem(graph), data.draw(orders(graph))
    other = regrouped(problem, order, np.random.default_rng(seed))
    assert sorted(other) == sorted(order)
    assert sparse.order_cost(problem, other) == sparse.order_cost(problem, order)


def test_lookahead_of_depth_0_is_the_markowitz_rule() -> None:
    graph = ve.tasks.get("RoeFlux_1d").graph
    found = registry.make("lookahead", depth=0).solve(graph)
    assert found.cost <= ve.find_order(graph, "markowitz-late").cost


@pytest.mark.parametrize("name", list(OPTIONS))
def test_without_a_clock_a_search_repeats_exactly(name: str) -> None:
    graph = ve.tasks.get("RoeFlux_3d").graph
    runs = [small(name).solve(graph, seed=3).order for _ in range(2)]
    assert runs[0] == runs[1]


def test_workers_that_do_not_look_at_the_clock_repeat_exactly() -> None:
    graph = ve.tasks.get("RandomG").graph
    runs = [registry.make("annealing", workers=3, moves=3_000).solve(graph) for _ in range(2)]
    assert runs[0].order == runs[1].order
    assert runs[0].cost <= registry.make("annealing", moves=10).solve(graph).cost


@pytest.mark.parametrize("name", list(OPTIONS))
def test_the_time_limit_is_kept(name: str) -> None:
    graph, solver = ve.tasks.get("RoeFlux_1d").graph, registry.make(name)
    solver.solve(graph, time_limit=0.01)  # compiles
    start = time.perf_counter()
    found = solver.solve(graph, time_limit=0.4)
    assert time.perf_counter() - start < 2.0, "a machine that stalls is no fault of the search"
    assert found.cost <= 344


def test_ctrl_c_leaves_the_best_order_so_far() -> None:
    graph = ve.tasks.get("RandomG").graph

    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    def cycle(annealer: Annealer, *args: object, **options: object) -> Iterator[int]:
        yield annealer.best_cost
        raise KeyboardInterrupt

    solver = registry.make("beam")
    solver.solve(graph, time_limit=0.01)
    with mock.patch.object(type(solver), "improve", interrupted):
        assert solver.solve(graph).cost <= ve.find_order(graph, "markowitz").cost
    with mock.patch.object(Annealer, "cycle", cycle):
        assert registry.make("annealing").solve(graph).cost <= 444


@pytest.mark.parametrize("name", list(OPTIONS))
def test_graphs_of_more_than_a_window_become_cheaper(name: str) -> None:
    graph = LayeredDAGs(4, 150, 6, 4, 0.3).sample(np.random.default_rng(0))
    found = registry.make(name).solve(graph, time_limit=3.0)
    assert found.cost <= registry.make("portfolio").solve(graph).cost
    assert name == "lookahead" or found.cost < found.trace[0].cost


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("lookahead", {"depth": -1}),
        ("beam", {"width": 0}),
        ("large-neighbourhood", {"shortest": 1}),
        ("annealing", {"workers": 0}),
    ],
)
def test_wrong_options_get_a_sentence(name: str, options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        registry.make(name, **options)


def test_every_search_is_a_search() -> None:
    assert all(isinstance(registry.make(name), Search) for name in OPTIONS)
