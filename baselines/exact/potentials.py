"""Potentials: what a sharing's clusters prove of the cost that is still to come.

After any set T of eliminations the rest costs at least the sum over the clusters of what the cheapest
completion of T's part costs them: of a pair of vertices either both are eliminated, and the prices
paid for it add up to 0, or they are paid in the completion.
"""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.bounds.bound import Relaxation
from vertex_elim_env.bounds.clusters import NEVER, sums_of_prices
from vertex_elim_env.bounds.sharing import UNIT, Sharing


class Potentials(NamedTuple):
    """Completion costs of all clusters, one after another, UNIT to a multiplication.

    Attributes:
        rest: int64 (L,), per cluster one entry for each of its subsets.
        offsets: where each cluster's entries begin, int64 (C,).
        clusters, bits: per vertex and cluster that holds it, the cluster and the vertex's bit in it.
        starts: where each vertex's begin, int64 (n + 1,).
        alone: per vertex in no cluster its bound, else 0, int64 (n,).
    """

    rest: NDArray[np.int64]
    offsets: NDArray[np.int64]
    clusters: NDArray[np.int64]
    bits: NDArray[np.int64]
    starts: NDArray[np.int64]
    alone: NDArray[np.int64]


@njit(cache=True, nogil=True)
def completions(
    costs: NDArray[np.int32],
    shares: NDArray[np.int64],
    prices: NDArray[np.int64],
    allowed: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return what a cluster's cheapest completion costs after each of its subsets, int64 (2**b,)."""
    b = len(shares)
    sums = sums_of_prices(prices)
    rest = np.full(1 << b, NEVER)
    rest[(1 << b) - 1] = 0
    for subset in range((1 << b) - 2, -1, -1):
        if not allowed[subset]:
            continue
        for j in range(b):
            following = subset | (1 << j)
            if following != subset and rest[following] < NEVER:
                price = sums[0, j, subset & 255] + sums[1, j, subset >> 8]
                cost = rest[following] + shares[j] * costs[j, subset] + price
                rest[subset] = min(rest[subset], cost)
    return rest


def potentials_of(view: Relaxation, sharing: Sharing) -> Potentials:
    """Return the potentials of a sharing at its present multipliers."""
    n = len(view.least)
    tables = [
        completions(c.costs, shares, prices, allowed)
        for c, shares, prices, allowed in zip(
            sharing.clusters, sharing.shares, sharing.prices, sharing.allowed, strict=True
        )
    ]
    offsets = np.cumsum([0, *(len(table) for table in tables)])
    homes: list[list[tuple[int, int]]] = [[] for _ in range(n)]
    for k, cluster in enumerate(sharing.clusters):
        for bit, v in enumerate(cluster.vertices.tolist()):
            homes[v].append((k, bit))
    flat = np.array([pair for row in homes for pair in row], np.int64).reshape(-1, 2)
    return Potentials(
        np.concatenate(tables),
        offsets[:-1].astype(np.int64),
        np.ascontiguousarray(flat[:, 0]),
        np.ascontiguousarray(flat[:, 1]),
        np.cumsum([0, *(len(row) for row in homes)]).astype(np.int64),
        np.array([0 if homes[v] else view.least[v] * UNIT for v in range(n)], np.int64),
    )
