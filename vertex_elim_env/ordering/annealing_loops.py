"""The compiled loops of simulated annealing along an order; see annealing.py."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine.loops import DONE, TOO_DEAR, Tables
from vertex_elim_env.engine.sparse_loops import SparseState, run_order
from vertex_elim_env.ordering.moves import anneal_window, turn
from vertex_elim_env.ordering.playback import advance, retreat
from vertex_elim_env.ordering.walk import Walk, random
from vertex_elim_env.ordering.windows import Window, open_window

MOVES_A_POSITION = 6
SHORTEST_WINDOW = 12
WHOLE_SHARE = 2.0
"""Lengths of windows are drawn up to so many times the order's; those past it are the whole order."""
SAMPLES_A_WINDOW = 10


@njit(cache=True, nogil=True)
def anneal_slice(
    initial: SparseState,
    base: SparseState,
    tables: Tables,
    walk: Walk,
    temperature: float,
    moves: int,
) -> tuple[int, int]:
    """Go on with the walk, window by window, at one temperature.

    Returns:
        (status, number of moves tried).
    """
    n, order, costs, place = len(walk.order), walk.order, walk.costs, walk.place
    tried = 0
    while tried < moves:
        if place[0] == n:
            _begin_anew(initial, base, walk)
        begin = place[0]
        end = min(n, begin + place[1])
        if begin == 0 and end < n:
            end = min(n, max(2, int(place[1] * random(walk.seed))))
        window = open_window(base, order, begin, end, walk.places, walk.product_cost)
        if window.length == 1:
            tried += 1
        else:
            stretch = np.arange(window.length).astype(np.int32)
            count = min(moves - tried, MOVES_A_POSITION * window.length)
            status, change, count = anneal_window(window, stretch, tables, walk, temperature, count)
            tried += max(1, count)
            for k in range(window.length):
                order[begin + k] = window.members[stretch[k]]
            costs[0] += change
            if status != DONE and status != TOO_DEAR:
                return status, tried
            if walk.is_exact and costs[0] < costs[1]:
                costs[1] = costs[0]
                walk.best[:] = order
        status, cost, at = run_order(
            base, tables, order, begin, begin + window.length, np.inf, walk.missing
        )
        costs[2] += cost
        place[0] = at
        if status != DONE:
            return status, tried
        if at == n:
            costs[0] = costs[2]
            if costs[0] < costs[1]:
                costs[1] = costs[0]
                walk.best[:] = order
    return DONE, tried


@njit(cache=True, nogil=True)
def _begin_anew(initial: SparseState, base: SparseState, walk: Walk) -> None:
    n, shortest = len(walk.order), min(SHORTEST_WINDOW, len(walk.order))
    base.edges[: len(initial.edges)] = initial.edges
    base.vertices[:] = initial.vertices
    base.buckets[:] = initial.buckets
    base.free[:] = initial.free
    base.eliminated[:] = initial.eliminated
    walk.costs[2] = walk.costs[3]
    walk.place[0] = 0
    walk.place[1] = min(n, int(shortest * (WHOLE_SHARE * n / shortest) ** random(walk.seed) + 0.5))


@njit(cache=True, nogil=True)
def sample_rises(
    initial: SparseState,
    base: SparseState,
    tables: Tables,
    walk: Walk,
    rises: NDArray[np.float64],
    done: int,
    end: int,
) -> tuple[int, int]:
    """Write by how much random single moves within windows change the cost, to ``rises[done:end]``.

    Returns:
        (status, number of the move it stopped at).
    """
    n = len(walk.order)
    while done < end:
        if walk.place[0] == n:
            _begin_anew(initial, base, walk)
        begin = walk.place[0]
        window = open_window(base, walk.order, begin, n, walk.places, walk.product_cost)
        stop = end if window.length == n else min(end, done + SAMPLES_A_WINDOW)
        status = _sample_window(window, tables, walk, rises[done:stop])
        if status != DONE:
            return status, done
        done = stop
        status, _, walk.place[0] = run_order(
            base, tables, walk.order, begin, begin + window.length, np.inf, walk.missing
        )
        if status != DONE:
            return status, done
    walk.place[0] = n
    return DONE, done


@njit(cache=True, nogil=True)
def _sample_window(window: Window, tables: Tables, walk: Walk, rises: NDArray[np.float64]) -> int:
    order = np.arange(window.length).astype(np.int32)
    scratch = np.empty_like(order)
    status, cost, top = play(window, order, tables, walk)
    if status != DONE:
        return DONE if status == TOO_DEAR else status
    for k in range(len(rises)):
        for at in range(window.length - 1, -1, -1):
            top = retreat(window, order[at], walk.log, top)
        i, j = int(random(walk.seed) * window.length), int(random(walk.seed) * window.length)
        stretch = order[min(i, j) : max(i, j) + 1]
        by = 1 if i < j else len(stretch) - 1
        turn(stretch, by, scratch)
        status, new, top = play(window, order, tables, walk)
        if status != DONE:
            return DONE if status == TOO_DEAR else status
        rises[k] = new - cost
        for at in range(window.length - 1, -1, -1):
            top = retreat(window, order[at], walk.log, top)
        turn(stretch, len(stretch) - by, scratch)
        _, _, top = play(window, order, tables, walk)
    return DONE


@njit(cache=True, nogil=True)
def play(
    window: Window, order: NDArray[np.int32], tables: Tables, walk: Walk
) -> tuple[int, int, int]:
    """Eliminate all of a window. Returns (status, cost, where the log ends)."""
    total, top = 0, 0
    for j in order:
        status, cost, top = advance(window, tables, j, walk.log, top, walk.missing)
        if status != DONE:
            return status, 0, top
        total += cost
    return DONE, total, top
