"""The loss of PPO on a minibatch."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from baselines.networks import GraphNetwork, View
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


FRACTIONS = (1 / 3, 2 / 3, 1.0)
"""Of all rows, that a network is run on: the least that hold what is left of the graphs."""


def loss(
    network: GraphNetwork, groups: Batch, config: PPOConfig, entropy_weight: Array
) -> tuple[Array, LossParts]:
    """Return the clipped surrogate (Schulman et al. 2017, eq. 7 and 9), and its parts.

    Args:
        network: what to judge.
        groups: steps in groups of equal size, arrays (K, B, ...); it saves time if those of a group have
            about equally many vertices left, as all are seen without those that are gone.
        config: what the weights of the parts are.
        entropy_weight: that of the entropy, which follows a schedule.
    """

    def add(total: LossParts, group: Batch) -> tuple[LossParts, None]:
        return jax.tree.map(jnp.add, total, _parts_on_few_rows(network, group, config)), None

    nothing = LossParts(*(jnp.zeros(()),) * len(LossParts._fields))
    sums, _ = jax.lax.scan(add, nothing, groups)
    parts = jax.tree.map(lambda x: x / len(groups.actions), sums)
    total = parts.policy_loss + config.value_weight * parts.value_loss
    return total - entropy_weight * parts.entropy, parts


def _parts_on_few_rows(network: GraphNetwork, batch: Batch, config: PPOConfig) -> LossParts:
    num_rows = batch.seen.legal.shape[-1]
    capacities = [math.ceil(fraction * num_rows) for fraction in FRACTIONS]

    def on(capacity: int) -> Callable[[], LossParts]:
        def parts() -> LossParts:
            seen, rows = jax.vmap(lambda view: view.compacted(capacity))(batch.seen)
            actions = jnp.argmax(rows == batch.actions[:, None], axis=1)
            return _parts(network, batch._replace(seen=seen, actions=actions), config)

        return parts

    most = jnp.max(jnp.sum(jax.vmap(lambda view: view.present)(batch.seen), axis=1))
    choice = jnp.searchsorted(jnp.asarray(capacities), most)
    return jax.lax.switch(choice, [on(capacity) for capacity in capacities])


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
