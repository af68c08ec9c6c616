"""The vector environment: seeds, resets, options, threads, and answers to wrong input."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import vertex_elim_env as ve
from tests.environments import TASK, make
from vertex_elim_env.generator import RandomPrograms
from vertex_elim_env.reward import StepCost
from vertex_elim_env.vector_env import VertexEliminationVectorEnv

N = 78


def make_vec(num_envs: int = 3, **options: Any) -> VertexEliminationVectorEnv:
    envs = gym.make_vec("VertexElimination-v0", num_envs=num_envs, **{"task": TASK, **options})
    assert isinstance(envs, VertexEliminationVectorEnv)
    return envs


def play(envs: VertexEliminationVectorEnv, order: Any) -> tuple[Any, ...]:
    result: tuple[Any, ...] = ()
    for vertex in order:
        result = envs.step(np.full(envs.num_envs, vertex))
    return result


def test_gym_make_vec_takes_the_compiled_one_by_itself() -> None:
    assert make_vec().metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    assert make_vec(autoreset_mode="SameStep").metadata["autoreset_mode"] is AutoresetMode.SAME_STEP


def test_an_episode_costs_what_its_order_costs() -> None:
    envs = make_vec(autoreset_mode=AutoresetMode.DISABLED)
    envs.reset(seed=0)
    orders = np.stack([np.random.default_rng(k).permutation(N) for k in range(3)])
    for actions in orders.T:
        _, _, terminations, _, infos = envs.step(actions)
    assert terminations.all()
    graph = ve.tasks.get(TASK).graph
    assert infos["cost"].tolist() == [ve.elimination_cost(graph, order) for order in orders]
    assert infos["order"].tolist() == [tuple(order) for order in orders]
    assert infos["action_mask"].all()


@pytest.mark.parametrize("cost_model", ve.COST_MODELS)
@pytest.mark.parametrize("task", ["RandomF", "Encoder"])
def test_threads_change_nothing(task: str, cost_model: str) -> None:
    """Loops on both threads stop at pairs that the tables lack, and go on."""
    one, three = (
        make_vec(64, task=task, cost_model=cost_model, num_threads=k, copy=k == 1) for k in (1, 3)
    )
    infos = one.reset(seed=0)[1], three.reset(seed=0)[1]
    rng = np.random.default_rng(0)
    for _ in range(100):
        masks = infos[0]["action_mask"]
        actions = (rng.random(masks.shape) * masks).argmax(axis=1)
        results = one.step(actions), three.step(actions)
        for key, array in results[0][0].items():
            np.testing.assert_array_equal(array, results[1][0][key])
        np.testing.assert_array_equal(results[0][1], results[1][1])
        infos = results[0][4], results[1][4]
        np.testing.assert_array_equal(infos[0]["cost"], infos[1]["cost"])
    three.close()


def test_the_next_step_after_an_end_resets_and_ignores_the_action() -> None:
    envs = make_vec()
    envs.reset(seed=0)
    observations, _, terminations, _, infos = play(envs, range(N))
    assert terminations.all()
    assert observations["action_mask"].all()
    _, rewards, terminations, _, infos = envs.step(np.asarray([-5, 0, 10**6]))
    assert rewards.tolist() == [0, 0, 0]
    assert not terminations.any()
    assert infos["cost"].tolist() == [0, 0, 0]
    assert "order" not in infos


def test_the_same_step_resets_and_keeps_what_was_last_seen() -> None:
    envs, single = make_vec(autoreset_mode=AutoresetMode.SAME_STEP), make(task=TASK)
    envs.reset(seed=0)
    single.reset(seed=0)
    observations, _, terminations, _, infos = play(envs, range(N))
    for vertex in range(N):
        last, *_, info = single.step(vertex)
    assert terminations.all()
    assert infos["cost"].tolist() == [0, 0, 0]
    assert infos["final_info"]["cost"].tolist() == [info["cost"]] * 3
    assert infos["final_info"]["order"][1] == info["order"]
    for key, array in last.items():
        np.testing.assert_array_equal(infos["final_obs"][2][key], array)
    assert observations["vertex_features"][0, :N, 6].tolist() == [0] * N, "nothing is gone"


def test_without_autoreset_a_mask_says_which_to_reset() -> None:
    envs = make_vec(autoreset_mode=AutoresetMode.DISABLED)
    envs.reset(seed=0)
    play(envs, range(N))
    with pytest.raises(RuntimeError, match=r"environments \[0, 1, 2\] are over.*reset_mask"):
        envs.step(np.zeros(3, int))
    _, infos = envs.reset(options={"reset_mask": np.asarray([True, False, True])})
    assert infos["_cost"].tolist() == [True, False, True]
    with pytest.raises(RuntimeError, match=r"environments \[1\] are over"):
        envs.step(np.zeros(3, int))
    envs.reset(options={"reset_mask": np.asarray([False, True, False])})
    assert envs.step(np.zeros(3, int))[1].all()


@pytest.mark.parametrize("seed", [7, [7, 8, 9], None])
def test_seeds_count_on_from_the_first(seed: Any) -> None:
    envs = make_vec(task=None, generator=RandomPrograms())
    envs.reset(seed=7)
    envs.reset(seed=seed)
    singles = [make(generator=RandomPrograms()) for _ in range(3)]
    for k, env in enumerate(singles):
        env.reset(seed=7 + k)
        env.reset(seed=None if seed is None else 7 + k)
    masks = envs.action_masks()
    for env, mask in zip(singles, masks, strict=True):
        np.testing.assert_array_equal(env.action_masks(), mask)
    assert envs.np_random_seed == (7, 8, 9)
    assert envs.np_random[1].random() == singles[1].np_random.random()


def test_random_numbers_differ_without_a_seed() -> None:
    envs = make_vec(task=None, generator=RandomPrograms())
    envs.reset()
    assert len(set(envs.np_random_seed)) == 3


def test_options_of_reset_hold_for_all() -> None:
    envs = make_vec(task="RoeFlux_1d")
    prefix = [3, 1, 4]
    _, infos = envs.reset(seed=0, options={"prefix": prefix})
    single = make(task="RoeFlux_1d")
    _, info = single.reset(seed=0, options={"prefix": prefix})
    assert infos["cost"].tolist() == [info["cost"]] * 3
    assert infos["action_mask"][1].tolist() == info["action_mask"].tolist()


def test_observations_are_fresh_unless_asked_otherwise() -> None:
    for copy in (True, False):
        envs = make_vec(copy=copy)
        first, infos = envs.reset(seed=0)
        second, *_, after = envs.step(np.zeros(3, int))
        for key in ("vertex_features", "adjacency", "structure_features"):
            assert np.shares_memory(first[key], second[key]) is not copy
        assert not np.shares_memory(infos["action_mask"], after["action_mask"])
        assert not np.shares_memory(second["action_mask"], after["action_mask"])


class Counting(StepCost):
    """Pays how many legal steps it saw: each environment must have its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0

    def __call__(self, *, step_cost: int, cost: int, terminated: bool, order: Any) -> float:
        self.seen += 1
        assert len(order) == self.seen
        return float(self.seen)


@pytest.mark.parametrize("observation", ["dict", "graph"])
def test_a_reward_object_is_copied_for_every_environment(observation: str) -> None:
    envs = make_vec(reward=Counting(), observation=observation, penalty=0.5)
    envs.reset(seed=0)
    assert envs.step(np.asarray([0, 1, 2]))[1].tolist() == [1, 1, 1]
    assert envs.step(np.asarray([0, 2, 3]))[1].tolist() == [-0.5, 2, 2]


@pytest.mark.parametrize("render_mode", ["ansi", "rgb_array"])
@pytest.mark.parametrize("observation", ["dict", "graph"])
def test_every_state_is_shown(render_mode: str, observation: str) -> None:
    envs = make_vec(render_mode=render_mode, observation=observation)
    envs.reset(seed=0)
    envs.step(np.asarray([0, 1, 2]))
    shown = envs.render()
    assert shown is not None
    single = make(task=TASK, render_mode=render_mode)
    single.reset(seed=0)
    single.step(1)
    np.testing.assert_array_equal(shown[1], single.render())
    assert make_vec().render() is None


WRONG = {
    "no environments": (dict(num_envs=0), "num_envs and num_threads must be at least 1; got 0"),
    "no threads": (dict(num_threads=0), "must be at least 1; got 3 and 0"),
    "an option": (dict(reward="luck"), "unknown reward 'luck'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_options_are_refused_in_a_sentence(name: str) -> None:
    options, says = WRONG[name]
    with pytest.raises(ValueError, match=says):
        make_vec(**options)


@pytest.mark.parametrize("observation", ["dict", "graph"])
def test_wrong_steps_are_refused_in_a_sentence_and_change_nothing(observation: str) -> None:
    envs = make_vec(on_invalid="raise", observation=observation)
    for use in (envs.action_masks, lambda: envs.step(np.zeros(3, int))):
        with pytest.raises(RuntimeError, match="call reset"):
            use()
    envs.reset(seed=0)
    envs.step(np.asarray([0, 1, 2]))
    before = envs.action_masks()
    for actions, says in (
        ([0, 5, 6], "action 0 is illegal"),
        ([5, 5, 78], "action 78 is out of range"),
        ([5, -1, 5], "action -1 is out of range"),
        ([5, 5], "actions must be 3 whole numbers"),
        ([0.5, 1, 2], "actions must be 3 whole numbers; got float64"),
    ):
        with pytest.raises(ValueError, match=says):
            envs.step(np.asarray(actions))
        np.testing.assert_array_equal(envs.action_masks(), before)


@pytest.mark.parametrize(
    "mask", [[True] * 3, np.ones(2, bool), np.ones(3, int), np.zeros(3, bool)], ids=repr
)
def test_wrong_masks_of_a_reset_are_refused_in_a_sentence(mask: Any) -> None:
    envs = make_vec()
    envs.reset()
    with pytest.raises(ValueError, match=r"reset_mask must be a bool array of shape \(3,\)"):
        envs.reset(options={"reset_mask": mask})


def test_wrong_resets_are_refused_in_a_sentence() -> None:
    envs = make_vec()
    with pytest.raises(ValueError, match="the first reset must be of all"):
        envs.reset(options={"reset_mask": np.asarray([True, False, True])})
    with pytest.raises(ValueError, match="3 environments take as many seeds; got 2"):
        envs.reset(seed=[1, 2])
    with pytest.raises(ValueError, match="got colour"):
        envs.reset(options={"colour": "red"})
