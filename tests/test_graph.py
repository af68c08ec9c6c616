"""ComputationalGraph: one spelling, checked on every way in, and the same game after any way out."""

from __future__ import annotations

import json
import random

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph_strategies import graphs, orders, program_orders, scalar_graphs
from vertex_elim_env import tasks
from vertex_elim_env.engine import elimination_cost
from vertex_elim_env.errors import GraphError
from vertex_elim_env.graph import ComputationalGraph, Edge, Vertex
from vertex_elim_env.structure import identity

any_graph = st.one_of(scalar_graphs(), graphs())
VERTICES = (Vertex("input", ()), Vertex("eliminable", ()), Vertex("output", ()))
EDGES = (Edge(0, 1, identity(())), Edge(1, 2, identity(()), True))
CHAIN = ComputationalGraph(VERTICES, EDGES)


@given(any_graph)
def test_json_reads_back_equal(graph: ComputationalGraph) -> None:
    copy = ComputationalGraph.from_json(graph.to_json())
    assert copy == graph
    assert copy.fingerprint == graph.fingerprint


@given(any_graph, st.data())
def test_edges_come_in_one_spelling(graph: ComputationalGraph, data: st.DataObject) -> None:
    shuffled = tuple(data.draw(st.permutations(graph.edges)))
    copy = ComputationalGraph(graph.vertices, shuffled)
    assert copy == graph
    assert copy.fingerprint == graph.fingerprint


@given(any_graph)
def test_indices_count_eliminable_vertices_then_inputs_then_outputs(
    graph: ComputationalGraph,
) -> None:
    kinds = [graph.vertices[position].kind for position in graph.positions]
    counts = graph.num_eliminable, graph.num_inputs, graph.num_outputs
    assert kinds == ["eliminable"] * counts[0] + ["input"] * counts[1] + ["output"] * counts[2]
    assert [graph.positions[index] for index in graph.index_of] == list(range(graph.num_vertices))
    for kind in ("eliminable", "input", "output"):
        assert list(graph.positions_of(kind)) == sorted(graph.positions_of(kind))


@given(any_graph, st.data())
def test_a_renumbered_graph_is_the_same_game(
    graph: ComputationalGraph, data: st.DataObject
) -> None:
    program_order = data.draw(program_orders(graph))
    copy = graph.relabel(program_order)
    order = data.draw(orders(graph))
    new = {old: k for k, old in enumerate(program_order)}
    moved = [copy.index_of[new[graph.positions[vertex]]] for vertex in order]
    assert elimination_cost(copy, moved) == elimination_cost(graph, order)
    back = copy.relabel([new[k] for k in range(graph.num_vertices)])
    assert back == graph


@given(any_graph)
def test_a_fingerprint_ignores_names_only(graph: ComputationalGraph) -> None:
    renamed = tuple(v._replace(name=v.name + "!") for v in graph.vertices)
    assert ComputationalGraph(renamed, graph.edges).fingerprint == graph.fingerprint
    first, *others = graph.edges
    changed = (first._replace(elementwise=not first.elementwise), *others)
    assert ComputationalGraph(graph.vertices, changed).fingerprint != graph.fingerprint


@given(any_graph)
def test_networkx_sees_the_vertices_in_program_order(graph: ComputationalGraph) -> None:
    exported = graph.to_networkx()
    assert list(exported.nodes) == list(range(graph.num_vertices))
    assert [exported.nodes[k]["kind"] for k in exported] == [v.kind for v in graph.vertices]
    assert [exported.nodes[k]["index"] for k in exported] == list(graph.index_of)
    rows = {(u, v, d["structure"], d["elementwise"]) for u, v, d in exported.edges(data=True)}
    assert rows == set(graph.edges)
    assert networkx.is_directed_acyclic_graph(exported)


def test_every_truncation_of_a_graph_s_json_is_refused() -> None:
    text = tasks.get("MLP").graph.to_json().rstrip()
    for length in {*range(0, len(text), 37), len(text) - 1}:
        with pytest.raises(GraphError):
            ComputationalGraph.from_json(text[:length])


@settings(max_examples=200)
@given(st.integers(0, 2**32))
def test_an_edited_json_gives_a_graph_error_or_a_valid_graph(seed: int) -> None:
    rng = random.Random(seed)
    content = json.loads(graph_text())
    node = content
    while True:
        key = rng.choice(list(node) if isinstance(node, dict) else range(len(node)))
        if not isinstance(node[key], dict | list) or not node[key] or rng.random() < 0.15:
            break
        node = node[key]
    node[key] = rng.choice([None, True, -1, 0, 1, 5, 2.5, 10**30, "x", [], {}, [[1]], [2, 2]])
    try:
        graph = ComputationalGraph.from_json(json.dumps(content))
    except GraphError:
        return
    assert ComputationalGraph.from_json(graph.to_json()) == graph


def graph_text() -> str:
    return tasks.get("RoeFlux_3d").graph.to_json()


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", "NaN", "[" * 100_000, "7", '{"edges": []}']
)
def test_text_that_is_no_graph_is_refused(text: str) -> None:
    with pytest.raises(GraphError, match="JSON"):
        ComputationalGraph.from_json(text)


def test_another_schema_is_refused_by_its_version() -> None:
    content = {**json.loads(CHAIN.to_json()), "schema_version": 99}
    with pytest.raises(GraphError, match="schema version 99"):
        ComputationalGraph.from_json(json.dumps(content))


@pytest.mark.parametrize(
    ("vertices", "edges", "words"),
    [
        (VERTICES, (*EDGES, EDGES[0]), "appears twice"),
        (VERTICES, (EDGES[0], Edge(2, 1, identity(()))), "does not point forward"),
        (VERTICES, (EDGES[0], Edge(1, 3, identity(()))), "does not point forward"),
        (VERTICES, EDGES[:1], "lies on no path"),
        (VERTICES, EDGES[1:], "lies on no path"),
        (VERTICES, (EDGES[0], Edge(1, 2, identity((2,)))), "joins shapes"),
        ((*VERTICES, Vertex("output", ())), (*EDGES, Edge(2, 3, identity(()))), "leaves an output"),
        ((Vertex("input", ()), *VERTICES[:1]), (Edge(0, 1, identity(())),), "enters an input"),
        ((Vertex("input", (1,)),), (), "axes of length 1"),
    ],
)
def test_what_is_no_graph_is_refused(
    vertices: tuple[Vertex, ...], edges: tuple[Edge, ...], words: str
) -> None:
    with pytest.raises(GraphError, match=words):
        ComputationalGraph(vertices, edges)


@pytest.mark.parametrize("order", [[0, 1], [0, 1, 1], [0, 1, 3], [2, 1, 0]])
def test_a_renumbering_that_is_no_program_order_is_refused(order: list[int]) -> None:
    with pytest.raises(GraphError):
        CHAIN.relabel(order)
