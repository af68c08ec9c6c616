"""One case or more for every differentiable function of jax.nn, jax.image, jax.ops and jax.random."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tests.conformance.case import Case, case, rng, uniform

X = rng(0).normal(size=(3, 4)).astype(np.float32)
V, PICTURE = uniform(5, seed=1), uniform(3, 4, seed=2)
QUERY, KEY, VALUE = (uniform(1, 3, 2, 2, seed=seed) for seed in (3, 4, 5))
IDS = np.array([0, 2, 2, 1, 0])
SEED = jax.random.key(0)


def scaled(draw: Any, *parameters: Any) -> Case:
    """A random draw whose parameters are differentiated, with a key beside them."""
    return case(lambda key, *p: draw(key, *p), SEED, *parameters)


ACTIVATIONS: dict[str, Case] = {
    "celu": case(jax.nn.celu, X),
    "elu": case(jax.nn.elu, X),
    "gelu": case(jax.nn.gelu, X),
    "gelu exact": case(lambda x: jax.nn.gelu(x, approximate=False), X),
    "glu": case(jax.nn.glu, X),
    "hard_sigmoid": case(jax.nn.hard_sigmoid, 3 * X),
    "hard_silu": case(jax.nn.hard_silu, 3 * X),
    "hard_swish": case(jax.nn.hard_swish, 3 * X),
    "hard_tanh": case(jax.nn.hard_tanh, X),
    "identity": case(lambda x: jax.nn.identity(x) * x, X),
    "leaky_relu": case(jax.nn.leaky_relu, X),
    "log1mexp": case(jax.nn.log1mexp, PICTURE),
    "log_sigmoid": case(jax.nn.log_sigmoid, X),
    "log_softmax": case(jax.nn.log_softmax, X),
    "logmeanexp": case(lambda x: jax.nn.logmeanexp(x, 1), X),
    "logsumexp": case(lambda x: jax.nn.logsumexp(x, 1), X),
    "logsumexp weighted": case(lambda x, b: jax.nn.logsumexp(x, 1, b=b), X, PICTURE),
    "mish": case(jax.nn.mish, X),
    "one_hot": case(lambda x: jax.nn.one_hot(np.array([1, 3]), 4) @ x.T, X),
    "relu": case(jax.nn.relu, X),
    "relu6": case(jax.nn.relu6, 6 * X),
    "selu": case(jax.nn.selu, X),
    "sigmoid": case(jax.nn.sigmoid, X),
    "silu": case(jax.nn.silu, X),
    "soft_sign": case(jax.nn.soft_sign, X),
    "softmax": case(jax.nn.softmax, X),
    "softmax along the first axis": case(lambda x: jax.nn.softmax(x, 0), X),
    "softmax where": case(lambda x: jax.nn.softmax(x, where=np.abs(X) < 1.5), X),
    "softplus": case(jax.nn.softplus, X),
    "sparse_plus": case(jax.nn.sparse_plus, X),
    "sparse_sigmoid": case(jax.nn.sparse_sigmoid, X),
    "squareplus": case(jax.nn.squareplus, X),
    "standardize": case(jax.nn.standardize, X),
    "swish": case(jax.nn.swish, X),
    "tanh": case(jax.nn.tanh, X),
    "dot_product_attention": case(jax.nn.dot_product_attention, QUERY, KEY, VALUE),
    "dot_product_attention, causal": case(
        lambda q, k, v: jax.nn.dot_product_attention(q, k, v, is_causal=True), QUERY, KEY, VALUE
    ),
}

IMAGES: dict[str, Case] = {
    "resize linear": case(lambda x: jax.image.resize(x, (5, 6), "linear"), PICTURE),
    "resize cubic": case(lambda x: jax.image.resize(x, (4, 5), "cubic"), PICTURE),
    "resize nearest": case(lambda x: jax.image.resize(x, (6, 6), "nearest"), PICTURE),
    "resize lanczos3": case(lambda x: jax.image.resize(x, (2, 4), "lanczos3"), PICTURE),
    "scale_and_translate": case(
        lambda x, s, t: jax.image.scale_and_translate(x, (3, 3), (0, 1), s, t, "linear"),
        PICTURE,
        np.array([0.9, 0.7], np.float32),
        np.array([0.11, 0.23], np.float32),
    ),
}

SEGMENTS: dict[str, Case] = {
    "segment_sum": case(lambda x: jax.ops.segment_sum(x, IDS, 3), V),
    "segment_sum of arguments": case(lambda x, k: jax.ops.segment_sum(x, k, 3), V, IDS),
    "segment_prod": case(
        lambda x: jax.ops.segment_prod(x, np.arange(5)[::-1], 5, unique_indices=True), V
    ),
    "segment_max": case(lambda x: jax.ops.segment_max(x, IDS, 3), V),
    "segment_min": case(lambda x: jax.ops.segment_min(x, IDS, 3), V),
}

RANDOM: dict[str, Case] = {
    "normal": scaled(lambda key, x: x * jax.random.normal(key, (3, 4)), X),
    "uniform": scaled(
        lambda key, a, b: jax.random.uniform(key, (3,), minval=a, maxval=b), 0.1, 0.9
    ),
    "truncated_normal": scaled(
        lambda key, a: jax.random.truncated_normal(key, a, a + 2, (3,)), np.float32(-1)
    ),
    "gamma": scaled(lambda key, a: jax.random.gamma(key, a), V + 1),
    "multivariate_normal": scaled(
        lambda key, m, c: jax.random.multivariate_normal(key, m, c @ c.T + jnp.eye(3)),
        V[:3],
        uniform(3, 3),
    ),
    "pareto": scaled(jax.random.pareto, V + 1),
    "wald": scaled(jax.random.wald, V + 1),
    "weibull_min": scaled(jax.random.weibull_min, V, V + 1),
    "triangular": scaled(lambda key, m: jax.random.triangular(key, 0.0, m, 1.0), V),
    "orthogonal": scaled(lambda key, x: jax.random.orthogonal(key, 5) @ x, V),
    "permutation": scaled(lambda key, x: jax.random.permutation(key, x) * x, V),
    "choice": scaled(lambda key, x: jax.random.choice(key, x, (3,)), V),
    "bernoulli": scaled(lambda key, x: jnp.where(jax.random.bernoulli(key, 0.5, (5,)), x, x**2), V),
    "categorical relaxed": scaled(
        lambda key, x: jax.nn.softmax((x + jax.random.gumbel(key, x.shape)) / 0.5), V
    ),
    "two draws of split keys": scaled(
        lambda key, x: sum(x * jax.random.exponential(k, x.shape) for k in jax.random.split(key)), V
    ),
}
