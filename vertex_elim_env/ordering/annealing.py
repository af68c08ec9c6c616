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
from numpy.typing import NDArray

from vertex_elim_env.engine import compiled
from vertex_elim_env.engine.loops import DONE, copy_into, run_order
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.ordering.annealing_loops import anneal_slice, sample_rises

SLICE_MOVES = 2_000
"""Moves between two looks at the clock, at most."""
SLICE_SECONDS = 5e-3
NUM_SAMPLES, SAMPLES_AT_ONCE = 200, 10
"""Single moves by which the temperatures are chosen."""
SAMPLING_SHARE = 0.1
"""Share of a cycle's time that sampling may take, on graphs where that is little."""
CYCLE_SECONDS = 1.0
CYCLE_MOVES = 400_000


@dataclass
class Annealer:
    """Anneals orders of one problem.

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

    def _cost(self, order: NDArray[np.int32]) -> int:
        while True:
            copy_into(self._work, self._initial)
            tables = compiled.tables_of(self.problem.algebra)
            status, cost = run_order(
                self._work, tables, order, 0, len(order), math.inf, self._missing
            )
            if status == DONE:
                return int(cost)
            compiled.fill_missing(self.problem.algebra, status, self._missing)

    def offer(self, order: tuple[int, ...]) -> None:
        """Keep an order if it is the best so far."""
        candidate = np.asarray(order, np.int32)
        cost = self._cost(candidate)
        if cost < self.best_cost:
            self.best, self.best_cost = candidate, cost

    def temperatures(
        self, order: NDArray[np.int32], deadline: float = math.inf
    ) -> tuple[float, float]:
        """Return where to start and to end, from how much single moves change an order's cost."""
        rises, done = np.zeros(NUM_SAMPLES), 0
        while done < NUM_SAMPLES and (done == 0 or time.perf_counter() < deadline):
            tables = compiled.tables_of(self.problem.algebra)
            end = min(done + SAMPLES_AT_ONCE, NUM_SAMPLES)
            status, done = sample_rises(
                self._initial,
                self._work,
                tables,
                order,
                rises,
                done,
                end,
                self._state,
                self._missing,
            )
            if status != DONE:
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
            status, count = anneal_slice(
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
        begin, done = time.perf_counter(), 0
        deadline = math.inf if seconds is None else begin + seconds
        costs = np.asarray([self._cost(order), self.best_cost], np.int64)
        until = math.inf if seconds is None else begin + SAMPLING_SHARE * seconds
        hot, cold = self.temperatures(order, until)
        hot = max(hot * heat, 2 * cold)
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


def _depends_on_sets_only(problem: EliminationProblem) -> bool:
    """Whether the graph after a set of eliminations is proved not to depend on their order.

    So it is for scalars, as long as no +1 meets a -1 and takes an edge away in one order only. A
    block's change of cost is then the order's; elsewhere the order is evaluated anew.
    """
    structures = [s for s in problem.algebra.structures if s is not None]
    return all(s.out_shape == s.in_shape == () for s in structures) and not any(
        s.coefficient is not None and s.coefficient < 0 for s in structures
    )
