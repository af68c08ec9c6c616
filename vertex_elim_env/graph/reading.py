"""Rows of a graph's JSON, each checked."""

from __future__ import annotations

from typing import Any

from vertex_elim_env.errors import GraphError
from vertex_elim_env.graph.parts import KINDS, Edge, Vertex
from vertex_elim_env.structure import JacobianStructure


def shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def rows(content: dict[str, Any], key: str) -> list[Any]:
    if not isinstance(content[key], list):
        raise GraphError(f"a graph's {key!r} must be a list; got {shorten(content[key])}")
    return content[key]


def is_count(value: object) -> bool:
    """Whether a value read from JSON is a whole number of at least 0 (booleans are not)."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def read_vertex(position: int, row: object) -> Vertex:
    if not (isinstance(row, list) and len(row) == 3 and isinstance(row[2], str)):
        raise GraphError(f"vertex {position} must be [kind, shape, name]; got {shorten(row)}")
    kind, shape, name = row
    if kind not in KINDS:
        raise GraphError(f"vertex {position} has kind {kind!r}; expected one of {', '.join(KINDS)}")
    if not isinstance(shape, list) or not all(is_count(size) for size in shape):
        raise GraphError(
            f"vertex {position} has shape {shorten(shape)}; expected a list of lengths"
        )
    return Vertex(kind, tuple(shape), name)


def read_edge(number: int, row: object, structures: list[JacobianStructure]) -> Edge:
    if not (isinstance(row, list) and len(row) == 4 and all(is_count(k) for k in row)):
        raise GraphError(
            f"edge {number} must be [source, target, structure, 0 or 1]; got {shorten(row)}"
        )
    source, target, structure, elementwise = row
    if structure >= len(structures) or elementwise > 1:
        raise GraphError(
            f"edge {number} names structure {structure} of {len(structures)}, elementwise {elementwise}"
        )
    return Edge(source, target, structures[structure], bool(elementwise))
