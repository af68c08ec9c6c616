"""Lookahead: a greedy rule that plays each candidate's future before it decides."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from baselines.search.lookahead_loops import choose
from baselines.search.search import Search
from baselines.search.stretches import Stretch, improve_stretches
from baselines.solver import Incumbent
from vertex_elim_env.engine import sparse
from vertex_elim_env.engine.loops import DONE
from vertex_elim_env.engine.problem import EliminationProblem


@dataclass(frozen=True)
class Lookahead(Search):
    """Lowest cost of the next eliminations: the vertex's own, and the cheapest each after it.

    The pilot method: C. Duin, S. Voss, The pilot method, Networks 34, 1999. Nothing is random.

    Attributes:
        depth: eliminations played after each candidate; 0 is the Markowitz rule.
    """

    name: ClassVar[str] = "lookahead"
    depth: int = 8

    def __post_init__(self) -> None:
        if self.depth < 0:
            raise ValueError(f"depth must be at least 0; got {self.depth}")

    def improve(
        self,
        problem: EliminationProblem,
        best: Incumbent,
        starts: list[tuple[int, ...]],
        seed: int,
        time_limit: float | None,
    ) -> None:
        """Offer the order of lookahead, stretch by stretch of the best rule's order."""
        deadline = time.perf_counter() + best.seconds_left
        order = improve_stretches(
            problem, starts[0], partial(_look_ahead, depth=self.depth), deadline=deadline
        )
        best.evaluations += 1
        best.offer(order, sparse.order_cost(problem, order))


def _look_ahead(stretch: Stretch, *, depth: int) -> Sequence[int] | None:
    length = stretch.window.length
    is_left, order, top = np.ones(length, np.bool_), [], 0
    while len(order) < length:
        if stretch.is_late:
            return None
        status, vertex = choose(
            stretch.window, stretch.tables, is_left, depth, stretch.log, top, stretch.missing
        )
        if status != DONE:
            stretch.settle(status)
            continue
        _, top = stretch.play(vertex, top)
        is_left[vertex] = False
        order.append(vertex)
    stretch.take_back(order, top)
    return order
