"""One small function for each registered primitive, shared by the tests of rules and tracing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.special as special
import numpy as np
from jax import lax

from tests.primitives.batched_cases import BATCHED
from tests.primitives.case import Case, uniform

X, Y, V, S = uniform(3, 4), uniform(3, 4), uniform(4), uniform()
ROW, COLUMN = uniform(1, 4), uniform(3, 1)


def unary(name: str, function: Callable[..., Any], x: np.ndarray = X) -> Case:
    return Case(name, function, (x,))


UNARY = [
    unary("abs", jnp.abs),
    unary("acos", lax.acos),
    unary("acosh", lax.acosh, X + 1),
    unary("asin", lax.asin),
    unary("asinh", lax.asinh),
    unary("atan", lax.atan),
    unary("atanh", lax.atanh),
    unary("bessel_i0e", special.i0e),
    unary("bessel_i1e", special.i1e),
    unary("cbrt", jnp.cbrt),
    unary("ceil", lambda x: jnp.ceil(x) * x),
    unary("convert_element_type", lambda x: x.astype(jnp.float16)),
    unary("copy", lambda x: jnp.array(x, copy=True)),
    unary("cos", jnp.cos),
    unary("cosh", jnp.cosh),
    unary("digamma", special.digamma),
    unary("erf", lax.erf),
    unary("erf_inv", lax.erf_inv),
    unary("erfc", lax.erfc),
    unary("exp", jnp.exp),
    unary("exp2", jnp.exp2),
    unary("expm1", jnp.expm1),
    unary("floor", lambda x: jnp.floor(3 * x) * x),
    unary("integer_pow", lambda x: x**3),
    unary("is_finite", lambda x: jnp.where(lax.is_finite(x), x, 0)),
    unary("lgamma", special.gammaln),
    unary("log", jnp.log),
    unary("log1p", jnp.log1p),
    unary("logistic", jax.nn.sigmoid),
    unary("neg", jnp.negative),
    unary("reduce_precision", lambda x: lax.reduce_precision(x, 8, 10)),
    unary("round", lambda x: jnp.round(x) * x),
    unary("rsqrt", lax.rsqrt),
    unary("sign", lambda x: jnp.sign(x) * x),
    unary("sin", jnp.sin),
    unary("sinh", jnp.sinh),
    unary("sqrt", jnp.sqrt),
    unary("square", lax.square),
    unary("stop_gradient", lambda x: lax.stop_gradient(x) * x),
    unary("tan", jnp.tan),
    unary("tanh", jnp.tanh),
]

BINARY = [
    Case("add", jnp.add, (X, Y)),
    Case("add", jnp.add, (X, S), "a scalar"),
    Case("add", jnp.add, (ROW, COLUMN), "both broadcast"),
    Case("sub", jnp.subtract, (X, ROW), "a row"),
    Case("mul", jnp.multiply, (X, Y)),
    Case("mul", jnp.multiply, (X, COLUMN), "a column"),
    Case("mul", lambda x: x * 2.0, (X,), "a constant"),
    Case("mul", lambda x: x * x, (X,), "itself"),
    Case("div", jnp.divide, (X, Y)),
    Case("div", jnp.divide, (S, X), "of a scalar"),
    Case("pow", jnp.power, (X, Y)),
    Case("max", jnp.maximum, (X, Y)),
    Case("min", jnp.minimum, (X, S)),
    Case("atan2", jnp.arctan2, (X, Y)),
    Case("rem", lambda x, y: lax.rem(x + 2, y), (X, Y)),
    Case(
        "clamp", lambda a, x, b: lax.clamp(a, x, b), (np.full_like(X, 0.3), X, np.full_like(X, 0.6))
    ),
    Case("igamma", lax.igamma, (X + 1, Y + 1)),
    Case("igammac", lax.igammac, (X + 1, Y + 1)),
    Case("select_n", lambda x, y: jnp.where(x > y, x, y), (X, Y)),
    Case(
        "select_n",
        lambda x: jnp.where(jnp.array([True, False, True, True]), x, 0.0),
        (X,),
        "a mask",
    ),
    Case("gt", lambda x, y: jnp.where(x > y, x * y, y), (X, Y)),
]

LAYOUT = [
    Case("broadcast_in_dim", lambda x: jnp.broadcast_to(x[:, None], (4, 3)), (V,)),
    Case("transpose", lambda x: x.T, (X,)),
    Case("squeeze", lambda x: jnp.squeeze(x), (uniform(3, 1, 4),)),
    Case("reshape", lambda x: x.reshape(12), (X,), "joined"),
    Case("reshape", lambda x: x.reshape(2, 2, 3), (uniform(12),), "cut"),
    Case("reshape", lambda x: jnp.sin(x.reshape(2, 6)), (X,), "nested"),
    Case("reshape", lambda x: x.reshape(4, 3), (X,), "not nested: 3x4 to 4x3"),
    Case(
        "reshape",
        lambda x: (x.reshape(3, 4).sum(0), x.reshape(2, 6).sum(0)),
        (uniform(12),),
        "twice, in conflict",
    ),
    Case("rev", lambda x: jnp.flip(x, 1), (X,)),
    Case("slice", lambda x: x[1:, ::2], (X,)),
    Case("slice", lambda x: x[0:1], (X,), "to length one"),
    Case("concatenate", lambda x, y: jnp.concatenate([x, y, x]), (X, Y)),
    Case("split", lambda x: jnp.split(x, [1, 3], axis=1), (X,)),
    Case("pad", lambda x: lax.pad(x, jnp.float32(0), [(1, 2, 0), (0, 1, 1)]), (X,)),
    Case("pad", lambda x: lax.pad(x, jnp.float32(0), [(-1, 0, 0), (0, -2, 0)]), (X,), "negative"),
    Case("pad", lambda x, s: lax.pad(x, s, [(1, 0, 0), (0, 1, 0)]), (X, S), "with an active value"),
    Case("reduce_sum", lambda x: x.sum(1), (X,)),
    Case("iota", lambda x: x * jnp.arange(4.0), (X,)),
]

CONTRACTION = [
    Case("dot_general", jnp.matmul, (X, uniform(4, 2))),
    Case("dot_general", jnp.dot, (V, uniform(4)), "of vectors"),
    Case(
        "dot_general",
        lambda x, y: jnp.einsum("bij,bjk->bik", x, y),
        (uniform(2, 3, 4), uniform(2, 4, 2)),
        "batched",
    ),
    Case("dot_general", lambda x: x @ x.T, (X,), "with itself"),
    Case("reduce_max", lambda x: x.max(1), (X,)),
    Case("reduce_min", lambda x: x.min(0), (X,)),
    Case("reduce_prod", lambda x: x.prod(1), (X,)),
    Case("cumsum", lambda x: jnp.cumsum(x, 1), (X,)),
    Case("cumsum", lambda x: lax.cumsum(x, 0, reverse=True), (X,), "reversed"),
    Case("cumprod", lambda x: jnp.cumprod(x, 0), (X,)),
    Case("cummax", lambda x: lax.cummax(x, 1), (X,)),
    Case("cummin", lambda x: lax.cummin(x, 1), (X,)),
    Case("cumlogsumexp", lambda x: lax.cumlogsumexp(x, 1), (X,)),
    Case("argmax", lambda x: x[jnp.argmax(x, axis=0), jnp.arange(4)], (X,)),
    Case("argmin", lambda x: x * jnp.argmin(x, axis=1)[:, None], (X,)),
]


@jax.custom_jvp
def clipped(x: jax.Array) -> jax.Array:
    return jnp.clip(x, 0.3, 0.6)


@clipped.defjvp
def _(primals: Any, tangents: Any) -> Any:
    return clipped(primals[0]), 7.0 * tangents[0]  # not the derivative of the body


@jax.custom_vjp
def normalized(x: jax.Array) -> jax.Array:
    return x / x.sum()


normalized.defvjp(lambda x: (normalized(x), x), lambda x, ct: (ct.sum() * jnp.ones_like(x),))

CALLS = [
    Case("custom_jvp_call", clipped, (X,), "entry by entry"),
    Case("custom_jvp_call", jax.nn.relu, (X - 0.5,), "relu"),
    Case("custom_jvp_call", jnp.logaddexp, (X, Y), "of two operands"),
    Case("custom_vjp_call", normalized, (V,), "dense"),
    Case(
        "scan",
        lambda x: lax.scan(lambda c, a: (c * a, c + a), jnp.float32(1), x),
        (V,),
        "without a rule",
    ),
    Case(
        "while",
        lambda x: lax.while_loop(lambda c: c[0] < 3, lambda c: (c[0] + 1, c[1] * x), (0, x))[1],
        (X,),
        "without a rule",
    ),
    Case("cond", lambda x: lax.cond(x[0] > 0, jnp.sin, jnp.cos, x), (V,), "without a rule"),
    Case("checkpoint", jax.checkpoint(lambda x: jnp.sin(jnp.cos(x))), (X,), "inlined"),
]

CASES = [*UNARY, *BINARY, *LAYOUT, *CONTRACTION, *BATCHED, *CALLS]
