"""Fleet: the episodes of many environments, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.game.episode import Episode
from vertex_elim_env.game.game import Game
from vertex_elim_env.game.opening import Openings
from vertex_elim_env.game.settings import Settings
from vertex_elim_env.reward import Reward


class Fleet:
    """The episodes of B environments, each played for itself.

    For observations of no fixed shape, which can't be held in common arrays; :class:`Batch` does the
    same for those that can.
    """

    def __init__(self, settings: Settings, rewards: Sequence[Reward]) -> None:
        openings = Openings(settings.cost_model, settings.observer)
        self._episodes = [Episode(settings, openings, reward) for reward in rewards]

    def start(self, number: int, random: np.random.Generator, options: Mapping[str, Any]) -> None:
        """Start an episode of one environment."""
        self._episodes[number].start(random, options)

    def step(
        self, actions: NDArray[np.int64], playing: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Take a step in every environment that plays.

        Returns:
            Rewards and costs of the step, float64 and int64 (B,), 0 elsewhere.

        Raises:
            ValueError: for an illegal action where that is refused; then no step is taken.
        """
        for number in np.flatnonzero(playing).tolist():
            self._episodes[number].check(int(actions[number]))
        rewards, step_costs = np.zeros(len(actions)), np.zeros(len(actions), np.int64)
        for number in np.flatnonzero(playing).tolist():
            rewards[number], step_costs[number] = self._episodes[number].step(int(actions[number]))
        return rewards, step_costs

    @property
    def costs(self) -> NDArray[np.int64]:
        """What every episode cost so far, int64 (B,), fresh."""
        return np.asarray([episode.game.cost for episode in self._episodes], np.int64)

    @property
    def is_over(self) -> NDArray[np.bool_]:
        """Where every vertex is eliminated, bool (B,), fresh."""
        return np.asarray([episode.game.is_over for episode in self._episodes])

    @property
    def is_truncated(self) -> NDArray[np.bool_]:
        """Where the steps are used up before the vertices, bool (B,), fresh."""
        return np.asarray([episode.is_truncated for episode in self._episodes])

    def masks(self) -> NDArray[np.int8]:
        """Return which actions are legal, int8 (B, n), fresh; all of them at a terminal state."""
        return np.stack([episode.mask() for episode in self._episodes])

    def observe(self, masks: NDArray[np.int8]) -> tuple[Any, ...]:
        """Return the observations of all environments."""
        return tuple(self.observe_one(k, mask) for k, mask in enumerate(masks))

    def observe_one(self, number: int, mask: NDArray[np.int8]) -> Any:
        """Return the observation of one environment."""
        return self._episodes[number].observe(mask)

    def game(self, number: int) -> Game:
        """Return the game of one environment; it changes with the episode."""
        return self._episodes[number].game

    def close(self) -> None:
        """Nothing to let go of."""
