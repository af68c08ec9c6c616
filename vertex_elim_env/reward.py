"""Rewards, injectable: what a step of an elimination is worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from vertex_elim_env.engine import elimination_cost
from vertex_elim_env.graph import ComputationalGraph


class Reward(Protocol):
    """Turns exact costs into a float; one object serves one environment."""

    def start(self, graph: ComputationalGraph, cost_model: str) -> None:
        """Prepare for an episode on a graph."""
        ...

    def __call__(self, *, step_cost: int, cost: int, terminated: bool) -> float:
        """Return the reward of a legal step.

        Args:
            step_cost: what this step cost, in the cost model's unit.
            cost: what the episode has cost so far, this step included.
            terminated: whether nothing is left to eliminate.
        """
        ...


class StepCost:
    """Minus the cost of the step: the return of an episode is minus the cost of its order."""

    def start(self, graph: ComputationalGraph, cost_model: str) -> None:
        """Nothing to prepare."""

    def __call__(self, *, step_cost: int, cost: int, terminated: bool) -> float:
        """Return ``-step_cost``."""
        return float(-step_cost)


class RelativeCost:
    """Minus the cost of the step, in units of the better of forward and reverse.

    Returns of different graphs are then of one scale: -1 is as good as the better of JAX's modes.
    """

    def __init__(self) -> None:
        self._scale = 1.0
        self._known: dict[tuple[str, str], float] = {}

    def start(self, graph: ComputationalGraph, cost_model: str) -> None:
        """Cost the two orders, once for each graph."""
        key = graph.fingerprint, cost_model
        if key not in self._known:
            orders = range(graph.num_eliminable), range(graph.num_eliminable - 1, -1, -1)
            self._known[key] = float(
                max(1, min(elimination_cost(graph, order, cost_model) for order in orders))
            )
        self._scale = self._known[key]

    def __call__(self, *, step_cost: int, cost: int, terminated: bool) -> float:
        """Return ``-step_cost`` divided by the baseline's cost."""
        return -step_cost / self._scale


class TerminalCost:
    """Nothing until the end, then minus the cost of the order."""

    def start(self, graph: ComputationalGraph, cost_model: str) -> None:
        """Nothing to prepare."""

    def __call__(self, *, step_cost: int, cost: int, terminated: bool) -> float:
        """Return ``-cost`` at the last step, else 0."""
        return float(-cost) if terminated else 0.0


REWARDS: Mapping[str, Callable[[], Reward]] = MappingProxyType(
    {"step_cost": StepCost, "relative": RelativeCost, "terminal": TerminalCost}
)


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


def make_reward(reward: str | Reward) -> Reward:
    """Return the reward of a name, or the object given.

    Raises:
        ValueError: for an unknown name.
        TypeError: for an object that is no reward.
    """
    if isinstance(reward, str):
        if reward not in REWARDS:
            raise ValueError(
                f"unknown reward {reward!r}; expected one of {', '.join(REWARDS)} or a Reward object"
            )
        return REWARDS[reward]()
    if not callable(reward) or not hasattr(reward, "start"):
        raise TypeError(f"a reward needs start() and a call; got {reward!r}")
    return reward
