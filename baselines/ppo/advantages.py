"""Advantages of actions over what was expected, and the scale in which values are expected."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

DECAY = 0.9
"""Of what a scale remembers, an iteration."""


def estimate_advantages(
    rewards: Array, values: Array, is_last: Array, final_values: Array, trace: float
) -> Array:
    """Return generalised advantage estimates without discount, float32 (T, B).

    Schulman et al. 2016, eq. 16 with gamma = 1: the sum of the coming temporal differences, each
    ``trace`` times less than the one before, up to the end of the episode.

    Args:
        rewards, values: of T steps and the states before them, float32 (T, B).
        is_last: whether the step ended the episode, bool (T, B).
        final_values: of the states after all steps, float32 (B,).
        trace: lambda, between 0 (one step ahead) and 1 (the whole episode).
    """

    def step_back(
        carry: tuple[Array, Array], row: tuple[Array, Array, Array]
    ) -> tuple[tuple[Array, Array], Array]:
        advantage, next_value = carry
        reward, value, last = row
        goes_on = 1.0 - last
        difference = reward + goes_on * next_value - value
        advantage = difference + trace * goes_on * advantage
        return (advantage, value), advantage

    start = jnp.zeros_like(final_values), final_values
    rows = rewards, values, is_last.astype(jnp.float32)
    return jax.lax.scan(step_back, start, rows, reverse=True)[1]


class ValueScale(NamedTuple):
    """Mean and spread of the returns lately: values are learned in this scale, whatever costs are.

    Attributes:
        weight: of what is remembered, 0 at the beginning, float32 ().
        total, total_square: remembered sums of the returns and of their squares, float32 ().
    """

    weight: Array
    total: Array
    total_square: Array

    @classmethod
    def fresh(cls) -> ValueScale:
        """Return a scale that has seen nothing: mean 0, spread 1."""
        return cls(*(jnp.zeros((), jnp.float32),) * 3)

    @property
    def mean(self) -> Array:
        return self.total / jnp.where(self.weight > 0, self.weight, 1.0)

    @property
    def spread(self) -> Array:
        """Standard deviation, at least a small number."""
        square = self.total_square / jnp.where(self.weight > 0, self.weight, 1.0)
        variance = jnp.maximum(square - self.mean**2, 1e-8)
        return jnp.where(self.weight > 0, jnp.sqrt(variance), 1.0)

    def to_returns(self, values: Array) -> Array:
        """From what a network predicts to returns."""
        return self.mean + self.spread * values

    def from_returns(self, returns: Array) -> Array:
        """From returns to what a network is to predict."""
        return (returns - self.mean) / self.spread

    def updated(self, returns: Array, axis: str) -> ValueScale:
        """Return the scale after the returns of an iteration, those of all devices of an axis."""
        mean, square = jax.lax.pmean((jnp.mean(returns), jnp.mean(returns**2)), axis)
        return ValueScale(
            DECAY * self.weight + 1.0,
            DECAY * self.total + mean,
            DECAY * self.total_square + square,
        )
