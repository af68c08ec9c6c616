"""Stretches: an order is gone along in windows, each of which is searched by itself.

A graph of up to some hundred vertices is one window. On larger ones the windows of a good order are
searched one after another, so that the work grows with the number of vertices, not with its square.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.engine import compiled, sparse
from vertex_elim_env.engine.loops import DONE, TOO_DEAR, Tables
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.engine.sparse_loops import NO_ROOM, run_order
from vertex_elim_env.ordering.annealing import LOG_LENGTH
from vertex_elim_env.ordering.dynamic.rules import product_cost
from vertex_elim_env.ordering.playback import advance, retreat
from vertex_elim_env.ordering.windows import Window, open_window


class StretchTooDense(Exception):
    """A stretch joins more paths than can be taken back; it stays as it is."""


@dataclass
class Stretch:
    """A window, and what is needed to play it.

    Attributes:
        problem: whose tables are filled on demand.
        window: the stretch and its neighbours.
        deadline: by ``time.perf_counter()``.
        log, missing: scratch of the compiled loops.
    """

    problem: EliminationProblem
    window: Window
    deadline: float
    log: NDArray[np.uint64]
    missing: NDArray[np.int32] = field(default_factory=lambda: np.zeros(2, np.int32))

    @property
    def tables(self) -> Tables:
        """The present tables."""
        return compiled.tables_of(self.problem.algebra)

    @property
    def is_late(self) -> bool:
        """Whether time is up."""
        return time.perf_counter() > self.deadline

    def settle(self, status: int) -> None:
        """Fill the entry of the tables at which a loop stopped.

        Raises:
            StretchTooDense: if the log of eliminations is full.
        """
        if status == TOO_DEAR:
            raise StretchTooDense
        if status != DONE:
            compiled.fill_missing(self.problem.algebra, status, self.missing)

    def play(self, vertex: int, top: int) -> tuple[int, int]:
        """Eliminate a vertex. Returns its cost, and where the log ends."""
        while True:
            status, cost, top = advance(
                self.window, self.tables, vertex, self.log, top, self.missing
            )
            if status == DONE:
                return int(cost), top
            self.settle(status)

    def take_back(self, order: Sequence[int], top: int) -> None:
        """Take all eliminations back, which came in this order."""
        for vertex in reversed(order):
            top = retreat(self.window, vertex, self.log, top)

    def cost(self, order: Sequence[int]) -> int:
        """Return what an order of the stretch costs."""
        total, top = 0, 0
        for vertex in order:
            cost, top = self.play(vertex, top)
            total += cost
        self.take_back(order, top)
        return total


Improve = Callable[[Stretch], Sequence[int] | None]
"""From a stretch to an order of it that may be better, or None where time was up."""


def improve_stretches(
    problem: EliminationProblem,
    order: Sequence[int],
    improve: Improve,
    *,
    deadline: float = math.inf,
    length: int | None = None,
    offset: int = 0,
) -> tuple[int, ...]:
    """Return an order whose stretches were searched one after another; no dearer in each.

    Args:
        problem: the problem.
        order: where to begin.
        improve: searches a stretch.
        deadline: by ``time.perf_counter()``; what comes after it stays as it is.
        length: of a stretch; None for as much as a window holds.
        offset: length of the first stretch, if it is not 0.
    """
    best, state = np.asarray(order, np.int32), sparse.initial_state(problem)
    places = np.full(problem.num_vertices, -1, np.int32)
    log, missing = np.zeros(LOG_LENGTH, np.uint64), np.zeros(2, np.int32)
    begin, unit, n = 0, product_cost(problem), len(best)
    while begin < n and time.perf_counter() < deadline:
        end = min(n, begin + (length or n))
        if begin == 0 and offset:
            end = min(n, offset)
        window = open_window(state, best, begin, end, places, unit)
        stretch = Stretch(problem, window, deadline, log)
        if window.length > 1:
            best[begin : begin + window.length] = window.members[_searched(stretch, improve)]
        end, at = begin + window.length, begin
        while at < end:
            tables = compiled.tables_of(problem.algebra)
            status, _, at = run_order(state, tables, best, at, end, math.inf, missing)
            if status == NO_ROOM:
                state = sparse.with_room(state, int(best[at]))
            elif status != DONE:
                compiled.fill_missing(problem.algebra, status, missing)
        begin = end
    return tuple(best.tolist())


def _searched(stretch: Stretch, improve: Improve) -> NDArray[np.int64]:
    """The order that was found if it is no dearer, else the present one, as members."""
    present = np.arange(stretch.window.length)
    with suppress(StretchTooDense):
        found = improve(stretch)
        if found is not None and stretch.cost(found) <= stretch.cost(present.tolist()):
            return np.asarray(found)
    return present
