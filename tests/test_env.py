"""VertexElimination-v0: Gymnasium's own check, the laws of the game, and answers to wrong input."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from tests.graph_strategies import graphs
from vertex_elim_env.engine import elimination_problem, reference
from vertex_elim_env.env import VertexEliminationEnv
from vertex_elim_env.errors import GraphError, UnknownTaskError
from vertex_elim_env.generator import GraphSet, Limits, RandomPrograms
from vertex_elim_env.graph import ComputationalGraph

playable_graphs = graphs().filter(lambda graph: graph.num_eliminable > 0)
TASK = "HumanHeartDipole"


def make(**options: Any) -> VertexEliminationEnv:
    env = gym.make("VertexElimination-v0", **options).unwrapped
    assert isinstance(env, VertexEliminationEnv)
    return env


def play(env: VertexEliminationEnv, order: Any) -> tuple[float, dict[str, Any]]:
    total, info = 0.0, {}
    for vertex in order:
        _, reward, terminated, truncated, info = env.step(vertex)
        total += reward
        assert not truncated
    assert terminated
    return total, info


@pytest.mark.parametrize("observation", ["dict", "graph"])
@pytest.mark.parametrize("task", ["HumanHeartDipole", "MLP"])
@pytest.mark.parametrize("render_mode", [None, "ansi", "rgb_array"])
def test_gymnasium_s_check_finds_nothing(
    observation: str, task: str, render_mode: str | None
) -> None:
    check_env(make(task=task, observation=observation, render_mode=render_mode))


@settings(max_examples=40)
@given(playable_graphs, st.sampled_from(ve.COST_MODELS), st.data())
def test_an_episode_costs_what_its_order_costs(
    graph: ComputationalGraph, cost_model: str, data: st.DataObject
) -> None:
    env = make(graph=graph, cost_model=cost_model)
    env.reset(seed=0)
    order = data.draw(st.permutations(range(graph.num_eliminable)))
    total, info = play(env, order)
    assert info["order"] == tuple(order)
    assert info["cost"] == ve.elimination_cost(graph, order, cost_model) == -total
    assert type(info["cost"]) is int


@settings(max_examples=40)
@given(playable_graphs, st.data())
def test_the_observation_holds_the_whole_state(
    graph: ComputationalGraph, data: st.DataObject
) -> None:
    """Masks are the vertices left, and the adjacency names the structure of every live edge."""
    env = make(graph=graph)
    observation, info = env.reset(seed=0)
    problem = elimination_problem(graph)
    state = reference.initial_state(problem)
    order = data.draw(st.permutations(range(graph.num_eliminable)))
    for vertex in (*order, None):
        assert env.observation_space.contains(observation)
        left = ~state.eliminated if vertex is not None else np.ones(graph.num_eliminable, bool)
        for mask in (observation["action_mask"], info["action_mask"], env.action_masks()):
            np.testing.assert_array_equal(mask, left)
        edges = {(u, w) for u, row in enumerate(state.successors) for w in row}
        assert {
            (int(u), int(w)) for u, w in zip(*np.nonzero(observation["adjacency"]), strict=True)
        } == edges
        features = observation["vertex_features"]
        np.testing.assert_allclose(
            features[:, 4], np.log1p([len(row) for row in state.predecessors]), rtol=1e-6
        )
        costs = reference.candidate_costs(problem, state)
        np.testing.assert_allclose(features[: graph.num_eliminable, 7], np.log1p(costs), rtol=1e-6)
        names: dict[int, int] = {}
        for u, w in edges:
            ours = int(observation["adjacency"][u, w])
            assert names.setdefault(ours, state.successors[u][w]) == state.successors[u][w]
        if vertex is not None:
            reference.eliminate(problem, state, vertex)
            observation, _, _, _, info = env.step(vertex)


def test_episodes_do_not_depend_on_earlier_ones() -> None:
    order = np.random.default_rng(0).permutation(ve.tasks.get("RandomF").graph.num_eliminable)
    used, fresh = make(task="RandomF"), make(task="RandomF")
    used.reset(seed=1)
    play(used, range(used.graph.num_eliminable))
    used.reset(seed=2)
    fresh.reset(seed=2)
    for vertex in order:
        ours, theirs = used.step(vertex), fresh.step(vertex)
        for key, array in ours[0].items():
            np.testing.assert_array_equal(array, theirs[0][key])
        assert ours[1] == theirs[1]


def test_every_call_returns_fresh_arrays() -> None:
    env = make(task=TASK)
    first, info = env.reset(seed=0)
    second, *_, after = env.step(0)
    for a, b in zip(first.values(), second.values(), strict=True):
        assert not np.shares_memory(a, b)
    assert not np.shares_memory(info["action_mask"], after["action_mask"])
    assert not np.shares_memory(first["action_mask"], info["action_mask"])


def test_the_graph_observation_holds_live_edges_only() -> None:
    env = make(task=TASK, observation="graph")
    observation, _ = env.reset(seed=0)
    assert len(observation.edge_links) == env.graph.num_edges
    for vertex in range(env.graph.num_eliminable):
        observation, *_ = env.step(vertex)
        assert env.observation_space.contains(observation)
    n = env.graph.num_eliminable
    assert (observation.edge_links >= n).all(), "inputs to outputs: the Jacobian"


def test_an_illegal_action_leaves_the_state_and_costs_the_penalty() -> None:
    env = make(task=TASK)
    env.reset(seed=0)
    env.step(3)
    before = env.game.cost, env.action_masks().tolist()
    _, reward, terminated, truncated, info = env.step(3)
    problem = elimination_problem(env.graph)
    dearest = reference.candidate_costs(problem, reference.initial_state(problem)).max()
    assert reward == -max(1, dearest)
    assert (env.game.cost, env.action_masks().tolist()) == before
    assert (info["cost"], info["step_cost"]) == (before[0], 0)
    assert not terminated
    assert not truncated
    assert make(task=TASK, penalty=7.5)._penalty == 7.5


def test_illegal_actions_end_in_truncation_after_4n_steps() -> None:
    env = make(task=TASK)
    env.reset(seed=0)
    env.step(0)
    n = env.graph.num_eliminable
    flags = [env.step(0)[3] for _ in range(4 * n - 1)]
    assert flags == [False] * (4 * n - 2) + [True]


def test_a_set_of_graphs_is_padded_to_the_largest() -> None:
    names = ("PropaneCombustion", "RoeFlux_1d")
    small, large = (ve.tasks.get(name).graph for name in names)
    env = make(generator=GraphSet(small, large))
    assert env.limits == Limits(98, 11, 11)
    seen = set()
    for seed in range(12):
        observation, info = env.reset(seed=seed)
        assert env.observation_space.contains(observation)
        assert info["action_mask"].sum() == env.graph.num_eliminable
        seen.add(env.graph.fingerprint)
        features = observation["vertex_features"]
        kinds = features[:, :3].sum(axis=0)
        assert tuple(kinds) == (
            env.graph.num_eliminable,
            env.graph.num_inputs,
            env.graph.num_outputs,
        )
        assert not features[env.graph.num_eliminable : 98].any()
    assert seen == {small.fingerprint, large.fingerprint}
    env.reset(options={"task": names[0]})
    _, reward, _, _, info = env.step(97)
    assert reward < 0, "a row of padding is illegal"
    assert info["cost"] == 0


def test_options_choose_the_graph() -> None:
    env = make(task="RoeFlux_1d")
    env.reset(seed=0)
    with pytest.raises(ValueError, match="does not fit"):
        env.reset(options={"task": "RobotArm_6DOF"})
    with pytest.raises(ValueError, match=r'option "graph" or "task"; got colour'):
        env.reset(options={"colour": "red"})
    relabelled = ve.ComputationalGraph.from_json(env.graph.to_json())
    env.reset(options={"graph": relabelled})
    assert env.graph == relabelled


def test_random_programs_repeat_by_seed_and_are_valid() -> None:
    env = make(generator=RandomPrograms(num_inputs=3, num_operations=20))
    first = [env.reset(seed=k)[0]["adjacency"] for k in range(5)]
    again = [env.reset(seed=k)[0]["adjacency"] for k in range(5)]
    np.testing.assert_array_equal(first, again)
    assert not (first[0] == first[1]).all()
    play(env, range(env.graph.num_eliminable))


@pytest.mark.parametrize("reward", ["step_cost", "relative", "terminal"])
def test_rewards_add_up_to_the_cost_in_their_unit(reward: str) -> None:
    env = make(task=TASK, reward=reward)
    env.reset(seed=0)
    total, info = play(env, range(env.graph.num_eliminable))
    scale = 172 if reward == "relative" else 1
    assert total == pytest.approx(-info["cost"] / scale)


def test_text_and_pictures() -> None:
    env = make(task=TASK, render_mode="ansi")
    env.reset(seed=0)
    env.step(5)
    text = env.render()
    assert "1 of 78" in text
    assert "last vertex: 5" in text
    env = make(task=TASK, render_mode="rgb_array")
    env.reset(seed=0)
    before = env.render()
    env.step(5)
    after = env.render()
    assert before.dtype == np.uint8
    assert min(before.shape[:2]) >= 256
    assert before.shape == after.shape
    assert (before != after).any()


class NanReward:
    def start(self, graph: ComputationalGraph, cost_model: str) -> None: ...

    def __call__(self, *, step_cost: int, cost: int, terminated: bool) -> float:
        return float("nan")


def lone_edge() -> ComputationalGraph:
    import jax.numpy as jnp

    return ve.trace(lambda x: 2.0 * x, jnp.float32(1.0))


WRONG = {
    "unknown task": (dict(task="RoeFlux"), UnknownTaskError, "RoeFlux_1d"),
    "two sources": (
        dict(task=TASK, generator=RandomPrograms()),
        ValueError,
        "one of task, graph and generator",
    ),
    "no graph": (dict(graph="x"), TypeError, "expected a ComputationalGraph"),
    "no generator": (dict(generator=3), TypeError, "needs sample"),
    "cost model": (dict(cost_model="luck"), ValueError, "unknown cost model 'luck'"),
    "observation": (dict(observation="text"), ValueError, "observation must be one of"),
    "on_invalid": (dict(on_invalid="ignore"), ValueError, "on_invalid must be one of"),
    "reward": (dict(reward="luck"), ValueError, "unknown reward 'luck'"),
    "reward object": (dict(reward=3), TypeError, "a reward needs"),
    "penalty": (dict(penalty=float("nan")), ValueError, "penalty must be a finite"),
    "too large": (dict(task=TASK, max_vertices=50), ValueError, 'observation="graph"'),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_options_are_refused_in_a_sentence(name: str) -> None:
    options, error, says = WRONG[name]
    with pytest.raises(error, match=says):
        make(**options)


def test_a_graph_without_a_game_is_refused_in_a_sentence() -> None:
    with pytest.raises(GraphError, match="no vertex to eliminate"):
        make(graph=lone_edge())


@pytest.mark.parametrize("on_invalid", ["penalize", "raise"])
@pytest.mark.parametrize("action", [-1, 78, 1.5, "a", None, np.array([1, 2])])
def test_actions_out_of_range_are_refused_in_a_sentence(action: Any, on_invalid: str) -> None:
    env = make(task=TASK, on_invalid=on_invalid)
    env.reset(seed=0)
    with pytest.raises(
        ValueError, match=r"out of range; actions are 0 to 77|must be a whole number"
    ):
        env.step(action)
    env.step(np.int64(3))
    env.step(np.array(4))


def test_masks_and_costs_are_there_on_what_gym_make_returns() -> None:
    env = gym.make("VertexElimination-v0", task=TASK)
    _, info = env.reset(seed=0)
    np.testing.assert_array_equal(env.action_masks(), info["action_mask"])  # type: ignore[attr-defined]
    assert env.get_wrapper_attr("action_masks")().all()


def test_misuse_is_refused_in_a_sentence() -> None:
    env = make(task=TASK, on_invalid="raise", render_mode="ansi")
    for use in (lambda: env.step(0), env.action_masks, env.render):
        with pytest.raises(RuntimeError, match="call reset"):
            use()
    env.reset(seed=0)
    env.step(0)
    with pytest.raises(ValueError, match="eliminated already"):
        env.step(0)
    play(env, range(1, 78))
    with pytest.raises(RuntimeError, match="episode is over"):
        env.step(0)
    env = make(task=TASK, reward=NanReward())
    env.reset(seed=0)
    with pytest.raises(ValueError, match="finite"):
        env.step(0)
