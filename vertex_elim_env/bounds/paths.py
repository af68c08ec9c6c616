"""Maximum flows from a vertex through vertices of limited capacity: how many ways lead there."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray


class Steps(NamedTuple):
    """The steps that paths may take: for every vertex its neighbours, forth and back.

    Attributes:
        forth: neighbours one after another, int64 (E,).
        starts: where those of each vertex begin, int64 (N + 1,).
        origins, edges: per neighbour from which a step leads to it, and the step's number, int64 (E,).
        back_starts: where those of each vertex begin, int64 (N + 1,).
        opens: which steps a path may begin with, bool (E,).
    """

    forth: NDArray[np.int64]
    starts: NDArray[np.int64]
    origins: NDArray[np.int64]
    edges: NDArray[np.int64]
    back_starts: NDArray[np.int64]
    opens: NDArray[np.bool_]


def steps_of(
    tails: NDArray[np.int64], heads: NDArray[np.int64], opens: NDArray[np.bool_], size: int
) -> Steps:
    """Return the steps tail -> head between ``size`` vertices."""
    order = np.argsort(tails, kind="stable")
    tails, heads, opens = tails[order], heads[order], opens[order]
    back = np.argsort(heads, kind="stable")
    ends = np.arange(size + 1)
    return Steps(
        heads,
        np.searchsorted(tails, ends).astype(np.int64),
        tails[back],
        back.astype(np.int64),
        np.searchsorted(heads[back], ends).astype(np.int64),
        opens,
    )


def disjoint_paths(neighbours: Sequence[Sequence[int]], start: int, ends: range) -> int:
    """Return how many paths lead from a vertex to ends that share no vertex but that one.

    Each path ends at the first end it reaches.

    Args:
        neighbours: for every vertex, the vertices that a step leads to.
        start: where the paths begin.
        ends: vertices at which a path may end.
    """
    tails = np.repeat(np.arange(len(neighbours)), [len(row) for row in neighbours])
    heads = np.asarray([w for row in neighbours for w in row], np.int64)
    steps = steps_of(tails.astype(np.int64), heads, np.ones(len(heads), np.bool_), len(neighbours))
    return int(max_flow(steps, np.ones(len(neighbours), np.int64), start, ends.start, ends.stop))


@njit(cache=True, nogil=True)
def max_flow(
    steps: Steps, capacities: NDArray[np.int64], start: int, first_end: int, last_end: int
) -> int:
    """Return the largest flow from a vertex to ends, as much through each vertex as it holds.

    Augmenting paths, the shortest first (Edmonds and Karp 1972), over vertices split into an
    entrance 2 v and an exit 2 v + 1. By Menger's theorem it equals the least capacity of vertices
    that separate the start from the ends (ends may be among them, the start not).
    """
    n = len(steps.starts) - 1
    through = np.zeros(n, np.int64)
    along = np.zeros(len(steps.forth), np.int64)
    parents, via = np.empty(2 * n, np.int64), np.empty(2 * n, np.int64)
    queue = np.empty(2 * n, np.int64)
    total = 0
    while True:
        end = _search(
            steps, capacities, start, first_end, last_end, through, along, parents, via, queue
        )
        if end < 0:
            return total
        total += _augment(end, start, capacities, through, along, parents, via)


@njit(cache=True, nogil=True)
def _search(
    steps: Steps,
    capacities: NDArray[np.int64],
    start: int,
    first_end: int,
    last_end: int,
    through: NDArray[np.int64],
    along: NDArray[np.int64],
    parents: NDArray[np.int64],
    via: NDArray[np.int64],
    queue: NDArray[np.int64],
) -> int:
    """Find a path along which more can flow; return the end it reaches, or -1.

    ``via`` holds the step that led to a node: its number, or -1 inside a vertex.
    """
    parents[:] = -1
    head, tail = 0, 1
    queue[0] = parents[2 * start + 1] = 2 * start + 1
    while head < tail:
        node = queue[head]
        head += 1
        v = node // 2
        if node % 2:
            for k in range(steps.starts[v], steps.starts[v + 1]):
                into = 2 * steps.forth[k]
                if parents[into] < 0 and (v != start or steps.opens[k]):
                    parents[into], via[into] = node, k
                    queue[tail] = into
                    tail += 1
            other = node - 1 if v != start and through[v] > 0 else -1
        else:
            for k in range(steps.back_starts[v], steps.back_starts[v + 1]):
                out = 2 * steps.origins[k] + 1
                if parents[out] < 0 and along[steps.edges[k]] > 0:
                    parents[out], via[out] = node, steps.edges[k]
                    queue[tail] = out
                    tail += 1
            has_room = through[v] < capacities[v]
            if has_room and first_end <= v < last_end:
                return v
            other = node + 1 if has_room else -1
        if other >= 0 and parents[other] < 0:
            parents[other], via[other] = node, -1
            queue[tail] = other
            tail += 1
    return -1


@njit(cache=True, nogil=True)
def _augment(
    end: int,
    start: int,
    capacities: NDArray[np.int64],
    through: NDArray[np.int64],
    along: NDArray[np.int64],
    parents: NDArray[np.int64],
    via: NDArray[np.int64],
) -> int:
    """Send along the path found as much as it holds; return how much that is."""
    amount, last = capacities[end] - through[end], 2 * start + 1
    node = 2 * end
    while node != last:
        v = node // 2
        if via[node] < 0 and node % 2:
            amount = min(amount, capacities[v] - through[v])
        elif via[node] < 0:
            amount = min(amount, through[v])
        elif node % 2:
            amount = min(amount, along[via[node]])
        node = parents[node]
    through[end] += amount
    node = 2 * end
    while node != last:
        if via[node] < 0:
            through[node // 2] += amount if node % 2 else -amount
        else:
            along[via[node]] += -amount if node % 2 else amount
        node = parents[node]
    return amount
