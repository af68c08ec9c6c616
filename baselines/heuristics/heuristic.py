"""Heuristic: a solver that finds one order by a rule, and ends by itself."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from baselines.solver import Incumbent
from vertex_elim_env.engine import elimination_problem, sparse
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution
from vertex_elim_env.ordering.compilation import small_graph


@dataclass(frozen=True)
class Heuristic:
    """A rule that needs no search; subclasses say which.

    Attributes:
        name: under which the registry knows it.
    """

    name: ClassVar[str]

    def order(self, problem: EliminationProblem, deadline: float = math.inf) -> Sequence[int]:
        """Return the order of a problem.

        Args:
            problem: the problem.
            deadline: by ``time.perf_counter()``; what the rule has not reached then comes in reverse.
        """
        raise NotImplementedError

    def solve(
        self,
        graph: ComputationalGraph,
        *,
        seed: int = 0,
        time_limit: float | None = None,
        cost_model: str = "multiplications",
    ) -> Solution:
        """Return the rule's order as a solution; nothing is random, so the seed is ignored."""
        compile_loops(self)
        best = Incumbent(graph, time_limit=time_limit, cost_model=cost_model)
        problem = elimination_problem(graph, cost_model)
        order = self.order(problem, time.perf_counter() + best.seconds_left)
        best.evaluations += 1
        best.offer(order, sparse.order_cost(problem, order))
        return best.solution(self.name)


@cache
def compile_loops(heuristic: Heuristic) -> None:
    """Compile a rule's loops on a small graph, before the clock starts."""
    problem = elimination_problem(small_graph())
    sparse.order_cost(problem, heuristic.order(problem))
