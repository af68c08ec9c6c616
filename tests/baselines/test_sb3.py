"""Stable-Baselines3: the network in torch is that in JAX, orders are counted, runs go on as if never stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vertex_elim_env as ve
from baselines import registry
from baselines.solver import Solver
from vertex_elim_env.generator import RandomPrograms

pytest.importorskip("equinox")
pytest.importorskip("torch")
pytest.importorskip("sb3_contrib")
import jax
import torch

from baselines.networks import GraphNetwork, View, checkpoint
from baselines.sb3.config import MaskablePPOConfig
from baselines.sb3.environment import make_env
from baselines.sb3.network import TorchGraphNetwork, from_torch, to_torch
from baselines.sb3.trainer import MaskablePPOTrainer
from vertex_elim_env.functional import Params, make_params

SMALL = MaskablePPOConfig(num_envs=2, width=8, num_rounds=1, steps=10_000, learning_rate=0.01)


@pytest.fixture(scope="module")
def graph() -> ve.ComputationalGraph:
    return RandomPrograms(num_inputs=3, num_operations=9).sample(np.random.default_rng(0))


@pytest.fixture(scope="module")
def params(graph: ve.ComputationalGraph) -> Params:
    return make_params(graph, reward="relative")


def test_both_networks_predict_the_same(graph: ve.ComputationalGraph) -> None:
    network = GraphNetwork(jax.random.key(1), width=8, num_rounds=2)
    twin = TorchGraphNetwork(width=8, num_rounds=2)
    twin.load_state_dict(to_torch(network))
    env: Any = make_env(graph)
    observation, info = env.reset(seed=0)
    for _ in range(graph.num_eliminable):
        features, classes = observation["vertex_features"], observation["adjacency"]
        with torch.no_grad():
            scores, values = twin(torch.tensor(features[None]), torch.tensor(classes[None]))
        legal = np.pad(info["action_mask"].astype(bool), (0, len(features) - graph.num_eliminable))
        expected = network(View(jax.numpy.asarray(features), jax.numpy.asarray(classes), legal))
        assert np.allclose(scores[0].numpy()[legal], expected.logits[legal], atol=1e-5)
        assert float(values[0]) == pytest.approx(float(expected.value), abs=1e-5)
        observation, *_, info = env.step(int(np.flatnonzero(info["action_mask"])[0]))


def test_weights_come_back_as_they_went() -> None:
    network = GraphNetwork(jax.random.key(1), width=8, num_rounds=2)
    back = from_torch(to_torch(network), network)
    assert jax.tree.all(jax.tree.map(lambda a, b: np.array_equal(a, b), network, back))


def test_every_episode_is_an_order_at_its_cost(
    graph: ve.ComputationalGraph, params: Params
) -> None:
    trainer = MaskablePPOTrainer(SMALL, [graph])
    before = trainer.begin(params, 0)
    after, progress = trainer.iterate(params, before)
    assert progress.num_finished.tolist() == [SMALL.num_envs]
    order = np.asarray(after.best.orders[0])
    assert ve.elimination_cost(graph, order.tolist()) == int(after.best.costs[0])
    assert int(after.best.costs[0]) <= progress.mean_costs[0]
    assert {"loss", "entropy_loss", "value_loss"} <= set(progress.scalars())
    changed = jax.tree.map(lambda a, b: bool((a != b).any()), before.network, after.network)
    assert np.mean(jax.tree.leaves(changed)) > 0.9


def test_a_run_goes_on_from_its_checkpoint_as_if_never_stopped(
    graph: ve.ComputationalGraph, params: Params, tmp_path: Path
) -> None:
    trainer = MaskablePPOTrainer(SMALL, [graph])
    state = trainer.begin(params, 3)
    for k in range(3):
        state, _ = trainer.iterate(params, state)
        if k == 1:
            checkpoint.save(tmp_path / "checkpoint.npz", state, {})
    other = MaskablePPOTrainer(SMALL, [graph])
    again = checkpoint.load(tmp_path / "checkpoint.npz", other.begin(params, 0))
    again, _ = other.iterate(params, again)
    same = jax.tree.map(lambda a, b: np.array_equal(a, b), state, again)
    assert jax.tree.all(same)


def test_several_graphs_are_refused(graph: ve.ComputationalGraph) -> None:
    with pytest.raises(ValueError, match="one graph; got 2"):
        MaskablePPOTrainer(SMALL, [graph, graph])


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("maskable-ppo", {"config": MaskablePPOConfig(num_envs=2, width=8, steps=40)}),
        ("sb3-ppo", {"steps": 2_048}),
        ("sb3-dqn", {"steps": 400}),
    ],
)
def test_agents_are_solvers(
    graph: ve.ComputationalGraph, name: str, options: dict[str, Any]
) -> None:
    solver = registry.make(name, **options)
    assert isinstance(solver, Solver)
    solution = solver.solve(graph, seed=0, cost_model="nontrivial")
    assert solution.cost == ve.elimination_cost(graph, solution.order, "nontrivial")
    assert solution.method == solver.name == name
