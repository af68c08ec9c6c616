"""History: what was eliminated so far, and what it cost, as part of the observation."""

from __future__ import annotations

import operator
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vertex_elim_env.game import Game
from vertex_elim_env.observation import LARGEST_LOG
from vertex_elim_env.wrappers.base import EliminationWrapper


class History(EliminationWrapper):
    """Adds the last k eliminations and the order so far to the observation.

    An observation that is no dictionary goes under the key "observation". Illegal actions are no part
    of the history; a prefix that the episode started with is.

    | key | type | meaning |
    |---|---|---|
    | `last_actions` | int32 (k,) | the vertices eliminated last, newest first, then -1 |
    | `last_costs` | float32 (k,) | log(1 + cost) of each, then 0 |
    | `order_position` | float32 (n,) | k / number of vertices for the k-th eliminated, 0 for those left |

    Example:
        >>> import gymnasium as gym
        >>> import vertex_elim_env
        >>> from vertex_elim_env.wrappers import History
        >>> env = History(gym.make("VertexElimination-v0", task="HumanHeartDipole"), length=3)
        >>> observation, info = env.reset(seed=0)
        >>> for vertex in (5, 77):
        ...     observation, *_ = env.step(vertex)
        >>> observation["last_actions"].tolist()
        [77, 5, -1]
    """

    def __init__(self, env: gym.Env[Any, Any], *, length: int = 8) -> None:
        """Wrap an environment.

        Args:
            env: the environment.
            length: k, how many eliminations are remembered.

        Raises:
            ValueError: if the length is not positive, or the observation has such keys already.
        """
        super().__init__(env, length=length)
        self._length = operator.index(length)
        if self._length < 1:
            raise ValueError(f"length must be at least 1; got {length}")
        self._costs: list[int] = []
        space, num_actions = env.observation_space, int(env.action_space.n)  # type: ignore[attr-defined]
        self._is_dict = isinstance(space, spaces.Dict)
        parts = dict(space.spaces) if isinstance(space, spaces.Dict) else {"observation": space}
        added = {
            "last_actions": spaces.Box(-1, num_actions - 1, (self._length,), np.int32),
            "last_costs": spaces.Box(0.0, LARGEST_LOG, (self._length,), np.float32),
            "order_position": spaces.Box(0.0, 1.0, (num_actions,), np.float32),
        }
        if added.keys() & parts.keys():
            raise ValueError("the observation has a history already")
        self._num_actions = num_actions
        self.observation_space = spaces.Dict({**parts, **added})

    @property
    def _game(self) -> Game:
        base: Any = self.unwrapped
        return base.game

    def begin(self) -> None:
        """Read what was eliminated before, by a prefix or in a state that was put back."""
        game = self._game
        again = Game(game.opening)
        self._costs = [again.eliminate(vertex) for vertex in game.order]

    def view(self, observation: Any, info: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Return the observation with the history."""
        order = self._game.order
        if "vertices" in info:  # by which actions they are chosen, in a ShuffledVertices
            order = np.argsort(info["vertices"])[order].tolist()
        if len(order) > len(self._costs):
            self._costs.append(info["step_cost"])
        parts = dict(observation) if self._is_dict else {"observation": observation}
        position = np.zeros(self._num_actions, np.float32)
        position[order] = np.arange(1, len(order) + 1) / self._game.problem.num_eliminable
        parts["last_actions"] = self._last(order, -1).astype(np.int32)
        parts["last_costs"] = np.log1p(self._last(self._costs, 0)).astype(np.float32)
        parts["order_position"] = position
        return parts, info

    def _last(self, numbers: list[int], filling: int) -> NDArray[np.float64]:
        """The last k numbers, newest first."""
        newest = numbers[: -self._length - 1 : -1]
        return np.asarray(newest + [filling] * (self._length - len(newest)), np.float64)
