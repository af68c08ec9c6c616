"""VertexElimination-v0 vectorised: many environments in common arrays, one compiled call a step."""

from __future__ import annotations

import os
from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Unpack

import numpy as np
from gymnasium import spaces
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from vertex_elim_env.game import RENDER_MODES, Fleet, Options, make_settings
from vertex_elim_env.game.batch import Batch
from vertex_elim_env.reward import Reward, make_reward


class VertexEliminationVectorEnv(VectorEnv[Any, Any, Any]):
    """Many ``VertexEliminationEnv`` at once: equal to as many single ones with the same seeds.

    ``gym.make_vec("VertexElimination-v0", num_envs=256, ...)`` makes one. Observations, rewards, ends
    and infos are those of ``gymnasium.vector.SyncVectorEnv``, stacked along a first axis of B
    environments; ``infos["action_mask"]`` is int8 (B, n), ``infos["cost"]`` and ``infos["step_cost"]``
    int64 (B,), and ``infos["order"]`` an array of tuples where episodes ended.

    ## Arguments
    * `num_envs`: B.
    * `autoreset_mode`: `AutoresetMode.NEXT_STEP` (default), `SAME_STEP` or `DISABLED`, or their values.
    * `copy`: whether observations are fresh arrays (default), or the same ones at every call, which
      the next step changes.
    * `num_threads`: among how many threads a step is shared; by default as many as the process has
      processors.
    * all others as of `VertexEliminationEnv`. A reward object is copied for every environment.

    >>> import gymnasium as gym
    >>> import vertex_elim_env
    >>> envs = gym.make_vec("VertexElimination-v0", num_envs=3, task="HumanHeartDipole")
    >>> observations, infos = envs.reset(seed=0)
    >>> observations, rewards, terminations, truncations, infos = envs.step([0, 5, 77])
    >>> infos["action_mask"].sum(axis=1).tolist()
    [77, 77, 77]
    """

    metadata: dict[str, Any] = {"render_modes": [*RENDER_MODES], "render_fps": 4}  # noqa: RUF012

    def __init__(
        self,
        num_envs: int = 1,
        *,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        copy: bool = True,
        num_threads: int | None = None,
        **options: Unpack[Options],
    ) -> None:
        super().__init__()
        if num_envs < 1 or (num_threads is not None and num_threads < 1):
            raise ValueError(
                f"num_envs and num_threads must be at least 1; got {num_envs} and {num_threads}"
            )
        settings = make_settings(**options)
        self.settings = settings
        self.num_envs = num_envs
        self.render_mode = settings.render_mode
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata = {**self.metadata, "autoreset_mode": self.autoreset_mode}
        self.single_action_space = spaces.Discrete(settings.limits.num_eliminable)
        self.single_observation_space = settings.observer.space
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        rewards = [_own_reward(settings.reward) for _ in range(num_envs)]
        self._fleet: Batch | Fleet = (
            Batch(settings, rewards, num_threads=num_threads or _num_processors(), copy=copy)
            if settings.observer.needs_adjacency
            else Fleet(settings, rewards)
        )
        self._randoms: list[np.random.Generator | None] = [None] * num_envs
        self._seeds = [-1] * num_envs
        self._is_started = False
        self._is_done = np.zeros(num_envs, np.bool_)

    @property
    def np_random(self) -> tuple[np.random.Generator, ...]:  # type: ignore[override]
        """The random numbers of every environment."""
        return tuple(self._random(number) for number in range(self.num_envs))

    @property
    def np_random_seed(self) -> tuple[int, ...]:  # type: ignore[override]
        """The seeds that they began with."""
        assert self.np_random
        return tuple(self._seeds)

    def _random(self, number: int, seed: int | None = None) -> np.random.Generator:
        random = self._randoms[number]
        if random is None or seed is not None:
            random, self._seeds[number] = seeding.np_random(seed)
            self._randoms[number] = random
        return random

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[Any, dict[str, Any]]:
        """Start an episode in every environment, or in those of a mask.

        Args:
            seed: of the first environment, the next ones counting on from it; or one for each.
            options: as of ``VertexEliminationEnv``, the same for all; ``"reset_mask"``, bool (B,), says
                which environments are reset, all by default.

        Raises:
            ValueError: for options or a mask that make no sense, in a sentence.
        """
        given = dict(options or {})
        mask = self._check_mask(given.pop("reset_mask", None))
        if seed is None or isinstance(seed, int):
            seeds = [None if seed is None else seed + k for k in range(self.num_envs)]
        else:
            seeds = list(seed)
        if len(seeds) != self.num_envs:
            raise ValueError(f"{self.num_envs} environments take as many seeds; got {len(seeds)}")
        for number in np.flatnonzero(mask).tolist():
            self._fleet.start(number, self._random(number, seeds[number]), given)
        self._is_started = True
        self._is_done[mask] = False
        masks = self._fleet.masks()
        infos = self._infos(mask, np.zeros(self.num_envs, np.int64), masks)
        return self._fleet.observe(masks), infos

    def _check_mask(self, mask: Any) -> NDArray[np.bool_]:
        if mask is None:
            return np.ones(self.num_envs, np.bool_)
        is_mask = isinstance(mask, np.ndarray) and mask.dtype == np.bool_
        if not is_mask or mask.shape != (self.num_envs,) or not mask.any():
            raise ValueError(
                f"reset_mask must be a bool array of shape ({self.num_envs},) with a True in it; "
                f"got {mask!r}"
            )
        if not self._is_started and not mask.all():
            raise ValueError("the first reset must be of all environments, without a reset_mask")
        return mask

    def step(
        self, actions: Any
    ) -> tuple[Any, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]:
        """Take a step in every environment.

        Raises:
            ValueError: if an action is no whole number of the action space, or illegal with
                ``on_invalid="raise"``; no step is taken then.
            RuntimeError: before a reset, or, without autoreset, after an episode's end.
        """
        if not self._is_started:
            raise RuntimeError("there is no episode yet: call reset() first")
        resetting = self._is_done.copy()
        if self.autoreset_mode is AutoresetMode.DISABLED and resetting.any():
            raise RuntimeError(
                f"the episodes of environments {np.flatnonzero(resetting).tolist()} are over: call "
                'reset(options={"reset_mask": ...})'
            )
        chosen = self._check_actions(actions, ~resetting)
        rewards, step_costs = self._fleet.step(chosen, ~resetting)
        self._restart(resetting)
        terminations, truncations = self._fleet.is_over, self._fleet.is_truncated
        done = terminations | truncations
        masks, final = self._fleet.masks(), {}
        if self.autoreset_mode is AutoresetMode.SAME_STEP and done.any():
            final = self._final(done, step_costs, masks)
            self._restart(done)
            step_costs, masks = np.where(done, 0, step_costs), self._fleet.masks()
        else:
            self._is_done = done
        infos = {**final, **self._infos(np.ones(self.num_envs, np.bool_), step_costs, masks)}
        return self._fleet.observe(masks), rewards, terminations, truncations, infos

    def _restart(self, who: NDArray[np.bool_]) -> None:
        for number in np.flatnonzero(who).tolist():
            self._fleet.start(number, self._random(number), {})

    def _check_actions(self, actions: Any, playing: NDArray[np.bool_]) -> NDArray[np.int64]:
        chosen = np.asarray(actions)
        if chosen.shape != (self.num_envs,) or not np.issubdtype(chosen.dtype, np.integer):
            raise ValueError(
                f"actions must be {self.num_envs} whole numbers; got {chosen.dtype} {chosen.shape}"
            )
        chosen = np.where(playing, chosen, 0).astype(np.int64)
        num_actions = self.settings.limits.num_eliminable
        if chosen.min() < 0 or chosen.max() >= num_actions:
            worst = chosen.min() if chosen.min() < 0 else chosen.max()
            raise ValueError(f"action {worst} is out of range; actions are 0 to {num_actions - 1}")
        return chosen

    def _infos(
        self, who: NDArray[np.bool_], step_costs: NDArray[np.int64], masks: NDArray[np.int8]
    ) -> dict[str, Any]:
        """The infos of some environments; zeros stand for the others."""
        infos: dict[str, Any] = {
            "cost": np.where(who, self._fleet.costs, 0),
            "step_cost": np.where(who, step_costs, 0),
            "action_mask": masks.copy() if who.all() else np.where(who[:, None], masks, np.int8(0)),
        }
        over = np.flatnonzero(who & self._fleet.is_over).tolist()
        present = {key: who.copy() for key in infos}
        if over:
            orders = np.full(self.num_envs, None, object)
            for number in over:
                orders[number] = tuple(self._fleet.game(number).order)
            infos["order"], present["order"] = orders, who & self._fleet.is_over
        return {**infos, **{f"_{key}": value for key, value in present.items()}}

    def _final(
        self, done: NDArray[np.bool_], step_costs: NDArray[np.int64], masks: NDArray[np.int8]
    ) -> dict[str, Any]:
        """What was last seen of the episodes that ended."""
        observations = np.full(self.num_envs, None, object)
        for number in np.flatnonzero(done).tolist():
            observations[number] = self._fleet.observe_one(number, masks[number])
        return {
            "final_obs": observations,
            "_final_obs": done.copy(),
            "final_info": self._infos(done, step_costs, masks),
            "_final_info": done.copy(),
        }

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which actions are legal, bool (B, n), fresh; all of them at a terminal state."""
        if not self._is_started:
            raise RuntimeError("there is no episode yet: call reset() first")
        return self._fleet.masks().astype(np.bool_)

    def render(self) -> tuple[Any, ...] | None:
        """Return a picture or a text of every state, as the render mode says."""
        from vertex_elim_env import render

        if self.render_mode is None:
            return None
        draw = render.to_text if self.render_mode == "ansi" else render.to_picture
        return tuple(draw(self._fleet.game(number)) for number in range(self.num_envs))

    def close_extras(self, **kwargs: Any) -> None:
        """End the threads."""
        self._fleet.close()


def _own_reward(reward: str | Reward) -> Reward:
    return make_reward(reward if isinstance(reward, str) else deepcopy(reward))


def _num_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
