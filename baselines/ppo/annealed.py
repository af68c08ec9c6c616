"""AnnealedPPO: what a policy plays, then annealing from there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from baselines.ppo.solver import PPO
from baselines.search.annealing import Annealing
from baselines.solver import Incumbent
from vertex_elim_env.engine import elimination_problem
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution


@dataclass(frozen=True)
class AnnealedPPO:
    """A policy's best order, annealed; no rule's order is a start.

    Attributes:
        policy: what plays.
        annealing: what improves its order.
        share: of a time limit that the policy has, between 0 and 1.
    """

    name: ClassVar[str] = "ppo+annealing"
    policy: PPO = field(default_factory=PPO)
    annealing: Annealing = field(default_factory=Annealing)
    share: float = 0.5

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise ValueError(f"share must be between 0 and 1; got {self.share}")

    def solve(
        self,
        graph: ComputationalGraph,
        *,
        seed: int = 0,
        time_limit: float | None = None,
        cost_model: str = "multiplications",
    ) -> Solution:
        """Return the best order found.

        Raises:
            MissingExtraError: without the extra ``agents``.
        """
        best = Incumbent(graph, time_limit=time_limit, cost_model=cost_model)
        limit = None if time_limit is None else self.share * time_limit
        played = self.policy.solve(graph, seed=seed, time_limit=limit, cost_model=cost_model)
        best.offer(played.order, played.cost)
        with best.until_interrupted():
            if len(played.order) > 1 and not best.is_done:
                problem = elimination_problem(graph, cost_model)
                self.annealing.improve(problem, best, [played.order], seed, time_limit)
        best.evaluations += played.evaluations
        return best.solution(self.name)
