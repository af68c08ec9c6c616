"""Orders for one graph: by a network that plays it, or by training one on it."""

from __future__ import annotations

from pathlib import Path

import jax
import numpy as np

from baselines.networks import GraphNetwork, checkpoint
from baselines.networks.decoding import decode
from baselines.ppo.config import PPOConfig
from baselines.ppo.trainer import PPOTrainer
from baselines.solver import Incumbent
from vertex_elim_env.functional import make_params

REWARD = "relative"
"""What agents are paid: costs in units of a rule's order, so that graphs of all sizes are alike."""


def load_network(path: Path) -> GraphNetwork:
    """Return the network of a run's checkpoint.

    Raises:
        OSError: if the file can't be read.
        CheckpointError: if it holds no such network.
    """
    config = PPOConfig(**checkpoint.read_description(path)["config"])
    like = GraphNetwork(jax.random.key(0), width=config.width, num_rounds=config.num_rounds)
    return checkpoint.load(path, like, part=".network")


def sample(
    network: GraphNetwork, best: Incumbent, seed: int, *, num_samples: int, batch: int
) -> None:
    """Offer a network's greedy order, then the best of each batch of orders drawn by it."""
    params = make_params(best.graph, cost_model=best.cost_model, reward=REWARD)
    key = jax.random.key(seed)
    greedy = decode(network, params, 0, key, num_episodes=1, is_greedy=True)
    best.offer(np.asarray(greedy.orders[0]).tolist())
    for number in range(-(-num_samples // batch)):
        if best.is_done:
            return
        batch_key = jax.random.fold_in(key, number)
        drawn = decode(network, params, 0, batch_key, num_episodes=batch)
        best.evaluations += batch - 1  # the offer counts one
        best.offer(np.asarray(drawn.orders[np.argmin(drawn.costs)]).tolist())


def train(config: PPOConfig, best: Incumbent, seed: int) -> None:
    """Train a network on the graph, and offer the best order of its own play after every iteration."""
    params = make_params(best.graph, cost_model=best.cost_model, reward=REWARD)
    trainer = PPOTrainer(config)
    state = trainer.begin(params, seed)
    for _ in range(-(-config.steps // trainer.steps_per_iteration(params))):
        state, metrics = trainer.iterate(params, state)
        finished = int(metrics.num_finished.sum())
        if finished:
            best.evaluations += finished - 1  # the offer counts one
            best.offer(np.asarray(state.best.orders[0]).tolist())
        if best.order and best.is_done:
            return
