"""Pattern: a graph of scalars as rows of bits, for the loops that eliminate and count paths often."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.bounds.reliable import ReliableGraph
from vertex_elim_env.engine.bits import lowest_bit


class Pattern(NamedTuple):
    """Reliable edges as bit sets; bit v of a row stands for vertex v.

    Attributes:
        rows: predecessors and successors of every vertex, uint64 (2, N, W).
        valued: the same by valued edges only, uint64 (2, N, W).
        ends: the inputs, and the outputs, uint64 (2, W).
    """

    rows: NDArray[np.uint64]
    valued: NDArray[np.uint64]
    ends: NDArray[np.uint64]


def pattern_of(reliable: ReliableGraph) -> Pattern:
    """Return the pattern of a graph's reliable edges."""
    size = reliable.num_vertices
    words = -(-size // 64)
    rows, valued = (np.zeros((2, size, words), np.uint64) for _ in range(2))
    edges = zip(reliable.sources.tolist(), reliable.targets.tolist(), reliable.valued, strict=True)
    for u, w, is_valued in edges:
        for side, v, other in ((0, w, u), (1, u, w)):
            bit = np.uint64(1) << np.uint64(other % 64)
            rows[side, v, other // 64] |= bit
            if is_valued:
                valued[side, v, other // 64] |= bit
    ends = np.zeros((2, words), np.uint64)
    for side, vertices in enumerate((reliable.inputs, reliable.outputs)):
        for v in vertices:
            ends[side, v // 64] |= np.uint64(1) << np.uint64(v % 64)
    return Pattern(rows, valued, ends)


def ancestors(pattern: Pattern) -> tuple[list[int], list[int]]:
    """Return all ancestors, and all descendants, of every vertex as bit sets."""
    found = []
    for side in (0, 1):
        size = pattern.rows.shape[1]
        direct = [int.from_bytes(row.tobytes(), "little") for row in pattern.rows[side]]
        reach: dict[int, int] = {}
        for start in range(size):
            stack = [start]
            while stack:
                v = stack[-1]
                missing = (
                    [u for u in bits_of(direct[v]) if u not in reach] if v not in reach else []
                )
                if missing:
                    stack.extend(missing)
                    continue
                stack.pop()
                total = direct[v]
                for u in bits_of(direct[v]):
                    total |= reach[u]
                reach[v] = total
        found.append([reach[v] for v in range(size)])
    return found[0], found[1]


def bits_of(word: int) -> list[int]:
    """Return the positions of the set bits, ascending."""
    return [k for k, bit in enumerate(reversed(f"{word:b}")) if bit == "1"]


@njit(cache=True, nogil=True, inline="always")
def has(row: NDArray[np.uint64], v: int) -> bool:
    return (row[v >> 6] >> np.uint64(v & 63)) & np.uint64(1) != 0


@njit(cache=True, nogil=True, inline="always")
def put(row: NDArray[np.uint64], v: int) -> None:
    row[v >> 6] |= np.uint64(1) << np.uint64(v & 63)


@njit(cache=True, nogil=True, inline="always")
def drop(row: NDArray[np.uint64], v: int) -> None:
    row[v >> 6] &= ~(np.uint64(1) << np.uint64(v & 63))


@njit(cache=True, nogil=True)
def eliminate(rows: NDArray[np.uint64], valued: NDArray[np.uint64], vertex: int) -> None:
    """Eliminate a vertex in place; an edge that comes about is valued if one of the two is."""
    words = rows.shape[2]
    for side in (0, 1):
        here, there = rows[side], rows[1 - side]
        for k in range(words):
            word = there[vertex, k]
            while word != 0:
                w = (k << 6) + lowest_bit(word)
                word &= word - np.uint64(1)
                by_value = has(valued[1 - side, vertex], w)
                for q in range(words):
                    here[w, q] |= here[vertex, q]
                    valued[side, w, q] |= here[vertex, q] if by_value else valued[side, vertex, q]
                drop(here[w], vertex)
                drop(valued[side, w], vertex)


@njit(cache=True, nogil=True)
def count_paths(
    rows: NDArray[np.uint64],
    first: NDArray[np.uint64],
    start: int,
    ends: NDArray[np.uint64],
    scratch: NDArray[np.int64],
) -> int:
    """Return how many paths lead from a vertex to ends that share no vertex but that one.

    Args:
        rows: where a step leads from every vertex, uint64 (N, W).
        first: where the first step may lead, uint64 (W,).
        start: where the paths begin.
        ends: where a path ends, and through which none passes, uint64 (W,).
        scratch: int64 (3, 2 N).
    """
    before, parents, queue = scratch[0], scratch[1], scratch[2]
    before[:] = -1
    count = 0
    while True:
        end = _search(rows, first, start, ends, before, parents, queue)
        if end < 0:
            return count
        _reroute(end, start, parents, before)
        count += 1


@njit(cache=True, nogil=True)
def _search(
    rows: NDArray[np.uint64],
    first: NDArray[np.uint64],
    start: int,
    ends: NDArray[np.uint64],
    before: NDArray[np.int64],
    parents: NDArray[np.int64],
    queue: NDArray[np.int64],
) -> int:
    """Find one more path, breadth first, over vertices split into entrance 2 v and exit 2 v + 1.

    At the entrance of a vertex that lies on a path the search may only go back along that path, to
    the exit of the vertex before. Return the path's last node, or -1.
    """
    parents[:] = -1
    head, tail = 0, 1
    queue[0] = parents[2 * start + 1] = 2 * start + 1
    while head < tail:
        node = queue[head]
        head += 1
        v = node >> 1
        following = -1
        if node & 1:
            for k in range(rows.shape[1]):
                word = first[k] if v == start else rows[v, k]
                while word != 0:
                    w = (k << 6) + lowest_bit(word)
                    word &= word - np.uint64(1)
                    if before[w] == v or parents[2 * w] >= 0:
                        continue
                    parents[2 * w] = node
                    if before[w] < 0 and has(ends, w):
                        return 2 * w
                    queue[tail] = 2 * w
                    tail += 1
            if v != start and before[v] >= 0:
                following = 2 * v
        elif before[v] >= 0:
            following = 2 * before[v] + 1 if before[v] != start else -1
        else:
            following = node + 1
        if following >= 0 and parents[following] < 0:
            parents[following] = node
            queue[tail] = following
            tail += 1
    return -1


@njit(cache=True, nogil=True)
def _reroute(end: int, start: int, parents: NDArray[np.int64], before: NDArray[np.int64]) -> None:
    """Add the edges found to the paths; edges that were gone back along leave them."""
    node = end
    while node != 2 * start + 1:  # first take away, so that an added edge is not lost
        parent = parents[node]
        if node & 1 and parent >> 1 != node >> 1:
            before[parent >> 1] = -1
        node = parent
    node = end
    while node != 2 * start + 1:
        parent = parents[node]
        if not node & 1 and parent >> 1 != node >> 1:
            before[node >> 1] = parent >> 1
        node = parent
