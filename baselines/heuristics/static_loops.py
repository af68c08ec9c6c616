"""The compiled loop of EliAD's pre-elimination."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine.loops import DONE, Tables
from vertex_elim_env.engine.sparse_loops import SparseState, run_order


@njit(cache=True, nogil=True)
def pre_eliminate(
    state: SparseState, tables: Tables, left: int, missing: NDArray[np.int32]
) -> tuple[int, int]:
    """Eliminate vertices with one successor among the first ``left``, backward.

    Returns:
        (status, how many are left to look at).
    """
    order = np.empty(1, np.int32)
    while left:
        if state.vertices[left - 1].num_out == 1:
            order[0] = left - 1
            status, _, _ = run_order(state, tables, order, 0, 1, np.inf, missing)
            if status != DONE:
                return status, left
        left -= 1
    return DONE, left
