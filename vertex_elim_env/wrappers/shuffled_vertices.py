"""ShuffledVertices: another numbering of the vertices in every episode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, SupportsFloat

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vertex_elim_env.wrappers.base import EliminationWrapper


@dataclass(frozen=True, eq=False)
class ShuffledState:
    """A state of the environment inside, and the numbering it is seen in.

    Attributes:
        state: the state.
        vertices: the vertex of every action, int32 (n,).
    """

    state: Any
    vertices: NDArray[np.int32]


class ShuffledVertices(EliminationWrapper):
    """Numbers the eliminable vertices at random, anew in every episode.

    As augmentation, it keeps an agent from learning vertices by heart; as a test, a policy that is
    permutation-equivariant plays the same vertices with it and without. It wraps the environment
    itself, with ``observation="dict"`` or ``"graph"``, other wrappers going around it.
    (``generator.Renumbered`` draws other valid program orders instead, which change forward mode.)

    ``info["vertices"]``, int32 (n,), is the vertex of every action, and ``info["order"]`` is an order of
    the graph's own vertices, so that it costs what ``info["cost"]`` says.

    Example:
        >>> import gymnasium as gym
        >>> import vertex_elim_env
        >>> from vertex_elim_env.wrappers import ShuffledVertices
        >>> env = ShuffledVertices(gym.make("VertexElimination-v0", task="HumanHeartDipole"))
        >>> observation, info = env.reset(seed=0)
        >>> observation, *_, info = env.step(3)
        >>> bool(observation["action_mask"][3]), env.unwrapped.game.order == [info["vertices"][3]]
        (False, True)
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        """Wrap an environment.

        Args:
            env: the environment itself, not wrapped.

        Raises:
            ValueError: if it is wrapped.
        """
        super().__init__(env)
        if env is not env.unwrapped:
            raise ValueError(
                f"ShuffledVertices goes first around the environment itself; got {env}"
            )
        self._vertices = np.arange(int(env.action_space.n), dtype=np.int32)  # type: ignore[attr-defined]

    def begin(self) -> None:
        """Draw the numbering of an episode; rows of padding keep their places."""
        base: Any = self.unwrapped
        count = base.graph.num_eliminable
        self._vertices[:count] = self.np_random.permutation(count)
        self._vertices[count:] = np.arange(count, len(self._vertices))

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Eliminate the vertex of an action."""
        base: Any = self.unwrapped
        return super().step(int(self._vertices[base.settings.vertex_of(action)]))

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which actions are legal, bool (n,), fresh."""
        return super().action_masks()[self._vertices]

    def get_state(self) -> ShuffledState:
        """Return the episode in progress and its numbering."""
        return ShuffledState(super().get_state(), self._vertices.copy())

    def set_state(self, state: Any) -> tuple[Any, dict[str, Any]]:
        """Put an episode back in its numbering.

        Raises:
            TypeError: if the state is of an environment without numberings.
            ValueError: if it does not fit.
        """
        if not isinstance(state, ShuffledState):
            raise TypeError(f"expected a ShuffledState; got {type(state).__name__}")
        if len(state.vertices) != len(self._vertices):
            raise ValueError(
                f"the state numbers {len(state.vertices)} vertices, the environment {len(self._vertices)}"
            )
        base: Any = self.unwrapped
        observation, info = base.set_state(state.state)
        self._vertices = state.vertices.copy()
        return self.view(observation, info)

    def view(self, observation: Any, info: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Return everything by action."""
        vertices = self._vertices
        info["action_mask"] = info["action_mask"][vertices]
        info["vertices"] = vertices.copy()
        is_graph = isinstance(observation, spaces.GraphInstance)
        features: Any = observation.nodes if is_graph else observation["vertex_features"]
        rows = np.arange(len(features), dtype=np.int32)
        shown = min(len(vertices), len(rows))  # a graph has no rows of padding
        rows[:shown] = vertices[:shown]
        if is_graph:
            return _shuffle_graph(observation, rows), info
        return {
            **observation,
            "vertex_features": features[rows],
            "adjacency": observation["adjacency"][np.ix_(rows, rows)],
            "action_mask": observation["action_mask"][vertices],
        }, info


def _shuffle_graph(observation: Any, rows: NDArray[np.int32]) -> spaces.GraphInstance:
    """Row k shows what was in ``rows[k]``; links stay ascending."""
    places = np.argsort(rows).astype(np.int32)
    links = places[observation.edge_links]
    ascending = np.lexsort((links[:, 1], links[:, 0]))
    return spaces.GraphInstance(
        observation.nodes[rows], observation.edges[ascending], links[ascending]
    )
