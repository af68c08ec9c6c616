"""NodeFeatures: the observation as one matrix of vertex features, or as one vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vertex_elim_env.observation import LARGEST_LOG, STRUCTURE_FEATURES, VERTEX_FEATURES
from vertex_elim_env.wrappers.base import EliminationWrapper


@dataclass(frozen=True)
class NodeMatrix:
    """How an observation is put into one matrix.

    Attributes:
        columns: the places of the features shown.
        adjacency: whether the edges follow.
        flat: whether rows stand one after another in a vector.
    """

    columns: tuple[int, ...]
    adjacency: bool
    flat: bool

    @classmethod
    def make(
        cls,
        space: spaces.Space[Any],
        features: Sequence[str] | None,
        *,
        adjacency: bool,
        flat: bool,
    ) -> NodeMatrix:
        """Check what is asked for.

        Raises:
            ValueError: for an unknown feature, or an observation without the arrays.
        """
        needed = {"vertex_features"} | ({"adjacency", "structure_features"} if adjacency else set())
        present = set(space.spaces) if isinstance(space, spaces.Dict) else set()
        if not needed <= present:
            raise ValueError(
                f"NodeFeatures needs the observation's {', '.join(sorted(needed - present))}; make the "
                'environment with observation="dict", or wrap a graph in PaddedGraph and leave '
                "adjacency out"
            )
        chosen = VERTEX_FEATURES if features is None else tuple(features)
        unknown = [name for name in chosen if name not in VERTEX_FEATURES]
        if unknown or not chosen:
            raise ValueError(
                f"features are some of {', '.join(VERTEX_FEATURES)}; got {unknown or 'none'}"
            )
        return cls(tuple(VERTEX_FEATURES.index(name) for name in chosen), adjacency, flat)

    def space(self, num_rows: int) -> spaces.Box:
        """Return the space of one observation of so many rows."""
        shape = num_rows, len(self.columns) + num_rows * self.adjacency
        size = (shape[0] * shape[1],) if self.flat else shape
        return spaces.Box(0.0, LARGEST_LOG, size, np.float32)

    def __call__(self, observation: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """Return the matrices of observations, with as many leading axes, float32."""
        matrix = observation["vertex_features"][..., list(self.columns)]
        if self.adjacency:
            matrix = np.concatenate([matrix, _weights(observation)], axis=-1)
        return matrix.reshape(*matrix.shape[:-2], -1) if self.flat else matrix


def _weights(observation: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
    """0 for no edge, 1 for a pattern of ones, 1 + log(1 + values) for what stores values; (..., V, V)."""
    table = observation["structure_features"]
    table = table.reshape(-1, *table.shape[-2:])[0]  # the same table in every environment
    is_edge, log_weight = (STRUCTURE_FEATURES.index(name) for name in ("is_edge", "log_weight"))
    return (table[:, is_edge] + table[:, log_weight])[observation["adjacency"]]


class NodeFeatures(EliminationWrapper):
    """Shows one float32 matrix: a row for every vertex, eliminable ones first, so that row a is action a.

    Inputs follow, then outputs, each kind padded with zeros to the limits of the environment. Columns
    are the features of ``observation.VERTEX_FEATURES``, all or those named.

    With ``adjacency=True`` another V columns follow: column w of row u is 0 where there is no edge
    u -> w, 1 where there is one without stored values, and 1 + log(1 + values) elsewhere. With
    ``flat=True`` the rows stand one after another in a vector, for policies of plain layers.

    Example:
        >>> import gymnasium as gym
        >>> import vertex_elim_env
        >>> from vertex_elim_env.wrappers import NodeFeatures
        >>> env = gym.make("VertexElimination-v0", task="HumanHeartDipole")
        >>> NodeFeatures(env).observation_space.shape
        (94, 12)
        >>> NodeFeatures(env, adjacency=True).observation_space.shape
        (94, 106)
        >>> NodeFeatures(env, features=("is_eliminated", "log_cost"), flat=True).observation_space.shape
        (188,)
    """

    def __init__(
        self,
        env: gym.Env[Any, Any],
        *,
        features: Sequence[str] | None = None,
        adjacency: bool = False,
        flat: bool = False,
    ) -> None:
        """Wrap an environment.

        Args:
            env: an environment with ``observation="dict"``, or a :class:`PaddedGraph`.
            features: names of the columns; all by default.
            adjacency: whether the edges follow as further columns.
            flat: whether to show a vector.

        Raises:
            ValueError: for an unknown feature, or an observation without the arrays.
        """
        super().__init__(env, features=features, adjacency=adjacency, flat=flat)
        space: Any = env.observation_space
        self._matrix = NodeMatrix.make(space, features, adjacency=adjacency, flat=flat)
        self.observation_space = self._matrix.space(space["vertex_features"].shape[0])

    def view(self, observation: Any, info: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Return the matrix."""
        return self._matrix(observation), info
