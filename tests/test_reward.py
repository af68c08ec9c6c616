"""Rewards: they add up to the cost in their unit, and are finite numbers."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

import vertex_elim_env as ve
from tests.environments import TASK, make, play
from vertex_elim_env.reward import REWARDS, RelativeCost, RunTime, StepCost


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
        super().__init__()
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


def test_relative_costs_are_in_units_of_the_best_rule() -> None:
    env = make(task="RoeFlux_1d", reward="relative")
    env.reset(seed=0)
    total, _ = play(env, range(97, -1, -1))
    assert total == pytest.approx(-364 / 344), "reverse mode against Markowitz with late ties"


def test_scales_of_many_graphs_are_forgotten_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vertex_elim_env.reward.costs.MAX_KNOWN", 2)
    reward = RelativeCost()
    for task in ("RoeFlux_1d", "MLP", TASK, "RoeFlux_1d"):
        reward.start(ve.tasks.get(task).graph, "multiplications")
        assert len(reward._known) <= 2
    assert reward.scale == 344


def test_the_run_time_is_paid_at_the_end_and_measured_once() -> None:
    env = make(task=TASK, reward=RunTime(batch=2, seconds=0.01))
    n = 78
    rewards = []
    for _ in range(2):
        env.reset(seed=0)
        rewards.append([env.step(vertex)[1] for vertex in range(n - 1, -1, -1)])
    assert rewards[0] == rewards[1]
    assert rewards[0][:-1] == [0.0] * (n - 1)
    assert rewards[0][-1] < 0


def test_the_run_time_of_one_s_own_function() -> None:
    def function(x: Any) -> Any:
        return jnp.sin(x) * jnp.cos(x[0]) * x

    x = np.ones(3, np.float32)
    graph = ve.trace(function, x)
    env = make(graph=graph, reward=RunTime(function, x, batch=2, seconds=0.01))
    env.reset(seed=0)
    total, _ = play(env, range(graph.num_eliminable))
    assert total < 0


def test_run_times_that_can_t_be_measured_are_refused_in_a_sentence() -> None:
    graph = ve.trace(lambda x: jnp.sin(x) * x, np.ones(3, np.float32))
    with pytest.raises(ValueError, match=r"no task's graph; give reward=RunTime"):
        make(graph=graph, reward="run_time").reset()
    other = make(task=TASK, reward=RunTime(lambda x: jnp.sin(x) * x, np.ones(3, np.float32)))
    other.reset(seed=0)
    with pytest.raises(ValueError, match="is not that of the function to be timed"):
        play(other, range(78))
    for wrong in (dict(batch=0), dict(seconds=0.0)):
        with pytest.raises(ValueError, match="needs a positive batch and positive seconds"):
            RunTime(**wrong)  # type: ignore[arg-type]
