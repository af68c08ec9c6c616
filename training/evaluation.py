"""Evaluation: a network plays through ``gym.make``, as any user's agent would."""

from __future__ import annotations

from typing import NamedTuple

import gymnasium as gym
import jax
import jax.numpy as jnp
import numpy as np

import vertex_elim_env  # noqa: F401  (registers the environment)
from baselines.networks import view_of
from baselines.networks.decoding import Network
from vertex_elim_env.graph import ComputationalGraph

ENVIRONMENT = "VertexElimination-v0"


class Evaluation(NamedTuple):
    """Costs of a network's orders on one graph.

    Attributes:
        greedy: of the likeliest actions.
        sampled_mean, sampled_best: of orders drawn by the network's probabilities.
        order: the cheapest of all.
    """

    greedy: int
    sampled_mean: float
    sampled_best: int
    order: tuple[int, ...]

    @property
    def cost(self) -> int:
        """Of the cheapest."""
        return min(self.greedy, self.sampled_best)


@jax.jit
def _log_probs(network: Network, observation: dict[str, jax.Array]) -> jax.Array:
    return jax.nn.log_softmax(network(view_of(observation)).logits)


def evaluate(
    network: Network,
    graph: ComputationalGraph,
    *,
    cost_model: str = "multiplications",
    num_samples: int = 8,
    seed: int = 0,
) -> Evaluation:
    """Play one greedy episode and some drawn ones.

    Args:
        network: what plays.
        graph: what it plays on.
        cost_model: of the environment.
        num_samples: episodes to draw, at least 1.
        seed: of the actions drawn.
    """
    rng = np.random.default_rng(seed)
    env = gym.make(ENVIRONMENT, graph=graph, cost_model=cost_model)
    greedy_cost, best = _play(env, network, None)
    costs = []
    for _ in range(num_samples):
        cost, order = _play(env, network, rng)
        best = order if cost < min([greedy_cost, *costs]) else best
        costs.append(cost)
    env.close()
    return Evaluation(greedy_cost, float(np.mean(costs)), min(costs), best)


def _play(
    env: gym.Env, network: Network, rng: np.random.Generator | None
) -> tuple[int, tuple[int, ...]]:
    """Play an episode, greedily where there are no random numbers."""
    observation, info = env.reset(seed=0)
    while True:
        arrays = {
            name: jnp.asarray(observation[name])
            for name in ("vertex_features", "adjacency", "action_mask")
        }
        log_probs = np.asarray(_log_probs(network, arrays))
        noise = 0.0 if rng is None else rng.gumbel(size=log_probs.shape)
        action = int(np.argmax(log_probs + noise))
        observation, _, terminated, truncated, info = env.step(action)
        if terminated or truncated:
            return int(info["cost"]), tuple(int(v) for v in info["order"])
