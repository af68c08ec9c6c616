"""Simulated annealing of elimination orders, by moves within blocks, on the compiled engine.

S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, "Optimization by simulated annealing", Science 220
(1983); for elimination orders U. Naumann, P. Gottschling (2003). A move takes one vertex to another
position of a block of the order. The graph before the block does not change, nor (for scalar graphs
exactly, for tensor graphs nearly always) does the cost after it; so a move costs no more than the
block. After a block on tensor graphs the whole order is evaluated anew.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine import compiled, loops
from vertex_elim_env.engine.loops import DONE, State, Tables
from vertex_elim_env.engine.problem import EliminationProblem

SLICE_MOVES = 2_000
"""Moves between two looks at the clock, at most."""
SLICE_SECONDS = 5e-3
MOVES_A_POSITION = 6
SHORTEST_BLOCK = 12
CYCLE_SECONDS = 1.0
CYCLE_MOVES = 400_000


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
def _anneal_slice(
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
def _sample_rises(
    initial: State,
    work: State,
    tables: Tables,
    order: NDArray[np.int32],
    rises: NDArray[np.float64],
    seed: NDArray[np.uint64],
    missing: NDArray[np.int32],
) -> int:
    """Write by how much random single moves change the cost."""
    n = len(order)
    loops.copy_into(work, initial)
    status, cost = loops.run_order(work, tables, order, 0, n, np.inf, missing)
    for k in range(len(rises)):
        i, j = int(_random(seed) * n), int(_random(seed) * n)
        _rotate(order, i, j)
        loops.copy_into(work, initial)
        status, new = loops.run_order(work, tables, order, 0, n, np.inf, missing)
        _rotate(order, j, i)
        if status != DONE:
            return status
        rises[k] = new - cost
    return status


def _depends_on_sets_only(problem: EliminationProblem) -> bool:
    """Whether the graph after a set of eliminations is proved not to depend on their order.

    So it is for scalars, as long as no +1 meets a -1 and takes an edge away in one order only. A
    block's change of cost is then the order's; elsewhere the order is evaluated anew.
    """
    structures = [s for s in problem.algebra.structures if s is not None]
    return all(s.out_shape == s.in_shape == () for s in structures) and not any(
        s.coefficient is not None and s.coefficient < 0 for s in structures
    )


@dataclass
class Annealer:
    """Anneals orders of one problem; compiled and warmed up when it is made.

    Attributes:
        problem: what to anneal.
        seed: of the random moves.
    """

    problem: EliminationProblem
    seed: int
    best: NDArray[np.int32] = field(init=False)
    best_cost: int = field(init=False)
    moves: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._initial = compiled.initial_state(self.problem)
        self._base, self._work = self._initial.copy(), self._initial.copy()
        self._missing = np.zeros(2, np.int32)
        self._random = np.random.default_rng(self.seed)
        self._state = np.asarray([self._random.integers(1, 2**63)], np.uint64)
        self._exact = _depends_on_sets_only(self.problem)
        self.best = np.arange(self.problem.num_eliminable, dtype=np.int32)
        self.best_cost = self._cost(self.best)
        self._anneal(self.best.copy(), np.asarray([self.best_cost, 0]), 1e-9, 1)

    def _cost(self, order: NDArray[np.int32]) -> int:
        return int(compiled.order_costs(self.problem, order[None])[0])

    def offer(self, order: tuple[int, ...]) -> None:
        """Keep an order if it is the best so far."""
        candidate = np.asarray(order, np.int32)
        cost = self._cost(candidate)
        if cost < self.best_cost:
            self.best, self.best_cost = candidate, cost

    def temperatures(self, order: NDArray[np.int32]) -> tuple[float, float]:
        """Return where to start and to end, from how much single moves change an order's cost."""
        rises = np.zeros(200)
        while True:
            tables = compiled.tables_of(self.problem.algebra)
            status = _sample_rises(
                self._initial, self._work, tables, order, rises, self._state, self._missing
            )
            if status == DONE:
                break
            compiled.fill_missing(self.problem.algebra, status, self._missing)
        sizes = np.abs(rises[rises != 0])
        if not len(sizes):
            return 1.0, 0.1
        return 0.35 * float(np.median(sizes)), 0.12 * float(sizes.min())

    def _anneal(
        self,
        order: NDArray[np.int32],
        costs: NDArray[np.int64],
        temperature: float,
        moves: int,
        deadline: float = math.inf,
    ) -> int:
        """Try so many moves at one temperature; return how many were tried before the deadline."""
        tried = 0
        while tried < moves:
            tables = compiled.tables_of(self.problem.algebra)
            status, count = _anneal_slice(
                self._initial,
                self._base,
                self._work,
                tables,
                order,
                self.best,
                costs,
                temperature,
                moves - tried,
                self._exact,
                self._state,
                self._missing,
            )
            tried += max(count, 1)
            if status != DONE:
                compiled.fill_missing(self.problem.algebra, status, self._missing)
                costs[0] = self._cost(order)
                if time.perf_counter() > deadline:
                    break
        return tried

    def cycle(
        self,
        start: NDArray[np.int32],
        *,
        seconds: float | None,
        moves: int | None,
        heat: float = 1.0,
    ) -> Iterator[int]:
        """Cool once from an order; yields the best cost after every slice.

        Either ``seconds`` or ``moves`` says how long the cooling takes.
        """
        order = start.copy()
        costs = np.asarray([self._cost(order), self.best_cost], np.int64)
        hot, cold = self.temperatures(order)
        hot = max(hot * heat, 2 * cold)
        begin, done = time.perf_counter(), 0
        deadline = math.inf if seconds is None else begin + seconds
        while True:
            now = time.perf_counter()
            elapsed = done / moves if moves is not None else (now - begin) / (seconds or 1.0)
            if elapsed >= 1.0:
                return
            wanted = SLICE_MOVES if moves is None else min(SLICE_MOVES, moves - done)
            if seconds is not None and done:
                wanted = max(1, min(wanted, int(SLICE_SECONDS * done / (now - begin))))
            elif seconds is not None:
                wanted = 20
            tried = self._anneal(order, costs, hot * (cold / hot) ** elapsed, wanted, deadline)
            done += tried
            self.moves += tried
            self.best_cost = int(costs[1])
            yield self.best_cost
