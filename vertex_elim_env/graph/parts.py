"""Vertices and edges, and what makes a valid graph of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from vertex_elim_env.errors import GraphError
from vertex_elim_env.structure import JacobianStructure

Kind = Literal["input", "eliminable", "output"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Vertex(NamedTuple):
    """One array of the program.

    Attributes:
        kind: "input" (a chosen argument), "eliminable" (intermediate) or "output".
        shape: its shape in the graph: axes of length 1 dropped, axes cut by reshapes refined.
        name: what made it, such as the primitive's name; for people, not part of the identity.
    """

    kind: Kind
    shape: tuple[int, ...]
    name: str = ""


class Edge(NamedTuple):
    """The Jacobian of one vertex with respect to another.

    Attributes:
        source, target: positions of u and v in program order; ``source < target``.
        structure: what is known of dv/du, of shape ``(*v.shape, *u.shape)``.
        elementwise: whether dv/du comes from elementwise primitives only; the cost model
            "multiplications" counts unit edges of these as if they were stored.
    """

    source: int
    target: int
    structure: JacobianStructure
    elementwise: bool = False


def check_vertices(vertices: Sequence[Vertex]) -> None:
    for k, vertex in enumerate(vertices):
        if 1 in vertex.shape:
            raise GraphError(
                f"vertex {k} has shape {vertex.shape}; a graph's vertices keep no axes of length 1"
            )


def check_edges(vertices: Sequence[Vertex], edges: Sequence[Edge]) -> None:
    seen: set[tuple[int, int]] = set()
    for e in edges:
        name = f"the edge {e.source} -> {e.target}"
        if not 0 <= e.source < e.target < len(vertices):
            raise GraphError(f"{name} does not point forward among {len(vertices)} vertices")
        if (e.source, e.target) in seen:
            raise GraphError(f"{name} appears twice; parallel edges must be summed")
        seen.add((e.source, e.target))
        u, v = vertices[e.source], vertices[e.target]
        if u.kind == "output" or v.kind == "input":
            raise GraphError(f"{name} leaves an output or enters an input")
        if (e.structure.out_shape, e.structure.in_shape) != (v.shape, u.shape):
            raise GraphError(
                f"{name} joins shapes {u.shape} -> {v.shape} but its structure is "
                f"{e.structure.in_shape} -> {e.structure.out_shape}"
            )
    reachable = _reached(vertices, [(e.source, e.target) for e in edges], "input")
    useful = _reached(vertices, [(e.target, e.source) for e in reversed(edges)], "output")
    for k, vertex in enumerate(vertices):
        if vertex.kind == "eliminable" and not (k in reachable and k in useful):
            raise GraphError(
                f"eliminable vertex {k} lies on no path from an input to an output; prune it"
            )


def _reached(vertices: Sequence[Vertex], steps: list[tuple[int, int]], kind: Kind) -> set[int]:
    """Vertices reached from those of a kind; the steps come in an order that allows one pass."""
    reached = {k for k, vertex in enumerate(vertices) if vertex.kind == kind}
    for start, end in steps:
        if start in reached:
            reached.add(end)
    return reached
