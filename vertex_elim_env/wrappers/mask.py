"""MaskedObservation and MaskInInfo: the mask of legal actions where a library looks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import DTypeLike

from vertex_elim_env.wrappers.base import EliminationWrapper


class MaskedObservation(EliminationWrapper):
    """Shows the observation and the mask side by side, under the keys that a library looks for.

    A mask that the observation holds already is taken out of it.

    | library | observation_key | mask_key | dtype |
    |---|---|---|---|
    | RLlib, PettingZoo's convention | "observation(s)" | "action_mask" | int8 |
    | Tianshou | "obs" | "mask" | bool |

    Example:
        >>> import gymnasium as gym
        >>> import vertex_elim_env
        >>> from vertex_elim_env.wrappers import MaskedObservation, NodeFeatures
        >>> env = gym.make("VertexElimination-v0", task="HumanHeartDipole")
        >>> env = MaskedObservation(NodeFeatures(env), observation_key="obs", mask_key="mask", dtype=bool)
        >>> observation, info = env.reset(seed=0)
        >>> {key: (array.shape, array.dtype.name) for key, array in observation.items()}
        {'obs': ((94, 12), 'float32'), 'mask': ((78,), 'bool')}
    """

    def __init__(
        self,
        env: gym.Env[Any, Any],
        *,
        observation_key: str = "observation",
        mask_key: str = "action_mask",
        dtype: DTypeLike = np.int8,
    ) -> None:
        """Wrap an environment.

        Args:
            env: the environment.
            observation_key: where the observation goes.
            mask_key: where the mask goes.
            dtype: of the mask, such as int8, bool or float32.

        Raises:
            ValueError: if the keys are the same.
        """
        super().__init__(env, observation_key=observation_key, mask_key=mask_key, dtype=dtype)
        if observation_key == mask_key:
            raise ValueError(f"observation_key and mask_key must differ; got {mask_key!r} twice")
        self._observation_key, self._mask_key = observation_key, mask_key
        self._dtype = np.dtype(dtype)
        num_actions = int(env.action_space.n)  # type: ignore[attr-defined]
        mask_space = (
            spaces.MultiBinary(num_actions)
            if self._dtype == np.int8
            else spaces.Box(0, 1, (num_actions,), self._dtype.type)
        )
        self.observation_space = spaces.Dict(
            {observation_key: _without_mask(env.observation_space), mask_key: mask_space}
        )

    def view(self, observation: Any, info: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Return both under their keys."""
        mask = info["action_mask"].astype(self._dtype)
        return {
            self._observation_key: _drop_mask(observation),
            self._mask_key: mask,
        }, info


class MaskInInfo(EliminationWrapper):
    """Takes the mask out of the observation; it stays in ``info["action_mask"]`` and ``action_masks()``.

    Example:
        >>> import gymnasium as gym
        >>> import vertex_elim_env
        >>> from vertex_elim_env.wrappers import MaskInInfo
        >>> env = MaskInInfo(gym.make("VertexElimination-v0", task="HumanHeartDipole"))
        >>> observation, info = env.reset(seed=0)
        >>> sorted(observation), info["action_mask"].shape
        (['adjacency', 'structure_features', 'vertex_features'], (78,))
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        """Wrap an environment.

        Args:
            env: the environment.
        """
        super().__init__(env)
        self.observation_space = _without_mask(env.observation_space)

    def view(self, observation: Any, info: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Return the observation without its mask."""
        return _drop_mask(observation), info


def _without_mask(space: spaces.Space[Any]) -> spaces.Space[Any]:
    if not isinstance(space, spaces.Dict):
        return space
    return spaces.Dict(_drop_mask(space.spaces))


def _drop_mask(parts: Any) -> Any:
    if not isinstance(parts, Mapping):
        return parts
    return {key: part for key, part in parts.items() if key != "action_mask"}
