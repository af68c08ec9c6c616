"""EliminationProblem: a graph under a cost model, as the small integers that engines play with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.algebra import Algebra
from vertex_elim_env.errors import OrderError
from vertex_elim_env.graph import ComputationalGraph


@dataclass(frozen=True, eq=False)
class EliminationProblem:
    """What every engine starts from. Vertices bear their index: eliminable | inputs | outputs.

    Attributes:
        graph: the graph played on.
        algebra: ids and tables, shared by the engines and filled as pairs are met.
        sources, targets: vertex indices of the edges u -> v, int32 (num_edges,).
        structures: the edges' structure ids, int32 (num_edges,).
    """

    graph: ComputationalGraph
    algebra: Algebra
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    structures: NDArray[np.int32]

    @property
    def num_eliminable(self) -> int:
        """n: the vertices that an order eliminates are 0..n-1."""
        return self.graph.num_eliminable

    @property
    def num_vertices(self) -> int:
        """Number of all vertices."""
        return self.graph.num_vertices


def elimination_problem(
    graph: ComputationalGraph, cost_model: str = "multiplications"
) -> EliminationProblem:
    """Return the problem of eliminating a graph under a cost model.

    Raises:
        ValueError: for an unknown cost model.
    """
    algebra = Algebra(cost_model)
    index = graph.index_of
    rows = [
        (
            index[e.source],
            index[e.target],
            algebra.intern_edge(e.structure, elementwise=e.elementwise),
        )
        for e in graph.edges
    ]
    columns = np.asarray(rows, dtype=np.int32).reshape(-1, 3).T
    return EliminationProblem(graph, algebra, *(np.ascontiguousarray(column) for column in columns))


def check_order(order: Iterable[int], num_eliminable: int) -> tuple[int, ...]:
    """Return an order as a tuple of ints if it is a permutation of ``range(num_eliminable)``.

    Raises:
        OrderError: naming the first vertex that is missing, repeated or out of range.
    """
    try:
        vertices = tuple(order)
        if any(isinstance(v, bool | np.bool_) or int(v) != v for v in vertices):
            raise ValueError
        vertices = tuple(int(v) for v in vertices)
    except (TypeError, ValueError, OverflowError):
        raise OrderError(
            f"an elimination order must be a sequence of whole numbers; got {str(order)[:80]}"
        ) from None
    seen: set[int] = set()
    for vertex in vertices:
        if not 0 <= vertex < num_eliminable:
            raise OrderError(
                f"the order names vertex {vertex}, but the graph's eliminable vertices are 0 to {num_eliminable - 1}"
                if num_eliminable
                else f"the order names vertex {vertex}, but the graph has no vertex to eliminate"
            )
        if vertex in seen:
            raise OrderError(
                f"the order names vertex {vertex} twice; each vertex is eliminated once"
            )
        seen.add(vertex)
    if len(seen) < num_eliminable:
        missing = next(v for v in range(num_eliminable) if v not in seen)
        raise OrderError(
            f"the order has {len(seen)} of {num_eliminable} vertices; vertex {missing} is the first that is missing"
        )
    return vertices
