"""Where episodes start, and how they are kept, put back and copied."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from tests.environments import TASK, make, play, playable_graphs
from tests.test_contract import assert_same
from vertex_elim_env.errors import OrderError
from vertex_elim_env.generator import RandomPrograms, split_of
from vertex_elim_env.graph import ComputationalGraph


@settings(max_examples=30)
@given(playable_graphs, st.sampled_from(ve.COST_MODELS), st.data())
def test_a_prefix_is_what_its_steps_come_to(
    graph: ComputationalGraph, cost_model: str, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(graph.num_eliminable)))
    prefix = order[: data.draw(st.integers(0, len(order) - 1))]
    stepped, started = (make(graph=graph, cost_model=cost_model) for _ in range(2))
    observation, info = stepped.reset(seed=0)
    for vertex in prefix:
        observation, *_, info = stepped.step(vertex)
    assert_same(
        started.reset(seed=0, options={"prefix": prefix}), (observation, info | {"step_cost": 0})
    )
    rest = order[len(prefix) :]
    assert_same(play(started, rest)[1], play(stepped, rest)[1])


WRONG_PREFIXES = {
    "repeated": ([3, 5, 3], "names vertex 3, which is named before"),
    "unknown": ([3, 78], "names vertex 78, which is none of 0 to 77"),
    "negative": ([-1], "names vertex -1, which is none of 0 to 77"),
    "all": (range(78), "nothing is left to play"),
    "no sequence": (5, "a prefix is a sequence of vertices; got 5"),
    "no vertices": ("ab", "a prefix is a sequence of vertices; got 'ab'"),
}


@pytest.mark.parametrize("name", WRONG_PREFIXES)
def test_wrong_prefixes_are_refused_in_a_sentence(name: str) -> None:
    prefix, says = WRONG_PREFIXES[name]
    env = make(task=TASK)
    env.reset(seed=0)
    env.step(4)
    with pytest.raises(OrderError, match=says):
        env.reset(options={"prefix": prefix})
    assert env.game.order == [4], "what is refused loses nothing"


def test_a_graph_and_a_task_exclude_each_other() -> None:
    env = make(task=TASK)
    task = ve.tasks.get(TASK)
    with pytest.raises(ValueError, match="got graph, task"):
        env.reset(options={"task": TASK, "graph": task.graph})
    _, info = env.reset(options={"task": TASK, "prefix": (77,)})
    assert info["cost"] == env.game.cost > 0


@pytest.mark.parametrize("observation", ["dict", "graph"])
@pytest.mark.parametrize("num_actions", [0, 1, 25, 200])
def test_a_state_put_back_plays_on_as_before(observation: str, num_actions: int) -> None:
    env = make(generator=RandomPrograms(), observation=observation)
    env.reset(seed=3)
    env.action_space.seed(0)
    for _ in range(num_actions):
        if env.step(int(env.action_space.sample()))[2:4] != (False, False):
            env.reset()
    state = env.get_state()
    other = make(generator=RandomPrograms(), observation=observation)
    seen, info = other.set_state(state)
    assert other.observation_space.contains(seen)
    assert info["cost"] == env.game.cost
    env_again, _ = env.set_state(state)
    assert_same(seen, env_again)
    for _ in range(300):
        action = int(env.action_space.sample())
        ours, theirs = env.step(action), other.step(action)
        assert_same(ours, theirs)
        if ours[2] or ours[3]:
            assert_same(env.reset(), other.reset())  # the random numbers were put back too


def test_a_state_is_plain_data_that_later_steps_leave_alone() -> None:
    env = make(task=TASK)
    env.reset(seed=0)
    env.step(3)
    state = env.get_state()
    kinds = {field.name: type(getattr(state, field.name)) for field in dataclasses.fields(state)}
    assert kinds == {
        "graph": ComputationalGraph,
        "cost_model": str,
        "order": np.ndarray,
        "num_steps": int,
        "random": np.ndarray,
    }
    assert (state.order.dtype, state.random.dtype) == (np.int32, np.uint64)
    env.step(5)
    env.reset()
    assert state.order.tolist() == [3]
    with pytest.raises(dataclasses.FrozenInstanceError):
        state.num_steps = 4  # type: ignore[misc]


def test_a_state_that_does_not_fit_is_refused_in_a_sentence() -> None:
    env, flops, small = make(task="RoeFlux_1d"), make(cost_model="flops"), make(task=TASK)
    with pytest.raises(RuntimeError, match="call reset"):
        env.get_state()
    env.reset(seed=0)
    with pytest.raises(ValueError, match="costs are multiplications, the environment's flops"):
        flops.set_state(env.get_state())
    with pytest.raises(ValueError, match="does not fit the environment's spaces"):
        small.set_state(env.get_state())
    env.np_random = np.random.Generator(np.random.MT19937(0))
    with pytest.raises(TypeError, match="a PCG64 generator is saved; np_random is MT19937"):
        env.get_state()


@pytest.mark.parametrize("observation", ["dict", "graph"])
def test_a_clone_plays_for_itself(observation: str) -> None:
    env = make(generator=RandomPrograms(), observation=observation, reward="relative")
    env.reset(seed=1)
    env.step(2)
    clone = env.clone()
    for vertex in np.flatnonzero(clone.action_masks()).tolist():
        clone.step(vertex)
    assert (env.game.order, clone.game.is_over) == ([2], True)
    again = env.clone()
    for vertex in clone.game.order[1:]:
        assert_same(env.step(vertex), again.step(vertex))
    assert_same(env.reset(), again.reset())
    assert clone.observation_space == env.observation_space
    assert clone.action_space is not env.action_space


@pytest.mark.parametrize("observation", ["dict", "graph"])
def test_a_deep_copy_plays_for_itself_too(observation: str) -> None:
    env = make(task=TASK, observation=observation)
    env.reset(seed=0)
    env.step(3)
    other = copy.deepcopy(env)
    assert_same(other.step(5), env.step(5))
    other.step(6)
    assert (env.game.order, other.game.order) == ([3, 5], [3, 5, 6])


def test_an_environment_is_cloned_before_its_first_reset_too() -> None:
    clone = make(task=TASK).clone()
    _, info = clone.reset(seed=0)
    assert info["cost"] == 0


def test_limits_pad_graphs_of_several_environments_alike() -> None:
    limits = (120, 10, 12)
    envs = [make(task=task, limits=limits) for task in (TASK, "RoeFlux_1d")]
    assert envs[0].observation_space == envs[1].observation_space
    assert envs[0].action_space == envs[1].action_space
    observation, _ = envs[0].reset(seed=0)
    kinds = observation["vertex_features"][:, :3]
    assert kinds[:78].all(axis=0).tolist() == [True, False, False]
    assert not observation["vertex_features"][78:120].any()
    assert kinds[120:128, 1].all()
    play(envs[0], range(78))
    envs[0].reset(options={"task": "RoeFlux_1d"})


def test_limits_that_are_too_small_or_none_are_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="the graphs that are drawn need at least"):
        make(task=TASK, limits=(77, 10, 12))
    for limits in ((1, 2), (1.5, 2, 3), (100, -1, 5)):
        with pytest.raises(ValueError, match="limits must be three counts"):
            make(task=TASK, limits=limits)


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_a_split_draws_its_own_graphs(split: str) -> None:
    env = make(generator="random", split=split)
    for seed in range(5):
        env.reset(seed=seed)
        assert split_of(env.graph) == split


WRONG_SETS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown": (dict(generator="randon"), "did you mean 'random'"),
    "no split": (dict(generator="random", split="dev"), "a split is one of train"),
    "of one graph": (dict(task=TASK, split="test"), "needs a generator to be split"),
}


@pytest.mark.parametrize("name", WRONG_SETS)
def test_wrong_sets_are_refused_in_a_sentence(name: str) -> None:
    options, says = WRONG_SETS[name]
    with pytest.raises(ValueError, match=says):
        make(**options)


def test_a_graph_of_ten_thousand_vertices_is_played_without_a_matrix() -> None:
    graph = RandomPrograms(10, 13_000, 8.0).sample(np.random.default_rng(0))
    assert graph.num_eliminable > 10_000
    env = make(graph=graph, observation="graph")
    observation, _ = env.reset(seed=0)
    assert len(observation.edges) == graph.num_edges
    for vertex in range(50):
        observation, *_, info = env.step(vertex)
    assert info["step_cost"] > 0
    assert observation.edge_links.min() >= 50, "what is gone has no edges"
