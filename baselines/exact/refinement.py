"""Refinement: from what a bound's clusters disagree with the true costs about, to new clusters.

The clusters' cheapest orders suggest an order of all vertices. Where a vertex truly costs more in it
than its clusters pay, a smallest set of vertices that explains the cost, its predecessors' and
successors' side apart, becomes a cluster with it: that bound knows better from then on.
"""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.bounds.bound import Relaxation
from vertex_elim_env.bounds.clusters import LARGEST, cluster_of
from vertex_elim_env.bounds.pattern import Pattern, bits_of, count_paths, eliminate, put
from vertex_elim_env.bounds.sharing import Sharing


def votes(sharing: Sharing, num_eliminable: int) -> NDArray[np.int64]:
    """Return by how many clusters k comes before j more often than behind, int64 (n, n) by [k, j]."""
    count = np.zeros((num_eliminable, num_eliminable), np.int64)
    for cluster, order in zip(sharing.clusters, sharing.orders, strict=True):
        row = cluster.vertices[order]
        for position, vertex in enumerate(row[:-1]):
            count[vertex, row[position + 1 :]] += 1
    return count - count.T


def order_by_votes(count: NDArray[np.integer], vertices: Sequence[int]) -> list[int]:
    """Return an order that goes against few votes: next comes what the fewest want something before."""
    left = np.array(sorted(vertices))
    order = []
    against = np.maximum(count, 0)
    while len(left):
        pick = int(np.argmin(against[np.ix_(left, left)].sum(axis=0)))
        order.append(int(left[pick]))
        left = np.delete(left, pick)
    return order


@njit(cache=True, nogil=True)
def _paths_given(
    pattern: Pattern,
    side: int,
    vertex: int,
    known: NDArray[np.bool_],
    gone: NDArray[np.bool_],
    scratch: NDArray[np.int64],
) -> int:
    """Paths to a vertex when it is known of some vertices only whether they are gone."""
    rows, valued = pattern.rows.copy(), pattern.valued.copy()
    ends = pattern.ends[side].copy()
    for v in range(len(known)):
        if known[v] and gone[v]:
            eliminate(rows, valued, v)
        elif known[v]:
            put(ends, v)
    return count_paths(rows[side], valued[side, vertex], vertex, ends, scratch)


@njit(cache=True, nogil=True)
def explain(
    pattern: Pattern,
    side: int,
    vertex: int,
    candidates: NDArray[np.int64],
    gone: NDArray[np.bool_],
) -> tuple[int, NDArray[np.bool_]]:
    """Return how many paths lead to a vertex, and a smallest set of vertices that proves it.

    Args:
        pattern: the graph.
        side: 0 for paths from inputs, 1 for paths to outputs.
        vertex: where the paths meet.
        candidates: the vertices on that side, those to be spared first.
        gone: which vertices come before it, bool (n,).
    """
    known = np.zeros(len(gone), np.bool_)
    known[candidates] = True
    scratch = np.empty((3, 2 * pattern.rows.shape[1]), np.int64)
    paths = _paths_given(pattern, side, vertex, known, gone, scratch)
    for v in candidates:
        known[v] = False
        if _paths_given(pattern, side, vertex, known, gone, scratch) < paths:
            known[v] = True
    return paths, known


def clusters_for(
    view: Relaxation, order: Sequence[int], paid: NDArray[np.float64], near: NDArray[np.integer]
) -> list[tuple[int, ...]]:
    """Return clusters that explain where an order costs more than the bound's clusters pay.

    Args:
        view: the graph.
        order: of all vertices.
        paid: what the clusters pay for each vertex, float64 (n,).
        near: how much two vertices have to do with one another, (n, n); nearer ones make better clusters.
    """
    n = len(view.least)
    gone = np.zeros(n, np.bool_)
    found: dict[tuple[int, ...], float] = {}
    for vertex in order:
        cost, members = 1, {vertex}
        for side in (0, 1):
            candidates = [v for v in bits_of(view.relatives[side][vertex]) if v < n]
            candidates.sort(key=lambda v: near[v, vertex])
            paths, known = explain(view.pattern, side, vertex, np.array(candidates, np.int64), gone)
            cost *= paths
            members |= set(np.flatnonzero(known).tolist())
        if cost > paid[vertex] + 1e-6 and len(members) <= LARGEST:
            key = tuple(sorted(members))
            found[key] = max(found.get(key, 0.0), cost - paid[vertex])
        gone[vertex] = True
    return sorted(found, key=lambda key: -found[key])


def paid_by_clusters(sharing: Sharing, least: Sequence[int]) -> NDArray[np.float64]:
    """Return what the clusters pay for each vertex at their cheapest orders, by share, float64 (n,)."""
    total, share = np.zeros(len(least)), np.zeros(len(least))
    for cluster, paid, shares in zip(sharing.clusters, sharing.paid, sharing.shares, strict=True):
        np.add.at(total, cluster.vertices, paid * shares.astype(np.float64))
        np.add.at(share, cluster.vertices, shares.astype(np.float64))
    return np.where(share > 0, total / np.maximum(share, 1), np.asarray(least))


def extended(view: Relaxation, sharing: Sharing, clusters: Sequence[tuple[int, ...]]) -> Sharing:
    """Return the sharing with more clusters, which take no share as yet: the bound is the same."""
    tables = [cluster_of(view.pattern, view.relatives, vertices) for vertices in clusters]
    inside = {int(v) for cluster in (*sharing.clusters, *tables) for v in cluster.vertices}
    rest = sum(bound for v, bound in enumerate(view.least) if v not in inside)
    result = Sharing([*sharing.clusters, *tables], rest)
    old_shares, old_prices = sharing.multipliers()
    covered = {int(v) for cluster in sharing.clusters for v in cluster.vertices}
    new_shares = []
    for cluster in tables:
        for v in cluster.vertices.tolist():
            new_shares.append(0.0 if v in covered else 1.0)
            covered.add(v)
    zeros = np.zeros(sum(cluster.size**2 for cluster in tables))
    result.set_multipliers(
        np.concatenate([old_shares, new_shares]), np.concatenate([old_prices, zeros])
    )
    return result
