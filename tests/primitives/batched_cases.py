"""Cases of primitives that link some axes and are dense along others: indices, windows, matrices."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.ad_checkpoint import checkpoint_name

from tests.primitives.case import Case, uniform

X, V, CUBE = uniform(3, 4), uniform(4), uniform(2, 3, 4)
ONCE, TWICE = np.array([2, 0]), np.array([2, 0, 2])
SPD = np.stack([m @ m.T + 3 * np.eye(3, dtype=np.float32) for m in uniform(2, 3, 3)])


def gathered(note: str, function: Any, *arguments: Any) -> Case:
    return Case("gather", function, arguments or (X,), note)


def update(x: jax.Array, at: Any) -> Any:
    return x.at[at]


GATHER = [
    gathered("known rows", lambda x: x[ONCE]),
    gathered("known columns", lambda x: x[:, ONCE]),
    gathered("one row", lambda x: x[jnp.array([1])] * x[0]),
    gathered("repeated rows", lambda x: x[TWICE]),
    gathered("two axes in turn", lambda x: x[ONCE, 1]),
    gathered("both axes together", lambda x: x[ONCE, ONCE + 1]),
    gathered("a grid", lambda x: x[ONCE[:, None], ONCE[None, :] + 1]),
    gathered("a square of indices", lambda x: x[jnp.array([[0, 1], [2, 1]])]),
    gathered(
        "out of bounds, filled", lambda x: x.at[jnp.array([1, 7])].get(mode="fill", fill_value=0)
    ),
    gathered("out of bounds, clipped", lambda x: x.at[jnp.array([1, 7])].get(mode="clip")),
    gathered("the whole axis", lambda x: x[np.arange(3)]),
    gathered("moving index", lambda x: x[jnp.argmax(x, 0)]),
    gathered("moving indices in both", lambda x: x[jnp.argmax(x, 0), jnp.argmin(x, 0)]),
    gathered("along an axis", lambda x: jnp.take_along_axis(x, jnp.argsort(x, 1)[:, :2], 1)),
    gathered(
        "along an axis, known", lambda x: jnp.take_along_axis(x, np.array([[0], [2], [1]]), 1)
    ),
    gathered("batched", jax.vmap(lambda x, i: x[i]), CUBE, np.array([[0, 1], [2, 2]])),
    gathered(
        "windows",
        jax.vmap(lambda x, i: lax.dynamic_slice(x, (i,), (2,)), (None, 0)),
        V,
        np.array([0, 2]),
    ),
    gathered(
        "moving windows",
        lambda x: jax.vmap(lambda i: lax.dynamic_slice(x, (i,), (2,)))(jnp.argsort(x)[:2]),
        V,
    ),
    gathered("diagonal", lambda x: x[np.arange(3), np.arange(3)]),
]

SCATTER = [
    Case("scatter", lambda x, y: update(x, ONCE).set(y), (X, uniform(2, 4)), "known rows"),
    Case("scatter", lambda x, y: update(x, 1).set(y), (X, V), "one row"),
    Case("scatter", lambda x, y: update(x, (slice(None), 1)).set(y), (X, uniform(3)), "one column"),
    Case("scatter", lambda x, y: update(x, (ONCE, ONCE)).set(y), (X, uniform(2)), "both axes"),
    Case("scatter", lambda x, y: update(x, (1, ONCE)).set(y), (X, uniform(2)), "within one row"),
    Case("scatter", lambda x, y: update(x, jnp.argmax(x[:, 0])).set(y), (X, V), "moving index"),
    Case("scatter", lambda x: update(x, np.array([1, 7])).set(2.0, mode="drop"), (X,), "dropped"),
    Case(
        "scatter",
        jax.vmap(lambda x, y, i: update(x, i).set(y)),
        (CUBE, uniform(2, 4), np.array([1, 0])),
        "batched",
    ),
    Case("scatter-add", lambda x, y: update(x, ONCE).add(y), (X, uniform(2, 4)), "known rows"),
    Case("scatter-add", lambda x, y: update(x, TWICE).add(y), (X, uniform(3, 4)), "repeated rows"),
    Case("scatter-add", lambda x, y: update(x, (1, 2)).add(y), (X, uniform()), "one entry"),
    Case("scatter-add", lambda x, y: update(x, jnp.argsort(x[:, 0])).add(y), (X, X + 1), "moving"),
    Case("scatter-add", lambda x, y: update(x, (ONCE, ONCE)).add(y), (X, uniform(2)), "both axes"),
    Case(
        "scatter-add",
        jax.vmap(lambda x, y, i: update(x, i).add(y)),
        (CUBE, uniform(2, 4), np.array([1, 0])),
        "batched",
    ),
    Case(
        "scatter-add",
        lambda x: jax.ops.segment_sum(x, np.array([0, 1, 0]), num_segments=2),
        (X,),
        "segments",
    ),
    Case("scatter-sub", lambda x, y: update(x, TWICE).subtract(y), (X, uniform(3, 4))),
    Case(
        "scatter-mul",
        lambda x, y: update(x, ONCE).multiply(y, unique_indices=True),
        (X, uniform(2, 4)),
    ),
    Case("scatter-min", lambda x, y: update(x, ONCE).min(y), (X, uniform(2, 4))),
    Case("scatter-max", lambda x, y: update(x, ONCE).max(y), (X, uniform(2, 4))),
]

SLICES = [
    Case("dynamic_slice", lambda x: lax.dynamic_slice(x, (1, 1), (2, 4)), (X,), "known, clamped"),
    Case(
        "dynamic_slice",
        lambda x: lax.dynamic_slice(x, (jnp.argmax(x[:, 0]), 0), (1, 4)),
        (X,),
        "moving",
    ),
    Case(
        "dynamic_update_slice",
        lambda x, y: lax.dynamic_update_slice(x, y, (1, 0)),
        (X, uniform(1, 4)),
        "known",
    ),
    Case(
        "dynamic_update_slice",
        lambda x, y: lax.dynamic_update_slice(x, y, (1, 2)),
        (X, uniform(2, 2)),
        "known, in both axes",
    ),
    Case(
        "dynamic_update_slice",
        lambda x, y: lax.dynamic_update_slice(x, y, (0, jnp.argmax(x[0]))),
        (X, uniform(3, 2)),
        "moving",
    ),
    Case(
        "dynamic_update_slice",
        lambda x, y: lax.dynamic_update_slice(x, y, (0, 0)),
        (X, X + 1),
        "all",
    ),
    Case("stack", lambda x, y: jnp.stack([x, y, x], 1), (X, X + 1)),
    Case("unstack", lambda x: jnp.unstack(x, axis=1)[1:3], (X,)),
    Case("tile", lambda x: jnp.tile(x, (2, 1)), (X,)),
    Case("tile", lambda x: jnp.tile(x, (2, 3)), (uniform(3, 1),), "of a column"),
    Case("tile", lambda x: jnp.tile(x, (2, 2)), (X,), "both axes"),
]


def pooled(reduce: Any, start: float) -> Any:
    return lambda x: lax.reduce_window(x, start, reduce, (1, 2, 2), (1, 1, 2), "VALID")


def convolved(note: str, x: np.ndarray, kernel: np.ndarray, **options: Any) -> Case:
    def function(x: jax.Array, kernel: jax.Array) -> jax.Array:
        return lax.conv_general_dilated(
            x, kernel, **{"window_strides": (1,), "padding": "SAME", **options}
        )

    return Case("conv_general_dilated", function, (x, kernel), note)


SIGNAL, KERNEL = uniform(2, 2, 5), uniform(3, 2, 3)
WINDOWS = [
    Case("reduce_window_sum", pooled(lax.add, 0.0), (CUBE,)),
    Case("reduce_window_max", pooled(lax.max, -np.inf), (CUBE,)),
    Case("reduce_window_min", pooled(lax.min, np.inf), (CUBE,)),
    Case(
        "select_and_scatter_add",
        jax.grad(lambda x: (pooled(lax.max, -np.inf)(x) ** 2).sum()),
        (CUBE,),
        "the gradient of a pooling",
    ),
    Case(
        "select_and_gather_add",
        lambda x: jax.jvp(pooled(lax.max, -np.inf), (CUBE,), (x,))[1],
        (CUBE,),
        "the tangent of a pooling",
    ),
    convolved("of signals", SIGNAL, KERNEL),
    convolved("strided, valid", SIGNAL, KERNEL, window_strides=(2,), padding="VALID"),
    convolved("dilated", SIGNAL, KERNEL, padding=[(1, 2)], lhs_dilation=(2,), rhs_dilation=(2,)),
    convolved("depthwise", SIGNAL, uniform(2, 1, 3), feature_group_count=2),
    convolved("in groups", uniform(2, 4, 5), uniform(2, 2, 3), feature_group_count=2),
    convolved("batch groups", SIGNAL, uniform(2, 2, 3), batch_group_count=2),
    convolved("pointwise", SIGNAL, uniform(3, 2, 1)),
    convolved(
        "of pictures",
        uniform(1, 4, 4, 2),
        uniform(2, 2, 2, 2),
        window_strides=(1, 1),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    ),
]

SORTING = [
    Case("sort", lambda x: jnp.sort(x, axis=1), (X,)),
    Case("sort", lambda x, y: lax.sort((x, y), num_keys=1), (X, X[::-1]), "with a passenger"),
    Case("sort", lambda x: x[jnp.argsort(x[:, 0])], (X,), "of indices"),
    Case("top_k", lambda x: lax.top_k(x, 2)[0], (X,)),
    Case("approx_top_k", lambda x: lax.approx_max_k(x, 2)[0], (X,)),
]


def diagonals(x: jax.Array) -> jax.Array:
    return lax.linalg.tridiagonal_solve(0.1 * x, 2 + x, 0.1 * x, jnp.stack([x, x * x], -1))


MATRICES = [
    Case("cholesky", lambda m: jnp.linalg.cholesky(m), (SPD,)),
    Case("eigh", lambda m: jnp.linalg.eigh(m)[0], (SPD,)),
    Case("lu", lambda m: lax.linalg.lu(m)[0], (SPD,)),
    Case("qr", lambda m: jnp.linalg.qr(m)[1], (SPD,)),
    Case("svd", lambda m: jnp.linalg.svd(m, compute_uv=False), (SPD,)),
    Case(
        "triangular_solve",
        lambda a, b: lax.linalg.triangular_solve(a, b, left_side=True, lower=True),
        (SPD, uniform(2, 3, 2)),
    ),
    Case(
        "triangular_solve",
        lambda a, b: lax.linalg.triangular_solve(a, b, lower=True),
        (SPD, uniform(2, 2, 3)),
        "from the right",
    ),
    Case("tridiagonal_solve", diagonals, (uniform(2, 3),)),
    Case("custom_linear_solve", jnp.linalg.solve, (SPD[0], uniform(3)), "dense"),
]

COPIES = [
    Case("optimization_barrier", lambda x, y: lax.optimization_barrier((x, y)), (X, V)),
    Case("name", lambda x: checkpoint_name(x * x, "kept"), (X,)),
]

BATCHED = [*GATHER, *SCATTER, *SLICES, *WINDOWS, *SORTING, *MATRICES, *COPIES]
