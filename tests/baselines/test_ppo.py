"""PPO: advantages, the scale of values, the loss, and that training learns, repeats and resumes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vertex_elim_env as ve
from baselines import registry
from baselines.search.annealing import Annealing
from baselines.solver import Solver
from vertex_elim_env.generator import RandomPrograms

pytest.importorskip("equinox")
import jax
import jax.numpy as jnp
from jax.sharding import AxisType

from baselines.networks import GraphNetwork, View, checkpoint
from baselines.ppo.advantages import ValueScale, estimate_advantages
from baselines.ppo.config import PPOConfig
from baselines.ppo.loss import Batch, gradients
from baselines.ppo.solver import PPO
from baselines.ppo.trainer import PPOTrainer, TrainState
from vertex_elim_env.functional import Params, make_params

pytestmark = pytest.mark.usefixtures("compiled_once")

SMALL = PPOConfig(
    num_envs=4, num_minibatches=2, width=8, num_rounds=1, steps=10_000, learning_rate=3e-3
)


@pytest.fixture(scope="module")
def graph() -> ve.ComputationalGraph:
    return RandomPrograms(num_inputs=4, num_operations=20).sample(np.random.default_rng(0))


@pytest.fixture(scope="module", autouse=True)
def whole_rows() -> Iterator[None]:
    """Networks run on all rows, so that one program is compiled instead of several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("baselines.networks.rows.FRACTIONS", (1.0,))
        yield


@pytest.fixture(scope="module")
def params(graph: ve.ComputationalGraph) -> Params:
    return make_params(graph, reward="relative")


@pytest.fixture(scope="module")
def trainer() -> PPOTrainer:
    return PPOTrainer(SMALL)


def leaves(state: TrainState) -> list[np.ndarray]:
    plain = state._replace(key=jax.random.key_data(state.key))
    return [np.asarray(leaf) for leaf in jax.tree.leaves(plain)]


def test_with_trace_one_advantages_are_returns_minus_values() -> None:
    rng = np.random.default_rng(0)
    rewards, values = rng.normal(size=(2, 5, 3)).astype(np.float32)
    is_last = np.zeros((5, 3), bool)
    is_last[-1] = True
    found = estimate_advantages(rewards, values, is_last, jnp.full(3, 100.0), trace=1.0)
    returns = np.cumsum(rewards[::-1], axis=0)[::-1]
    np.testing.assert_allclose(found, returns - values, rtol=1e-5, atol=1e-5)


def test_with_trace_zero_advantages_look_one_step_ahead() -> None:
    rng = np.random.default_rng(0)
    rewards, values = rng.normal(size=(2, 5, 3)).astype(np.float32)
    final = np.array([1.0, 2.0, 3.0], np.float32)
    is_last = np.zeros((5, 3), bool)
    is_last[2] = True
    found = estimate_advantages(rewards, values, is_last, final, trace=0.0)
    after = np.concatenate([values[1:], final[None]])
    np.testing.assert_allclose(found, rewards + ~is_last * after - values, rtol=1e-5, atol=1e-5)


def test_the_scale_of_values_is_that_of_the_returns() -> None:
    returns = jnp.asarray([1.0, 3.0, 5.0, 7.0])
    mesh = jax.make_mesh((1,), ("envs",), axis_types=(AxisType.Auto,))
    spec = jax.sharding.PartitionSpec()
    scale = jax.shard_map(
        lambda x: ValueScale.fresh().updated(x, "envs"), mesh=mesh, in_specs=spec, out_specs=spec
    )(returns)
    assert float(scale.mean) == pytest.approx(4.0)
    assert float(scale.spread) == pytest.approx(np.std([1.0, 3.0, 5.0, 7.0]))
    np.testing.assert_allclose(scale.to_returns(scale.from_returns(returns)), returns, rtol=1e-6)


def test_at_the_old_policy_the_surrogate_is_the_mean_advantage(params: Params) -> None:
    network = GraphNetwork(jax.random.key(0), width=8, num_rounds=1)
    batch = batch_of(network, params)
    _, parts = gradients(network, batch, SMALL, jnp.float32(0.0))
    assert float(parts.policy_loss) == pytest.approx(-float(batch.advantages.mean()), abs=1e-6)
    assert float(parts.divergence) == pytest.approx(0.0, abs=1e-6)
    assert float(parts.clipped) == 0.0


def batch_of(network: GraphNetwork, params: Params) -> Batch:
    """Six steps in three groups, from late to early states, judged by the network itself."""
    from baselines.networks import view
    from vertex_elim_env.functional import start, step

    state, seen, actions = start(params, 0), [], []
    for vertex in range(6):
        seen.append(view(params, state))
        actions.append(vertex)
        state, _ = step(params, state, vertex)
    views: View = jax.tree.map(lambda *x: jnp.stack(x), *seen)
    log_probs = jax.nn.log_softmax(jax.vmap(network)(views).logits)[jnp.arange(6), jnp.arange(6)]
    batch = Batch(views, jnp.asarray(actions), log_probs, jnp.arange(6.0), jnp.zeros(6))
    return jax.tree.map(lambda x: x.reshape(3, 2, *x.shape[1:]), batch)


def test_training_lowers_the_mean_cost(params: Params, trainer: PPOTrainer) -> None:
    state, means = trainer.begin(params, 0), []
    for _ in range(60):
        state, metrics = trainer.iterate(params, state)
        means.append(float(metrics.mean_costs[0]))
    assert np.mean(means[-10:]) < 0.9 * np.mean(means[:10])
    assert all(np.isfinite(leaf).all() for leaf in leaves(state))


def test_the_best_order_costs_what_the_state_says(
    graph: ve.ComputationalGraph, params: Params, trainer: PPOTrainer
) -> None:
    state, _ = trainer.iterate(params, trainer.begin(params, 0))
    order = np.asarray(state.best.orders[0]).tolist()
    assert ve.elimination_cost(graph, order) == int(state.best.costs[0])


def test_a_run_goes_on_from_its_checkpoint_as_if_never_stopped(
    tmp_path: Path, params: Params, trainer: PPOTrainer
) -> None:
    state, _ = trainer.iterate(params, trainer.begin(params, 0))
    checkpoint.save(tmp_path / "checkpoint.npz", state, {})
    resumed = checkpoint.load(tmp_path / "checkpoint.npz", trainer.begin(params, 1))
    for _ in range(2):
        state, _ = trainer.iterate(params, state)
        resumed, _ = trainer.iterate(params, resumed)
    assert all(map(np.array_equal, leaves(state), leaves(resumed)))


@pytest.mark.parametrize(
    "change",
    [{"relabelled": True}, {"scale": "rule"}, {"scale": "none"}, {"hidden": ("position",)}],
)
def test_what_is_changed_for_comparison_is_another_program(
    change: dict[str, Any], params: Params, trainer: PPOTrainer
) -> None:
    other = PPOTrainer(replace(SMALL, **change))
    texts = [str(jax.make_jaxpr(t.iterate)(params, t.begin(params, 0))) for t in (trainer, other)]
    assert texts[0] != texts[1]


def test_seeds_repeat_and_differ(params: Params, trainer: PPOTrainer) -> None:
    runs = [trainer.iterate(params, trainer.begin(params, seed))[0] for seed in (0, 0, 1)]
    first, again, other = map(leaves, runs)
    assert all(map(np.array_equal, first, again))
    assert not all(map(np.array_equal, first, other))


@pytest.mark.parametrize(
    "wrong", [{"num_envs": 0}, {"num_minibatches": 0}, {"steps": 0}, {"num_steps": -1}]
)
def test_a_senseless_configuration_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        PPOConfig(**wrong)


def test_more_minibatches_than_steps_are_refused(params: Params) -> None:
    trainer = PPOTrainer(PPOConfig(num_envs=1, num_minibatches=1_000, width=8, num_rounds=0))
    with pytest.raises(ValueError, match="minibatches"):
        trainer.iterate(params, trainer.begin(params, 0))


def test_trained_on_a_graph_or_loaded_ppo_is_a_solver(
    tmp_path: Path, graph: ve.ComputationalGraph, params: Params, trainer: PPOTrainer
) -> None:
    path = tmp_path / "checkpoint.npz"
    description = {"config": vars(SMALL)}
    checkpoint.save(path, trainer.begin(params, 0), description)
    played = PPO(checkpoint=path, num_samples=8, batch=4)
    untrained = PPO(config=SMALL, is_trained=False, num_samples=8, batch=4)
    for solver, limit in ((PPO(config=SMALL), 1e-9), (played, None), (untrained, None)):
        assert isinstance(solver, Solver)
        solution = solver.solve(graph, seed=3, time_limit=limit)
        assert solution.cost == ve.elimination_cost(graph, solution.order)
        assert solution.method == "ppo" and solution.evaluations > 1


def test_a_policy_s_order_may_be_annealed(
    graph: ve.ComputationalGraph, params: Params, trainer: PPOTrainer, tmp_path: Path
) -> None:
    path = tmp_path / "checkpoint.npz"
    checkpoint.save(path, trainer.begin(params, 0), {"config": vars(SMALL)})
    policy = PPO(checkpoint=path, num_samples=2, batch=2)
    solver = registry.make("ppo+annealing", policy=policy, annealing=Annealing(moves=2_000))
    assert isinstance(solver, Solver)
    played, annealed = (s.solve(graph, seed=0, cost_model="nontrivial") for s in (policy, solver))
    assert annealed.cost == ve.elimination_cost(graph, annealed.order, "nontrivial")
    assert annealed.trace[0].cost == played.cost >= annealed.cost
    assert annealed.method == "ppo+annealing"
    with pytest.raises(ValueError, match="between 0 and 1"):
        registry.make("ppo+annealing", share=1.0)
