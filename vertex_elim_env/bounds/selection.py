"""Which vertices make up the clusters of a bound: those that get in one another's way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.bounds.clusters import LARGEST, cluster_of
from vertex_elim_env.bounds.pattern import Pattern, ancestors, bits_of, eliminate

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
    found: Conflicts = {}
    links = set(links_of(pattern, len(least)))
    short = without(pattern, sorted(links))
    relatives = ancestors(short)
    for j in range(len(least)):
        for k in bits_of(relatives[0][j]):
            if k >= len(least) or j in links:
                continue
            costs = cluster_of(short, relatives, (j, k)).costs
            excess = sorted(
                int(a) + int(b) - least[j] - least[k]
                for a, b in ((costs[0, 0], costs[1, 1]), (costs[1, 0], costs[0, 2]))
            )
            if excess[1] > 0:
                weight = excess[0] + 0.1 * min(excess[1], 10)
                found.setdefault(j, {})[k] = found.setdefault(k, {})[j] = weight
    return found


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
        chosen.add(tuple(sorted(members.union(joining[: LARGEST - len(members)]))))
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
