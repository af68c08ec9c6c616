"""Layers: set after set of eliminations, those kept that may still lead to a cheaper order.

The graph after a set of eliminations does not depend on their order, so a set is reached at its
least cost only. After each decision the eliminations that some optimal completion begins with follow
at once (``reductions.py``). A set is given up if its cost and the potentials of what is left
pass a limit. Sets are expanded by their size, so that none is met again after it was expanded. With
room for all sets this is breadth-first A*; with room for a part of them only, those that promise the
most, it is a beam search, and the least total of a set it dropped still bounds every order's cost.
"""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baselines.exact.potentials import Potentials
from vertex_elim_env.bounds.pattern import Pattern, count_paths, eliminate, has, put
from vertex_elim_env.bounds.sharing import UNIT
from vertex_elim_env.engine.bits import lowest_bit


class Sets(NamedTuple):
    """Sets of eliminated vertices and how they came about.

    Attributes:
        sets: bit sets of vertices, uint64 (M, W).
        costs: the least cost of each, int64 (M,).
        totals: cost and potential, UNIT to a multiplication, int64 (M,).
        sizes: vertices in each, int64 (M,).
        parent_sizes: vertices in the set it came from, int64 (M,).
        parents: row of that set among those of its size, int64 (M,).
        decisions: the vertex decided on, before those that follow at once, int64 (M,).
    """

    sets: NDArray[np.uint64]
    costs: NDArray[np.int64]
    totals: NDArray[np.int64]
    sizes: NDArray[np.int64]
    parent_sizes: NDArray[np.int64]
    parents: NDArray[np.int64]
    decisions: NDArray[np.int64]


@njit(cache=True, nogil=True, inline="always")
def _degree(row: NDArray[np.uint64]) -> int:
    count = 0
    for word in row:
        x = word
        while x != 0:
            x &= x - np.uint64(1)
            count += 1
    return count


@njit(cache=True, nogil=True)
def _adds_little(
    new: NDArray[np.uint64], known: NDArray[np.uint64], ends: NDArray[np.uint64]
) -> bool:
    """Whether a row adds nothing to another, or one end."""
    count = 0
    for k in range(len(new)):
        word = new[k] & ~known[k]
        if word & ~ends[k]:
            return False
        while word != 0:
            word &= word - np.uint64(1)
            count += 1
    return count <= 1


@njit(cache=True, nogil=True)
def may_go(
    rows: NDArray[np.uint64],
    ends: NDArray[np.uint64],
    vertex: int,
    n: int,
    scratch: NDArray[np.int64],
) -> bool:
    """Whether a vertex may be eliminated at once; see reductions.py."""
    for side in (0, 1):
        for k in range(rows.shape[2]):
            word = rows[side, vertex, k]
            while word != 0:
                u = (k << 6) + lowest_bit(word)
                word &= word - np.uint64(1)
                if u < n and not _adds_little(
                    rows[1 - side, vertex], rows[1 - side, u], ends[1 - side]
                ):
                    return False
    for side in (0, 1):
        row = rows[side, vertex]
        if count_paths(rows[side], row, vertex, ends[side], scratch) < _degree(row):
            return False
    return True


@njit(cache=True, nogil=True)
def follow(
    rows: NDArray[np.uint64],
    valued: NDArray[np.uint64],
    ends: NDArray[np.uint64],
    gone: NDArray[np.uint64],
    n: int,
    order: NDArray[np.int64],
    count: int,
    scratch: NDArray[np.int64],
) -> tuple[int, int]:
    """Eliminate in place whatever may go at once.

    Returns:
        (the cost, how many vertices ``order`` holds then).
    """
    cost, unchanged, v = 0, 0, 0
    while unchanged < n:
        if not has(gone, v) and may_go(rows, ends, v, n, scratch):
            cost += _degree(rows[0, v]) * _degree(rows[1, v])
            eliminate(rows, valued, v)
            put(gone, v)
            order[count] = v
            count += 1
            unchanged = 0
        unchanged += 1
        v = v + 1 if v + 1 < n else 0
    return cost, count


@njit(cache=True, nogil=True)
def _replay(
    pattern: Pattern,
    potentials: Potentials,
    gone: NDArray[np.uint64],
    rows: NDArray[np.uint64],
    valued: NDArray[np.uint64],
    index: NDArray[np.int64],
) -> None:
    """Write the graph after a set, and the set's part in each cluster."""
    rows[:], valued[:] = pattern.rows, pattern.valued
    index[:] = 0
    for v in range(len(potentials.alone)):
        if has(gone, v):
            eliminate(rows, valued, v)
            for k in range(potentials.starts[v], potentials.starts[v + 1]):
                index[potentials.clusters[k]] |= 1 << potentials.bits[k]


@njit(cache=True, nogil=True)
def _rise(potentials: Potentials, index: NDArray[np.int64], v: int) -> int:
    """By how much the potential rises if a vertex is added to a set."""
    rise = -potentials.alone[v]
    for k in range(potentials.starts[v], potentials.starts[v + 1]):
        c = potentials.clusters[k]
        base = potentials.offsets[c] + index[c]
        rise += potentials.rest[base + (1 << potentials.bits[k])] - potentials.rest[base]
    return rise


@njit(cache=True, nogil=True)
def expand(
    pattern: Pattern, potentials: Potentials, layer: Sets, begin: int, end: int, limit: int
) -> Sets:
    """Return the sets that sets lead to by one elimination each; one may come up more than once.

    Args:
        pattern: the graph.
        potentials: of what is left.
        layer: the sets, all of one size.
        begin, end: those rows of it are expanded.
        limit: totals above it are given up, UNIT to a multiplication.
    """
    n = len(potentials.alone)
    words = pattern.rows.shape[2]
    room, count = 64, 0
    sets = np.empty((room, words), np.uint64)
    numbers = np.empty((6, room), np.int64)
    index = np.empty(len(potentials.offsets), np.int64)
    rows, valued = np.empty_like(pattern.rows), np.empty_like(pattern.valued)
    for m in range(begin, end):
        _replay(pattern, potentials, layer.sets[m], rows, valued, index)
        for v in range(n):
            if has(layer.sets[m], v):
                continue
            cost = _degree(valued[0, v]) * _degree(valued[1, v])
            total = layer.totals[m] + cost * UNIT + _rise(potentials, index, v)
            if total > limit:
                continue
            if count == room:
                room *= 2
                sets = np.concatenate((sets, np.empty_like(sets)))
                numbers = np.concatenate((numbers, np.empty_like(numbers)), axis=1)
            sets[count] = layer.sets[m]
            put(sets[count], v)
            numbers[0, count], numbers[1, count] = layer.costs[m] + cost, total
            numbers[2, count], numbers[3, count] = layer.sizes[m] + 1, layer.sizes[m]
            numbers[4, count], numbers[5, count] = m, v
            count += 1
    kept = numbers[:, :count].copy()
    return Sets(sets[:count].copy(), kept[0], kept[1], kept[2], kept[3], kept[4], kept[5])


@njit(cache=True, nogil=True)
def close(pattern: Pattern, potentials: Potentials, layer: Sets, begin: int, end: int) -> None:
    """Add to sets, in place, the vertices that may go at once."""
    n = len(potentials.alone)
    size = pattern.rows.shape[1]
    index = np.empty(len(potentials.offsets), np.int64)
    order, scratch = np.empty(n, np.int64), np.empty((3, 2 * size), np.int64)
    rows, valued = np.empty_like(pattern.rows), np.empty_like(pattern.valued)
    for m in range(begin, end):
        _replay(pattern, potentials, layer.sets[m], rows, valued, index)
        cost, length = follow(rows, valued, pattern.ends, layer.sets[m], n, order, 0, scratch)
        total = layer.totals[m] + cost * UNIT
        for k in range(length):
            v = order[k]
            total += _rise(potentials, index, v)
            for q in range(potentials.starts[v], potentials.starts[v + 1]):
                index[potentials.clusters[q]] |= 1 << potentials.bits[q]
        layer.costs[m] += cost
        layer.totals[m] = total
        layer.sizes[m] += length
