"""RandomOrders: permutations drawn with equal chances, what any search must beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from baselines.solver import Incumbent
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution


@dataclass(frozen=True)
class RandomOrders:
    """The best of some random orders, as random play of the environment finds it.

    Attributes:
        num_orders: how many are drawn, where time does not end before.
    """

    name: ClassVar[str] = "random"
    num_orders: int = 1_000

    def __post_init__(self) -> None:
        if self.num_orders < 1:
            raise ValueError(f"num_orders must be at least 1; got {self.num_orders}")

    def solve(
        self,
        graph: ComputationalGraph,
        *,
        seed: int = 0,
        time_limit: float | None = None,
        cost_model: str = "multiplications",
    ) -> Solution:
        """Return the best order drawn; the first counts whatever the limit."""
        best = Incumbent(graph, time_limit=time_limit, cost_model=cost_model)
        rng = np.random.default_rng(seed)
        with best.until_interrupted():
            for _ in range(self.num_orders):
                best.offer(rng.permutation(graph.num_eliminable).tolist())
                if best.is_done:
                    break
        return best.solution(self.name)
