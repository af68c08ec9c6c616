"""Progress: a dynamic rule, what it knows of the vertices, and how far it has come."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

PAUSED = 5
"""A status: as many vertices as asked for are eliminated, others are left."""
NUM_MEASURES = 4
COST, FILL_IN, DAMAGE, LAST_COST = range(NUM_MEASURES)


class Progress(NamedTuple):
    """A rule, what it knows of n vertices, and how far it has come.

    Attributes:
        weights: of the measures in each of K keys, float64 (K, 4).
        is_late: whether ties of all keys go to the latest vertex.
        uses_pairs: whether fill-in, damage or the cost of sums matters: what an edge between two
            neighbours of a vertex changes for it.
        uses_damage: whether the damage matters.
        pays_additions: whether sums cost.
        product_cost: where there is one structure, which products and sums keep, what every product
            costs: then degrees say all; else -1.
        costs: of eliminating each vertex now, int64 (n,), but where ``is_stale``, bool (n,).
        joined: of the pairs (predecessor, successor), how many an edge joins, int64 (n,).
        spans: inputs that reach a vertex times outputs that it reaches, float64 (n,).
        keys: float64 (n, K).
        tree: winners of the matches, -1 for none, int32 (2 S,), the leaves from S on.
        changed: vertices whose keys are to be found anew, int32 (n,), marked in ``is_changed``.
        counts: vertices eliminated, their cost, and number of those changed, int64 (3,).
        order: the vertices eliminated, int32 (n,).
    """

    weights: NDArray[np.float64]
    is_late: bool
    uses_pairs: bool
    uses_damage: bool
    pays_additions: bool
    product_cost: int
    costs: NDArray[np.int64]
    is_stale: NDArray[np.bool_]
    joined: NDArray[np.int64]
    spans: NDArray[np.float64]
    keys: NDArray[np.float64]
    tree: NDArray[np.int32]
    changed: NDArray[np.int32]
    is_changed: NDArray[np.bool_]
    counts: NDArray[np.int64]
    order: NDArray[np.int32]


@njit(cache=True, nogil=True, inline="always")
def touch(at: Progress, v: int) -> None:
    """Mark a vertex as changed."""
    if v < len(at.costs):
        if at.pays_additions:
            at.is_stale[v] = True
        if not at.is_changed[v]:
            at.is_changed[v] = True
            at.changed[at.counts[2]] = v
            at.counts[2] += 1
