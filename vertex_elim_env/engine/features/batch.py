"""Steps of many states in one call."""

# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine.features.dense import step
from vertex_elim_env.engine.features.state import LiveState, Rules
from vertex_elim_env.engine.loops import DONE


@njit(cache=True, nogil=True)
def step_many(
    batch: LiveState,
    members: NDArray[np.int64],
    actions: NDArray[np.int64],
    begin: int,
    rules: Rules,
    missing: NDArray[np.int32],
    is_eliminated: bool,
) -> tuple[int, int, bool]:
    """Take the step ``actions[k]`` in state ``members[k]``, for k from ``begin`` on.

    Returns:
        (status, where it stopped, whether the vertex was eliminated there): after a fill, call it
        again with the last two.
    """
    for k in range(begin, len(members)):
        b = members[k]
        live = LiveState(
            batch.edges[b],
            batch.adjacency[b],
            batch.successors[b],
            batch.predecessors[b],
            batch.mask[b],
            batch.costs[b],
            batch.features[b],
            batch.stale[b],
        )
        status, is_eliminated = step(live, actions[k], rules, missing, is_eliminated)
        if status != DONE:
            return status, k, is_eliminated
    return DONE, len(members), False
