"""PPO as a solver: a trained network plays a graph it may never have seen, or one is trained on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import jax
import numpy as np

from baselines.networks import GraphNetwork, checkpoint
from baselines.networks.decoding import decode
from baselines.ppo.config import PRESETS, PPOConfig
from baselines.ppo.trainer import PPOTrainer
from baselines.solver import Incumbent
from vertex_elim_env.functional import Params, make_params
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution

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


@dataclass(frozen=True)
class PPO:
    """The best order of a policy's own play: no search, no rule, no record of known orders.

    Attributes:
        checkpoint: of a run; its network plays greedily, then by its probabilities. None to train a
            network on the graph alone.
        num_samples: orders drawn from a trained network, the best of which counts.
        batch: how many of them are played side by side.
        config: of the training, where there is no checkpoint.
    """

    name: ClassVar[str] = "ppo"
    checkpoint: Path | None = None
    num_samples: int = 256
    batch: int = 32
    config: PPOConfig = PRESETS["cpu"]

    def solve(
        self,
        graph: ComputationalGraph,
        *,
        seed: int = 0,
        time_limit: float | None = None,
        cost_model: str = "multiplications",
    ) -> Solution:
        """Return the best order played; training ends with its steps or at the limit."""
        params = make_params(graph, cost_model=cost_model, reward=REWARD)
        best = Incumbent(graph, time_limit=time_limit, cost_model=cost_model)
        if self.checkpoint is None:
            return self._train(params, best, seed)
        network = load_network(Path(self.checkpoint))
        return self._sample(network, params, best, jax.random.key(seed))

    def _sample(
        self, network: GraphNetwork, params: Params, best: Incumbent, key: jax.Array
    ) -> Solution:
        greedy = decode(network, params, 0, key, num_episodes=1, is_greedy=True)
        best.offer(np.asarray(greedy.orders[0]).tolist())
        with best.until_interrupted():
            for number in range(-(-self.num_samples // self.batch)):
                if best.is_done:
                    break
                batch_key = jax.random.fold_in(key, number)
                drawn = decode(network, params, 0, batch_key, num_episodes=self.batch)
                best.evaluations += self.batch
                best.offer(np.asarray(drawn.orders[np.argmin(drawn.costs)]).tolist())
        return best.solution(self.name)

    def _train(self, params: Params, best: Incumbent, seed: int) -> Solution:
        trainer = PPOTrainer(self.config)
        state = trainer.begin(params, seed)
        num_iterations = max(1, self.config.steps // trainer.steps_per_iteration(params))
        with best.until_interrupted():
            for _ in range(num_iterations):
                state, metrics = trainer.iterate(params, state)
                best.evaluations += int(metrics.num_finished.sum())
                if metrics.num_finished.sum():
                    best.offer(np.asarray(state.best.orders[0]).tolist())
                if best.order and best.is_done:
                    break
        return best.solution(self.name)
