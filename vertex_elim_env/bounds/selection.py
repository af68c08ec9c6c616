"""Which vertices make up the clusters of a bound: those that get in one another's way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.bounds.clusters import LARGEST
from vertex_elim_env.bounds.pattern import Pattern, bits_of, count_paths, eliminate, has, put

MOST_LINKS = 3
"""Links that may join the vertices of one cluster; each doubles its tables."""

Conflicts = dict[int, dict[int, float]]
"""Per vertex, the others and how much their order matters."""


def links_of(pattern: Pattern, num_eliminable: int) -> list[int]:
    """Return the vertices with one predecessor and one successor, which are as good as edges."""
    degrees = np.bitwise_count(pattern.rows[:, :num_eliminable]).sum(axis=2)
    return np.flatnonzero((degrees == 1).all(axis=0)).tolist()


def without(pattern: Pattern, vertices: Sequence[int]) -> Pattern:
    """Return the pattern from which vertices are eliminated."""
    rows, valued = pattern.rows.copy(), pattern.valued.copy()
    for v in vertices:
        eliminate(rows, valued, v)
        rows[:, v] = valued[:, v] = 0
    return Pattern(rows, valued, pattern.ends)


def conflicts_of(pattern: Pattern, least: Sequence[int]) -> Conflicts:
    """Return the pairs of vertices of which one costs more than its bound in some order.

    A pair counts what the two cost at least above their bounds together, whichever comes first, and
    a tenth of what they cost in the worse order. Links are left out.

    Args:
        pattern: the graph.
        least: the bound of each vertex alone.
    """
    links = links_of(pattern, len(least))
    gone, kept = _costs_in_pairs(without(pattern, links), np.asarray(least, np.int64))
    first = kept + gone.T - np.add.outer(least, least)  # by [k, j]: k, which comes first, and j
    lower, higher = np.minimum(first, first.T), np.maximum(first, first.T)
    higher[links] = higher[:, links] = 0
    weights = lower + 0.1 * np.minimum(higher, 10)
    found: Conflicts = {}
    for j, k in np.argwhere(higher > 0).tolist():
        found.setdefault(j, {})[k] = float(weights[j, k])
    return found


@njit(cache=True, nogil=True)
def _costs_in_pairs(
    pattern: Pattern, least: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what j costs at least when k is gone, and when it is not, int64 (n, n) by [j, k]."""
    n, size = len(least), pattern.rows.shape[1]
    scratch = np.empty((3, 2 * size), np.int64)
    alone = np.empty((2, n), np.int64)
    for side in range(2):
        for j in range(n):
            first = pattern.valued[side, j]
            alone[side, j] = count_paths(pattern.rows[side], first, j, pattern.ends[side], scratch)
    gone, kept = np.empty((n, n), np.int64), np.empty((n, n), np.int64)
    for k in range(n):
        gone[:, k] = kept[:, k] = least
        rows, valued, ends = pattern.rows.copy(), pattern.valued.copy(), pattern.ends.copy()
        eliminate(rows, valued, k)
        put(ends[0], k)
        put(ends[1], k)
        for side in range(2):
            related = _reach(pattern.rows[1 - side], k)
            for j in range(n):
                if related[j]:
                    other = alone[1 - side, j]
                    gone[j, k] = other * count_paths(
                        rows[side], valued[side, j], j, pattern.ends[side], scratch
                    )
                    kept[j, k] = other * count_paths(
                        pattern.rows[side], pattern.valued[side, j], j, ends[side], scratch
                    )
    return gone, kept


@njit(cache=True, nogil=True)
def _reach(rows: NDArray[np.uint64], start: int) -> NDArray[np.bool_]:
    """Return which vertices steps lead to, bool (N,)."""
    reached = np.zeros(rows.shape[0], np.bool_)
    stack = [start]
    while stack:
        v = stack.pop()
        for w in range(rows.shape[0]):
            if has(rows[v], w) and not reached[w]:
                reached[w] = True
                stack.append(w)
    return reached


def choose_clusters(pattern: Pattern, conflicts: Conflicts, size: int) -> list[tuple[int, ...]]:
    """Return clusters grown from every vertex with a conflict, each by the strongest conflicts.

    Where two members are joined by links, these join them while there is room: as free vertices
    they would loosen what holds the two together. Clusters that lie within another are left out.
    """
    chosen: set[tuple[int, ...]] = set()
    for seed in sorted(conflicts):
        members = {seed}
        pull = dict(conflicts[seed])
        while pull and len(members) < size:
            vertex = max(pull, key=pull.__getitem__)  # of equals the one met first, near the seed
            members.add(vertex)
            del pull[vertex]
            for other, weight in conflicts[vertex].items():
                if other not in members:
                    pull[other] = pull.get(other, 0.0) + weight
        joining = _joining_links(pattern, members)
        chosen.add(
            tuple(sorted(members.union(joining[: min(LARGEST, size + MOST_LINKS) - len(members)])))
        )
    sets = [set(members) for members in chosen]
    return sorted(c for c in chosen if not any(set(c) < other for other in sets))


def _joining_links(pattern: Pattern, members: set[int]) -> list[int]:
    """Links on paths of links alone from member to member."""
    joining: list[int] = []
    for start in sorted(members):
        for v in bits_of(_as_int(pattern.rows[1, start])):
            path = []
            while v not in members:
                ends = [bits_of(_as_int(pattern.rows[side, v])) for side in (0, 1)]
                if [len(row) for row in ends] != [1, 1]:
                    path = []
                    break
                path.append(v)
                v = ends[1][0]
            joining += path
    return joining


def _as_int(row: NDArray[np.uint64]) -> int:
    return int.from_bytes(row.tobytes(), "little")
