"""One case or more for every differentiable primitive of jax.lax, by jax.lax's own names."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.conformance.case import Case, case, rng, uniform

X, Y, V = uniform(3, 4), uniform(3, 4, seed=1), uniform(5, seed=2)
SQUARE, MATRIX = uniform(3, 3, seed=3), uniform(4, 2, seed=4)
SIGNED = rng(5).normal(size=(3, 4)).astype(np.float32)
SHUFFLED = rng(6).permutation(np.linspace(-1, 1, 12, dtype=np.float32)).reshape(3, 4)
LOWER, UPPER = np.full_like(X, 0.3), np.full_like(X, 0.6)
TRIANGLE = np.tril(SQUARE) + np.eye(3, dtype=np.float32)
ROWS = np.array([2, 0, 2])
IMAGE, KERNEL = uniform(1, 2, 5, 5, seed=7), uniform(3, 2, 2, 2, seed=8)
SIGNAL = uniform(2, 3, 6, seed=9)


def positive_definite(x: jax.Array) -> jax.Array:
    return x @ x.T + 2 * jnp.eye(x.shape[0], dtype=x.dtype)


ELEMENTWISE: dict[str, Case] = {
    "abs": case(lax.abs, SIGNED),
    "acos": case(lax.acos, X),
    "acosh": case(lax.acosh, X + 1),
    "add": case(lax.add, X, Y),
    "asin": case(lax.asin, X),
    "asinh": case(lax.asinh, SIGNED),
    "atan": case(lax.atan, SIGNED),
    "atan2": case(lax.atan2, X, Y),
    "atanh": case(lax.atanh, X),
    "bessel_i0e": case(lax.bessel_i0e, SIGNED),
    "bessel_i1e": case(lax.bessel_i1e, SIGNED),
    "betainc": case(lax.betainc, X + 1, Y + 1, X, argnums=(2,)),
    "cbrt": case(lax.cbrt, X),
    "ceil": case(lambda x: lax.ceil(4 * x) * x, X),
    "clamp": case(lax.clamp, LOWER, X, UPPER),
    "clamp by scalars": case(lax.clamp, np.float32(0.3), X, np.float32(0.6), argnums=(1,)),
    "convert_element_type": case(
        lambda x: lax.convert_element_type(x, jnp.bfloat16), X, tolerance=1e-2
    ),
    "cos": case(lax.cos, X),
    "cosh": case(lax.cosh, X),
    "digamma": case(lax.digamma, X),
    "div": case(lax.div, X, Y),
    "erf": case(lax.erf, X),
    "erf_inv": case(lax.erf_inv, X),
    "erfc": case(lax.erfc, X),
    "exp": case(lax.exp, X),
    "exp2": case(lax.exp2, X),
    "expm1": case(lax.expm1, X),
    "floor": case(lambda x: lax.floor(4 * x) * x, X),
    "igamma": case(lax.igamma, X + 1, Y + 1),
    "igammac": case(lax.igammac, X + 1, Y + 1),
    "integer_pow": case(lambda x: lax.integer_pow(x, 3), SIGNED),
    "integer_pow 1": case(lambda x: lax.integer_pow(x, 1) * x, SIGNED),
    "integer_pow -2": case(lambda x: lax.integer_pow(x, -2), X),
    "is_finite": case(lambda x: jnp.where(lax.is_finite(x), x * x, 0), X),
    "lgamma": case(lax.lgamma, X),
    "log": case(lax.log, X),
    "log1p": case(lax.log1p, X),
    "logistic": case(lax.logistic, SIGNED),
    "max": case(lax.max, X, Y),
    "min": case(lax.min, X, Y),
    "mul": case(lax.mul, X, Y),
    "neg": case(lax.neg, X),
    "optimization_barrier": case(lambda x, y: lax.optimization_barrier((x * y, y)), X, Y),
    "polygamma": case(lambda x: lax.polygamma(jnp.float32(1), x), X),
    "pow": case(lax.pow, X, Y),
    "pow by an integer": case(lambda x, n: lax.pow(x, n), X, np.int32(3)),
    "reciprocal": case(lax.reciprocal, X),
    "reduce_precision": case(lambda x: lax.reduce_precision(x, 8, 10), X),
    "rem": case(lax.rem, X + 2, Y),
    "round": case(lambda x: lax.round(4 * x) * x, X),
    "rsqrt": case(lax.rsqrt, X),
    "select": case(lambda x, y: lax.select(x > y, x * y, y), X, Y),
    "select_n of three": case(
        lambda x, y: lax.select_n(jnp.array([0, 2, 1, 2]), x, y, x * y), V[:4], V[1:]
    ),
    "select_n by one predicate": case(lambda x, y: lax.select_n(x[0, 0] > 0.1, x, y), X, Y),
    "sign": case(lambda x: lax.sign(x) * x, SIGNED),
    "sin": case(lax.sin, X),
    "sinh": case(lax.sinh, X),
    "sqrt": case(lax.sqrt, X),
    "square": case(lax.square, X),
    "stop_gradient": case(lambda x: lax.stop_gradient(x) * x, X),
    "sub": case(lax.sub, X, Y),
    "tan": case(lax.tan, X),
    "tanh": case(lax.tanh, X),
}

LAYOUT: dict[str, Case] = {
    "broadcast": case(lambda x: lax.broadcast(x, (2, 3)), V),
    "broadcast_in_dim": case(lambda x: lax.broadcast_in_dim(x, (2, 3, 4), (1, 2)), X),
    "broadcast_in_dim of length one": case(
        lambda x: lax.broadcast_in_dim(x, (3, 4, 2), (0, 1)), X[:, :1]
    ),
    "collapse": case(lambda x: lax.collapse(x, 0, 2), SIGNAL),
    "concatenate": case(lambda x, y: lax.concatenate([x, y, x], 1), X, Y),
    "copy": case(lambda x: jnp.array(x, copy=True), X),
    "expand_dims": case(lambda x: lax.expand_dims(x, (0, 2)), X),
    "pad": case(lambda x: lax.pad(x, np.float32(0), [(1, 2, 0), (0, 1, 1)]), X),
    "pad by less than nothing": case(
        lambda x: lax.pad(x, np.float32(0), [(-1, 1, 0), (1, -2, 2)]), X
    ),
    "pad with an argument": case(lambda x, s: lax.pad(x, s, [(1, 0, 0), (0, 1, 1)]), X, V[0]),
    "reshape": case(lambda x: lax.reshape(x, (2, 6)), X),
    "reshape joining": case(lambda x: lax.reshape(x, (6, 6)), SIGNAL),
    "rev": case(lambda x: lax.rev(x, (0, 1)), X),
    "slice": case(lambda x: lax.slice(x, (0, 1), (3, 4), (2, 1)), X),
    "slice_in_dim": case(lambda x: lax.slice_in_dim(x, 1, 4, axis=1) * x[:, 1:], X),
    "index_in_dim": case(lambda x: lax.index_in_dim(x, 1, axis=1, keepdims=False), X),
    "split": case(lambda x: lax.split(x, (1, 3), axis=1), X),
    "squeeze": case(lambda x: lax.squeeze(x, (0,)), IMAGE),
    "stack": case(lambda x, y: lax.stack([x, y, x], 1), X, Y),
    "tile": case(lambda x: lax.tile(x, (2, 3)), X),
    "transpose": case(lambda x: lax.transpose(x, (2, 0, 1)), SIGNAL),
    "unstack": case(lambda x: lax.unstack(x, axis=1), X),
}


def gather_rows(x: jax.Array) -> jax.Array:
    numbers = lax.GatherDimensionNumbers((1,), (0,), (0,))
    return lax.gather(x, ROWS[:, None], numbers, (1, 4))


def gather_windows(x: jax.Array) -> jax.Array:
    numbers = lax.GatherDimensionNumbers((1, 2), (), (0, 1))
    return lax.gather(x, np.array([[0, 1], [1, 2], [1, 0]]), numbers, (2, 2))


def gather_batched(x: jax.Array, index: jax.Array) -> jax.Array:
    numbers = lax.GatherDimensionNumbers((), (1,), (1,), (0,), (0,))
    return lax.gather(x, index[..., None], numbers, (1, 1))


def scattered(operation: Any, **options: Any) -> Any:
    numbers = lax.ScatterDimensionNumbers((1,), (0,), (0,))

    def function(x: jax.Array, updates: jax.Array) -> jax.Array:
        return operation(x, np.array([[2], [0]]), updates, numbers, **options)

    return function


INDEXING: dict[str, Case] = {
    "dynamic_index_in_dim": case(
        lambda x, k: lax.dynamic_index_in_dim(x, k, 1, keepdims=False), X, np.int32(2)
    ),
    "dynamic_slice": case(lambda x, k: lax.dynamic_slice(x, (k, 1), (2, 2)), X, np.int32(1)),
    "dynamic_slice of numbers": case(lambda x: lax.dynamic_slice(x, (1, 1), (2, 3)), X),
    "dynamic_slice clamped": case(
        lambda x, k: lax.dynamic_slice_in_dim(x, k, 2, axis=1), X, np.int32(9)
    ),
    "dynamic_update_slice": case(
        lambda x, y, k: lax.dynamic_update_slice(x, y * x[0, 0], (k, 1)), X, Y[:2, :2], np.int32(1)
    ),
    "dynamic_update_slice by numbers": case(
        lambda x, y: lax.dynamic_update_slice(x, y, (0, 2)), X, Y[:2, :2]
    ),
    "dynamic_update_index_in_dim": case(
        lambda x, y, k: lax.dynamic_update_index_in_dim(x, y, k, 0), X, Y[0], np.int32(2)
    ),
    "gather": case(gather_rows, X),
    "gather of windows": case(gather_windows, X),
    "gather in batches": case(gather_batched, X, np.array([[2, 0], [1, 1], [3, 0]])),
    "index_take": case(lambda x: lax.index_take(x, [ROWS], (0,)), X),
    "scatter": case(scattered(lax.scatter), X, Y[:2]),
    "scatter of unique rows": case(scattered(lax.scatter, unique_indices=True), X, Y[:2]),
    "scatter_add": case(scattered(lax.scatter_add), X, Y[:2]),
    "scatter_sub": case(scattered(lax.scatter_sub), X, Y[:2]),
    "scatter_mul": case(scattered(lax.scatter_mul, unique_indices=True), X, Y[:2]),
    "scatter_max": case(scattered(lax.scatter_max), X, Y[:2]),
    "scatter_min": case(scattered(lax.scatter_min), X, Y[:2]),
    "scatter_add of repeated rows": case(lambda x, y: x.at[ROWS].add(y), X, Y),
}

REDUCTIONS: dict[str, Case] = {
    "approx_max_k": case(lambda x: lax.approx_max_k(x, 2)[0], SHUFFLED),
    "argmax": case(lambda x: x * lax.argmax(x, 1, jnp.int32)[:, None], SHUFFLED),
    "argmin": case(lambda x: x * lax.argmin(x, 1, jnp.int32)[:, None], SHUFFLED),
    "associative_scan": case(lambda x: lax.associative_scan(jnp.multiply, x, axis=1), X),
    "cumlogsumexp": case(lambda x: lax.cumlogsumexp(x, 1), X),
    "cummax": case(lambda x: lax.cummax(x, 1), SHUFFLED),
    "cummin": case(lambda x: lax.cummin(x, 0, reverse=True), SHUFFLED),
    "cumprod": case(lambda x: lax.cumprod(x, 1), X),
    "cumsum": case(lambda x: lax.cumsum(x, 0, reverse=True), X),
    "reduce": case(lambda x: lax.reduce(x, np.float32(0), lax.add, (1,)), X),
    "reduce by a function": case(
        lambda x: lax.reduce(x, np.float32(1), lambda a, b: a * b + 0.0, (1,)),
        X,
        reference=jax.jacfwd,
    ),
    "reduce_max": case(lambda x: lax.reduce_max(x, (1,)), SHUFFLED),
    "reduce_max of ties": case(lambda x: lax.reduce_max(x, (0,)), np.array([1, 2, 2], np.float32)),
    "reduce_min": case(lambda x: lax.reduce_min(x, (0, 1)), SHUFFLED),
    "reduce_prod": case(lambda x: lax.reduce_prod(x, (1,)), X),
    "reduce_sum": case(lambda x: lax.reduce_sum(x, (0, 2)), SIGNAL),
    "reduce_window_max": case(
        lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (2, 2), (1, 2), "SAME"), SHUFFLED
    ),
    "reduce_window_min": case(
        lambda x: lax.reduce_window(x, jnp.inf, lax.min, (1, 3), (1, 1), "VALID"), SHUFFLED
    ),
    "reduce_window_sum": case(
        lambda x: lax.reduce_window(x, 0.0, lax.add, (2, 2), (1, 1), "VALID"), X
    ),
    "reduce_window_sum padded and dilated": case(
        lambda x: lax.reduce_window(
            x, 0.0, lax.add, (2, 2), (2, 1), ((1, 0), (0, 1)), (2, 1), (1, 2)
        ),
        X,
    ),
    "reduce_window_max over axes apart": case(
        lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 1, 2), (1, 1, 2), "VALID"),
        rng(1).permutation(36).astype(np.float32).reshape(2, 3, 6),
    ),
    "sort": case(lambda x: lax.sort(x, dimension=1), SHUFFLED),
    "sort of keys and values": case(
        lambda x, y: lax.sort([x, y], dimension=0, num_keys=1), SHUFFLED, Y
    ),
    "sort_key_val": case(lambda x, y: lax.sort_key_val(x, y)[1], SHUFFLED, Y),
    "top_k": case(lambda x: lax.top_k(x, 2)[0], SHUFFLED),
    "top_k by the first axis": case(lambda x: lax.top_k(x, 2, axis=0)[0], SHUFFLED),
}

CONTRACTIONS: dict[str, Case] = {
    "batch_matmul": case(lax.batch_matmul, SIGNAL, uniform(2, 6, 2, seed=1)),
    "conv": case(lambda x, k: lax.conv(x, k, (1, 1), "SAME"), IMAGE, KERNEL),
    "conv strided": case(lambda x, k: lax.conv(x, k, (2, 2), "VALID"), IMAGE, KERNEL),
    "conv of a constant kernel": case(lambda x: lax.conv(x, KERNEL, (1, 1), "VALID"), IMAGE),
    "conv dilated": case(
        lambda x, k: lax.conv_general_dilated(
            x, k, (1, 1), [(1, 1), (0, 2)], lhs_dilation=(1, 2), rhs_dilation=(2, 1)
        ),
        IMAGE,
        KERNEL,
    ),
    "conv in groups": case(
        lambda x, k: lax.conv_general_dilated(x, k, (1,), "SAME", feature_group_count=3),
        SIGNAL,
        uniform(6, 1, 3, seed=2),
    ),
    "conv in batch groups": case(
        lambda x, k: lax.conv_general_dilated(x, k, (1,), "VALID", batch_group_count=2),
        SIGNAL,
        uniform(2, 3, 3, seed=2),
    ),
    "conv_general_dilated_patches": case(
        lambda x: lax.conv_general_dilated_patches(x, (2, 2), (1, 1), "VALID"), IMAGE
    ),
    "conv_transpose": case(
        lambda x, k: lax.conv_transpose(
            x, k, (2,), "SAME", dimension_numbers=("NCH", "OIH", "NCH")
        ),
        SIGNAL,
        uniform(2, 3, 3, seed=3),
    ),
    "dot": case(lax.dot, X, MATRIX),
    "dot_general in batches": case(
        lambda x, y: lax.dot_general(x, y, (((2,), (1,)), ((0,), (2,)))),
        SIGNAL,
        uniform(3, 6, 2, seed=1),
    ),
    "dot_general over two axes": case(
        lambda x, y: lax.dot_general(x, y, (((1, 2), (2, 0)), ((), ()))),
        SIGNAL,
        uniform(6, 4, 3, seed=1),
    ),
    "dot_general of outer products": case(
        lambda x, y: lax.dot_general(x, y, (((), ()), ((0,), (0,)))), X, SQUARE
    ),
    "dot_general in float64": case(
        lambda x, y: lax.dot(x, y, preferred_element_type=jnp.float32),
        X.astype(jnp.bfloat16),
        MATRIX.astype(jnp.bfloat16),
        tolerance=1e-2,
    ),
    "fft": case(lambda x: lax.fft(lax.complex(x, x), lax.FftType.FFT, (5,)).real, V),
}
