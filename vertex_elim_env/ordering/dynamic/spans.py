"""How many inputs reach a vertex, and how many outputs it reaches: no elimination changes that."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine.problem import EliminationProblem

BITS = 64


def spans(problem: EliminationProblem) -> NDArray[np.float64]:
    """Return for every eliminable vertex the inputs that reach it times the outputs it reaches.

    So many pairs it joins if it is eliminated last. float64 (n,)
    """
    n, num_inputs = problem.num_eliminable, problem.graph.num_inputs
    sources, targets = problem.sources, problem.targets  # by the targets' program order
    size = problem.num_vertices
    from_inputs = _count_reached(sources, targets, n, n + num_inputs, size)
    to_outputs = _count_reached(targets[::-1], sources[::-1], n + num_inputs, size, size)
    return from_inputs[:n].astype(np.float64) * to_outputs[:n]


@njit(cache=True, nogil=True)
def _count_reached(
    starts: NDArray[np.int32], ends: NDArray[np.int32], first: int, last: int, size: int
) -> NDArray[np.int64]:
    """For every vertex, from how many of ``first..last-1`` steps lead to it; 64 of these at a time."""
    counts = np.zeros(size, np.int64)
    reached = np.zeros(size, np.uint64)
    for begin in range(first, last, BITS):
        reached[:] = 0
        for v in range(begin, min(begin + BITS, last)):
            reached[v] = np.uint64(1) << np.uint64(v - begin)
        for k in range(len(starts)):
            reached[ends[k]] |= reached[starts[k]]
        for v in range(size):
            rest = reached[v]
            while rest:
                counts[v] += 1
                rest &= rest - np.uint64(1)
    return counts
