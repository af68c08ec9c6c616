"""EliminationWrapper: a Gymnasium wrapper that keeps masks, states and clones within reach."""

from __future__ import annotations

import copy
from typing import Any, SupportsFloat

import gymnasium as gym
import numpy as np
from gymnasium.utils import RecordConstructorArgs
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker
from numpy.typing import NDArray

STATELESS = (
    gym.ObservationWrapper,
    gym.RewardWrapper,
    gym.ActionWrapper,
    OrderEnforcing,
    PassiveEnvChecker,
)
"""Gymnasium's wrappers that keep nothing of an episode, so that a state can be put back under them."""


class EliminationWrapper(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """A wrapper that keeps what elimination environments have beyond Gymnasium's interface.

    Gymnasium's wrappers hide attributes; ``action_masks``, ``get_state``, ``set_state`` and ``clone``
    are found here as on the environment. Subclasses say what is seen (:meth:`view`), and what begins
    with an episode (:meth:`begin`).
    """

    def __init__(self, env: gym.Env[Any, Any], **arguments: Any) -> None:
        """Wrap an environment.

        Args:
            env: an elimination environment, or one that is wrapped already.
            **arguments: of the subclass's constructor, remembered for ``spec``.
        """
        RecordConstructorArgs.__init__(self, **arguments)
        gym.Wrapper.__init__(self, env)

    def begin(self) -> None:
        """Take note that another episode is in progress: of a reset, or of a state put back."""

    def view(self, observation: Any, info: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Return what is seen from outside; the arguments may be changed in place."""
        return observation, info

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start an episode."""
        observation, info = self.env.reset(seed=seed, options=options)
        self.begin()
        return self.view(observation, info)

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Take a step."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        observation, info = self.view(observation, info)
        return observation, reward, terminated, truncated, info

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which actions are legal, bool (n,), fresh."""
        return self.env.get_wrapper_attr("action_masks")()

    def get_state(self) -> Any:
        """Return the episode in progress as plain data, for :meth:`set_state`."""
        return self.env.get_wrapper_attr("get_state")()

    def set_state(self, state: Any) -> tuple[Any, dict[str, Any]]:
        """Put an episode back and return what is seen of it.

        Raises:
            ValueError: if the state does not fit this environment.
            TypeError: if a wrapper in between has a state of its own, which would go stale.
        """
        observation, info = _set_state(self.env, state)
        self.begin()
        return self.view(observation, info)

    def clone(self) -> EliminationWrapper:
        """Return an independent environment, wrapped alike, in the same state."""
        base: Any = self.unwrapped
        return copy.deepcopy(self, {id(base): base.clone()})


def _set_state(env: gym.Env[Any, Any], state: Any) -> tuple[Any, dict[str, Any]]:
    """Put a state back under any wrappers that allow it."""
    if hasattr(env, "set_state"):
        return env.set_state(state)  # type: ignore[attr-defined]
    if not isinstance(env, gym.Wrapper) or not isinstance(env, STATELESS):
        raise TypeError(
            f"{type(env).__name__} may keep a state of its own, which set_state can't put back; leave "
            "it out, wrap it around the others, or use clone()"
        )
    observation, info = _set_state(env.env, state)
    if isinstance(env, gym.ObservationWrapper):
        observation = env.observation(observation)
    return observation, info
