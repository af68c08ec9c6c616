"""Episode: the episodes of one environment, from the draw of a graph to the end, without an interface."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.game.game import Game
from vertex_elim_env.game.opening import Opening, Openings
from vertex_elim_env.game.settings import Settings
from vertex_elim_env.game.state import EpisodeState, set_words, words_of
from vertex_elim_env.generator import playable
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.reward import Reward, finite

STEPS_PER_VERTEX = 4
"""An episode is truncated after so many steps a vertex, which only illegal actions can reach."""


class Outcome(NamedTuple):
    """What a step came to."""

    reward: float
    step_cost: int


class Episode:
    """The episode in progress: a game, what it is worth, and when it ends.

    Attributes:
        settings: what was asked for.
        game: the game in progress.
        num_steps: the steps taken, illegal ones too.
    """

    def __init__(self, settings: Settings, openings: Openings, reward: Reward) -> None:
        self.settings = settings
        self._openings, self._reward = openings, reward
        self._game: Game | None = None
        self.num_steps = 0

    @property
    def game(self) -> Game:
        """The game in progress.

        Raises:
            RuntimeError: before the first reset.
        """
        if self._game is None:
            raise RuntimeError("there is no episode yet: call reset() first")
        return self._game

    @property
    def is_truncated(self) -> bool:
        """Whether the steps are used up before the vertices."""
        limit = STEPS_PER_VERTEX * self.game.problem.num_eliminable
        return self.num_steps >= limit and not self.game.is_over

    def start(self, random: np.random.Generator, options: Mapping[str, Any]) -> None:
        """Start an episode; what is refused leaves the one in progress."""
        graph, prefix = self.settings.choose_start(options, random)
        self._reward.start(graph, self.settings.cost_model)
        self._begin(graph, prefix)

    def _begin(self, graph: ComputationalGraph, order: Sequence[int]) -> None:
        game = Game(self._openings.of(graph))
        for vertex in order:
            game.eliminate(vertex)
        self._game, self.num_steps = game, 0

    def step(self, action: Any) -> Outcome:
        """Eliminate a vertex.

        Raises:
            ValueError: if the action is no whole number of the action space, or illegal where
                that is refused.
            RuntimeError: before a reset, or after the episode's end.
        """
        vertex = self.check(action)
        game = self.game
        self.num_steps += 1
        if not self._is_legal(vertex):
            return Outcome(-penalty_of(self.settings, game.opening), 0)
        step_cost = game.eliminate(vertex)
        worth = self._reward(
            step_cost=step_cost, cost=game.cost, terminated=game.is_over, order=game.order
        )
        return Outcome(finite(worth, self._reward), step_cost)

    def check(self, action: Any) -> int:
        """Return an action as a number if a step may be taken by it; raises as :meth:`step`."""
        game = self.game
        if game.is_over or self.is_truncated:
            why = "every vertex is eliminated" if game.is_over else "it was truncated"
            raise RuntimeError(f"the episode is over, {why}: call reset()")
        vertex = self.settings.vertex_of(action)
        if self.settings.raises and not self._is_legal(vertex):
            raise illegal(vertex)
        return vertex

    def _is_legal(self, vertex: int) -> bool:
        mask = self.game.mask
        return vertex < len(mask) and bool(mask[vertex])

    def mask(self) -> NDArray[np.int8]:
        """Return which actions are legal, int8 (n,), fresh; all of them at the terminal state."""
        game, num_actions = self.game, self.settings.limits.num_eliminable
        if game.is_over:
            return np.ones(num_actions, np.int8)
        left = game.mask
        if len(left) == num_actions:
            return left.copy()
        mask = np.zeros(num_actions, np.int8)
        mask[: len(left)] = left
        return mask

    def observe(self, mask: NDArray[np.int8]) -> Any:
        """Return an observation of fresh arrays."""
        return self.settings.observer.observe(self.game, mask)

    def info(self, mask: NDArray[np.int8], step_cost: int) -> dict[str, Any]:
        """Return the info of a step."""
        info: dict[str, Any] = {
            "cost": self.game.cost,
            "step_cost": step_cost,
            "action_mask": mask,
        }
        if self.game.is_over:
            info["order"] = tuple(self.game.order)
        return info

    def get_state(self, random: np.random.Generator) -> EpisodeState:
        """Return the episode as plain data."""
        game = self.game
        return EpisodeState(
            game.problem.graph,
            self.settings.cost_model,
            np.asarray(game.order, np.int32),
            self.num_steps,
            words_of(random),
        )

    def set_state(self, state: EpisodeState, random: np.random.Generator) -> None:
        """Put an episode back.

        Raises:
            ValueError: if it is one under another cost model, or of a graph past the limits.
        """
        if state.cost_model != self.settings.cost_model:
            raise ValueError(
                f"the state's costs are {state.cost_model}, the environment's {self.settings.cost_model}"
            )
        if not self.settings.limits.admits(playable(state.graph)):
            raise ValueError(
                f"{state.graph!r} does not fit the environment's spaces, which are made for at most "
                f"{self.settings.limits}"
            )
        self._reward.start(state.graph, state.cost_model)
        self._begin(state.graph, state.order.tolist())
        self.num_steps = state.num_steps
        set_words(random, state.random)

    def copy(self) -> Episode:
        """Return an independent episode in the same state; graphs, tables and generator are shared."""
        other = Episode(self.settings, self._openings, copy.deepcopy(self._reward))
        other._game = self._game.copy() if self._game else None
        other.num_steps = self.num_steps
        return other


def penalty_of(settings: Settings, opening: Opening) -> float:
    """What an illegal action loses."""
    return opening.penalty if settings.penalty is None else settings.penalty


def illegal(vertex: int) -> ValueError:
    """What refuses an illegal action."""
    return ValueError(
        f"action {vertex} is illegal: that vertex is eliminated already, or padding; see action_masks()"
    )
