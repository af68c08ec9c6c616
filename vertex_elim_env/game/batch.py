"""Batch: the episodes of many environments in common arrays, stepped in one compiled call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.engine import features
from vertex_elim_env.game.episode import STEPS_PER_VERTEX, illegal, penalty_of
from vertex_elim_env.game.game import Game
from vertex_elim_env.game.opening import Opening, Openings
from vertex_elim_env.game.recycler import Recycler
from vertex_elim_env.game.rule_book import RuleBook
from vertex_elim_env.game.settings import Settings
from vertex_elim_env.observation import VERTEX_FEATURES, structure_table
from vertex_elim_env.reward import CostReward, Reward, finite

MIN_SHARE = 16
"""A thread is not started for fewer environments than this."""

Result = TypeVar("Result")


class Batch:
    """The episodes of B environments, for the observation of fixed shapes.

    The same names as :class:`Fleet`, and the same results.
    """

    def __init__(
        self, settings: Settings, rewards: Sequence[Reward], *, num_threads: int, copy: bool
    ) -> None:
        self._settings, self._rewards, self._copy = settings, list(rewards), copy
        self._openings = Openings(settings.cost_model, settings.observer)
        limits, count = settings.limits, len(rewards)
        self._live = features.empty_state(
            (count,),
            limits.num_vertices,
            limits.num_eliminable,
            len(VERTEX_FEATURES),
            has_adjacency=True,
        )
        self._tables = np.repeat(structure_table()[None], count, axis=0)
        self._played: list[Opening | None] = [None] * count
        self._books: list[RuleBook] = []
        self._book = np.zeros(count, np.int64)
        self._orders = np.zeros((count, limits.num_eliminable), np.int64)
        self._num_gone = np.zeros(count, np.int64)
        self._num_eliminable = np.ones(count, np.int64)
        self._num_steps = np.zeros(count, np.int64)
        self._penalties = np.zeros(count)
        self._pays_costs = all(type(r).__call__ is CostReward.__call__ for r in rewards)
        self._scales = np.ones(count)
        self._costs = np.zeros(count, np.int64)
        self._recyclers: dict[str, Recycler] = {}
        self._num_threads = num_threads
        self._pool = ThreadPoolExecutor(num_threads - 1) if num_threads > 1 else None

    def start(self, number: int, random: np.random.Generator, options: Mapping[str, Any]) -> None:
        """Start an episode of one environment."""
        graph, prefix = self._settings.choose_start(options, random)
        self._rewards[number].start(graph, self._settings.cost_model)
        if self._pays_costs:
            self._scales[number] = self._rewards[number].scale  # type: ignore[attr-defined]
        opening = self._openings.of(graph)
        live = self._live.member(number)
        features.start(live, opening.beginning, opening.book.rules.classes, is_described=True)
        self._played[number] = opening
        self._book[number] = self._number_of(opening.book)
        self._num_gone[number] = self._num_steps[number] = self._costs[number] = 0
        self._num_eliminable[number] = graph.num_eliminable
        self._penalties[number] = penalty_of(self._settings, opening)
        for vertex in prefix:
            self._costs[number] += live.costs[vertex]
            opening.book.step(opening.storage, live, vertex)
            self._orders[number, self._num_gone[number]] = vertex
            self._num_gone[number] += 1

    def _number_of(self, book: RuleBook) -> int:
        known = next((k for k, other in enumerate(self._books) if other is book), None)
        if known is None:
            self._books.append(book)
        return len(self._books) - 1 if known is None else known

    def step(
        self, actions: NDArray[np.int64], playing: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Take a step in every environment that plays; see ``Fleet``."""
        everyone = np.arange(len(actions))
        is_legal = playing & (self._live.mask[everyone, actions] != 0)
        illegals = np.flatnonzero(playing & ~is_legal)
        if len(illegals) and self._settings.raises:
            raise illegal(int(actions[illegals[0]]))
        members = np.flatnonzero(is_legal)
        chosen = actions[members]
        step_costs = np.zeros(len(actions), np.int64)
        step_costs[members] = self._live.costs[members, chosen]
        self._eliminate(members, chosen)
        self._orders[members, self._num_gone[members]] = chosen
        self._num_gone[members] += 1
        self._num_steps[playing] += 1
        self._costs += step_costs
        rewards = np.zeros(len(actions))
        rewards[illegals] = -self._penalties[illegals]
        self._reward(rewards, members, step_costs)
        return rewards, step_costs

    def _reward(
        self,
        rewards: NDArray[np.float64],
        members: NDArray[np.int64],
        step_costs: NDArray[np.int64],
    ) -> None:
        """Write the rewards of the members, whose costs are known."""
        if self._pays_costs:
            at_end = self._rewards[0].at_end  # type: ignore[attr-defined]
            paid = np.where(self.is_over, self._costs, 0) if at_end else step_costs
            rewards[members] = -paid[members] / self._scales[members]
            return
        is_over, costs, of_steps = self.is_over.tolist(), self._costs.tolist(), step_costs.tolist()
        for number in members.tolist():
            worth = self._rewards[number](
                step_cost=of_steps[number],
                cost=costs[number],
                terminated=is_over[number],
                order=self._orders[number, : self._num_gone[number]].tolist(),
            )
            rewards[number] = finite(worth, self._rewards[number])

    def _eliminate(self, members: NDArray[np.int64], chosen: NDArray[np.int64]) -> None:
        for number in np.unique(self._book[members]).tolist():
            here = self._book[members] == number
            self._eliminate_by(self._books[number], members[here], chosen[here])

    def _eliminate_by(
        self, book: RuleBook, members: NDArray[np.int64], chosen: NDArray[np.int64]
    ) -> None:
        """Share the steps among threads; where loops stop, fill the tables when all have stopped."""
        num_shares = self._num_shares(len(members))
        shares = [
            (part, actions, 0, False)
            for part, actions in zip(
                np.array_split(members, num_shares), np.array_split(chosen, num_shares), strict=True
            )
        ]
        while shares:
            missing = np.zeros((len(shares), 2), np.int32)
            jobs = [
                (self._live, *share[:3], book.rules, missing[k], share[3])
                for k, share in enumerate(shares)
            ]
            results = self._side_by_side(features.step_many, jobs)
            left = []
            for (status, k, is_eliminated), (part, actions, _, _), pair in zip(
                results, shares, missing, strict=True
            ):
                if status:
                    book.fill(status, pair)
                    left.append((part, actions, k, is_eliminated))
            shares = left

    def _num_shares(self, count: int) -> int:
        return max(1, min(self._num_threads, count // MIN_SHARE))

    def _side_by_side(
        self, function: Callable[..., Result], jobs: Sequence[tuple[Any, ...]]
    ) -> list[Result]:
        """Do all jobs, the first in this thread, the others in those of the pool."""
        assert self._pool is not None or len(jobs) == 1
        futures = [self._pool.submit(function, *job) for job in jobs[1:]] if self._pool else []
        return [function(*jobs[0]), *(future.result() for future in futures)]

    @property
    def costs(self) -> NDArray[np.int64]:
        """What every episode cost so far, int64 (B,), fresh."""
        return self._costs.copy()

    @property
    def is_over(self) -> NDArray[np.bool_]:
        """Where every vertex is eliminated, bool (B,), fresh."""
        return self._num_gone == self._num_eliminable

    @property
    def is_truncated(self) -> NDArray[np.bool_]:
        """Where the steps are used up before the vertices, bool (B,), fresh."""
        used_up = self._num_steps >= STEPS_PER_VERTEX * self._num_eliminable
        return used_up & ~self.is_over

    def masks(self) -> NDArray[np.int8]:
        """Return which actions are legal, int8 (B, n), fresh; all of them at a terminal state."""
        masks = self._live.mask.copy()
        masks[self.is_over] = 1
        return masks

    def observe(self, masks: NDArray[np.int8]) -> dict[str, NDArray[Any]]:
        """Return the observations of all environments."""
        observation = {
            "vertex_features": self._live.features,
            "adjacency": self._live.adjacency,
            "structure_features": self._tables,
            "action_mask": masks,
        }
        return self._copied(observation) if self._copy else observation

    def _copied(self, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Copies that are nobody else's."""
        copies = {
            key: self._recyclers.setdefault(key, Recycler(array)).lend()
            for key, array in arrays.items()
        }

        def copy_rows(rows: slice) -> None:
            for key, array in arrays.items():
                np.copyto(copies[key][rows], array[rows])

        cuts = np.linspace(0, count := len(self._costs), self._num_shares(count) + 1).astype(int)
        self._side_by_side(copy_rows, [(slice(*cut),) for cut in pairwise(cuts.tolist())])
        return copies

    def observe_one(self, number: int, mask: NDArray[np.int8]) -> Any:
        """Return the observation of one environment."""
        return self._settings.observer.observe(self.game(number), mask)

    def game(self, number: int) -> Game:
        """Return the game of one environment; it changes with the episode."""
        opening = self._played[number]
        if opening is None:
            raise RuntimeError("there is no episode yet: call reset() first")
        order = self._orders[number, : self._num_gone[number]].tolist()
        return Game.going_on(opening, self._live.member(number), order, int(self._costs[number]))

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown()
