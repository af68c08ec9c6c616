"""Small functions that the source text of random programs is written in."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.ad_checkpoint import checkpoint_name

__all__ = [
    "below",
    "bent",
    "checkpoint_name",
    "fit",
    "inside",
    "ladder",
    "mixed",
    "positive",
    "reversed_only",
    "separated",
    "unknown",
]


def fit(x: jax.Array, shape: tuple[int, ...]) -> jax.Array:
    """The entries of an array, repeated or cut off, in another shape."""
    size = math.prod(shape)
    flat = x.reshape(-1)
    copies = [flat] * -(-size // flat.size)
    return lax.slice(jnp.concatenate(copies), (0,), (size,)).reshape(shape)


def ladder(x: jax.Array) -> jax.Array:
    """The array plus numbers that are all different, so that its entries are no ties."""
    steps = np.modf(np.arange(1, x.size + 1) * 0.6180339887)[0]
    return x + jnp.asarray(steps.reshape(x.shape), x.dtype)


def inside(x: jax.Array, low: float, high: float) -> jax.Array:
    """The array squashed into an interval."""
    return low + (high - low) * lax.logistic(x)


def unknown(numbers: np.ndarray, x: jax.Array) -> jax.Array:
    """Integers that a tracer can't see, as they depend on an array, formally."""
    never = jnp.isnan(x.reshape(-1)[0])
    return jnp.asarray(numbers, jnp.int32) + never.astype(jnp.int32)


def below(x: jax.Array) -> jax.Array:
    """Whether the first entry is below a half: a predicate that a tracer can't see."""
    return x.reshape(-1)[0] < 0.4987


def positive(x: jax.Array) -> jax.Array:
    """Symmetric positive definite matrices with eigenvalues of at least two."""
    squashed = jnp.tanh(x)
    return squashed @ jnp.swapaxes(squashed, -1, -2) + 2 * jnp.eye(x.shape[-1], dtype=x.dtype)


def separated(x: jax.Array) -> jax.Array:
    """Symmetric matrices with eigenvalues apart from each other."""
    squashed = 0.1 * jnp.tanh(x)
    return (
        squashed
        + jnp.swapaxes(squashed, -1, -2)
        + jnp.diag(jnp.arange(1.0, 1.0 + x.shape[-1], dtype=x.dtype))
    )


@jax.custom_jvp
def bent(x: jax.Array) -> jax.Array:
    """Entry by entry, with a derivative of its own."""
    return jnp.where(x > 0.3, x, 0.5 * x)


@bent.defjvp
def _(primals: Any, tangents: Any) -> Any:
    (x,), (t,) = primals, tangents
    return bent(x), t * (1.0 + jnp.cos(x))


@jax.custom_jvp
def mixed(x: jax.Array, y: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Two operands, two results, neither entry by entry."""
    return x * y.sum(), y - x.mean()


@mixed.defjvp
def _(primals: Any, tangents: Any) -> Any:
    (x, y), (t, s) = primals, tangents
    return mixed(x, y), (2.0 * t * y.sum() + s.sum() * x, s - 3.0 * t.mean())


@jax.custom_vjp
def reversed_only(x: jax.Array) -> jax.Array:
    """No forward mode, and a backward pass of its own."""
    return jnp.sin(x)


reversed_only.defvjp(lambda x: (jnp.sin(x), x), lambda x, ct: (ct * x + 0.5 * ct.sum(),))
