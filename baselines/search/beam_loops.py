"""The compiled loop of beam search: from the beginnings kept, the best ones that are a vertex longer."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baselines.search.prices import refresh_neighbours, write_prices
from vertex_elim_env.engine.loops import DONE, Tables
from vertex_elim_env.ordering.playback import advance, retreat
from vertex_elim_env.ordering.windows import Window


class Beam(NamedTuple):
    """Up to B beginnings of orders of a stretch of L vertices, all of one length.

    Attributes:
        orders: int32 (B, L), meant up to the length.
        costs: of the beginnings, int64 (B,).
        keys: hashes of the sets of their vertices, uint64 (B,).
        size: number of beginnings, int64 (1,).
    """

    orders: NDArray[np.int32]
    costs: NDArray[np.int64]
    keys: NDArray[np.uint64]
    size: NDArray[np.int64]


@njit(cache=True, nogil=True)
def lengthen(
    window: Window,
    tables: Tables,
    beam: Beam,
    following: Beam,
    length: int,
    names: NDArray[np.uint64],
    weight: float,
    log: NDArray[np.uint64],
    missing: NDArray[np.int32],
) -> int:
    """Write the best beginnings of one vertex more to ``following``; returns a status.

    They are ranked by their cost plus ``weight`` times the sum of what all vertices that are left cost
    now. Of those with one set of vertices the best is kept, for the same graph is left. The window
    is left as it was.
    """
    total = window.length
    num_children = beam.size[0] * (total - length)
    scores, costs = np.zeros(num_children), np.zeros(num_children, np.int64)
    parents, vertices = np.zeros(num_children, np.int64), np.zeros(num_children, np.int64)
    prices, after = np.zeros(total, np.int64), np.zeros(total, np.int64)
    k = 0
    for b in range(beam.size[0]):
        is_left, top = np.ones(total, np.bool_), 0
        for v in beam.orders[b, :length]:
            _, _, top = advance(window, tables, v, log, top, missing)
            is_left[v] = False
        prices[:] = 0
        status = write_prices(window, tables, is_left, prices, missing)
        potential = prices.sum()
        for j in range(total):
            if status != DONE:
                break
            if not is_left[j]:
                continue
            status, cost, end = advance(window, tables, j, log, top, missing)
            if status != DONE:
                break
            after[:] = prices
            status, rise = refresh_neighbours(window, tables, j, after, missing)
            retreat(window, j, log, end)
            parents[k], vertices[k], costs[k] = b, j, beam.costs[b] + cost
            scores[k] = costs[k] + weight * (potential - cost + rise)
            k += 1
        for at in range(length - 1, -1, -1):
            top = retreat(window, beam.orders[b, at], log, top)
        if status != DONE:
            return status
    _keep_best(beam, following, length, scores, costs, parents, vertices, names)
    return DONE


@njit(cache=True, nogil=True)
def _keep_best(
    beam: Beam,
    following: Beam,
    length: int,
    scores: NDArray[np.float64],
    costs: NDArray[np.int64],
    parents: NDArray[np.int64],
    vertices: NDArray[np.int64],
    names: NDArray[np.uint64],
) -> None:
    count = 0
    for k in np.argsort(scores, kind="mergesort"):
        if count == len(following.orders):
            break
        key = beam.keys[parents[k]] ^ names[vertices[k]]
        if (following.keys[:count] == key).any():
            continue
        following.orders[count, :length] = beam.orders[parents[k], :length]
        following.orders[count, length] = vertices[k]
        following.costs[count], following.keys[count] = costs[k], key
        count += 1
    following.size[0] = count
