"""Episodes repeat from their seed, options and actions; states serve searches and other processes."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from tests.environments import TASK, make, play, playable_graphs
from tests.optimum import exact_optimum
from tests.test_contract import assert_same
from vertex_elim_env.env import VertexEliminationEnv
from vertex_elim_env.game import EpisodeState
from vertex_elim_env.graph import ComputationalGraph, Edge, Vertex
from vertex_elim_env.ordering import RULES
from vertex_elim_env.render import replay
from vertex_elim_env.render.recording import played
from vertex_elim_env.structure import IndexMap, Link, identity
from vertex_elim_env.structure.jacobian import must_build

Seen = list[tuple[Any, ...]]


def trajectory(options: dict[str, Any], seed: int, starts: dict[str, Any], actions: Any) -> Seen:
    """Everything that an episode shows."""
    env = make(**options)
    seen: Seen = [env.reset(seed=seed, options=starts)]
    for action in actions:
        seen.append(env.step(action))
        if seen[-1][2] or seen[-1][3]:
            seen.append(env.reset())
    return seen


@pytest.mark.parametrize("observation", ["dict", "graph"])
@pytest.mark.parametrize("generator", ["paper", "random", "graphs", "traps"])
def test_an_episode_repeats_from_seed_options_and_actions(generator: str, observation: str) -> None:
    options = {"generator": generator, "observation": observation, "cost_model": "nontrivial"}
    num_actions = int(make(**options).action_space.n)
    actions = np.random.default_rng(0).integers(num_actions, size=150).tolist()
    first, second = (trajectory(options, 11, {}, actions) for _ in range(2))
    assert_same(first, second)
    other = trajectory(options, 12, {}, actions)
    assert len(other) != len(first) or any(
        a[1] != b[1] for a, b in zip(first[1:], other[1:], strict=True)
    )


def test_an_episode_repeats_from_a_prefix() -> None:
    starts = {"task": "RobotArm_6DOF", "prefix": (5, 107, 3)}
    options = {"generator": "paper"}
    first, second = (trajectory(options, 1, starts, range(50)) for _ in range(2))
    assert_same(first, second)


@settings(max_examples=40)
@given(playable_graphs, st.sampled_from(ve.COST_MODELS), st.data())
def test_a_replay_tells_what_the_environment_plays(
    graph: ComputationalGraph, cost_model: str, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(graph.num_eliminable)))
    story = replay(graph, order, cost_model)
    assert story.order == tuple(order)
    assert story.cost == ve.elimination_cost(graph, order, cost_model)
    env = make(graph=graph, cost_model=cost_model)
    env.reset(seed=0)
    for k, vertex in enumerate(order):
        before = set(story.edges_after(k))
        *_, info = env.step(vertex)
        step = story.steps[k]
        assert (step.vertex, step.cost, step.total) == (vertex, info["step_cost"], info["cost"])
        edges = env.game.edges
        after = list(zip(edges.sources.tolist(), edges.targets.tolist(), strict=True))
        assert story.edges_after(k + 1) == after
        assert set(step.removed) | set(step.joined) <= before
        assert not before & set(step.added)
    assert all(u >= graph.num_eliminable for u, _ in story.edges_after(len(order)))
    for rule, totals in story.rivals.items():
        assert len(totals) == len(order)
        assert totals[-1] == ve.find_order(graph, rule, cost_model=cost_model).cost
    assert set(story.rivals) == set(RULES)


def test_a_path_that_carries_nothing_joins_no_edge() -> None:
    """x is put into the first half of v, of which y reads the second; x also goes straight to y."""
    put = must_build((4,), (2,), [Link(0, 0, IndexMap.of([0, 1], [0, 1]), False)], [], [], 1)
    read = must_build((2,), (4,), [Link(0, 0, IndexMap.of([0, 1], [2, 3]), False)], [], [], 1)
    vertices = Vertex("input", (2,)), Vertex("eliminable", (4,)), Vertex("output", (2,))
    edges = Edge(0, 1, put), Edge(1, 2, read), Edge(0, 2, identity((2,)))
    (step,) = replay(ComputationalGraph(vertices, edges), [0]).steps
    assert (step.cost, step.added, step.joined) == (0, (), ())
    assert step.removed == ((1, 0), (0, 2))


def test_the_beginning_of_an_order_is_played_too() -> None:
    env = make(task=TASK)
    env.reset(seed=0)
    play_some = [env.step(vertex)[4]["cost"] for vertex in (5, 70, 12)]
    assert [step.total for step in played(env.game.problem, env.game.order)] == play_some


@settings(max_examples=15)
@given(playable_graphs.filter(lambda graph: graph.num_eliminable <= 5))
def test_states_serve_a_search_of_the_whole_tree(graph: ComputationalGraph) -> None:
    env = make(graph=graph)
    _, info = env.reset(seed=0)
    assert best_below(env, info) == exact_optimum(graph)


def best_below(env: VertexEliminationEnv, info: dict[str, Any]) -> int:
    """The least cost of all ways to end an episode, by going there and back."""
    state, costs = env.get_state(), []
    for vertex in np.flatnonzero(info["action_mask"]).tolist():
        *_, terminated, _, after = env.step(vertex)
        costs.append(after["cost"] if terminated else best_below(env, after))
        env.set_state(state)
    return min(costs)


def test_clones_serve_a_search_too() -> None:
    env = make(task=TASK)
    env.reset(seed=0)
    seen = [env.clone().step(vertex)[4]["step_cost"] for vertex in range(78)]
    assert seen == env.game.candidate_costs.tolist()
    assert env.game.order == []


def played_elsewhere(state: EpisodeState, order: list[int]) -> tuple[int, EpisodeState]:
    """What another process does with a state."""
    env = make(task=TASK)
    env.set_state(state)
    _, info = play(env, order)
    return info["cost"], env.get_state()


def test_states_go_to_other_processes_and_come_back() -> None:
    env = make(task=TASK)
    env.reset(seed=0)
    for vertex in (5, 70, 12):
        env.step(vertex)
    rest = [vertex for vertex in range(78) if vertex not in (5, 70, 12)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        cost, state = pool.submit(played_elsewhere, env.get_state(), rest).result()
    assert cost == play(env, rest)[1]["cost"]
    env.set_state(state)
    assert env.game.order == [5, 70, 12, *rest]
