"""Functions at points where derivatives jump, blow up or vanish: what JAX says there, holds here."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.special as special
import numpy as np
from jax import lax

from tests.conformance.case import Case, case

ZEROS = np.array([0.0, 1.5, 0.0, -2.0], np.float32)
ONE_ZERO = np.array([[0.5, 0.0, 2.0], [0.0, 0.0, 3.0], [1.0, 2.0, 3.0]], np.float32)
TIES = np.array([[1.0, 3.0, 3.0, 2.0], [2.0, 2.0, 2.0, 0.0]], np.float32)
LIMITS = np.array([-1.0, 0.0, 1.0, 2.0], np.float32)
INFINITE = np.array([-np.inf, 0.0, 1.0, -np.inf], np.float32)
HOLES = np.array([np.nan, 1.0, 3.0, np.nan, 2.0], np.float32)
EMPTY = np.zeros((0,), np.float32)


def rest(x: jax.Array) -> jax.Array:
    return lax.stop_gradient(x)


KINKS: dict[str, Case] = {
    "abs at 0": case(jnp.abs, ZEROS),
    "sign at 0": case(lambda x: jnp.sign(x) * x, ZEROS),
    "relu at 0": case(jax.nn.relu, ZEROS),
    "relu6 at its limits": case(jax.nn.relu6, LIMITS * 6),
    "clip at its limits": case(lambda x: jnp.clip(x, 0.0, 1.0), LIMITS),
    "clamp at its limits": case(lax.clamp, LIMITS - 1, LIMITS, LIMITS),
    "maximum of equals": case(jnp.maximum, LIMITS, LIMITS.copy()),
    "minimum with itself": case(lambda x: jnp.minimum(x, x), LIMITS),
    "max of equals": case(lambda x: x.max(1), TIES),
    "min of equals": case(lambda x: x.min(), TIES),
    "cummax of equals": case(lambda x: lax.cummax(x, 1), TIES),
    "cummin of equals": case(lambda x: lax.cummin(x, 1, reverse=True), TIES),
    "argmax of equals": case(lambda x: jnp.take_along_axis(x, x.argmax(1)[:, None], 1), TIES),
    "sort of equals": case(lambda x: jnp.sort(x, 1), TIES),
    "sort of pairs of equal keys": case(lambda x: lax.sort([x, x * x], num_keys=1), TIES),
    "argsort of equals": case(lambda x: jnp.take_along_axis(x, jnp.argsort(x, 1), 1), TIES),
    "top_k of equals": case(lambda x: lax.top_k(x, 2)[0], TIES),
    "median of equals": case(lambda x: jnp.median(x, 1), TIES),
    "maximal window of equals": case(
        lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 2), (1, 1), "VALID"), TIES
    ),
    "scatter_max of equals": case(
        lambda x, y: x.at[np.array([0, 0])].max(y), TIES[0], TIES[1, :2], tolerance=1e-4
    ),
    "segment_max of equals": case(
        lambda x: jax.ops.segment_max(x, np.array([0, 0, 1, 1]), 2), TIES[1]
    ),
    "scatter twice to one place": case(
        lambda x, y: x.at[np.array([1, 1, 0])].set(y), TIES[0], TIES[1, :3]
    ),
    "floor at an integer": case(lambda x: jnp.floor(x) * x, LIMITS),
    "round at a half": case(lambda x: jnp.round(x) * x, LIMITS + 0.5),
    "norm of nothing": case(lambda x: jnp.linalg.norm(x, axis=1), ONE_ZERO * 0 + ONE_ZERO),
}

ZERO_FACTORS: dict[str, Case] = {
    "prod with a zero": case(lambda x: x.prod(1), ONE_ZERO),
    "prod with zeros": case(jnp.prod, ZEROS),
    "cumprod with zeros": case(lambda x: jnp.cumprod(x, 1), ONE_ZERO),
    "cumprod backwards": case(lambda x: lax.cumprod(x, 0, reverse=True), ONE_ZERO),
    "multiplied with zeros": case(lambda x: x * x[::-1] * x[0], ZEROS),
    "square at 0": case(lambda x: x**2, ZEROS),
    "power 1 at 0": case(lambda x: x**1, ZEROS),
    "power 0": case(lambda x: x**0 * x, ZEROS),
    "power of zero by an array": case(lambda x: jnp.abs(x) ** rest(x * 0 + 2), ZEROS),
    "integer power at 0": case(lambda x: lax.integer_pow(x, 3), ZEROS),
    "scatter_mul by zeros": case(
        lambda x, y: x.at[np.array([0, 1])].multiply(y, unique_indices=True), ZEROS, ZEROS[:2]
    ),
    "det of a singular matrix": case(jnp.linalg.det, ONE_ZERO[:2, :2] * 1.0),
    "associative product with zeros": case(lambda x: lax.associative_scan(jnp.multiply, x), ZEROS),
}

LIMITS_OF_DOMAINS: dict[str, Case] = {
    "sinc at 0": case(jnp.sinc, ZEROS),
    "xlogy at 0": case(special.xlogy, np.abs(ZEROS), np.abs(LIMITS) + 1),
    "xlog1py at 0": case(special.xlog1py, np.abs(ZEROS), np.abs(LIMITS) + 1),
    "entr at 0": case(lambda x: special.entr(x + 0.5), np.abs(ZEROS)),
    "logaddexp of infinity": case(jnp.logaddexp, INFINITE, LIMITS),
    "logsumexp of infinities": case(jax.nn.logsumexp, INFINITE),
    "softmax of infinities": case(jax.nn.softmax, INFINITE),
    "log_softmax of infinities": case(
        lambda x: jnp.where(jnp.isfinite(x), jax.nn.log_softmax(x), 0), INFINITE
    ),
    "cumlogsumexp of large numbers": case(lambda x: lax.cumlogsumexp(x), LIMITS * 40),
    "softplus of large numbers": case(jax.nn.softplus, LIMITS * 60),
    "sigmoid of large numbers": case(jax.nn.sigmoid, LIMITS * 60),
    "log_sigmoid of large numbers": case(jax.nn.log_sigmoid, LIMITS * -60),
    "tanh of large numbers": case(jnp.tanh, LIMITS * 50),
    "gelu of large numbers": case(jax.nn.gelu, LIMITS * 50),
    "where against an infinite slope": case(
        lambda x: jnp.where(x > 0, jnp.sqrt(jnp.where(x > 0, x, 1.0)), 0.0), ZEROS
    ),
    "where against a division": case(
        lambda x: jnp.where(x != 0, 1 / jnp.where(x != 0, x, 1.0), 0.0), ZEROS
    ),
    "cond against an infinite slope": case(
        lambda x: lax.map(lambda a: lax.cond(a > 0, jnp.sqrt, lambda b: b * 2.0, a), x), ZEROS
    ),
    "arctan2 on the axes": case(jnp.arctan2, LIMITS, np.ones_like(LIMITS)),
    "hypot on the axes": case(jnp.hypot, ZEROS, np.ones_like(ZEROS)),
    "nanmax": case(jnp.nanmax, HOLES),
    "nansum": case(jnp.nansum, HOLES),
    "nan_to_num": case(lambda x: jnp.nan_to_num(x) * 2.0, HOLES),
    "a masked nan": case(lambda x: jnp.where(jnp.isnan(x), 0.0, x) ** 2, HOLES),
    "a nan that is sliced away": case(lambda x: x[1:3] ** 2, HOLES),
    "logit near its limits": case(special.logit, np.array([1e-6, 0.5, 1 - 1e-6], np.float32)),
    "erf_inv of nothing": case(lax.erf_inv, ZEROS * 0.4),
    "zero angle": case(lambda x: jnp.sin(x) / jnp.where(x == 0, 1.0, x), ZEROS),
}


def of_nothing(**functions: Any) -> dict[str, Case]:
    """Cases with arrays of size zero beside one that is not."""
    return {
        f"{name.replace('_', ' ')} of nothing": case(function, EMPTY, LIMITS)
        for name, function in functions.items()
    }


NOTHING: dict[str, Case] = of_nothing(
    sum=lambda e, x: e.sum() + x,
    prod=lambda e, x: e.prod() * x,
    elementwise=lambda e, x: (jnp.sin(e), x * 2),
    concatenate=lambda e, x: jnp.concatenate([e, x, e]),
    product=lambda e, x: (jnp.outer(e, x), x * 2),
    contraction=lambda e, x: jnp.zeros((4, 0), np.float32) @ e + x,
    reshape=lambda e, x: (e.reshape(0, 3), e.reshape(2, 0), x**2),
    broadcast=lambda e, x: (jnp.broadcast_to(x[:1], (0,)) * e, x * x),
    gather=lambda e, x: (x[np.array([], np.int32)] * e, x[np.array([1])]),
    scatter=lambda e, x: x.at[np.array([], np.int32)].add(e) * x,
    pad=lambda e, x: jnp.pad(e, (2, 2)) * x + x,
    sort=lambda e, x: (jnp.sort(e), jnp.sort(x)),
    cumsum=lambda e, x: (jnp.cumsum(e), jnp.cumsum(x)),
    scan=lambda e, x: lax.scan(lambda c, a: (c * a, c), x, e),
    slice=lambda e, x: (x[2:2], x[:1] * 2),
    split=lambda e, x: jnp.split(x, [0, 0, 3]),
)
