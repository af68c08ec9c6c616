"""Annealing: the package's simulated annealing, restarted on several cores."""

from __future__ import annotations

import math
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import ClassVar

from baselines.search.search import Search
from baselines.solver import Incumbent
from vertex_elim_env.engine import elimination_problem
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.ordering.annealing import Annealer
from vertex_elim_env.ordering.reductions import safe_beginning

LOOK_SECONDS = 0.02
"""Between two looks at what the workers have found."""


@dataclass(frozen=True)
class Annealing(Search):
    """Simulated annealing, see ``vertex_elim_env.ordering.annealing``, with restarts.

    S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, Optimization by simulated annealing, Science 220, 1983.
    Workers are threads, for compiled loops run side by side; each has a seed of its own, anneals by
    itself, and the best of all is the answer. Without a time limit the result is the same every time.

    Attributes:
        workers: number of threads.
        moves: that each worker tries, where there is no time limit.
        cycle_seconds: of one cooling; what is left of a time limit is cut into coolings of about that.
    """

    name: ClassVar[str] = "annealing"
    workers: int = 1
    moves: int = 400_000
    cycle_seconds: float = 10.0

    def __post_init__(self) -> None:
        if self.workers < 1 or self.moves < 1 or not self.cycle_seconds > 0:
            raise ValueError(
                "workers, moves and cycle_seconds must be positive; got "
                f"{self.workers}, {self.moves} and {self.cycle_seconds}"
            )

    def improve(
        self,
        problem: EliminationProblem,
        best: Incumbent,
        starts: list[tuple[int, ...]],
        seed: int,
        time_limit: float | None,
    ) -> None:
        """Offer what the workers find."""
        first, stop = safe_beginning(problem), threading.Event()
        # Threads that fill tables get tables of their own.
        problems = [problem] + [
            elimination_problem(problem.graph, problem.algebra.cost_model)
            for _ in range(self.workers - 1)
        ]
        workers = [
            _Worker(Annealer(each, seed * self.workers + k, first))
            for k, each in enumerate(problems)
        ]
        left = None if time_limit is None else best.seconds_left
        with ThreadPoolExecutor(self.workers) as pool:
            waiting = {
                pool.submit(self._anneal, worker, starts, left, best.lower_bound, stop)
                for worker in workers
            }
            try:
                while waiting:
                    done, waiting = wait(waiting, LOOK_SECONDS, FIRST_COMPLETED)
                    _raise_errors(done)
                    if time_limit is not None:
                        _report(best, workers)
                    if best.cost <= best.lower_bound:
                        stop.set()
            finally:
                stop.set()
                wait(waiting)
                _report(best, workers)

    def _anneal(
        self,
        worker: _Worker,
        starts: list[tuple[int, ...]],
        seconds: float | None,
        bound: int,
        stop: threading.Event,
    ) -> None:
        """Cool again and again: from the best rule, then by turns from the best so far and other rules."""
        annealer = worker.annealer
        if annealer.num_annealed < 2:
            return
        begin, number = time.perf_counter(), 0
        for order in starts:
            annealer.offer(order)
        while seconds is None or time.perf_counter() - begin < seconds:
            again = number % 2 == 1
            start = annealer.best if again else starts[(number // 2) % len(starts)]
            share = None
            if seconds is not None:
                left = seconds - (time.perf_counter() - begin)
                share = left if left < 2 * self.cycle_seconds else self.cycle_seconds
            moves = self.moves if seconds is None else None
            heat = 0.5 if again else 1.0
            for cost in annealer.cycle(start, seconds=share, moves=moves, heat=heat):
                if cost < worker.found[0]:
                    worker.found = cost, annealer.best
                if stop.is_set() or cost <= bound:
                    return
            if seconds is None:
                return
            number += 1


@dataclass
class _Worker:
    """An annealer, and what it told last: the cost of its best order, and the order.

    Others read only that, for the annealer's own arrays change while they look.
    """

    annealer: Annealer
    found: tuple[float, tuple[int, ...]] = (math.inf, ())


def _report(best: Incumbent, workers: list[_Worker]) -> None:
    """Offer the workers' best orders; of equal ones the first worker's."""
    best.evaluations = sum(worker.annealer.moves for worker in workers)
    for worker in workers:
        cost, order = worker.found
        if cost < best.cost:
            best.offer(order, int(cost))


def _raise_errors(done: set[Future[None]]) -> None:
    for future in done:
        future.result()
