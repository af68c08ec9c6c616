"""Beam search: of all orders' beginnings of one length, the best few are kept and lengthened."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from baselines.search.beam_loops import Beam, lengthen
from baselines.search.search import Search
from baselines.search.stretches import Stretch, improve_stretches
from baselines.solver import Incumbent
from vertex_elim_env.engine import sparse
from vertex_elim_env.engine.loops import DONE
from vertex_elim_env.engine.problem import EliminationProblem


@dataclass(frozen=True)
class BeamSearch(Search):
    """Beam search over sets of eliminated vertices. P. S. Ow, T. E. Morton, Filtered beam search in
    scheduling, Int. J. Prod. Res. 26, 1988.

    Beginnings of one set of vertices leave one graph (of scalars; of tensors nearly always), so only
    the cheapest of them is kept. Nothing is random.

    Attributes:
        width: beginnings that are kept.
        weight: of what all vertices that are left cost now, beside the cost so far.
    """

    name: ClassVar[str] = "beam"
    width: int = 16
    weight: float = 0.5

    def __post_init__(self) -> None:
        if self.width < 1:
            raise ValueError(f"width must be at least 1; got {self.width}")

    def improve(
        self,
        problem: EliminationProblem,
        best: Incumbent,
        starts: list[tuple[int, ...]],
        seed: int,
        time_limit: float | None,
    ) -> None:
        """Offer the order of a beam search, stretch by stretch of the best rule's order.

        With a time limit the width doubles and the search begins anew, as long as there is time.
        """
        deadline, width = time.perf_counter() + best.seconds_left, self.width
        while not best.is_done:
            search = partial(beam_search, width=width, weight=self.weight)
            order = improve_stretches(problem, best.order, search, deadline=deadline)
            best.evaluations += width
            best.offer(order, sparse.order_cost(problem, order))
            if time_limit is None:
                break
            width *= 2


def beam_search(
    stretch: Stretch, *, width: int, weight: float, seed: int = 0
) -> Sequence[int] | None:
    """Return the best order that a beam of some width finds, or None where time was up."""
    length = stretch.window.length
    names = np.random.default_rng(seed).integers(1, 2**63, length).astype(np.uint64)
    beam, following = _empty(width, length), _empty(width, length)
    beam.size[0] = 1
    for done in range(length):
        status = -1
        while status != DONE:
            if stretch.is_late:
                return None
            status = lengthen(
                stretch.window,
                stretch.tables,
                beam,
                following,
                done,
                names,
                weight,
                stretch.log,
                stretch.missing,
            )
            stretch.settle(status)
        beam, following = following, beam
    return beam.orders[int(np.argmin(beam.costs[: beam.size[0]]))].tolist()


def _empty(width: int, length: int) -> Beam:
    return Beam(
        np.zeros((width, length), np.int32),
        np.zeros(width, np.int64),
        np.zeros(width, np.uint64),
        np.zeros(1, np.int64),
    )
