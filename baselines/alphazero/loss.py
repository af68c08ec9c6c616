"""The loss of AlphaZero on a minibatch: towards the policy of the search and the costs that were paid."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from baselines.alphazero.config import AlphaZeroConfig
from baselines.alphazero.episodes import Lessons
from baselines.alphazero.network import CostNetwork, forecast_on_rows
from baselines.networks.rows import on_few_rows


class LossParts(NamedTuple):
    """What a loss is made of, means over a batch, float32 ().

    Attributes:
        policy_loss: cross entropy of the search's policy and the network's, nats.
        policy_entropy: of the search's policy, the least that the cross entropy can be.
        cost_loss: of the vertices' costs, up to what no network can change, in the units of rewards.
        total_error: squared error of what is to come in all, in the units of rewards.
    """

    policy_loss: Array
    policy_entropy: Array
    cost_loss: Array
    total_error: Array


def gradients(
    network: CostNetwork, groups: Lessons, config: AlphaZeroConfig
) -> tuple[CostNetwork, LossParts]:
    """Return the gradients of the loss, and its parts.

    Args:
        network: what to judge.
        groups: steps in groups of equal size, arrays (K, B, ...); it saves time if those of a group
            have about equally many vertices left, as all are seen without those that are gone.
        config: what the weights of the parts are.
    """

    def add(total: Any, group: Lessons) -> tuple[Any, None]:
        def on_rows(num_rows: int) -> Any:
            return jax.grad(loss, has_aux=True)(network, group, config, num_rows)

        return jax.tree.map(jnp.add, total, on_few_rows(group.seen, on_rows)), None

    nothing = jax.tree.map(jnp.zeros_like, network), LossParts(*(jnp.zeros(()),) * 4)
    sums, _ = jax.lax.scan(add, nothing, groups)
    return jax.tree.map(lambda x: x / len(groups.is_live), sums)


def loss(
    network: CostNetwork, batch: Lessons, config: AlphaZeroConfig, num_rows: int
) -> tuple[Array, LossParts]:
    """Return the loss on steps, arrays (B, ...), seen in so many rows, and its parts.

    Costs are counts with a mean that the network predicts, so theirs is the loss of Poisson's
    distribution: its minimum is at the mean, as a sum of expected costs needs it.
    """
    found = forecast_on_rows(network, batch.seen, num_rows)
    num_actions = batch.weights.shape[1]
    weights = batch.weights.astype(jnp.float32)
    is_left = batch.seen.legal[:, :num_actions] & batch.is_live[:, None]
    log_probs = jax.nn.log_softmax(found.logits[:, :num_actions])
    log_weights = jnp.log(jnp.where(weights > 0, weights, 1.0))
    log_costs = found.log_costs[:, :num_actions]
    deviance = jnp.exp(log_costs) - batch.costs * log_costs
    due = jnp.sum(jnp.where(is_left, batch.costs, 0.0), axis=1)

    def mean(values: Array) -> Array:
        count = jnp.maximum(jnp.sum(batch.is_live), 1)
        return jnp.sum(jnp.where(batch.is_live, values, 0.0)) / count

    def total(values: Array) -> Array:
        return jnp.sum(jnp.where(is_left, values, 0.0), axis=1)

    parts = LossParts(
        policy_loss=mean(total(-weights * log_probs)),
        policy_entropy=mean(total(-weights * log_weights)),
        cost_loss=mean(total(deviance) / batch.scales),
        total_error=mean(((found.to_go - due) / batch.scales) ** 2),
    )
    return parts.policy_loss + config.cost_weight * parts.cost_loss, parts
