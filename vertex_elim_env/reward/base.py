"""What a reward is: an object that turns exact costs into a float."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from vertex_elim_env.graph import ComputationalGraph


class Reward(Protocol):
    """Turns exact costs into a float; one object serves one environment."""

    def start(self, graph: ComputationalGraph, cost_model: str) -> None:
        """Prepare for an episode on a graph."""
        ...

    def __call__(
        self, *, step_cost: int, cost: int, terminated: bool, order: Sequence[int]
    ) -> float:
        """Return the reward of a legal step.

        Args:
            step_cost: what this step cost, in the cost model's unit.
            cost: what the episode has cost so far, this step included.
            terminated: whether nothing is left to eliminate.
            order: the vertices eliminated so far, this one included; not to be changed.
        """
        ...


def finite(value: object, source: Reward) -> float:
    """Return what a reward returned as a float.

    Raises:
        ValueError: if it is no finite number.
    """
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(
            f"the reward {source!r} returned {value!r}; rewards must be finite numbers"
        )
    return number
