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
from tests.environments import TASK, make, play, playable_graphs
from vertex_elim_env.engine import elimination_problem, reference
from vertex_elim_env.errors import GraphError, UnknownTaskError
from vertex_elim_env.generator import RandomPrograms
from vertex_elim_env.graph import ComputationalGraph, Edge, Vertex
from vertex_elim_env.structure import dense


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


@settings(max_examples=30)
@given(playable_graphs, st.integers(0, 99))
def test_random_actions_legal_or_not_end_with_an_exact_cost(
    graph: ComputationalGraph, seed: int
) -> None:
    env = make(graph=graph, penalty=0.5)
    _, info = env.reset(seed=seed)
    env.action_space.seed(seed)
    n, played, over = graph.num_eliminable, [], False
    while not over:
        action = int(env.action_space.sample())
        is_legal, cost = action not in played, info["cost"]
        _, reward, terminated, truncated, info = env.step(action)
        played += [action] * is_legal
        over = terminated or truncated
        assert info["cost"] == cost + info["step_cost"]
        assert reward == (-info["step_cost"] if is_legal else -0.5)
        assert terminated == (len(played) == n)
    if terminated:
        assert info["order"] == tuple(played)
        assert info["cost"] == ve.elimination_cost(graph, played)
    with pytest.raises(RuntimeError, match="the episode is over"):
        env.step(0)


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


def test_illegal_actions_end_in_truncation_after_4n_steps() -> None:
    env = make(task=TASK)
    env.reset(seed=0)
    env.step(0)
    n = env.graph.num_eliminable
    flags = [env.step(0)[3] for _ in range(4 * n - 1)]
    assert flags == [False] * (4 * n - 2) + [True]
    with pytest.raises(RuntimeError, match="truncated: call reset"):
        env.step(1)


def test_options_choose_the_graph() -> None:
    env = make(task="RoeFlux_1d")
    env.reset(seed=0)
    with pytest.raises(ValueError, match="does not fit"):
        env.reset(options={"task": "RobotArm_6DOF"})
    with pytest.raises(ValueError, match=r'options "graph" or "task", .* got colour'):
        env.reset(options={"colour": "red"})
    relabelled = ve.ComputationalGraph.from_json(env.graph.to_json())
    env.reset(options={"graph": relabelled})
    assert env.graph == relabelled
    with pytest.raises(GraphError, match="no vertex to eliminate"):
        env.reset(options={"graph": lone_edge()})
    assert env.graph == relabelled, "what is refused loses nothing"


def lone_edge() -> ComputationalGraph:
    vertices = (Vertex("input", ()), Vertex("output", ()))
    return ComputationalGraph(vertices, (Edge(0, 1, dense((), ()), True),))


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
    "penalty word": (dict(penalty="high"), ValueError, "penalty must be a finite"),
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
