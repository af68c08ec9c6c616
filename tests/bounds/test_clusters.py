"""Clusters bound what their vertices cost together; shares and prices keep the bound true."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph_strategies import orders, scalar_graphs
from tests.optimum import exact_optimum
from vertex_elim_env.bounds.bound import relaxation
from vertex_elim_env.bounds.clusters import Cluster, cheapest
from vertex_elim_env.bounds.selection import choose_clusters, conflicts_of
from vertex_elim_env.bounds.sharing import UNIT, ascend
from vertex_elim_env.engine import reference
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.graph import ComputationalGraph

cost_models = st.sampled_from(["multiplications", "nontrivial"])


def cheapest_cost(cluster: Cluster) -> int:
    size = cluster.size
    order, paid = np.zeros(size, np.int64), np.zeros(size, np.int64)
    return int(
        cheapest(
            cluster.costs,
            np.ones(size, np.int64),
            np.zeros((size, size), np.int64),
            np.ones(1 << size, np.bool_),
            np.empty(1 << size, np.int64),
            order,
            paid,
        )
    )


def counted(graph: ComputationalGraph) -> ComputationalGraph:
    """The graph as it is if every edge counts."""
    edges = tuple(e._replace(elementwise=True) for e in graph.edges)
    return ComputationalGraph(graph.vertices, edges)


@settings(max_examples=60)
@given(scalar_graphs(max_eliminable=7), cost_models, st.data())
def test_no_vertex_of_a_cluster_costs_less_than_its_table_says(
    graph: ComputationalGraph, cost_model: str, data: st.DataObject
) -> None:
    view = relaxation(graph, cost_model)
    assert view is not None
    n = graph.num_eliminable
    members = sorted(data.draw(st.sets(st.integers(0, n - 1), max_size=5)) if n else set())
    sharing = view.sharing([members]) if members else None
    costs = sharing.clusters[0].costs if sharing else np.zeros((0, 1))
    problem = elimination_problem(graph, cost_model)
    state, subset = reference.initial_state(problem), 0
    for vertex in data.draw(orders(graph)):
        paid = reference.eliminate(problem, state, vertex)
        assert paid >= view.least[vertex]
        if vertex in members:
            place = members.index(vertex)
            assert paid >= costs[place, subset] >= view.least[vertex]
            subset |= 1 << place


@settings(max_examples=40)
@given(scalar_graphs(max_eliminable=7).map(counted).filter(lambda g: g.num_eliminable > 0))
def test_a_cluster_of_all_vertices_is_exact(graph: ComputationalGraph) -> None:
    view = relaxation(graph, "multiplications")
    assert view is not None
    cluster = view.sharing([range(graph.num_eliminable)]).clusters[0]
    assert cheapest_cost(cluster) == exact_optimum(graph)


@settings(max_examples=60)
@given(scalar_graphs(max_eliminable=8), st.integers(2, 4), st.integers(0, 2**32 - 1))
def test_any_shares_and_prices_prove_a_bound(
    graph: ComputationalGraph, size: int, seed: int
) -> None:
    view = relaxation(graph, "multiplications")
    assert view is not None
    clusters = choose_clusters(view.pattern, conflicts_of(view.pattern, view.least), size)
    if not clusters:
        return
    sharing, random = view.sharing(clusters), np.random.default_rng(seed)
    shares, prices = sharing.multipliers()
    sharing.evaluate()
    gradient, order_gradient = sharing.subgradient()
    sharing.step(0.3, random.normal(size=len(shares)), random.normal(size=len(prices)))
    assert min(int(row.min()) for row in sharing.shares) >= 0
    total: dict[int, int] = {}
    for cluster, row in zip(sharing.clusters, sharing.shares, strict=True):
        for vertex, share in zip(cluster.vertices.tolist(), row.tolist(), strict=True):
            total[vertex] = total.get(vertex, 0) + share
    assert set(total.values()) == {UNIT}
    optimum = exact_optimum(graph)
    assert sharing.evaluate() <= optimum * UNIT
    assert ascend(sharing, rounds=20) <= optimum * UNIT
    assert gradient.shape == shares.shape
    assert order_gradient.shape == prices.shape
