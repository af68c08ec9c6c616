"""The pure JAX environment is the Gymnasium environment, under every transformation."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from itertools import pairwise
from typing import Any

import gymnasium as gym
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gymnasium.envs.functional_jax_env import FunctionalJaxEnv
from hypothesis import given, settings
from hypothesis import strategies as st
from jax.sharding import AxisType, PartitionSpec

from tests.environments import TASK, make, playable_graphs
from vertex_elim_env import functional, tasks
from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.engine import tables as engine_tables
from vertex_elim_env.generator import Limits
from vertex_elim_env.graph import ComputationalGraph, Edge, Vertex
from vertex_elim_env.reward import RunTime
from vertex_elim_env.structure import dense

LIMITS = (9, 4, 9)
"""Room for every graph of the strategy."""


def assert_same_observation(actual: dict[str, Any], expected: dict[str, Any]) -> None:
    assert actual.keys() == expected.keys()
    for key, array in expected.items():
        assert actual[key].dtype == array.dtype, key
        rounding = 1e-6 if array.dtype == np.float32 else 0
        np.testing.assert_allclose(actual[key], array, rtol=rounding, err_msg=key)


def play_both(env: Any, params: functional.Params, rng: np.random.Generator) -> None:
    """Play an episode of random actions, some illegal, on both environments, equal throughout."""
    observation, info = env.reset(seed=0)
    state = functional.start(params, 0)
    terminated = truncated = False
    while not (terminated or truncated):
        assert_same_observation(functional.observe(params, state), observation)
        np.testing.assert_array_equal(functional.legal_mask(state), env.action_masks())
        if rng.random() < 0.2:
            action = int(rng.integers(env.action_space.n))
        else:
            action = int(rng.choice(np.flatnonzero(info["action_mask"])))
        observation, reward, terminated, truncated, info = env.step(action)
        state, outcome = functional.step(params, state, action)
        assert outcome.reward == np.float32(reward)
        assert (outcome.step_cost, outcome.cost) == (info["step_cost"], info["cost"])
        assert (outcome.terminated, outcome.truncated) == (terminated, truncated)
    assert_same_observation(functional.observe(params, state), observation)
    assert not state.num_widened


@pytest.mark.parametrize(
    ("task", "options"),
    [
        (TASK, {}),
        ("MLP", {"cost_model": "flops", "reward": "relative"}),
        ("MLP", {"cost_model": "nontrivial", "reward": "terminal", "penalty": 2.5}),
        ("RandomF", {"limits": (80, 9, 11)}),
    ],
)
def test_an_episode_is_that_of_the_gymnasium_environment(
    task: str, options: dict[str, Any]
) -> None:
    params = functional.make_params(tasks.get(task).graph, **options)
    play_both(make(task=task, **options), params, np.random.default_rng(0))


@settings(max_examples=20)
@given(playable_graphs, st.sampled_from(COST_MODELS), st.integers(0, 2**16))
def test_an_episode_on_any_graph_is_that_of_the_gymnasium_environment(
    graph: ComputationalGraph, cost_model: str, seed: int
) -> None:
    options: dict[str, Any] = {"cost_model": cost_model, "limits": LIMITS}
    params = functional.make_params(graph, num_structures=512, num_orders=8, **options)
    play_both(make(graph=graph, **options), params, np.random.default_rng(seed))


def some_params(*names: str, **options: Any) -> functional.Params:
    """Params of tasks, or of the default one, after a short warm-up."""
    graphs = [tasks.get(name).graph for name in names or (TASK,)]
    return functional.make_params(graphs, num_orders=8, **options)


def test_an_episode_that_is_truncated_stays_so() -> None:
    params = some_params()
    state, outcome = functional.step(params, functional.start(params, 0), 3)
    after, rewards = state, []
    for _ in range(4 * 78 - 1):
        assert not outcome.truncated
        after, outcome = functional.step(params, after, 3)
        rewards.append(float(outcome.reward))
    assert outcome.truncated
    assert not outcome.terminated
    assert set(rewards) == {-float(params.openings.penalties[0])}
    still, outcome = functional.step(params, after, 4)
    assert jax.tree.all(jax.tree.map(lambda a, b: bool(jnp.all(a == b)), still, after))
    assert outcome.truncated
    assert outcome.reward == outcome.step_cost == 0


@pytest.mark.parametrize("action", [-1, 78, 10**6])
def test_an_action_out_of_range_is_illegal_and_changes_nothing(action: int) -> None:
    params = some_params()
    state = functional.start(params, 0)
    after, outcome = functional.step(params, state, action)
    assert outcome.reward == -params.openings.penalties[0]
    assert jnp.array_equal(after.edges, state.edges)
    assert jnp.array_equal(functional.legal_mask(after), functional.legal_mask(state))


def test_graphs_of_one_padded_shape_share_a_trace() -> None:
    traces = []

    @jax.jit
    def play(params: functional.Params, actions: jax.Array) -> tuple[jax.Array, Any]:
        traces.append(None)
        state = functional.init(params, jax.random.key(0))
        state, _ = jax.lax.scan(partial(functional.step, params), state, actions)
        return state.cost, functional.observe(params, state)

    limits = Limits(80, 16, 11)
    for name in (TASK, "PropaneCombustion", "MLP"):
        env = make(task=name, limits=limits)
        env.reset()
        n = env.graph.num_eliminable
        for action in range(n):
            observation, *_, info = env.step(action)
        params = some_params(name, limits=limits, num_structures=64)
        actions = jnp.minimum(jnp.arange(80), n)  # what comes after the end changes nothing
        cost, seen = play(params, actions)
        assert cost == info["cost"]
        assert_same_observation(seen, observation)
    assert len(traces) == 1


def test_a_batch_may_mix_graphs_in_one_params_or_in_several() -> None:
    names = ("MLP", "PropaneCombustion", "RandomF")
    limits = Limits(80, 16, 20)
    together = some_params(*names, limits=limits, num_structures=256)
    apart = [some_params(name, limits=limits, num_structures=256) for name in names]
    stacked = jax.tree.map(lambda *parts: jnp.stack(parts), *apart)
    orders = jnp.stack([jnp.resize(jnp.arange(p.openings.is_eliminable.sum()), 80) for p in apart])

    def play(params: functional.Params, graph: jax.Array, order: jax.Array) -> functional.State:
        state = functional.start(params, graph)
        return jax.lax.scan(lambda s, a: functional.step(params, s, a), state, order)[0]

    one = jax.vmap(play, in_axes=(None, 0, 0))(together, jnp.arange(3), orders)
    several = jax.vmap(play, in_axes=(0, None, 0))(stacked, jnp.int32(0), orders)
    both = jax.vmap(jax.vmap(play, in_axes=(None, None, 0)), in_axes=(0, None, None))(
        stacked, jnp.int32(0), orders[:, :10]
    )
    for k, name in enumerate(names):
        env = make(task=name)
        env.reset()
        costs = [env.step(a)[-1]["cost"] for a in range(env.action_space.n)]
        assert one.cost[k] == several.cost[k] == costs[-1]
        assert one.terminated[k]
        assert both.cost[k].tolist() == [costs[9]] * 3


def test_observations_in_a_batch_are_those_of_single_states() -> None:
    params = some_params("RandomF", TASK)
    key = jax.random.key(0)
    states = functional.rollout(params, key, num_envs=6, num_steps=30).states
    batch = jax.vmap(functional.observe, in_axes=(None, 0))(params, states)
    for k in range(6):
        one = functional.observe(params, jax.tree.map(lambda x, k=k: x[k], states))
        assert_same_observation(one, jax.tree.map(lambda x, k=k: np.asarray(x[k]), batch))


def test_a_rollout_restarts_what_ended_and_plays_legal_actions() -> None:
    params = some_params("MLP", "PropaneCombustion")
    played = functional.rollout(params, jax.random.key(1), num_envs=5, num_steps=120)
    ends = np.asarray(played.outcomes.terminated)
    assert not played.outcomes.truncated.any()
    assert (played.outcomes.reward == -played.outcomes.step_cost).all(), "an action was illegal"
    actions = np.asarray(played.actions)
    for k in range(5):
        begins = np.flatnonzero(np.concatenate([[True], ends[:, k]]))
        assert len(begins) > 2
        for begin, end in pairwise(begins):
            order = actions[begin:end, k]
            assert sorted(order) == list(range(len(order)))
            assert len(order) in (26, 51)
            graph = tasks.get("MLP" if len(order) == 26 else "PropaneCombustion").graph
            env = make(graph=graph)
            env.reset()
            costs = [env.step(int(a))[-1]["cost"] for a in order]
            assert played.outcomes.cost[begin:end, k].tolist() == costs


def test_shards_play_what_they_are_given() -> None:
    mesh = jax.make_mesh((1,), ("envs",), axis_types=(AxisType.Auto,))
    params = some_params()

    def play(params: functional.Params, actions: jax.Array, keys: jax.Array) -> Any:
        state = functional.start(params, 0)
        stepped, outcome = jax.vmap(
            lambda action, key: functional.step_autoreset(params, state, action, key)
        )(actions, keys)
        return outcome, jax.vmap(functional.observe, in_axes=(None, 0))(params, stepped)

    arguments = params, jnp.arange(8), jax.random.split(jax.random.key(0), 8)
    specs = PartitionSpec(), PartitionSpec("envs"), PartitionSpec("envs")
    shards = jax.shard_map(play, mesh=mesh, in_specs=specs, out_specs=PartitionSpec("envs"))
    same = jax.tree.map(jnp.array_equal, jax.jit(shards)(*arguments), play(*arguments))
    assert jax.tree.all(same)
    played = functional.rollout(params, jax.random.key(0), num_envs=4, num_steps=5, mesh=mesh)
    assert played.actions.shape == (5, 4)


def test_the_devices_of_a_mesh_share_the_environments() -> None:
    code = """
import jax
from vertex_elim_env import functional, tasks
params = functional.make_params(tasks.get("MLP").graph, num_orders=2)
mesh = jax.make_mesh((2,), ("envs",), axis_types=(jax.sharding.AxisType.Auto,))
played = functional.rollout(params, jax.random.key(0), num_envs=4, num_steps=26, mesh=mesh)
assert len(played.outcomes.cost.sharding.device_set) == 2
assert played.outcomes.terminated[-1].all()
assert len(set(map(tuple, played.actions.T.tolist()))) == 4
try:
    functional.rollout(params, jax.random.key(0), num_envs=3, num_steps=2, mesh=mesh)
except ValueError as error:
    assert "evenly" in str(error)
else:
    raise AssertionError
"""
    flags = {"XLA_FLAGS": "--xla_force_host_platform_device_count=2", "JAX_PLATFORMS": "cpu"}
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ".", **flags})


def test_pairs_that_the_warm_up_missed_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_tables, "MAX_FILLS", 0)
    params = functional.make_params(tasks.get("RoeFlux_3d").graph, num_orders=0)
    played = functional.rollout(params, jax.random.key(0), num_envs=8, num_steps=132)
    env = make(task="RoeFlux_3d")
    for k in range(8):
        env.reset()
        for action in played.actions[:, k].tolist():
            *_, info = env.step(action)
        is_exact = played.states.num_widened[k] == 0
        assert played.states.cost[k] >= info["cost"]
        assert is_exact <= (played.states.cost[k] == info["cost"])
    assert played.states.num_widened.any()


def chain_of_vectors(size: int) -> ComputationalGraph:
    kinds = ("input", "eliminable", "output")
    edges = tuple(Edge(k, k + 1, dense((size,), (size,))) for k in range(2))
    return ComputationalGraph(tuple(Vertex(kind, (size,)) for kind in kinds), edges)


def test_costs_past_32_bits_are_refused_or_exact() -> None:
    graph = chain_of_vectors(60_000)
    with pytest.raises(OverflowError, match="jax_enable_x64"):
        functional.make_params(graph)
    with jax.enable_x64(True):
        params = functional.make_params(graph)
        _, outcome = functional.step(params, functional.start(params, 0), 0)
        assert int(outcome.cost) == 60_000**3
        observation = functional.observe(params, functional.start(params, 0))
    assert_same_observation(observation, make(graph=graph).reset()[0])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"reward": RunTime()}, "pays costs"),
        ({"reward": "much"}, "unknown reward"),
        ({"limits": (3, 3, 3)}, "need at least"),
        ({"num_structures": 1}, "larger num_structures"),
        ({"cost_model": "time"}, "unknown cost model"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises((ValueError, OverflowError), match=words):
        some_params(**options)


def test_no_graphs_are_refused() -> None:
    with pytest.raises(ValueError, match="got none"):
        functional.make_params([])


def test_gymnasium_s_functional_interface_plays_the_same_game() -> None:
    func_env = functional.VertexEliminationFuncEnv(some_params("MLP"))
    env = FunctionalJaxEnv(func_env)
    expected = gym.make("VertexElimination-v0", task="MLP")
    observation, info = env.reset(seed=0)
    expected_observation, _ = expected.reset(seed=0)
    assert_same_observation(observation, expected_observation)
    rng, terminated = np.random.default_rng(0), False
    while not terminated:
        action = int(rng.choice(np.flatnonzero(info["action_mask"])))
        observation, reward, terminated, _, info = env.step(action)
        assert (reward, terminated) == expected.step(action)[1:3]
        assert func_env.observation_space.contains(jax.tree.map(np.asarray, observation))
    assert func_env.max_episode_steps == 4 * func_env.action_space.n
    assert info["cost"] == expected.unwrapped.game.cost  # type: ignore[attr-defined]


def test_gymnasium_s_functional_interface_may_be_jitted_and_takes_other_params() -> None:
    func_env = functional.VertexEliminationFuncEnv(some_params("MLP", limits=(60, 20, 11)))
    func_env.transform(jax.jit)
    other = some_params("PropaneCombustion", limits=(60, 20, 11))
    key = jax.random.key(0)
    for params, cost in ((None, 284), (func_env.default_params, 284), (other, 90)):
        state = func_env.initial(key, params)
        num_actions = int(state.num_left)
        for action in reversed(range(num_actions)):
            state = func_env.transition(state, action, key, params)
        assert func_env.terminal(state, key, params)
        assert state.cost == cost


def test_the_gymnax_like_interface_restarts_and_scans() -> None:
    env = functional.VertexEliminationKeyedEnv(some_params("MLP"))
    params = env.default_params
    assert env.action_space(params).n == env.num_actions == 26
    observation, state = env.reset(jax.random.key(0), params)
    assert env.observation_space(params).contains(jax.tree.map(np.asarray, observation))

    def step(state: functional.State, key: jax.Array) -> tuple[functional.State, Any]:
        action = jnp.argmax(env.action_masks(state)[::-1])
        results = env.step(key, state, env.num_actions - 1 - action, params)
        return results[1], results

    keys = jax.random.split(jax.random.key(1), 60)
    _, (observations, _, rewards, done, info) = jax.lax.scan(step, state, keys)
    assert np.flatnonzero(done).tolist() == [25, 51]
    assert rewards[:26].sum() == rewards[26:52].sum() == -284
    assert info["cost"][25] == info["cost"][51] == 284
    np.testing.assert_array_equal(info["discount"] == 0, done)
    assert observations["action_mask"][25].all(), "the observation is that of the new episode"
    stepped = env.step_env(keys[0], state, 25, params)
    assert stepped[1].num_left == 25
    assert not stepped[3]


def test_without_jax_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['jax'] = None\n"
        "from vertex_elim_env import functional\n"
        "functional.make_params"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "vertex-elim-env[jax]" in result.stderr
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        functional.nothing  # noqa: B018
