"""The compiled loops of dynamic rules: how they begin, and go on until a limit is met."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine.loops import DONE, TOO_DEAR, Tables
from vertex_elim_env.engine.sparse_loops import SparseState, plan
from vertex_elim_env.ordering.dynamic.keys import refresh
from vertex_elim_env.ordering.dynamic.progress import PAUSED, Progress, touch
from vertex_elim_env.ordering.dynamic.updates import count_targets, eliminate


@njit(cache=True, nogil=True)
def begin(state: SparseState, at: Progress) -> None:
    """Mark every vertex as changed, and count what edges join."""
    at.counts[:] = 0
    for v in range(len(at.costs)):
        at.is_stale[v] = True
        touch(at, v)
        if at.uses_pairs:
            into = state.vertices[v].first_in
            while into >= 0:
                at.joined[v] += count_targets(state, v, state.edges[into].source)
                into = state.edges[into].next_in


@njit(cache=True, nogil=True)
def proceed(
    state: SparseState,
    tables: Tables,
    at: Progress,
    limit: float,
    num_steps: int,
    missing: NDArray[np.int32],
) -> int:
    """Eliminate by the rule until a cost would pass ``limit``, or so many more are eliminated."""
    n = len(at.costs)
    until = min(n, at.counts[0] + num_steps)
    while at.counts[0] < until:
        status = refresh(state, tables, at, missing)
        if status != DONE:
            return status
        j = at.tree[1]
        status, cost, found, made = plan(state, tables, j, missing)
        if status != DONE:
            return status
        if at.counts[1] + cost > limit:
            return TOO_DEAR
        eliminate(state, tables, at, j, found, made)
        at.order[at.counts[0]] = j
        at.counts[0] += 1
        at.counts[1] += cost
    return DONE if at.counts[0] == n else PAUSED
