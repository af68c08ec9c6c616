"""The compiled loops of what eliminating a member of a window would cost."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.algebra import UNKNOWN
from vertex_elim_env.engine.bits import lowest_bit
from vertex_elim_env.engine.features.description import count_bits
from vertex_elim_env.engine.loops import DONE, MISSING_PRODUCT, MISSING_SUM, ONE, Tables
from vertex_elim_env.ordering.windows import Window


@njit(cache=True, nogil=True)
def price(window: Window, tables: Tables, j: int, missing: NDArray[np.int32]) -> tuple[int, int]:
    """Return (status, cost of eliminating j now); changes nothing."""
    successors, predecessors = window.successors, window.predecessors
    words = successors.shape[1]
    if window.product_cost >= 0:
        num_in, num_out = 0, 0
        for a in range(words):
            num_in += count_bits(predecessors[j, a])
            num_out += count_bits(successors[j, a])
        return DONE, window.product_cost * num_in * num_out
    total = 0
    for a in range(words):
        us = predecessors[j, a]
        while us:
            u = 64 * a + lowest_bit(us)
            us &= us - ONE
            incoming = window.edges[u, j]
            for b in range(words):
                ws = successors[j, b]
                while ws:
                    w = 64 * b + lowest_bit(ws)
                    w_bit = ws & (~ws + ONE)
                    ws &= ws - ONE
                    outgoing = window.edges[j, w]
                    through = tables.product[outgoing, incoming]
                    if through == UNKNOWN:
                        missing[0], missing[1] = outgoing, incoming
                        return MISSING_PRODUCT, 0
                    total += tables.cost[outgoing, incoming]
                    if through and successors[u, b] & w_bit:
                        present = window.edges[u, w]
                        if tables.sum[present, through] == UNKNOWN:
                            missing[0], missing[1] = present, through
                            return MISSING_SUM, 0
                        total += tables.sum_cost[present, through]
    return DONE, total


@njit(cache=True, nogil=True)
def write_prices(
    window: Window,
    tables: Tables,
    is_left: NDArray[np.bool_],
    prices: NDArray[np.int64],
    missing: NDArray[np.int32],
) -> int:
    """Write what eliminating each vertex of the stretch that is left would cost; returns a status."""
    for j in range(window.length):
        if is_left[j]:
            status, prices[j] = price(window, tables, j, missing)
            if status != DONE:
                return status
    return DONE


@njit(cache=True, nogil=True)
def refresh_neighbours(
    window: Window,
    tables: Tables,
    j: int,
    prices: NDArray[np.int64],
    missing: NDArray[np.int32],
) -> tuple[int, int]:
    """Write the prices of those next to j, which was eliminated just now, anew.

    Returns:
        (status, by how much they rose).
    """
    rise = 0
    for a in range(window.successors.shape[1]):
        rest = window.predecessors[j, a] | window.successors[j, a]
        while rest:
            v = 64 * a + lowest_bit(rest)
            rest &= rest - ONE
            if v < window.length:
                status, new = price(window, tables, v, missing)
                if status != DONE:
                    return status, 0
                rise += new - prices[v]
                prices[v] = new
    return DONE, rise
