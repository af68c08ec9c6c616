"""Portfolio: every heuristic, and the best of their orders."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import ClassVar

from baselines.heuristics.dynamic import (
    LowestMarkowitzMinimalDamage,
    MarkowitzEarly,
    MarkowitzLate,
    MaximalOverallMarkowitzReduction,
    MinimalFill,
    RelativeMarkowitz,
)
from baselines.heuristics.heuristic import Heuristic, compile_loops
from baselines.heuristics.static import EliADForward, EliADReverse, Forward, Reverse
from baselines.solver import Incumbent
from vertex_elim_env.engine import elimination_problem, sparse
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution

HEURISTICS: tuple[Heuristic, ...] = (
    Forward(),
    Reverse(),
    EliADForward(),
    EliADReverse(),
    MarkowitzLate(),
    MarkowitzEarly(),
    MinimalFill(),
    RelativeMarkowitz(),
    LowestMarkowitzMinimalDamage(),
    MaximalOverallMarkowitzReduction(),
)
"""All heuristics, the fast ones first."""


@dataclass(frozen=True)
class Portfolio:
    """The best order of all heuristics, as far as time allows.

    Attributes:
        heuristics: to try, in this order.
    """

    name: ClassVar[str] = "portfolio"
    heuristics: tuple[Heuristic, ...] = HEURISTICS

    def solve(
        self,
        graph: ComputationalGraph,
        *,
        seed: int = 0,
        time_limit: float | None = None,
        cost_model: str = "multiplications",
    ) -> Solution:
        """Return the best order; nothing is random, so the seed is ignored."""
        for heuristic in self.heuristics:
            compile_loops(heuristic)
        best = Incumbent(graph, time_limit=time_limit, cost_model=cost_model)
        problem = elimination_problem(graph, cost_model)
        with best.until_interrupted():
            for heuristic in self.heuristics:
                if best.order and best.is_done:
                    break
                order = heuristic.order(problem, time.perf_counter() + best.seconds_left)
                best.evaluations += 1
                best.offer(order, sparse.order_cost(problem, order))
        return best.solution(self.name)
