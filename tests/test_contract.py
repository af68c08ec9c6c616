"""One contract for every registered environment, single and vectorised, with both observations."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import vertex_elim_env  # noqa: F401  (registers the environments)
from vertex_elim_env.registration import ENVIRONMENTS
from vertex_elim_env.testing import check_env

OBSERVATIONS = ("dict", "graph")
NUM_STEPS = 100_000
"""Over all ids and observations together."""
STEPS_OF_EACH = -(-NUM_STEPS // (len(ENVIRONMENTS) * len(OBSERVATIONS)))


@pytest.mark.parametrize("observation", OBSERVATIONS)
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_environment_keeps_the_laws(name: str, observation: str) -> None:
    check_env(gym.make(name, observation=observation), num_steps=100)


@pytest.mark.parametrize("observation", OBSERVATIONS)
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_random_steps_agree_with_the_reference_engine(name: str, observation: str) -> None:
    env = gym.make(name, observation=observation)
    check_env(env, num_steps=STEPS_OF_EACH, seed=1, describe_every=200, skip_gymnasium=True)


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("observation", OBSERVATIONS)
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_vector_environment_is_so_many_single_ones(
    name: str, observation: str, mode: AutoresetMode
) -> None:
    options: dict[str, Any] = {"observation": observation, "cost_model": "nontrivial"}
    sync = gym.make_vec(
        name,
        num_envs=3,
        vectorization_mode="sync",
        vector_kwargs={"autoreset_mode": mode},
        **options,
    )
    ours = gym.make_vec(name, num_envs=3, autoreset_mode=mode, **options)
    assert ours.single_observation_space == sync.single_observation_space
    assert ours.observation_space == sync.observation_space
    assert ours.action_space == sync.action_space
    assert_same(ours.reset(seed=5), sync.reset(seed=5))
    rng = np.random.default_rng(0)
    for _ in range(200):
        masks = ours.unwrapped.action_masks()  # type: ignore[attr-defined]
        actions = np.asarray([draw(rng, mask) for mask in masks])
        expected = sync.step(actions)
        assert_same(ours.step(actions), expected)
        done = expected[2] | expected[3]
        if mode is AutoresetMode.DISABLED and done.any():
            again = [envs.reset(options={"reset_mask": done.copy()}) for envs in (ours, sync)]
            assert_same(*again)
    ours.close()
    sync.close()


def draw(rng: np.random.Generator, mask: np.ndarray) -> int:
    """An action, mostly a legal one."""
    return int(rng.choice(np.flatnonzero(mask)) if rng.random() < 0.9 else rng.integers(len(mask)))


def assert_same(actual: Any, expected: Any) -> None:
    """Equal to the last bit, types and infos included."""
    assert type(actual) is type(expected)
    if isinstance(expected, dict):
        assert actual.keys() == expected.keys()
        for key, value in expected.items():
            assert_same(actual[key], value)
    elif isinstance(expected, tuple | list):
        assert len(actual) == len(expected)
        for ours, theirs in zip(actual, expected, strict=True):
            assert_same(ours, theirs)
    elif isinstance(expected, np.ndarray) and expected.dtype == object:
        assert_same(actual.tolist(), expected.tolist())
    elif isinstance(expected, np.ndarray):
        assert actual.dtype == expected.dtype
        np.testing.assert_array_equal(actual, expected)
    else:
        assert actual == expected
