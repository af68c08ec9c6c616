"""Hypothesis strategies for computational graphs and their renumberings, shared by the tests."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from tests.strategies import structures
from vertex_elim_env.graph import ComputationalGraph, Edge, Vertex

TENSOR_SHAPES = ((), (2,), (3,), (2, 3), (3, 2), (2, 2))


def pruned_graph(vertices: Sequence[Vertex], edges: Sequence[Edge]) -> ComputationalGraph:
    """The graph without the eliminable vertices that lie on no path from an input to an output."""
    reached = {k for k, v in enumerate(vertices) if v.kind == "input"}
    for e in sorted(edges, key=lambda e: e.target):
        if e.source in reached:
            reached.add(e.target)
    used = {k for k, v in enumerate(vertices) if v.kind == "output"}
    for e in sorted(edges, key=lambda e: -e.source):
        if e.target in used:
            used.add(e.source)
    live = [
        k for k, v in enumerate(vertices) if v.kind != "eliminable" or (k in reached and k in used)
    ]
    new = {old: k for k, old in enumerate(live)}
    kept = [e for e in edges if e.source in new and e.target in new]
    return ComputationalGraph(
        tuple(vertices[k] for k in live),
        tuple(e._replace(source=new[e.source], target=new[e.target]) for e in kept),
    )


@st.composite
def graphs(
    draw: st.DrawFn, *, shapes: Sequence[tuple[int, ...]] = TENSOR_SHAPES, max_eliminable: int = 7
) -> ComputationalGraph:
    """Any small graph; outputs may stand between other vertices, as in programs."""
    kinds = ["input"] * draw(st.integers(1, 3))
    kinds += draw(
        st.lists(st.sampled_from(["eliminable"] * 4 + ["output"]), max_size=max_eliminable)
    )
    kinds += ["output"]
    vertices, edges = [], []
    for target, kind in enumerate(kinds):
        vertices.append(Vertex(kind, draw(st.sampled_from(shapes))))  # type: ignore[arg-type]
        operands = [k for k in range(target) if kinds[k] != "output"]
        if kind == "input":
            continue
        for source in draw(st.sets(st.sampled_from(operands), min_size=1, max_size=3)):
            structure = draw(structures(vertices[target].shape, vertices[source].shape))
            edges.append(Edge(source, target, structure, draw(st.booleans())))
    return pruned_graph(vertices, edges)


def scalar_graphs(max_eliminable: int = 12) -> st.SearchStrategy[ComputationalGraph]:
    """Graphs whose vertices are all scalars."""
    return graphs(shapes=[()], max_eliminable=max_eliminable)


@st.composite
def orders(draw: st.DrawFn, graph: ComputationalGraph) -> tuple[int, ...]:
    """Any elimination order of a graph."""
    return tuple(draw(st.permutations(range(graph.num_eliminable))))


@st.composite
def program_orders(draw: st.DrawFn, graph: ComputationalGraph) -> tuple[int, ...]:
    """Any valid renumbering of a graph, as :meth:`ComputationalGraph.relabel` takes it."""
    waiting = [sum(e.target == k for e in graph.edges) for k in range(graph.num_vertices)]
    ready, order = [k for k, count in enumerate(waiting) if not count], []
    while ready:
        order.append(ready.pop(draw(st.integers(0, len(ready) - 1))))
        for e in graph.edges:
            if e.source == order[-1]:
                waiting[e.target] -= 1
                if not waiting[e.target]:
                    ready.append(e.target)
    return tuple(order)
