"""The lower bound: never above the exact optimum, under any cost model, and sharp on many tasks."""

from __future__ import annotations

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from tests.graph_strategies import graphs, program_orders, scalar_graphs
from tests.optimum import exact_optimum
from vertex_elim_env import tasks
from vertex_elim_env.bounds import disjoint_paths, lower_bound
from vertex_elim_env.bounds.paths import max_flow, steps_of
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import find_order


def as_elementwise(graph: ComputationalGraph) -> ComputationalGraph:
    """The same graph with every edge counted, as a program of elementwise primitives has it."""
    return ComputationalGraph(
        graph.vertices, tuple(e._replace(elementwise=True) for e in graph.edges)
    )


counted_graphs = scalar_graphs(max_eliminable=8).map(as_elementwise)


@settings(max_examples=60)
@given(counted_graphs)
def test_no_order_costs_less_than_the_bound(graph: ComputationalGraph) -> None:
    single, bound = lower_bound(graph, rounds=0), lower_bound(graph)
    assert single >= graph.num_eliminable, "every vertex has a predecessor and a successor"
    assert single <= bound <= exact_optimum(graph)


@settings(max_examples=120)
@given(graphs(max_eliminable=5), st.sampled_from(ve.COST_MODELS))
def test_it_holds_for_tensors_under_every_cost_model(
    graph: ComputationalGraph, cost_model: str
) -> None:
    assert lower_bound(graph, cost_model) <= exact_optimum(graph, cost_model)


@settings(max_examples=80)
@given(scalar_graphs(max_eliminable=8), st.sampled_from(["nontrivial", "flops"]))
def test_it_holds_where_products_with_patterns_are_free(
    graph: ComputationalGraph, cost_model: str
) -> None:
    """Some edges are negative patterns, so that sums may cancel in one order only."""
    assert lower_bound(graph, cost_model) <= exact_optimum(graph, cost_model)


@settings(max_examples=40)
@given(counted_graphs)
def test_disjoint_paths_are_as_many_as_a_maximum_flow(graph: ComputationalGraph) -> None:
    index, n = graph.index_of, graph.num_eliminable
    outputs = range(n + graph.num_inputs, graph.num_vertices)
    successors = [
        [index[e.target] for e in graph.edges if index[e.source] == v]
        for v in range(graph.num_vertices)
    ]
    flow_graph = networkx.DiGraph()
    flow_graph.add_nodes_from(
        ["sink", *((v, side) for v in range(graph.num_vertices) for side in "io")]
    )
    for v in range(graph.num_vertices):
        flow_graph.add_edge((v, "i"), (v, "o"), capacity=1)
        flow_graph.add_edges_from((((v, "o"), (w, "i")) for w in successors[v]), capacity=1)
    flow_graph.add_edges_from((((v, "o"), "sink") for v in outputs), capacity=1)
    for v in range(n):
        expected = networkx.maximum_flow_value(flow_graph, (v, "o"), "sink")
        assert disjoint_paths(successors, v, outputs) == expected


@settings(max_examples=40)
@given(counted_graphs, st.lists(st.integers(1, 9), min_size=40, max_size=40))
def test_flows_are_maximal(graph: ComputationalGraph, capacities: list[int]) -> None:
    index = graph.index_of
    tails, heads = ([index[e[k]] for e in graph.edges] for k in (0, 1))
    size, first_output = graph.num_vertices, graph.num_vertices - graph.num_outputs
    steps = steps_of(np.array(tails), np.array(heads), np.ones(len(tails), np.bool_), size)
    network = networkx.DiGraph()
    for v in range(size):
        network.add_edge((v, "i"), (v, "o"), capacity=capacities[v % 40])
    for u, w in zip(tails, heads, strict=True):
        network.add_edge((u, "o"), (w, "i"))
    for v in range(first_output, size):
        network.add_edge((v, "o"), "sink")
    limits = np.array([capacities[v % 40] for v in range(size)])
    for v in range(graph.num_eliminable):
        expected = networkx.maximum_flow_value(network, (v, "o"), "sink")
        assert max_flow(steps, limits, v, first_output, size) == expected


@settings(max_examples=40)
@given(counted_graphs, st.data())
def test_the_bound_of_single_vertices_does_not_depend_on_the_numbering(
    graph: ComputationalGraph, data: st.DataObject
) -> None:
    renumbered = graph.relabel(data.draw(program_orders(graph)))
    assert lower_bound(renumbered, rounds=0) == lower_bound(graph, rounds=0)


@settings(max_examples=10)
@given(counted_graphs)
def test_bound_optimum_annealing_and_rules_come_in_this_order(graph: ComputationalGraph) -> None:
    rules = [find_order(graph, method=name).cost for name in ("forward", "reverse", "markowitz")]
    found = find_order(graph, method="annealing", time_limit=None, max_evaluations=500)
    assert found.lower_bound <= exact_optimum(graph) <= found.cost <= min(rules)
    assert found.optimal == (found.cost == found.lower_bound)


@settings(max_examples=40)
@given(scalar_graphs(max_eliminable=6))
def test_the_bound_holds_where_some_products_are_free(graph: ComputationalGraph) -> None:
    assert lower_bound(graph) <= exact_optimum(graph)


@pytest.mark.parametrize(
    ("name", "single"),
    [
        ("PropaneCombustion", 88),
        ("HumanHeartDipole", 148),
        ("RobotArm_6DOF", 221),
        ("RoeFlux_1d", 223),
        ("RandomG", 262),
        ("BlackScholes_Jacobian", 196),
    ],
)
def test_bounds_of_single_vertices_of_the_paper_s_functions(name: str, single: int) -> None:
    assert lower_bound(tasks.get(name).graph, rounds=0) == single


@pytest.mark.parametrize(
    ("name", "least"), [("RoeFlux_1d", 268), ("RandomG", 350), ("BlackScholes_Jacobian", 252)]
)
def test_clusters_raise_the_bound(name: str, least: int) -> None:
    task = tasks.get(name)
    assert least <= lower_bound(task.graph) <= task.best_known["multiplications"]


@pytest.mark.parametrize("name", tasks.names())
@pytest.mark.parametrize("cost_model", ve.COST_MODELS)
def test_something_is_proved_of_every_task(name: str, cost_model: str) -> None:
    task = tasks.get(name)
    assert 0 < lower_bound(task.graph, cost_model, rounds=0) <= task.best_known[cost_model]


def test_an_unknown_cost_model_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown cost model 'time'"):
        lower_bound(tasks.get("MLP").graph, "time")
