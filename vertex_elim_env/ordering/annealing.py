"""Simulated annealing of elimination orders, by moves within blocks, on the compiled engine.

S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, "Optimization by simulated annealing", Science 220
(1983); for elimination orders U. Naumann, P. Gottschling (2003). A walk goes along the order in
windows, and within each tries moves: a vertex, or a run of them, goes past a neighbour. The graph
before the moved stretch does not change, nor (for scalar graphs exactly, for tensor graphs nearly
always) does the graph after it; so a move costs no more than the stretch, and at the end of every walk
the cost is counted anew. Eliminations are taken back from a log, not by copying: see playback.py.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.engine import compiled, sparse
from vertex_elim_env.engine.loops import DONE
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.engine.sparse_loops import NO_ROOM
from vertex_elim_env.ordering.annealing_loops import anneal_slice, sample_rises
from vertex_elim_env.ordering.dynamic.rules import product_cost
from vertex_elim_env.ordering.walk import Walk

SLICE_MOVES = 2_000
"""Moves between two looks at the clock, at most."""
SLICE_SECONDS = 5e-3
NUM_SAMPLES, SAMPLES_AT_ONCE = 200, 10
"""Single moves by which the temperatures are chosen."""
SAMPLING_SHARE = 0.1
"""Share of a cycle's time that sampling may take, on graphs where that is little."""
LOG_LENGTH = 1 << 18
"""What one window may overwrite."""
CYCLE_SECONDS = 1.0
CYCLE_MOVES = 400_000


@dataclass
class Annealer:
    """Anneals orders of one problem.

    Attributes:
        problem: what to anneal.
        seed: of the random moves.
        first: vertices that every order begins with; only the others are annealed.
    """

    problem: EliminationProblem
    seed: int
    first: tuple[int, ...] = ()
    best_cost: int = field(init=False)
    moves: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._initial, first_cost = sparse.state_after(self.problem, self.first)
        self._base = self._initial.copy()
        self._random = np.random.default_rng(self.seed)
        rest = np.flatnonzero(~self._initial.eliminated).astype(np.int32)
        self.best_cost = self._cost(rest)
        self._walk = Walk(
            order=rest,
            best=rest.copy(),
            costs=np.asarray([0, 0, 0, first_cost]),
            place=np.full(2, len(rest), np.int64),
            places=np.full(self.problem.num_vertices, -1, np.int32),
            log=np.zeros(LOG_LENGTH, np.uint64),
            seed=np.asarray([self._random.integers(1, 2**63)], np.uint64),
            is_exact=_depends_on_sets_only(self.problem),
            product_cost=product_cost(self.problem),
            missing=np.zeros(2, np.int32),
        )

    @property
    def best(self) -> tuple[int, ...]:
        """The best order so far."""
        return (*self.first, *self._walk.best.tolist())

    @property
    def num_annealed(self) -> int:
        """Number of vertices whose places are to be found."""
        return len(self._walk.order)

    def _cost(self, rest: NDArray[np.int32]) -> int:
        return sparse.order_cost(self.problem, (*self.first, *rest.tolist()))

    def _rest_of(self, order: Sequence[int]) -> NDArray[np.int32]:
        vertices = np.asarray(order, np.int32)
        return vertices[~self._initial.eliminated[vertices]]

    def offer(self, order: Sequence[int]) -> None:
        """Keep an order if it is the best so far, its first vertices being moved to the front."""
        rest = self._rest_of(order)
        cost = self._cost(rest)
        if cost < self.best_cost:
            self._walk.best[:], self.best_cost = rest, cost

    def _settle(self, status: int) -> None:
        """Do what a loop stopped for: make room for edges, or fill an entry of the tables."""
        walk = self._walk
        if status == NO_ROOM:
            self._base = sparse.with_room(self._base, int(walk.order[walk.place[0]]))
            self._initial = sparse.resized(self._initial, len(self._base.edges))
        elif status != DONE:
            compiled.fill_missing(self.problem.algebra, status, walk.missing)

    def _begin(self, order: Sequence[int]) -> None:
        """Let the walk begin with an order."""
        walk, rest = self._walk, self._rest_of(order)
        walk.order[:] = rest
        walk.costs[:2] = self._cost(rest), self.best_cost
        walk.place[0] = len(rest)

    def temperatures(self, deadline: float = math.inf) -> tuple[float, float]:
        """Return where to start and to end, from how much single moves change the order's cost."""
        rises, done = np.zeros(NUM_SAMPLES), 0
        while done < NUM_SAMPLES and (done == 0 or time.perf_counter() < deadline):
            tables = compiled.tables_of(self.problem.algebra)
            end = min(done + SAMPLES_AT_ONCE, NUM_SAMPLES)
            status, done = sample_rises(
                self._initial, self._base, tables, self._walk, rises, done, end
            )
            self._settle(status)
        sizes = np.abs(rises[rises != 0])
        if not len(sizes):
            return 1.0, 0.1
        return 0.35 * float(np.median(sizes)), 0.2 * float(sizes.min())

    def _anneal(self, temperature: float, moves: int, deadline: float = math.inf) -> int:
        """Try so many moves at one temperature; return how many were tried before the deadline."""
        tried = 0
        while tried < moves:
            tables = compiled.tables_of(self.problem.algebra)
            status, count = anneal_slice(
                self._initial, self._base, tables, self._walk, temperature, moves - tried
            )
            tried += max(count, 1)
            self._settle(status)
            if status != DONE and time.perf_counter() > deadline:
                break
        self.best_cost = int(self._walk.costs[1])
        return tried

    def cycle(
        self,
        start: Sequence[int],
        *,
        seconds: float | None,
        moves: int | None,
        heat: float = 1.0,
    ) -> Iterator[int]:
        """Cool once from an order; yields the best cost after every slice.

        Either ``seconds`` or ``moves`` says how long the cooling takes.
        """
        self._begin(start)
        begin, done = time.perf_counter(), 0
        deadline = math.inf if seconds is None else begin + seconds
        until = math.inf if seconds is None else begin + SAMPLING_SHARE * seconds
        hot, cold = self.temperatures(until)
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
            tried = self._anneal(hot * (cold / hot) ** elapsed, wanted, deadline)
            done += tried
            self.moves += tried
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
