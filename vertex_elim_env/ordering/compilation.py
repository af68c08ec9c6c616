"""A graph so small that playing on it takes no time: what loops are compiled on before a clock starts."""

from __future__ import annotations

from functools import cache

from vertex_elim_env.graph import ComputationalGraph, Edge, Kind, Vertex
from vertex_elim_env.structure import identity


@cache
def small_graph() -> ComputationalGraph:
    """Return a chain of four scalars, two of which are eliminable."""
    value = identity((), coefficient=None)
    kinds: tuple[Kind, ...] = ("input", "eliminable", "eliminable", "output")
    vertices = tuple(Vertex(kind, ()) for kind in kinds)
    return ComputationalGraph(vertices, tuple(Edge(k, k + 1, value, True) for k in range(3)))
