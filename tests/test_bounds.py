"""The lower bound: never above the exact optimum, and sharp where it was published."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph_strategies import graphs, program_orders, scalar_graphs
from tests.optimum import exact_optimum
from vertex_elim_env import tasks
from vertex_elim_env.bounds import disjoint_paths, lower_bound
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
    bound = lower_bound(graph)
    assert bound >= graph.num_eliminable, "every vertex has a predecessor and a successor"
    assert bound <= exact_optimum(graph)


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
@given(counted_graphs, st.data())
def test_the_bound_does_not_depend_on_the_numbering(
    graph: ComputationalGraph, data: st.DataObject
) -> None:
    assert lower_bound(graph.relabel(data.draw(program_orders(graph)))) == lower_bound(graph)


@settings(max_examples=10)
@given(counted_graphs)
def test_bound_optimum_annealing_and_rules_come_in_this_order(graph: ComputationalGraph) -> None:
    rules = [find_order(graph, method=name).cost for name in ("forward", "reverse", "markowitz")]
    found = find_order(graph, method="annealing", time_limit=None, max_evaluations=500)
    assert found.lower_bound <= exact_optimum(graph) <= found.cost <= min(rules)
    assert found.optimal == (found.cost == found.lower_bound)


@given(graphs(max_eliminable=4), st.sampled_from(["nontrivial", "flops"]))
def test_nothing_is_claimed_for_other_cost_models(
    graph: ComputationalGraph, cost_model: str
) -> None:
    assert lower_bound(graph, cost_model) == 0


@settings(max_examples=40)
@given(scalar_graphs(max_eliminable=6))
def test_the_bound_holds_where_some_products_are_free(graph: ComputationalGraph) -> None:
    assert lower_bound(graph) <= exact_optimum(graph)


@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("PropaneCombustion", 88),
        ("HumanHeartDipole", 148),
        ("RobotArm_6DOF", 221),
        ("RoeFlux_1d", 223),
        ("RandomG", 262),
        ("BlackScholes_Jacobian", 196),
        ("RoeFlux_3d", 0),
        ("Encoder", 0),
    ],
)
def test_bounds_of_the_paper_s_functions(name: str, bound: int) -> None:
    assert lower_bound(tasks.get(name).graph) == bound


def test_an_unknown_cost_model_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown cost model 'time'"):
        lower_bound(tasks.get("MLP").graph, "time")
