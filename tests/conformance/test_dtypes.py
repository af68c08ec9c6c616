"""Dtypes of every kind: of the differentiated arguments, beside them, and where there is no derivative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import vertex_elim_env as ve
from tests.conformance.case import assert_same, compiled
from vertex_elim_env.errors import TraceError

TOLERANCES = {"float16": 2e-2, "bfloat16": 1e-1, "float32": 1e-5, "float64": 1e-12}
X = np.random.default_rng(0).uniform(0.3, 0.9, (3, 4))
ORDERS = ("forward", "reverse")


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "elementwise": lambda x: jnp.sin(x) * jnp.exp(x) / (1 + x**2),
    "matmul": lambda x: jnp.tanh(x @ x.T) @ x,
    "softmax": jax.nn.softmax,
    "layer norm": jax.nn.standardize,
    "maxima": lambda x: jnp.max(x, 1) * jnp.sort(x, 0)[0, 0],
    "gather and scatter": lambda x: x.at[np.array([2, 0])].add(x[np.array([1, 1])] * 2),
    "windows": lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (2, 2), (1, 1), "VALID") * 3.0,
    "cumulative": lambda x: jnp.cumsum(x * x, 1),
    "convolution": lambda x: jax.vmap(lambda r: jnp.convolve(r, r, "same"))(x),
    "scan": lambda x: lax.scan(lambda c, r: (c * r, c + r), jnp.ones_like(x[0]), x)[1],
    "custom rule": lambda x: jax.nn.relu(x - 0.5) * x,
    "python numbers": lambda x: 2 * x + 3.5 - x / 3,
    "constants of its own dtype": lambda x: x * jnp.linspace(0, 1, 4, dtype=x.dtype),
}


@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_jacobian_has_the_dtype_and_precision_of_the_input(name: str, dtype: str) -> None:
    with jax.enable_x64(dtype == "float64"):
        x = jnp.asarray(X, dtype)
        expected = compiled(jax.jacrev(FUNCTIONS[name]))(x)
        for order in ORDERS:
            actual = compiled(ve.jacobian(FUNCTIONS[name], order=order))(x)
            assert_same(actual, expected, TOLERANCES[dtype])


MIXED: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "computed in more": (lambda x: jnp.sum(x.astype(jnp.float32) ** 2, 0), ("float16",)),
    "returned in less": (lambda x: (jnp.sin(x) * 2).astype(jnp.bfloat16), ("float32",)),
    "two arguments": (lambda x, y: x * y + x, ("float16", "float32")),
    "two halves": (lambda x, y: x * y.astype(x.dtype), ("float16", "bfloat16")),
    "outputs of each": (lambda x, y: (x * 2, x.sum() * y, y), ("bfloat16", "float32")),
    "less and back": (lambda x: x.astype(jnp.float16).astype(jnp.float32) * x, ("float32",)),
    "accumulated in more": (
        lambda x, y: lax.dot(x, y.T, preferred_element_type=jnp.float32),
        ("bfloat16", "bfloat16"),
    ),
    "single and double": (lambda x, y: jnp.tanh(x) * y, ("float32", "float64")),
    "double to single": (lambda x: (x * x).astype(jnp.float32), ("float64",)),
}


@pytest.mark.parametrize("name", MIXED)
def test_mixed_dtypes_come_out_as_in_jax(name: str) -> None:
    function, dtypes = MIXED[name]
    argnums = tuple(range(len(dtypes)))
    with jax.enable_x64("float64" in dtypes):
        arguments = [jnp.asarray(X, dtype) for dtype in dtypes]
        expected = compiled(jax.jacrev(function, argnums))(*arguments)
        for order in ORDERS:
            assert_same(
                compiled(ve.jacobian(function, argnums, order=order))(*arguments), expected, 2e-2
            )


BESIDE: dict[str, tuple[Callable[..., Any], Any]] = {
    "an integer": (lambda x, k: x**k, 3),
    "an index": (lambda x, k: x[k] * x, np.int32(1)),
    "an array of indices": (lambda x, k: x[k] * 2, np.array([2, 0, 2])),
    "unsigned bytes": (lambda x, k: x * k, np.array([1, 0, 3, 2], np.uint8)),
    "a boolean": (lambda x, flag: jnp.where(flag, x, x**2), np.array(True)),
    "a mask": (lambda x, mask: jnp.where(mask, x, 0), np.array([True, False, True, False])),
    "a key": (lambda x, key: x * jax.random.normal(key, x.shape), jax.random.key(1)),
    "an old key": (lambda x, key: x * jax.random.uniform(key, x.shape), jax.random.PRNGKey(1)),
    "keys in a tree": (
        lambda x, tree: x * jax.random.normal(tree["key"], x.shape) * tree["scale"],
        {"key": jax.random.key(1), "scale": 2},
    ),
    "complex numbers": (lambda x, z: x * jnp.abs(z), np.complex64(3 + 4j)),
    "nothing": (lambda x, nothing: x * 2 if nothing is None else x, None),
}


@pytest.mark.parametrize("name", BESIDE)
def test_arguments_beside_the_differentiated_one_are_of_any_kind(name: str) -> None:
    function, other = BESIDE[name]
    x = X.astype(np.float32)
    expected = jax.jacrev(function)(x, other)
    for order in ORDERS:
        assert_same(ve.jacobian(function, order=order)(x, other), expected, 1e-5)
        assert_same(compiled(ve.jacobian(function, order=order))(x, other), expected, 1e-5)


@pytest.mark.parametrize("kind", ["int32", "uint8", "int8"])
def test_integers_have_zeros_where_they_are_allowed(kind: str) -> None:
    def function(x: jax.Array, k: jax.Array) -> jax.Array:
        return x * k.sum()

    x, k = X[0].astype(np.float32), np.array([1, 0], kind)
    expected = jax.jacrev(function, (0, 1), allow_int=True)(x, k)
    for order in ORDERS:
        actual = ve.jacobian(function, (0, 1), allow_int=True, order=order)(x, k)
        assert_same(actual[0], expected[0], 1e-5)
        assert (actual[1].shape, actual[1].dtype) == (expected[1].shape, expected[1].dtype)


def test_numbers_are_arguments_of_weak_type() -> None:
    for mode in (jax.jacrev, lambda f, n: ve.jacobian(f, n, order="reverse")):
        result = mode(lambda x, y: x * y + jnp.sin(x), (0, 1))(0.5, np.float64(2.0))
        assert [entry.dtype for entry in result] == [np.float32, np.float32]


REFUSED: dict[str, tuple[Callable[..., Any], Any, str]] = {
    "integers": (lambda x: x * 2.0, np.arange(3), "floating-point inputs; got int32"),
    "booleans": (lambda x: x * 2.0, np.array(True), "floating-point inputs; got bool"),
    "complex numbers": (lambda z: z * z, np.complex64(1j), "real inputs; got complex64"),
    "keys": (lambda key: jax.random.normal(key, (2,)), jax.random.key(0), "inputs; got key"),
    "text": (lambda x: x, "text", "arrays or numbers; got 'text'"),
    "integer results": (lambda x: (x, jnp.argmax(x)), X, "outputs; the function returns int32"),
    "boolean results": (lambda x: x > 0, X, "outputs; the function returns bool"),
    "complex results": (lambda x: x * 1j, X, "real outputs; the function returns complex64"),
    "results that are no arrays": (lambda x: "text", X, "must return arrays"),
    "keys as results": (lambda x: jax.random.key(0), X, "the function returns key"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_derivative_is_refused_in_a_sentence_as_jax_refuses_it(name: str) -> None:
    function, argument, says = REFUSED[name]
    with pytest.raises(TypeError):
        jax.jacrev(function)(argument)
    for order in ORDERS:
        with pytest.raises(TraceError, match=says) as error:
            ve.jacobian(function, order=order)(argument)
        assert isinstance(error.value, TypeError)
