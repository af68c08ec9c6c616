"""Elementwise operations of random programs, each squashed into its domain."""

from __future__ import annotations

from functools import partial

import numpy as np

from tests.operations.operation import Draw, Shape, add, fitted

UNARY = {
    "abs": "lax.abs(a)",
    "acos": "lax.acos(inside(a, -0.9, 0.9))",
    "acosh": "lax.acosh(inside(a, 1.2, 3.0))",
    "asin": "lax.asin(inside(a, -0.9, 0.9))",
    "asinh": "lax.asinh(a)",
    "atan": "lax.atan(a)",
    "atanh": "lax.atanh(inside(a, -0.9, 0.9))",
    "bitwise": "jnp.where(((a > -0.5) & (a < 0.8)) | ~(a != 0.1) ^ (a >= 0.9) & (a <= 2.0), a * a, a)",
    "cbrt": "lax.cbrt(inside(a, 0.5, 2.0))",
    "ceil": "lax.ceil(3.3 * a) * a",
    "clip": "jnp.clip(a, -0.4, 0.7)",
    "convert": "(2 * a.astype(jnp.float32)).astype(a.dtype)",
    "copy": "jnp.array(a, copy=True)",
    "cos": "lax.cos(a)",
    "cosh": "lax.cosh(jnp.tanh(a))",
    "counted": "a * (lax.population_count(jnp.int32(5) << 1) + (jnp.int32(9) >> 2)).astype(a.dtype)",
    "counted_otherwise": "a * lax.shift_right_logical(jnp.int32(9), jnp.int32(2)).astype(a.dtype)",
    "device": "jax.device_put(a, jax.devices()[0]) * 1.5",
    "double": "2.0 * a",
    "erf": "lax.erf(a)",
    "erf_inv": "lax.erf_inv(inside(a, -0.8, 0.8))",
    "erfc": "lax.erfc(a)",
    "exp": "lax.exp(inside(a, -1.0, 1.0))",
    "exp2": "lax.exp2(inside(a, -1.0, 1.0))",
    "expm1": "lax.expm1(inside(a, -1.0, 1.0))",
    "finite": "jnp.where(jnp.isfinite(a), a, 0.0)",
    "floor": "lax.floor(3.3 * a) - a",
    "integer_pow": "lax.integer_pow(inside(a, 0.5, 1.5), -2) + lax.integer_pow(a, 3)",
    "jitted": "jax.jit(lambda x: jnp.cos(x) * x)(a)",
    "leaky": "jax.nn.leaky_relu(a)",
    "log": "lax.log(inside(a, 0.5, 2.0))",
    "log1p": "lax.log1p(inside(a, -0.5, 1.0))",
    "logistic": "lax.logistic(a)",
    "named": "checkpoint_name(a * a, 'square')",
    "neg": "-a",
    "pow": "lax.pow(inside(a, 0.5, 1.5), 1.7)",
    "reduce_precision": "lax.reduce_precision(a, 11, 44) * a",
    "relu": "jax.nn.relu(a)",
    "round": "lax.round(3.3 * a) * a",
    "rsqrt": "lax.rsqrt(inside(a, 0.5, 2.0))",
    "safe": "jnp.where(a > 0.1, jnp.sqrt(jnp.where(a > 0.1, a, 1.0)), 0.0)",
    "sign": "lax.sign(a) * a * a",
    "silu": "jax.nn.silu(a)",
    "sin": "lax.sin(a)",
    "sinh": "lax.sinh(jnp.tanh(a))",
    "sqrt": "lax.sqrt(inside(a, 0.5, 2.0))",
    "square": "lax.square(a)",
    "stop": "a * lax.stop_gradient(a)",
    "tan": "lax.tan(jnp.tanh(a))",
    "tanh": "jnp.tanh(a)",
    "twice": "a + a",
    "zeros": "a - a",
}

SPECIAL = {
    "bessel_i0e": "lax.bessel_i0e(a)",
    "bessel_i1e": "lax.bessel_i1e(a)",
    "digamma": "lax.digamma(inside(a, 0.5, 2.0))",
    "incomplete_beta": "jax.scipy.special.betainc(2.0, 1.5, inside(a, 0.2, 0.8))",
    "lgamma": "lax.lgamma(inside(a, 0.5, 2.0))",
    "polygamma": "jax.scipy.special.polygamma(1, inside(a, 0.5, 2.0))",
    "zeta": "a * jax.scipy.special.zeta(2.5, lax.stop_gradient(inside(a, 1.0, 2.0)))",
    "nextafter": "a * lax.nextafter(lax.stop_gradient(a), jnp.ones_like(a))",
}

BINARY = {
    "add": "a + {b}",
    "atan2": "jnp.arctan2(a, 1.2 + jnp.abs({b}))",
    "div": "a / inside({b}, 0.5, 2.0)",
    "into": "0.5 / inside({b}, 1.0, 2.0) * a",
    "logaddexp": "jnp.logaddexp(a, {b})",
    "maximum": "jnp.maximum(ladder(a), {b})",
    "minimum": "jnp.minimum(a, {b} + 0.0123)",
    "mul": "a * {b}",
    "power": "inside(a, 0.5, 1.5) ** inside({b}, -1.0, 2.0)",
    "rem": "jnp.fmod(inside(a, 2.1, 2.9), inside({b}, 0.7, 1.3))",
    "select": "jnp.where(a > 0.1, a, {b})",
    "select_by_both": "jnp.where(a > {b} + 0.0123, a * {b}, {b})",
    "sub": "a - {b}",
}

SPECIAL_BINARY = {
    "igamma": "jax.scipy.special.gammainc(inside(a, 1.0, 2.0), inside({b}, 0.5, 2.0))",
    "igammac": "jax.scipy.special.gammaincc(inside(a, 1.0, 2.0), inside({b}, 0.5, 2.0))",
}

TERNARY = {
    "barrier": "lax.optimization_barrier((a, {b} * 2.0, {c}))",
    "clamp": "lax.clamp(inside({b}, -1.0, -0.5), a, inside({c}, 0.0, 0.5))",
    "select_n": "lax.select_n((jnp.arange(a.size) % 3).reshape(a.shape).astype(jnp.int32), a, {b}, {c})",
    "clamp_by_scalars": "lax.clamp(a.dtype.type(-0.5), {c} * {b}, a.dtype.type(0.5)) + a",
}


def _unary(text: str, draw: Draw, shape: Shape) -> str:
    return text


def _binary(text: str, draw: Draw, a: Shape, b: Shape) -> str:
    try:
        np.broadcast_shapes(a, b)
        return text.format(b="b")
    except ValueError:
        return text.format(b=fitted("b", b, a))


def _ternary(text: str, draw: Draw, a: Shape, b: Shape, c: Shape) -> str:
    return text.format(b=fitted("b", b, a), c=fitted("c", c, a))


for _name, _text in UNARY.items():
    add(_name, "unary", 1, partial(_unary, _text))
for _name, _text in SPECIAL.items():
    add(_name, "special", 1, partial(_unary, _text))
for _name, _text in BINARY.items():
    add(_name, "binary", 2, partial(_binary, _text))
for _name, _text in SPECIAL_BINARY.items():
    add(_name, "special", 2, partial(_binary, _text))
for _name, _text in TERNARY.items():
    add(_name, "ternary", 3, partial(_ternary, _text))
