"""Metrics: the figures of an iteration."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from baselines.networks import Play
from baselines.ppo.loss import LossParts
from baselines.ppo.steps import Steps
from vertex_elim_env.functional import Params


class Metrics(NamedTuple):
    """What an iteration came to.

    Attributes:
        num_finished, mean_costs: episodes that ended, and what they cost, by graph, float32 (G,).
        num_widened: structures answered as if dense in the episodes in progress, int32 ().
        explained: share of the returns' variance that the values explain, float32 ().
        parts: of the loss, means over the minibatches.
    """

    num_finished: Array
    mean_costs: Array
    num_widened: Array
    explained: Array
    parts: LossParts

    def scalars(self) -> dict[str, float]:
        """Return the figures to log, by name."""
        parts = {name: float(value) for name, value in self.parts._asdict().items()}
        return {**parts, "explained": float(self.explained), "widened": float(self.num_widened)}


def measure(
    params: Params, steps: Steps, play: Play, returns: Array, parts: LossParts, axis: str
) -> Metrics:
    """Return the figures of an iteration, those of all devices of an axis."""
    is_own = steps.graphs[..., None] == jnp.arange(params.num_graphs)
    ended = (is_own & steps.is_last[..., None]).astype(jnp.float32)
    counts = jax.lax.psum(ended.sum(axis=(0, 1)), axis)
    totals = jax.lax.psum((ended * steps.costs[..., None]).sum(axis=(0, 1)), axis)
    error = jax.lax.pmean(jnp.var(returns - steps.values), axis)
    variance = jax.lax.pmean(jnp.var(returns), axis)
    return Metrics(
        num_finished=counts,
        mean_costs=totals / jnp.maximum(counts, 1.0),
        num_widened=jax.lax.psum(play.states.num_widened.sum(), axis),
        explained=1.0 - error / jnp.maximum(variance, 1e-8),
        parts=parts,
    )
