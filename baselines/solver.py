"""Solver: one protocol for everything that finds an elimination order; Incumbent: the best so far."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

from vertex_elim_env.algebra import check_cost_model
from vertex_elim_env.engine import sparse
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Improvement, Solution


@runtime_checkable
class Solver(Protocol):
    """Something that finds an order; its options are the arguments of its constructor.

    Attributes:
        name: under which the registry knows it.
    """

    @property
    def name(self) -> str: ...

    def solve(
        self,
        graph: ComputationalGraph,
        *,
        seed: int = 0,
        time_limit: float | None = None,
        cost_model: str = "multiplications",
    ) -> Solution:
        """Return the best order found.

        Args:
            graph: the graph; only its structure may be looked at, no record of known orders.
            seed: of random choices; what is not random ignores it.
            time_limit: seconds on the clock, compilation apart; None where the solver ends by itself.
            cost_model: "multiplications", "nontrivial" or "flops".

        Raises:
            ValueError: for an unknown cost model, or a limit that is not positive.
        """
        ...


class Incumbent:
    """The best order so far, its history, and the clock: what an anytime solver writes to.

    Attributes:
        order, cost: the best so far; ``cost`` is infinite before the first offer.
        lower_bound: the best bound proved so far.
        evaluations: orders evaluated, in whole or in part; the solver adds to it.
    """

    def __init__(
        self,
        graph: ComputationalGraph,
        *,
        time_limit: float | None = None,
        cost_model: str = "multiplications",
        lower_bound: int = 0,
    ) -> None:
        """Start the clock.

        Raises:
            ValueError: for an unknown cost model, or a limit that is not positive.
        """
        if time_limit is not None and not (math.isfinite(time_limit) and time_limit > 0):
            raise ValueError(
                f"time_limit must be a positive number of seconds or None; got {time_limit!r}"
            )
        self.graph, self.cost_model = graph, check_cost_model(cost_model)
        self.order: tuple[int, ...] = ()
        self.cost: float = math.inf
        self.lower_bound = lower_bound
        self.evaluations = 0
        self._trace: list[Improvement] = []
        self._time_limit = math.inf if time_limit is None else time_limit
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start

    @property
    def seconds_left(self) -> float:
        """Seconds until the limit, infinite where there is none, negative past it."""
        return self._time_limit - self.seconds

    @property
    def is_done(self) -> bool:
        """Whether time is up or the best order is proved optimal."""
        return self.cost <= self.lower_bound or self.seconds_left <= 0

    def offer(self, order: Sequence[int], cost: int | None = None) -> bool:
        """Keep an order if it is the best so far, and say whether it is.

        Args:
            order: permutation of ``range(n)``.
            cost: what it costs, where it is known; else it is evaluated.
        """
        if cost is None:
            cost = self._count(order)
            self.evaluations += 1
        if cost >= self.cost:
            return False
        self.order, self.cost = tuple(int(v) for v in order), cost
        self._trace.append(Improvement(self.seconds, self.evaluations, cost))
        return True

    def _count(self, order: Sequence[int]) -> int:
        return sparse.order_cost(elimination_problem(self.graph, self.cost_model), order)

    @contextmanager
    def until_interrupted(self) -> Iterator[None]:
        """End the block at Ctrl-C, if there is an order to answer with."""
        try:
            yield
        except KeyboardInterrupt:
            if not self._trace:
                raise

    def solution(self, method: str) -> Solution:
        """Return the best order as a solution, its cost counted anew on the whole graph."""
        return Solution(
            order=self.order,
            cost=self._count(self.order),
            lower_bound=self.lower_bound,
            cost_model=self.cost_model,
            fingerprint=self.graph.fingerprint,
            method=method,
            seconds=self.seconds,
            evaluations=max(1, self.evaluations),
            trace=tuple(self._trace),
        )
