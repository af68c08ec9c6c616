"""The compiled inner loops of simulated annealing; see annealing.py."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine import loops
from vertex_elim_env.engine.loops import DONE, State, Tables

MOVES_A_POSITION = 6
SHORTEST_BLOCK = 12


@njit(cache=True, nogil=True, inline="always")
def _random(seed: NDArray[np.uint64]) -> float:
    """Uniform in [0, 1) by xorshift64*; seed uint64 (1,), never 0."""
    x = seed[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    seed[0] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True)
def _rotate(order: NDArray[np.int32], start: int, end: int) -> None:
    """Move the element at one position to another; the ones between shift by one."""
    vertex = order[start]
    step = 1 if end > start else -1
    for k in range(start, end, step):
        order[k] = order[k + step]
    order[end] = vertex


@njit(cache=True, nogil=True)
def _anneal_block(
    base: State,
    work: State,
    tables: Tables,
    order: NDArray[np.int32],
    begin: int,
    end: int,
    temperature: float,
    moves: int,
    seed: NDArray[np.uint64],
    missing: NDArray[np.int32],
) -> tuple[int, int]:
    """Try moves within ``order[begin:end]``, the state before it being ``base``.

    Returns:
        (status, change of the block's cost).
    """
    loops.copy_into(work, base)
    status, before = loops.run_order(work, tables, order, begin, end, np.inf, missing)
    if status != DONE:
        return status, 0
    cost = before
    for _ in range(moves):
        i = begin + int(_random(seed) * (end - begin))
        j = begin + int(_random(seed) * (end - begin))
        if i == j:
            continue
        _rotate(order, i, j)
        limit = cost - temperature * math.log(1.0 - _random(seed))
        loops.copy_into(work, base)
        status, new = loops.run_order(work, tables, order, begin, end, limit, missing)
        if status == DONE:
            cost = new
        else:
            _rotate(order, j, i)
            if status != loops.TOO_DEAR:
                return status, cost - before
    return DONE, cost - before


@njit(cache=True, nogil=True)
def anneal_slice(
    initial: State,
    base: State,
    work: State,
    tables: Tables,
    order: NDArray[np.int32],
    best: NDArray[np.int32],
    costs: NDArray[np.int64],
    temperature: float,
    moves: int,
    exact: bool,
    seed: NDArray[np.uint64],
    missing: NDArray[np.int32],
) -> tuple[int, int]:
    """Anneal blocks at one temperature; ``costs`` holds the order's and the best order's cost.

    Returns:
        (status, number of moves tried).
    """
    n = len(order)
    tried = 0
    while tried < moves:
        shortest = min(SHORTEST_BLOCK, n)
        length = int(shortest * (n / shortest) ** _random(seed) + 0.5)
        begin = int(_random(seed) * (n - length + 1))
        count = min(MOVES_A_POSITION * length, moves - tried)
        loops.copy_into(base, initial)
        status, _ = loops.run_order(base, tables, order, 0, begin, np.inf, missing)
        if status != DONE:
            return status, tried
        status, change = _anneal_block(
            base, work, tables, order, begin, begin + length, temperature, count, seed, missing
        )
        tried += count
        if exact and status == DONE:
            costs[0] += change
        else:
            if status != DONE:
                return status, tried
            loops.copy_into(work, initial)
            status, total = loops.run_order(work, tables, order, 0, n, np.inf, missing)
            if status != DONE:
                return status, tried
            costs[0] = total
        if costs[0] < costs[1]:
            costs[1] = costs[0]
            best[:] = order
    return DONE, tried


@njit(cache=True, nogil=True)
def sample_rises(
    initial: State,
    work: State,
    tables: Tables,
    order: NDArray[np.int32],
    rises: NDArray[np.float64],
    begin: int,
    end: int,
    seed: NDArray[np.uint64],
    missing: NDArray[np.int32],
) -> tuple[int, int]:
    """Write by how much random single moves change the cost, to ``rises[begin:end]``.

    Returns:
        (status, number of the move it stopped at).
    """
    n = len(order)
    loops.copy_into(work, initial)
    status, cost = loops.run_order(work, tables, order, 0, n, np.inf, missing)
    if status != DONE:
        return status, begin
    for k in range(begin, end):
        i, j = int(_random(seed) * n), int(_random(seed) * n)
        _rotate(order, i, j)
        loops.copy_into(work, initial)
        status, new = loops.run_order(work, tables, order, 0, n, np.inf, missing)
        _rotate(order, j, i)
        if status != DONE:
            return status, k
        rises[k] = new - cost
    return DONE, end
