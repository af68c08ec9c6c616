"""Stable-Baselines3's own check of the environment."""

from __future__ import annotations

import warnings

import gymnasium as gym
import pytest

import vertex_elim_env  # noqa: F401  (registers the environment)

env_checker = pytest.importorskip("stable_baselines3.common.env_checker")


@pytest.mark.parametrize("task", ["HumanHeartDipole", "MLP"])
def test_its_check_finds_but_unconventional_shapes_of_boxes(task: str) -> None:
    env = gym.make("VertexElimination-v0", task=task)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        env_checker.check_env(env.unwrapped)
    texts = [str(w.message) for w in caught]
    assert [text for text in texts if "unconventional shape" not in text] == []
