"""Search: a solver that begins with the heuristics' orders and makes them cheaper until time is up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from baselines.search.beginnings import offer_heuristics
from baselines.solver import Incumbent
from vertex_elim_env.bounds import lower_bound
from vertex_elim_env.engine import elimination_problem
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution
from vertex_elim_env.ordering.compilation import small_graph
from vertex_elim_env.ordering.search import MAX_BOUNDED, compile_loops


@dataclass(frozen=True)
class Search:
    """What all searches share; subclasses say how they search.

    Attributes:
        name: under which the registry knows it.
    """

    name: ClassVar[str]

    def improve(
        self,
        problem: EliminationProblem,
        best: Incumbent,
        starts: list[tuple[int, ...]],
        seed: int,
        time_limit: float | None,
    ) -> None:
        """Offer better orders until it is done, or the incumbent says so.

        Args:
            problem: the problem.
            best: holds the best order so far, and the clock.
            starts: orders of the heuristics, the best first.
            seed: of random choices.
            time_limit: seconds, or None where the search ends by itself.
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
        """Return the best order found; Ctrl-C ends the search early."""
        _compile(self)
        best = Incumbent(graph, time_limit=time_limit, cost_model=cost_model)
        problem = elimination_problem(graph, cost_model)
        starts = offer_heuristics(problem, best)
        with best.until_interrupted():
            if problem.num_eliminable <= MAX_BOUNDED:
                best.lower_bound = lower_bound(graph, cost_model, rounds=0)
            if problem.num_eliminable > 1 and not best.is_done:
                self.improve(problem, best, starts, seed, time_limit)
        return best.solution(self.name)


@cache
def _compile(search: Search) -> None:
    """Compile what a search runs on a small graph, before the clock starts; of annealing all of it, which
    leaves alone what is safe to go first, as both vertices of that graph are.
    """
    compile_loops()
    graph = small_graph()
    problem, best = elimination_problem(graph), Incumbent(graph)
    search.improve(problem, best, offer_heuristics(problem, best), 0, None)
