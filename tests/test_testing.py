"""check_env: it finds nothing where all is well, and every broken law where one is broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

import vertex_elim_env as ve
from tests.environments import TASK, make
from vertex_elim_env.env import VertexEliminationEnv
from vertex_elim_env.testing import ConformanceError, check_env


@pytest.mark.parametrize("observation", ["dict", "graph"])
@pytest.mark.parametrize("on_invalid", ["penalize", "raise"])
@pytest.mark.parametrize("cost_model", ve.COST_MODELS)
def test_a_conforming_environment_passes(
    observation: str, on_invalid: str, cost_model: str
) -> None:
    env = make(
        task="RandomF", observation=observation, on_invalid=on_invalid, cost_model=cost_model
    )
    check_env(env, num_steps=100, skip_gymnasium=on_invalid == "raise")


def test_a_wrapped_environment_passes() -> None:
    check_env(gym.wrappers.RecordEpisodeStatistics(make(task=TASK)), num_steps=100)


Result = tuple[Any, Any, Any, Any, dict[str, Any]]


class Broken(VertexEliminationEnv):
    """Does something to what a step returns."""

    def __init__(self, spoil: Callable[[Broken, Result], Result]) -> None:
        super().__init__(task=TASK)
        self.spoil = spoil
        self.last: Any = None

    def step(self, action: Any) -> Any:
        is_legal = self.action_masks()[action]
        result = super().step(action)
        self.was_legal = is_legal
        return self.spoil(self, result)


def with_info(**changes: Any) -> Callable[[Broken, Result], Result]:
    return lambda env, result: (*result[:4], result[4] | changes)


def with_observation(**changes: Callable[[Any], Any]) -> Callable[[Broken, Result], Result]:
    def spoil(env: Broken, result: Result) -> Result:
        changed = {key: change(result[0][key]) for key, change in changes.items()}
        return result[0] | changed, *result[1:]

    return spoil


def at(index: int, value: Any) -> Callable[[Broken, Result], Result]:
    return lambda env, result: (*result[:index], value, *result[index + 1 :])  # type: ignore[return-value]


def stale(env: Broken, result: Result) -> Result:
    env.last = env.last or result[0]
    return env.last, *result[1:]


def kind_to_the_illegal(env: Broken, result: Result) -> Result:
    return result if env.was_legal else (result[0], 1.0, *result[2:])


def halved(array: Any) -> Any:
    return (array // 2).astype(array.dtype)


BROKEN: dict[str, tuple[Callable[[Broken, Result], Result], str]] = {
    "cost": (with_info(cost=-1), "cost is -1; by the reference engine it is"),
    "numpy's cost": (with_info(step_cost=np.int64(1)), r"step_cost is np.int64\(1\)"),
    "order": (with_info(order=(1,)), r"the order is \(1,\)"),
    "mask": (with_info(action_mask=np.ones(78, np.int8)), "the mask of info is not what is left"),
    "mask seen": (with_observation(action_mask=np.zeros_like), "the mask of the observation"),
    "NaN": (with_observation(vertex_features=lambda x: x * np.nan), "no finite number"),
    "outside": (with_observation(vertex_features=lambda x: x + 99), "lies outside its space"),
    "features": (with_observation(vertex_features=np.zeros_like), "vertex_features is not as spec"),
    "adjacency": (with_observation(adjacency=halved), "adjacency names other edges"),
    "classes": (with_observation(structure_features=halved), "not the table of the classes"),
    "reward": (at(1, float("inf")), "the reward is inf, no finite number"),
    "terminated": (at(2, True), "terminated is True with 77 vertices left"),
    "numpy's bool": (at(2, np.False_), "the ends must be Python's bools"),
    "truncated": (at(3, True), "truncated is True after 1 steps"),
    "shared": (stale, "the illegal action|share memory|not what is left"),
    "paid": (kind_to_the_illegal, r"the illegal action \d+ is rewarded with 1.0"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_law_is_named(name: str) -> None:
    spoil, says = BROKEN[name]
    with pytest.raises(ConformanceError, match=says):
        check_env(Broken(spoil), num_steps=300, skip_gymnasium=True)


class Endless(VertexEliminationEnv):
    """Can be played on after the end."""

    def step(self, action: Any) -> Any:
        if self.game.is_over:
            return self._view(step_cost=0)[0], 0.0, True, False, {}
        return super().step(action)


def test_an_episode_that_goes_on_is_found() -> None:
    with pytest.raises(ConformanceError, match="can be played on"):
        check_env(Endless(task=TASK), num_steps=300, skip_gymnasium=True)


class Unseeded(VertexEliminationEnv):
    """Does not listen to seeds."""

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        return super().reset(options=options)


def test_an_environment_that_does_not_listen_to_seeds_is_found() -> None:
    with pytest.raises(ConformanceError, match="the same seed must draw the same graph"):
        check_env(Unseeded(generator="random"), num_steps=1, skip_gymnasium=True)


def test_what_gymnasium_finds_is_told() -> None:
    with pytest.raises(ConformanceError, match="Gymnasium's check:"):
        check_env(Unseeded(generator="random"))


class Timid(VertexEliminationEnv):
    """Refuses what is legal."""

    def step(self, action: Any) -> Any:
        raise ValueError("not today")


def test_a_legal_action_that_is_refused_is_found() -> None:
    with pytest.raises(ConformanceError, match=r"the legal action \d+ is refused"):
        check_env(Timid(task=TASK), skip_gymnasium=True)
