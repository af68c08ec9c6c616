"""Metrics: the figures of an iteration."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from baselines.alphazero.episodes import Ends
from baselines.alphazero.loss import LossParts


class Metrics(NamedTuple):
    """What an iteration came to.

    Attributes:
        num_finished, mean_costs: episodes that ended, and what they cost, by graph, float32 (G,).
        num_widened: structures answered as if dense in them, int32 ().
        parts: of the loss, means over the minibatches.
    """

    num_finished: Array
    mean_costs: Array
    num_widened: Array
    parts: LossParts

    def scalars(self) -> dict[str, float]:
        """Return the figures to log, by name."""
        parts = {name: float(value) for name, value in self.parts._asdict().items()}
        return {**parts, "widened": float(self.num_widened)}


def measure(graphs: Array, num_graphs: int, ends: Ends, parts: LossParts, axis: str) -> Metrics:
    """Return the figures of an iteration, those of all devices of an axis."""
    is_own = (graphs[:, None] == jnp.arange(num_graphs)).astype(jnp.float32)
    counts = jax.lax.psum(is_own.sum(axis=0), axis)
    totals = jax.lax.psum((is_own * ends.costs[:, None]).sum(axis=0), axis)
    return Metrics(
        num_finished=counts,
        mean_costs=totals / jnp.maximum(counts, 1.0),
        num_widened=jax.lax.psum(ends.num_widened.sum(), axis),
        parts=parts,
    )
