"""Clusters: small sets of vertices whose order is decided exactly, all others being free.

Let B be a set of vertices of a graph of scalars, T a part of it and j in B outside T. However the
other vertices are eliminated, if of B exactly T comes before j, then j costs at least
c_j(T) = k_in * k_out, where k_in is the largest number of paths that end in j by a valued edge, share
no vertex but j, lie in the graph from which T is eliminated, and each begin at an input or at a
vertex of B outside T, passing through no other such. For, as in ``vertices.py``, whatever else is
eliminated, every such path keeps a predecessor of j of its own: its first vertex is not eliminated
before j. That the graph without T is the same whatever came in between is the theorem that the graph
depends on the set eliminated only; which edges are valued does too. k_out likewise.

So the cheapest way to eliminate B in any order, charged c_j(T) each,

    f(T + j) = min over j of f(T) + c_j(T),    f({}) = 0,

bounds what the vertices of B cost together in any order of all vertices. c_j({}) with B = {j} is the
bound of one vertex. With B all vertices it is the exact subset dynamic program.
"""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.bounds.pattern import Pattern, count_paths, eliminate, put

LARGEST = 16
"""Vertices of a cluster at most: its tables hold a number for each of its subsets."""
NEVER = 1 << 60
"""The cost of what can't be."""


@dataclass(frozen=True, eq=False)
class Cluster:
    """A cluster and what its vertices cost after each of its subsets.

    Attributes:
        vertices: ascending, int64 (b,).
        costs: ``costs[k, T]`` is the least cost of vertex k of the cluster when exactly the subset
            of bits T was eliminated before it, int32 (b, 2**b); meaningless where T holds k.
    """

    vertices: NDArray[np.int64]
    costs: NDArray[np.int32]

    @property
    def size(self) -> int:
        """Number of vertices."""
        return len(self.vertices)


def cluster_of(
    pattern: Pattern, relatives: tuple[list[int], list[int]], vertices: Sequence[int]
) -> Cluster:
    """Return a cluster with its table of costs.

    Args:
        pattern: the graph.
        relatives: ancestors and descendants of every vertex, bit sets.
        vertices: of the cluster, at most :data:`LARGEST`.
    """
    members = np.asarray(sorted(vertices), np.int64)
    size = len(members)
    subsets = np.arange(1 << size)
    costs = np.ones((size, 1 << size), np.int32)
    for k, j in enumerate(members.tolist()):
        for side in (0, 1):
            related = [i for i, v in enumerate(members.tolist()) if relatives[side][j] >> v & 1]
            counts = _path_table(pattern, side, j, members[related])
            places = np.zeros(1 << size, np.int64)
            for position, i in enumerate(related):
                places |= (subsets >> i & 1) << position
            costs[k] *= counts[places]
    return Cluster(members, costs)


@njit(cache=True, nogil=True)
def _path_table(
    pattern: Pattern, side: int, start: int, members: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Return the paths from a vertex after each subset of the members on that side, int32 (2**m,).

    The graphs after the subsets of the last members, from many to few, lie on a stack.
    """
    m = len(members)
    size, words = pattern.rows.shape[1:]
    rows = np.empty((m + 1, 2, size, words), np.uint64)
    valued = np.empty_like(rows)
    rows[0], valued[0] = pattern.rows, pattern.valued
    scratch = np.empty((3, 2 * size), np.int64)
    counts = np.empty(1 << m, np.int32)
    ends = np.empty(words, np.uint64)
    for subset in range(1 << m):
        lowest = 0
        while lowest < m - 1 and not subset >> lowest & 1:
            lowest += 1
        for bit in range(lowest if subset else m - 1, -1, -1):
            depth = m - 1 - bit
            rows[depth + 1], valued[depth + 1] = rows[depth], valued[depth]
            if subset >> bit & 1:
                eliminate(rows[depth + 1], valued[depth + 1], members[bit])
        ends[:] = pattern.ends[side]
        for bit in range(m):
            if not subset >> bit & 1:
                put(ends, members[bit])
        counts[subset] = count_paths(rows[m, side], valued[m, side, start], start, ends, scratch)
    return counts


@njit(cache=True, nogil=True)
def cheapest(
    costs: NDArray[np.int32],
    shares: NDArray[np.int64],
    prices: NDArray[np.int64],
    allowed: NDArray[np.bool_],
    forward: NDArray[np.int64],
    order: NDArray[np.int64],
    paid: NDArray[np.int64],
) -> int:
    """Return the cost of the cheapest order of a cluster, and that order; NEVER if there is none.

    Args:
        costs: int32 (b, 2**b).
        shares: factor of each vertex's cost, int64 (b,).
        prices: what ``k`` before ``j`` costs in addition, int64 (b, b) by [j, k].
        allowed: subsets that may come up, bool (2**b,).
        forward: scratch, int64 (2**b,): the cheapest way to each subset.
        order: written: the vertices in order, int64 (b,).
        paid: written: what each vertex costs in it, int64 (b,).
    """
    b = len(shares)
    sums = sums_of_prices(prices)
    forward[0] = 0
    for subset in range(1, 1 << b):
        best = NEVER
        if allowed[subset]:
            for j in range(b):
                rest = subset ^ (1 << j)
                if subset >> j & 1 and forward[rest] < NEVER:
                    price = sums[0, j, rest & 255] + sums[1, j, rest >> 8]
                    best = min(best, forward[rest] + shares[j] * costs[j, rest] + price)
        forward[subset] = best
    if forward[(1 << b) - 1] == NEVER:
        return NEVER
    subset = (1 << b) - 1
    for position in range(b - 1, -1, -1):
        for j in range(b):
            if subset >> j & 1:
                rest = subset ^ (1 << j)
                if forward[rest] == NEVER:
                    continue
                price = sums[0, j, rest & 255] + sums[1, j, rest >> 8]
                if forward[rest] + shares[j] * costs[j, rest] + price == forward[subset]:
                    order[position], paid[j], subset = j, costs[j, rest], rest
                    break
    return forward[(1 << b) - 1]


@njit(cache=True, nogil=True)
def sums_of_prices(prices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sums of each row over every subset of eight columns, int64 (2, b, 256)."""
    b = prices.shape[0]
    sums = np.zeros((2, b, 256), np.int64)
    for half in range(2):
        for j in range(b):
            for subset in range(1, 256):
                k = 0
                while not subset >> k & 1:
                    k += 1
                column = 8 * half + k
                price = prices[j, column] if column < b else 0
                sums[half, j, subset] = sums[half, j, subset & (subset - 1)] + price
    return sums
