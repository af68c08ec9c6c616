"""The compiled loop that eliminates vertices of at most one predecessor and one successor."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine.loops import DONE, Tables
from vertex_elim_env.engine.sparse_loops import SparseState, run_order


@njit(cache=True, nogil=True)
def reduce(
    state: SparseState,
    tables: Tables,
    order: NDArray[np.int32],
    count: int,
    missing: NDArray[np.int32],
) -> tuple[int, int]:
    """Eliminate until none is left, writing them to ``order[count:]``.

    Returns:
        (status, how many are in the order).
    """
    num_waiting = len(state.eliminated)
    waiting = np.empty(3 * num_waiting, np.int64)  # an elimination adds two
    waiting[:num_waiting] = np.arange(num_waiting)
    while num_waiting:
        v = waiting[num_waiting - 1]
        num_in, num_out = state.vertices[v].num_in, state.vertices[v].num_out
        if state.eliminated[v] or num_in * num_out > 1:
            num_waiting -= 1
            continue
        above, below = -1, -1
        if num_in:
            above = state.edges[state.vertices[v].first_in].source
        if num_out:
            below = state.edges[state.vertices[v].first_out].target
        order[count] = v
        status, _, _ = run_order(state, tables, order, count, count + 1, np.inf, missing)
        if status != DONE:
            return status, count
        count += 1
        num_waiting -= 1
        for neighbour in (above, below):  # which may have lost an edge
            if 0 <= neighbour < len(state.eliminated):
                waiting[num_waiting] = neighbour
                num_waiting += 1
    return DONE, count
