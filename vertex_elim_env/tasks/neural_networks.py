"""Small neural networks with their losses: a multi-layer perceptron and a transformer encoder.

Layer normalization: J. L. Ba, J. R. Kiros, G. E. Hinton, arXiv 1607.06450 (2016). Attention:
A. Vaswani et al., "Attention is all you need", NeurIPS 2017. Softmax and swish are written out in
primitives: JAX's own carry derivative rules, which would make one vertex of each.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array

EPSILON = 1e-6


def _softmax(x: Array) -> Array:
    """Softmax along the last axis, the maximum subtracted for safety."""
    peak = jnp.maximum(-jnp.inf, jnp.max(x, axis=-1))
    exponentials = jnp.exp(x - jax.lax.stop_gradient(jnp.expand_dims(peak, -1)))
    return exponentials / jnp.sum(exponentials, axis=-1, keepdims=True)


def _cross_entropy(labels: Array, logits: Array) -> Array:
    """Cross entropy of labels and logits, summed over the last axis."""
    return -jnp.sum(labels * jnp.log(_softmax(logits)), axis=-1)


def _swish(x: Array) -> Array:
    return x * (1.0 / (1.0 + jnp.exp(-x)))


def _mean(x: Array) -> Array:
    return jnp.sum(x, axis=-1) / x.shape[-1]


def _variance(x: Array, mean: Array) -> Array:
    return _mean((x - mean) ** 2)


def _normalize(x: Array, scale: Array, shift: Array) -> Array:
    """Layer normalization over the last axis.

    For a matrix the statistics of rows are, as in the published program, subtracted along columns.
    """
    mean = _mean(x)
    variance = _variance(x, mean)
    return (x - mean) / jnp.sqrt(variance + EPSILON) * scale + shift


def mlp(*, width: int, features: int, classes: int, layers: int) -> Callable[..., Array]:
    """Return the loss of a perceptron: tanh layers, each but the last one normalized.

    Arguments of the loss: input (features,), label (classes,), then weight and bias of every
    layer, then scale and shift of the normalization.
    """
    del width, features, classes  # they are the arguments' shapes

    def loss(x: Array, label: Array, *parameters: Array) -> Array:
        *weights, scale, shift = parameters
        for layer in range(layers):
            x = jnp.tanh(weights[2 * layer] @ x + weights[2 * layer + 1])
            if layer < layers - 1:
                x = _normalize(x, scale, shift)
        return _cross_entropy(label, x)

    return loss


def mlp_args(*, width: int, features: int, classes: int, layers: int) -> tuple[np.ndarray, ...]:
    """An input, a label distribution, and random parameters."""
    rng = np.random.default_rng(0)
    sizes = [features, *[width] * (layers - 1), classes]
    weights = []
    for into, out in pairwise(sizes):
        weights += [rng.normal(0, into**-0.5, (out, into)), rng.normal(0, 0.1, out)]
    args = [rng.normal(size=features), rng.dirichlet(np.ones(classes)), *weights, 1.1, 0.1]
    return float32_arrays(*args)


def _attention(x: Array, query: Array, key: Array, value: Array) -> Array:
    """Residual self-attention; the tokens are columns, as in the published program."""
    q, k, v = query @ x, key @ x, value @ x
    return x + _softmax(q.T @ k) @ v


def encoder(*, dimension: int, classes: int, blocks: int) -> Callable[..., Array]:
    """Return the loss of an encoder: blocks of attention, normalization and a swish layer.

    Arguments of the loss: tokens (dimension, dimension), labels (classes, dimension); queries,
    keys and values of every block; weights of every layer; a bias (dimension,) of every layer but
    the last, then the last one's (classes, 1); scale and shift of every block's normalization.
    """
    del dimension, classes

    def loss(x: Array, labels: Array, *parameters: Array) -> Array:
        queries, keys, values = (parameters[k * blocks : (k + 1) * blocks] for k in range(3))
        weights, biases = (parameters[k * blocks : (k + 1) * blocks] for k in (3, 4))
        norms = parameters[5 * blocks :]
        for k in range(blocks):
            x = _attention(x, queries[k], keys[k], values[k])
            x = _normalize(x, norms[2 * k], norms[2 * k + 1])
            x = _swish(weights[k] @ x + biases[k])
        return _cross_entropy(labels, x)

    return loss


def encoder_args(*, dimension: int, classes: int, blocks: int) -> tuple[np.ndarray, ...]:
    """Tokens, label distributions, and random parameters."""
    rng = np.random.default_rng(0)
    square = (dimension, dimension)
    scale = dimension**-0.5
    projections = [rng.normal(0, scale, square) for _ in range(3 * blocks)]
    weights = [rng.normal(0, scale, square) for _ in range(blocks - 1)]
    weights.append(rng.normal(0, scale, (classes, dimension)))
    biases = [
        *(rng.normal(0, 0.1, dimension) for _ in range(blocks - 1)),
        rng.normal(0, 0.1, (classes, 1)),
    ]
    norms = [1.1, 0.1] * blocks
    labels = rng.dirichlet(np.ones(dimension), classes)
    args = [rng.normal(size=square), labels, *projections, *weights, *biases, *norms]
    return float32_arrays(*args)
