"""The compiled loop that anneals a window: moves, their cost, and which of them are kept."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine.bits import lowest_bit
from vertex_elim_env.engine.features.description import count_bits
from vertex_elim_env.engine.loops import DONE, ONE, TOO_DEAR, Tables
from vertex_elim_env.ordering.playback import advance, retreat
from vertex_elim_env.ordering.walk import Walk, random
from vertex_elim_env.ordering.windows import Window

FREE_SHARE = 0.4
"""Share of moves that go anywhere; the others take a vertex past a neighbour, for only that matters."""
NEAR_SHARE = 0.5
"""Share of these that prefer near neighbours; the others take any."""
RUN_SHARE = 0.3
"""Share of moves that take a run of vertices along."""


@njit(cache=True, nogil=True)
def anneal_window(
    window: Window,
    order: NDArray[np.int32],
    tables: Tables,
    walk: Walk,
    temperature: float,
    moves: int,
) -> tuple[int, int, int]:
    """Try moves within a window; ``order``, int32 (L,), holds its members, and changes with them.

    Returns:
        (status, change of cost, moves tried).
    """
    length, log, seed = len(order), walk.log, walk.seed
    costs, news = np.zeros(length, np.int64), np.zeros(length, np.int64)
    top = 0
    for k in range(length):
        status, costs[k], top = advance(window, tables, order[k], log, top, walk.missing)
        if status != DONE:
            return status, 0, 0
    positions, scratch = np.arange(length), np.zeros(length, np.int32)
    at, low, change = length, -1, 0
    for tried in range(moves):
        low = low + 1 if low < length - 2 else 0
        status, at, top = _go_to(low, at, window, order, tables, walk, top)
        if status != DONE:
            return status, change, tried
        if random(seed) < FREE_SHARE:
            high = low + min(length - 1 - low, int(length ** random(seed)))
        else:
            high = _pick_partner(window, order[low], positions, low, seed)
        if high < 0:
            continue
        is_backward = random(seed) < 0.5
        size = 1
        if random(seed) < RUN_SHARE:
            size = min(high - low, int(length ** random(seed)))
        by = high - low + 1 - size if is_backward else size
        if size == 1:
            vertex = order[high] if is_backward else order[low]
            if not _has_neighbour(window, vertex, positions, low, high):
                turn(order[low : high + 1], by, scratch)
                turn(costs[low : high + 1], by, news)
                for k in range(low, high + 1):
                    positions[order[k]] = k
                continue
        before = costs[low : high + 1].sum()
        turn(order[low : high + 1], by, scratch)
        limit = before - temperature * math.log(1.0 - random(seed))
        after, status = 0, DONE
        while at <= high:
            status, news[at], top = advance(window, tables, order[at], log, top, walk.missing)
            if status != DONE:
                break
            after += news[at]
            at += 1
            if after > limit:
                status = TOO_DEAR
                break
        if status == DONE:
            for k in range(low, high + 1):
                costs[k] = news[k]
                positions[order[k]] = k
            change += after - before
            continue
        _, at, top = _go_to(low, at, window, order, tables, walk, top)
        turn(order[low : high + 1], high - low + 1 - by, scratch)
        if status != TOO_DEAR:
            return status, change, tried
    return DONE, change, moves


@njit(cache=True, nogil=True)
def _go_to(
    goal: int,
    at: int,
    window: Window,
    order: NDArray[np.int32],
    tables: Tables,
    walk: Walk,
    top: int,
) -> tuple[int, int, int]:
    """Play forth or back to a position. Returns (status, position, where the log ends)."""
    while at > goal:
        at -= 1
        top = retreat(window, order[at], walk.log, top)
    status = DONE
    while at < goal and status == DONE:
        status, _, top = advance(window, tables, order[at], walk.log, top, walk.missing)
        at += status == DONE
    return status, at, top


@njit(cache=True, nogil=True)
def _has_neighbour(
    window: Window, j: int, positions: NDArray[np.int64], low: int, high: int
) -> bool:
    """Whether a neighbour of j is within ``order[low:high + 1]``: if none is, j may pass for nothing."""
    for a in range((window.length + 63) // 64):
        rest = _neighbours(window, j, a)
        while rest:
            if low <= positions[64 * a + lowest_bit(rest)] <= high:
                return True
            rest &= rest - ONE
    return False


@njit(cache=True, nogil=True)
def turn(order: NDArray[np.integer], by: int, scratch: NDArray[np.integer]) -> None:
    """Move so many elements from the front to the end."""
    for k in range(by):
        scratch[k] = order[k]
    for k in range(len(order) - by):
        order[k] = order[k + by]
    for k in range(by):
        order[len(order) - by + k] = scratch[k]


@njit(cache=True, nogil=True)
def _pick_partner(
    window: Window, j: int, positions: NDArray[np.int64], low: int, seed: NDArray[np.uint64]
) -> int:
    """Return where in the order a random neighbour of j is, near ones more often, or -1."""
    words = (window.length + 63) // 64
    count = 0
    for a in range(words):
        count += count_bits(_neighbours(window, j, a))
    if count == 0:
        return -1
    rank = 1 + int(count * random(seed))
    if random(seed) < NEAR_SHARE:
        rank = int(count ** random(seed))
    at = low
    for _ in range(rank):
        nearest = window.length
        for a in range(words):
            rest = _neighbours(window, j, a)
            while rest:
                position = positions[64 * a + lowest_bit(rest)]
                if at < position < nearest:
                    nearest = position
                rest &= rest - ONE
        at = nearest
    return at


@njit(cache=True, nogil=True, inline="always")
def _neighbours(window: Window, j: int, word: int) -> np.uint64:
    """A word of the neighbours of j within the stretch."""
    rest = window.predecessors[j, word] | window.successors[j, word]
    if 64 * word + 64 > window.length:
        rest &= (ONE << np.uint64(window.length - 64 * word)) - ONE
    return rest
