"""StepLimit: episodes of at most so many steps."""

from __future__ import annotations

import operator
from typing import Any, SupportsFloat

import gymnasium as gym

from vertex_elim_env.wrappers.base import EliminationWrapper


class StepLimit(EliminationWrapper):
    """Truncates episodes after so many steps, illegal ones counted too.

    Unlike Gymnasium's ``TimeLimit`` it keeps masks within reach, counts on in a state that is put back
    or cloned, and refuses a step after the end, as the environment does.

    Example:
        >>> import gymnasium as gym
        >>> import vertex_elim_env
        >>> from vertex_elim_env.wrappers import StepLimit
        >>> env = StepLimit(gym.make("VertexElimination-v0", task="HumanHeartDipole"), max_steps=2)
        >>> observation, info = env.reset(seed=0)
        >>> [env.step(vertex)[3] for vertex in (5, 77)]
        [False, True]
    """

    def __init__(self, env: gym.Env[Any, Any], *, max_steps: int) -> None:
        """Wrap an environment.

        Args:
            env: the environment.
            max_steps: after how many steps an episode is truncated.

        Raises:
            ValueError: if it is not positive.
        """
        super().__init__(env, max_steps=max_steps)
        self._max_steps = operator.index(max_steps)
        if self._max_steps < 1:
            raise ValueError(f"max_steps must be at least 1; got {max_steps}")
        self._num_steps = 0

    def begin(self) -> None:
        """Count from the steps that the episode has behind it."""
        base: Any = self.unwrapped
        self._num_steps = base.get_state().num_steps

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Take a step.

        Raises:
            RuntimeError: after the limit.
        """
        if self._num_steps >= self._max_steps:
            raise RuntimeError(
                f"the episode is over, it was truncated after {self._max_steps} steps: call reset()"
            )
        observation, reward, terminated, truncated, info = super().step(action)
        self._num_steps += 1
        is_late = self._num_steps >= self._max_steps and not terminated
        return observation, reward, terminated, truncated or is_late, info
