"""NodeFeatures for the vector environment: all observations in one matrix operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.vector import VectorEnv, VectorWrapper
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from vertex_elim_env.wrappers.node_features import NodeMatrix

__all__ = ["NodeFeatures"]


class NodeFeatures(VectorWrapper[Any, Any, Any, Any, Any]):
    """Shows what :class:`vertex_elim_env.wrappers.NodeFeatures` shows, of B environments, float32 (B, ...).

    Example:
        >>> import gymnasium as gym
        >>> import vertex_elim_env
        >>> from vertex_elim_env.wrappers.vector import NodeFeatures
        >>> envs = gym.make_vec("VertexElimination-v0", num_envs=3, task="HumanHeartDipole")
        >>> envs = NodeFeatures(envs, flat=True)
        >>> observations, infos = envs.reset(seed=0)
        >>> observations.shape, envs.action_masks().shape
        ((3, 1128), (3, 78))
    """

    def __init__(
        self,
        env: VectorEnv[Any, Any, Any],
        *,
        features: Sequence[str] | None = None,
        adjacency: bool = False,
        flat: bool = False,
    ) -> None:
        """Wrap a vector environment with ``observation="dict"``.

        Args:
            env: the vector environment.
            features: names of the columns; all by default.
            adjacency: whether the edges follow as further columns.
            flat: whether to show a vector for each environment.

        Raises:
            ValueError: for an unknown feature, or an observation without the arrays.
        """
        super().__init__(env)
        space: Any = env.single_observation_space
        self._matrix = NodeMatrix.make(space, features, adjacency=adjacency, flat=flat)
        self.single_observation_space = self._matrix.space(space["vertex_features"].shape[0])
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)

    def reset(
        self, *, seed: Any = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start the episodes."""
        observations, infos = self.env.reset(seed=seed, options=options)
        return self._matrix(observations), infos

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Take a step in every environment."""
        observations, rewards, terminations, truncations, infos = self.env.step(actions)
        if "final_obs" in infos:
            last = [None if seen is None else self._matrix(seen) for seen in infos["final_obs"]]
            infos["final_obs"] = np.empty(len(last), object)
            infos["final_obs"][:] = last
        return self._matrix(observations), rewards, terminations, truncations, infos

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which actions are legal, bool (B, n), fresh."""
        envs: Any = self.unwrapped
        if hasattr(envs, "action_masks"):
            return envs.action_masks()
        return np.stack(envs.call("action_masks"))
