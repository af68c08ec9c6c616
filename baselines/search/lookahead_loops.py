"""The compiled loop of lookahead: every candidate is tried, and the cheapest way on from it played."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baselines.search.prices import write_prices
from vertex_elim_env.engine.loops import DONE, Tables
from vertex_elim_env.ordering.playback import advance, retreat
from vertex_elim_env.ordering.windows import Window


@njit(cache=True, nogil=True)
def choose(
    window: Window,
    tables: Tables,
    is_left: NDArray[np.bool_],
    depth: int,
    log: NDArray[np.uint64],
    top: int,
    missing: NDArray[np.int32],
) -> tuple[int, int]:
    """Return (status, the vertex from which so many eliminations, the cheapest each, cost least).

    Ties go to the latest. The window is left as it was.
    """
    length = window.length
    prices, after = np.zeros(length, np.int64), np.zeros(length, np.int64)
    rest, played = is_left.copy(), np.zeros(depth + 1, np.int64)
    status = write_prices(window, tables, is_left, prices, missing)
    if status != DONE:
        return status, -1
    best, lowest = -1, np.inf
    for j in range(length):
        if not is_left[j] or prices[j] > lowest:
            continue
        total, count, v, end = 0, 0, j, top
        rest[:] = is_left
        while v >= 0 and count <= depth and total <= lowest:
            status, cost, end = advance(window, tables, v, log, end, missing)
            if status != DONE:
                break
            played[count] = v
            count += 1
            total += cost
            rest[v] = False
            status = write_prices(window, tables, rest, after, missing)
            if status != DONE:
                break
            v = _cheapest(rest, after)
        for k in range(count - 1, -1, -1):
            end = retreat(window, played[k], log, end)
        if status != DONE:
            return status, -1
        if total <= lowest:
            best, lowest = j, total
    return DONE, best


@njit(cache=True, nogil=True)
def _cheapest(is_left: NDArray[np.bool_], prices: NDArray[np.int64]) -> int:
    """Return the cheapest vertex that is left, the latest of several, or -1."""
    best = -1
    for v in range(len(is_left)):
        if is_left[v] and (best < 0 or prices[v] <= prices[best]):
            best = v
    return best
