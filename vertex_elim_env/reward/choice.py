"""Which reward an environment's option means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from vertex_elim_env.reward.base import Reward
from vertex_elim_env.reward.costs import RelativeCost, StepCost, TerminalCost
from vertex_elim_env.reward.run_time import RunTime

REWARDS: Mapping[str, Callable[[], Reward]] = MappingProxyType(
    {
        "step_cost": StepCost,
        "relative": RelativeCost,
        "terminal": TerminalCost,
        "run_time": RunTime,
    }
)


def check_reward(reward: str | Reward) -> None:
    """Refuse what is no reward.

    Raises:
        ValueError: for an unknown name.
        TypeError: for an object that is no reward.
    """
    if isinstance(reward, str):
        if reward not in REWARDS:
            raise ValueError(
                f"unknown reward {reward!r}; expected one of {', '.join(REWARDS)} or a Reward object"
            )
    elif not callable(reward) or not hasattr(reward, "start"):
        raise TypeError(f"a reward needs start() and a call; got {reward!r}")


def make_reward(reward: str | Reward) -> Reward:
    """Return the reward of a name, or the object given.

    Raises:
        ValueError: for an unknown name.
        TypeError: for an object that is no reward.
    """
    check_reward(reward)
    return REWARDS[reward]() if isinstance(reward, str) else reward
