"""The compiled loops that order vertices by their keys: a tournament in which those that changed play again."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine.loops import DONE, Tables
from vertex_elim_env.engine.sparse_loops import NO_ROOM, SparseState, plan
from vertex_elim_env.ordering.dynamic.measures import damage, degree_damage, product_cost
from vertex_elim_env.ordering.dynamic.progress import (
    COST,
    DAMAGE,
    FILL_IN,
    LAST_COST,
    NUM_MEASURES,
    Progress,
)


@njit(cache=True, nogil=True)
def refresh(state: SparseState, tables: Tables, at: Progress, missing: NDArray[np.int32]) -> int:
    """Find the keys of changed vertices anew. Where a pair is missing it stops, to be called again."""
    while at.counts[2]:
        v = at.changed[at.counts[2] - 1]
        if state.eliminated[v]:
            _play(at, v, -1)
        else:
            if at.is_stale[v]:
                if at.pays_additions:
                    status, at.costs[v], _, _ = plan(state, tables, v, missing)
                else:
                    status, at.costs[v] = product_cost(state, tables, v, missing)
                if status != DONE and status != NO_ROOM:
                    return status
                at.is_stale[v] = False
            status = _find_keys(state, tables, at, v, missing)
            if status != DONE:
                return status
            _play(at, v, v)
        at.is_changed[v] = False
        at.counts[2] -= 1
    return DONE


@njit(cache=True, nogil=True)
def _find_keys(
    state: SparseState, tables: Tables, at: Progress, v: int, missing: NDArray[np.int32]
) -> int:
    measures = np.zeros(NUM_MEASURES)
    num_pairs = state.vertices[v].num_in * state.vertices[v].num_out
    measures[COST] = at.costs[v]
    if num_pairs:
        measures[LAST_COST] = at.costs[v] * at.spans[v] / num_pairs
    if at.uses_pairs:
        measures[FILL_IN] = num_pairs - at.joined[v]
    if at.uses_damage and at.product_cost >= 0:
        measures[DAMAGE] = at.product_cost * degree_damage(state, len(at.costs), v)
    elif at.uses_damage:
        status, measures[DAMAGE] = damage(state, tables, len(at.costs), v, missing)
        if status != DONE:
            return status
    for k in range(len(at.weights)):
        key = 0.0
        for m in range(NUM_MEASURES):
            key += at.weights[k, m] * measures[m]
        at.keys[v, k] = key
    return DONE


@njit(cache=True, nogil=True)
def _play(at: Progress, v: int, player: int) -> None:
    """Put a player (-1: none) in the leaf of v, and play the matches above it."""
    node = len(at.tree) // 2 + v
    at.tree[node] = player
    node //= 2
    while node:
        left, right = at.tree[2 * node], at.tree[2 * node + 1]
        at.tree[node] = right if left < 0 or (right >= 0 and _beats(at, right, left)) else left
        node //= 2


@njit(cache=True, nogil=True)
def _beats(at: Progress, later: int, earlier: int) -> bool:
    for k in range(at.keys.shape[1]):
        if at.keys[later, k] != at.keys[earlier, k]:
            return at.keys[later, k] < at.keys[earlier, k]
    return at.is_late
