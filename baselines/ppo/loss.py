"""The loss of PPO on a minibatch."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from baselines.networks import GraphNetwork, View
from baselines.networks.rows import on_few_rows
from baselines.ppo.config import PPOConfig


class Batch(NamedTuple):
    """Steps to learn from, B of them.

    Attributes:
        seen: what the network saw, arrays (B, ...).
        actions: int32 (B,).
        log_probs: of the actions, when they were taken, float32 (B,).
        advantages: normalised, float32 (B,).
        targets: of the network's values, float32 (B,).
    """

    seen: View
    actions: Array
    log_probs: Array
    advantages: Array
    targets: Array


class LossParts(NamedTuple):
    """What a loss is made of, and how far the policy has moved, means over a batch, float32 ()."""

    policy_loss: Array
    value_loss: Array
    entropy: Array
    divergence: Array
    clipped: Array


def gradients(
    network: GraphNetwork, groups: Batch, config: PPOConfig, entropy_weight: Array
) -> tuple[GraphNetwork, LossParts]:
    """Return the gradients of the loss on a minibatch, and its parts.

    Args:
        network: what to judge.
        groups: steps in groups of equal size, arrays (K, B, ...); it saves time if those of a group have
            about equally many vertices left, as all are seen without those that are gone.
        config: what the weights of the parts are.
        entropy_weight: that of the entropy, which follows a schedule.
    """

    def add(total: Any, group: Batch) -> tuple[Any, None]:
        def on_rows(num_rows: int) -> Any:
            return jax.grad(loss, has_aux=True)(network, group, config, entropy_weight, num_rows)

        return jax.tree.map(jnp.add, total, on_few_rows(group.seen, on_rows)), None

    nothing = jax.tree.map(jnp.zeros_like, network), LossParts(*(jnp.zeros(()),) * 5)
    sums, _ = jax.lax.scan(add, nothing, groups)
    return jax.tree.map(lambda x: x / len(groups.actions), sums)


def loss(
    network: GraphNetwork, batch: Batch, config: PPOConfig, entropy_weight: Array, num_rows: int
) -> tuple[Array, LossParts]:
    """Return the clipped surrogate (Schulman et al. 2017, eq. 7 and 9) on steps, arrays (B, ...),
    seen in so many rows, and its parts.
    """
    seen, rows = jax.vmap(lambda view: view.compacted(num_rows))(batch.seen)
    actions = jnp.argmax(rows == batch.actions[:, None], axis=1)
    parts = _parts(network, batch._replace(seen=seen, actions=actions), config)
    total = parts.policy_loss + config.value_weight * parts.value_loss
    return total - entropy_weight * parts.entropy, parts


def _parts(network: GraphNetwork, batch: Batch, config: PPOConfig) -> LossParts:
    logits, values = jax.vmap(network)(batch.seen)
    log_probs = jax.nn.log_softmax(logits)
    taken = jnp.take_along_axis(log_probs, batch.actions[:, None], axis=1)[:, 0]
    log_ratio = taken - batch.log_probs
    ratio = jnp.exp(log_ratio)
    bounded = jnp.clip(ratio, 1.0 - config.clip, 1.0 + config.clip)
    gains = jnp.minimum(ratio * batch.advantages, bounded * batch.advantages)
    terms = jnp.where(batch.seen.legal, jnp.exp(log_probs) * log_probs, 0.0)
    return LossParts(
        policy_loss=-jnp.mean(gains),
        value_loss=jnp.mean((values - batch.targets) ** 2),
        entropy=-jnp.mean(jnp.sum(terms, axis=1)),
        divergence=jnp.mean(ratio - 1.0 - log_ratio),
        clipped=jnp.mean(jnp.abs(ratio - 1.0) > config.clip),
    )
