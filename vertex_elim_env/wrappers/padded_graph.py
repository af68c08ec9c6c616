"""PaddedGraph: graphs of any size as arrays of fixed shapes, edges in a list."""

from __future__ import annotations

import operator
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from vertex_elim_env.observation import (
    LARGEST_LOG,
    STRUCTURE_FEATURES,
    VERTEX_FEATURES,
    padded_rows,
)
from vertex_elim_env.wrappers.base import EliminationWrapper


class PaddedGraph(EliminationWrapper):
    """Shows ``observation="graph"`` in arrays of fixed shapes, which libraries can stack and compile for.

    Unlike ``observation="dict"`` its size grows with the edges, not with the square of the vertices. Rows
    of vertices are as there: eliminable ones, so that row a is action a, inputs, outputs, each kind
    padded to the environment's limits. Rows of padding are zeros, and links of padding point to row 0.

    | key | type | meaning |
    |---|---|---|
    | `vertex_features` | float32 (V, 12) | as in `observation="dict"` |
    | `edge_features` | float32 (E, 5) | per live edge, `observation.STRUCTURE_FEATURES` |
    | `edge_links` | int32 (E, 2) | rows of its source and target |
    | `edge_mask` | int8 (E,) | 1 for an edge, 0 for padding |
    | `action_mask` | int8 (n,) | 1 for a vertex that is left to eliminate |

    Example:
        >>> import gymnasium as gym
        >>> import vertex_elim_env
        >>> from vertex_elim_env.wrappers import PaddedGraph
        >>> env = gym.make("VertexEliminationPaper-v0", observation="graph")
        >>> env = PaddedGraph(env, max_edges=500)
        >>> observation, info = env.reset(seed=0)
        >>> observation["edge_links"].shape, int(observation["edge_mask"].sum()) == env.unwrapped.graph.num_edges
        ((500, 2), True)
    """

    def __init__(self, env: gym.Env[Any, Any], *, max_edges: int) -> None:
        """Wrap an environment.

        Args:
            env: an environment with ``observation="graph"``.
            max_edges: E, the most live edges of any state; elimination can add edges, often to twice
                the graph's own.

        Raises:
            ValueError: if the environment shows no graphs, or ``max_edges`` is not positive.
        """
        super().__init__(env, max_edges=max_edges)
        if not isinstance(env.observation_space, spaces.Graph):
            raise ValueError(
                f'PaddedGraph needs an environment with observation="graph"; got {env.observation_space}'
            )
        self._max_edges = operator.index(max_edges)
        if self._max_edges < 1:
            raise ValueError(f"max_edges must be at least 1; got {max_edges}")
        base: Any = env.unwrapped
        self._limits = base.limits
        rows, links = self._limits.num_vertices, self._max_edges
        self.observation_space = spaces.Dict(
            {
                "vertex_features": spaces.Box(
                    0.0, LARGEST_LOG, (rows, len(VERTEX_FEATURES)), np.float32
                ),
                "edge_features": spaces.Box(
                    0.0, LARGEST_LOG, (links, len(STRUCTURE_FEATURES)), np.float32
                ),
                "edge_links": spaces.Box(0, rows - 1, (links, 2), np.int32),
                "edge_mask": spaces.MultiBinary(links),
                "action_mask": spaces.MultiBinary(self._limits.num_eliminable),
            }
        )

    def view(self, observation: Any, info: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Return the padded arrays.

        Raises:
            ValueError: if the state has more edges than there is room for.
        """
        count = len(observation.edge_links)
        if count > self._max_edges:
            raise ValueError(
                f"the state has {count} live edges and PaddedGraph room for {self._max_edges}; "
                "make it with a larger max_edges"
            )
        base: Any = self.unwrapped
        rows = padded_rows(base.graph, self._limits)
        parts: dict[str, Any] = {
            key: np.zeros(space.shape, space.dtype)
            for key, space in self.observation_space.spaces.items()  # type: ignore[attr-defined]
        }
        parts["vertex_features"][rows] = observation.nodes
        parts["edge_features"][:count] = observation.edges
        parts["edge_links"][:count] = rows[observation.edge_links]
        parts["edge_mask"][:count] = 1
        parts["action_mask"][:] = info["action_mask"]
        return parts, info
