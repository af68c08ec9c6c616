"""Large-neighbourhood search: stretches of the best order are searched by beams, again and again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import ClassVar

import numpy as np

from baselines.search.beam import beam_search
from baselines.search.regrouping import regrouped
from baselines.search.search import Search
from baselines.search.stretches import improve_stretches
from baselines.solver import Incumbent
from vertex_elim_env.engine import sparse
from vertex_elim_env.engine.problem import EliminationProblem


@dataclass(frozen=True)
class LargeNeighbourhood(Search):
    """Large-neighbourhood search. P. Shaw, Using constraint programming and local search methods to
    solve vehicle routing problems, CP 1998.

    Every round writes the best order down anew, vertices next to those that wait for them, cuts it into
    stretches of a random length, and searches each by a beam: what was decided within a stretch is
    forgotten, what was decided outside stays.

    Attributes:
        rounds: how many, where there is no time limit.
        shortest, longest: vertices of a stretch.
        width: of the beams.
    """

    name: ClassVar[str] = "large-neighbourhood"
    rounds: int = 40
    shortest: int = 8
    longest: int = 60
    width: int = 4

    def __post_init__(self) -> None:
        if not (self.rounds > 0 and 2 <= self.shortest <= self.longest and self.width > 0):
            raise ValueError(
                "rounds and width must be positive, and shortest from 2 to longest; got "
                f"rounds={self.rounds}, width={self.width}, shortest={self.shortest}, longest={self.longest}"
            )

    def improve(
        self,
        problem: EliminationProblem,
        best: Incumbent,
        starts: list[tuple[int, ...]],
        seed: int,
        time_limit: float | None,
    ) -> None:
        """Offer what every round finds."""
        random, deadline = np.random.default_rng(seed), time.perf_counter() + best.seconds_left
        order = best.order
        for number in count():
            if best.is_done or (time_limit is None and number == self.rounds):
                return
            length = int(random.integers(self.shortest, self.longest + 1))
            search = partial(
                beam_search,
                width=self.width,
                weight=float(random.uniform(0.0, 0.8)),
                seed=int(random.integers(2**31)),
            )
            order = improve_stretches(
                problem,
                regrouped(problem, order, random),
                search,
                deadline=deadline,
                length=length,
                offset=int(random.integers(length)),
            )
            best.evaluations += self.width * -(-problem.num_eliminable // length)
            best.offer(order, sparse.order_cost(problem, order))
