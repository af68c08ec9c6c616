"""Descent: a step of Adam along the mean of all devices' gradients, none of them too long."""

from __future__ import annotations

from typing import TypeVar

import jax
import optax
from jax import Array

_Network = TypeVar("_Network")


def optimizer(max_norm: float) -> optax.GradientTransformation:
    """Return Adam (Kingma and Ba 2015) without its rate, which follows a schedule; longer gradients are cut."""
    return optax.chain(optax.clip_by_global_norm(max_norm), optax.scale_by_adam(eps=1e-5))


def descended(
    learner: tuple[_Network, optax.OptState],
    gradients: _Network,
    rate: Array,
    max_norm: float,
) -> tuple[_Network, optax.OptState]:
    """Return a network and its moments after a step against the gradients, at a rate, float32 ()."""
    network, moments = learner
    updates, moments = optimizer(max_norm).update(gradients, moments)  # type: ignore[arg-type]
    return jax.tree.map(lambda w, u: w - rate * u, network, updates), moments


def between(first: float, last: float, done: Array) -> Array:
    """Return what a linear schedule says when so much of a run is done, 0 to 1."""
    return first + (last - first) * done
