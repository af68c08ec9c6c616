"""Rewards: they add up to the cost in their unit, and are finite numbers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.environments import TASK, make, play
from vertex_elim_env.reward import REWARDS, StepCost


@pytest.mark.parametrize("reward", ["step_cost", "relative", "terminal"])
def test_rewards_add_up_to_the_cost_in_their_unit(reward: str) -> None:
    env = make(task=TASK, reward=reward)
    env.reset(seed=0)
    total, info = play(env, range(env.graph.num_eliminable))
    scale = 148 if reward == "relative" else 1
    assert total == pytest.approx(-info["cost"] / scale)


class Stubborn(StepCost):
    """Returns the same at every step."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, *, step_cost: int, cost: int, terminated: bool, order: Any) -> Any:
        return self.value


def test_an_object_of_one_s_own_rewards() -> None:
    env = make(task=TASK, reward=Stubborn(0.25))
    env.reset(seed=0)
    total, info = play(env, range(78))
    assert total == 0.25 * 78
    assert info["cost"] == 240


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "much", None, 1j])
def test_a_reward_that_is_no_finite_number_is_refused_in_a_sentence(value: Any) -> None:
    env = make(task=TASK, reward=Stubborn(value))
    env.reset(seed=0)
    with pytest.raises(ValueError, match="rewards must be finite numbers"):
        env.step(0)


@pytest.mark.parametrize("name", ["terminal", "step_cost"])
def test_costs_past_float32_stay_exact(name: str) -> None:
    reward = REWARDS[name]()
    assert reward(step_cost=2**52 + 1, cost=2**52 + 1, terminated=True, order=(0,)) == -(2**52 + 1)
