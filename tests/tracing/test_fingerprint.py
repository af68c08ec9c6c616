"""Fingerprints of programs: equal in every process and context, different for different functions."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from vertex_elim_env.tracing import flatten_function, trace_flat
from vertex_elim_env.tracing.fingerprint import fingerprint_of

ROOT = Path(__file__).parents[2]
X = jnp.asarray([0.3, 0.7, 1.1], jnp.float32)
KEY = jax.random.key(0)


def fingerprint(function: Callable[..., Any], *args: Any, argnums: Any = 0) -> str:
    flat = flatten_function(function, args, {}, argnums)
    traced = trace_flat(flat)
    return fingerprint_of(traced.program, flat.wanted, flat.num_outputs)


def under_jit(function: Callable[..., Any], *args: Any, argnums: Any = 0) -> str:
    found: list[str] = []
    jax.make_jaxpr(lambda *a: found.append(fingerprint(function, *a, argnums=argnums)))(*args)
    return found[0]


@jax.custom_jvp
def squared(x: jax.Array) -> jax.Array:
    return x**2


squared.defjvp(lambda primals, tangents: (primals[0] ** 2, 2 * primals[0] * tangents[0]))


@jax.custom_vjp
def cubed(x: jax.Array) -> jax.Array:
    return x**3


cubed.defvjp(lambda x: (x**3, x), lambda x, cotangent: (3 * x**2 * cotangent,))


def many_kinds(x: jax.Array, key: jax.Array, step: jax.Array) -> jax.Array:
    """A function with loops, branches, random numbers, own derivatives, solves and indices."""
    x, _ = jax.lax.scan(lambda c, _: (jnp.sin(c) * 2, c), x, None, length=3)
    x = jax.lax.cond(x[0] > 0, jnp.sin, jnp.cos, x) + jax.lax.fori_loop(0, 3, lambda _, c: c * c, x)
    x = jax.nn.relu(x) + jax.random.normal(key, x.shape) + squared(x) + cubed(x)
    x = jax.scipy.linalg.solve(jnp.eye(3) + jnp.diag(x**2), x) + x.at[jnp.array([0, 2])].add(1.0)
    return jax.checkpoint(jnp.tanh)(x) * jnp.asarray(np.arange(3.0), x.dtype) * step


def test_a_program_has_one_fingerprint_in_every_process() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests/tracing'); import test_fingerprint as t\n"
        "import jax.numpy as jnp\n"
        "print(t.fingerprint(t.many_kinds, t.X, t.KEY, jnp.int32(2)))"
    )
    found = {fingerprint(many_kinds, X, KEY, jnp.int32(2))}
    for seed in ("1", "2"):
        result = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        found.add(result.stdout.strip())
    assert len(found) == 1


def test_it_is_the_same_under_jit_and_vmap_and_for_other_data() -> None:
    args = (X, KEY, jnp.int32(2))
    expected = fingerprint(many_kinds, *args)
    assert under_jit(many_kinds, *args) == expected
    assert fingerprint(many_kinds, X + 1, jax.random.key(7), jnp.int32(5)) == expected
    found: list[str] = []

    def record(x: jax.Array) -> jax.Array:
        found.append(fingerprint(many_kinds, x, KEY, jnp.int32(2)))
        return x

    jax.vmap(record)(jnp.stack([X, X]))
    assert found == [expected]


def test_closed_over_data_count_by_shape_and_dtype_as_under_jit() -> None:
    def closed(weights: jax.Array) -> str:
        return fingerprint(lambda x: jnp.tanh(weights * x), X)

    assert closed(X) == closed(X + 1)
    found: list[str] = []
    jax.make_jaxpr(lambda weights: found.append(closed(weights)))(X)
    assert found == [closed(X)]
    assert closed(X) != closed(jnp.float32(1.0))


BASE = lambda x: jnp.sin(x) * 2.0
DIFFERENT = {
    "another primitive": lambda x: jnp.cos(x) * 2.0,
    "another number": lambda x: jnp.sin(x) * 3.0,
    "another order": lambda x: jnp.sin(x * 2.0),
    "another parameter": lambda x: jnp.sin(x) ** 2,
    "numbers in an array": lambda x: jnp.sin(x) * np.array([2.0, 2.0, 3.0], np.float32),
    "other numbers in it": lambda x: jnp.sin(x) * np.array([2.0, 3.0, 2.0], np.float32),
    "many numbers": lambda x: jnp.sin(x) * np.arange(300, dtype=np.float32)[::100],
    "a result more": lambda x: (jnp.sin(x) * 2.0, x),
    "a loop": lambda x: jax.lax.fori_loop(0, 3, lambda _, c: jnp.sin(c) * 2.0, x),
    "a longer loop": lambda x: jax.lax.fori_loop(0, 4, lambda _, c: jnp.sin(c) * 2.0, x),
    "another body": lambda x: jax.lax.fori_loop(0, 3, lambda _, c: jnp.cos(c) * 2.0, x),
    "another number in a body": lambda x: jax.lax.fori_loop(0, 3, lambda _, c: jnp.sin(c) * 3.0, x),
    "own derivative": lambda x: squared(x),
    "another own derivative": lambda x: cubed(x),
}


def test_what_differs_has_another_fingerprint() -> None:
    found = [fingerprint(function, X) for function in (BASE, *DIFFERENT.values())]
    found += [fingerprint(BASE, x) for x in (X[:2], X[None], X.astype(jnp.float16))]
    found += [fingerprint(lambda x, y: x * y, X, X, argnums=k) for k in (0, (0, 1))]
    assert len(set(found)) == len(found)


def test_which_argument_is_differentiated_counts() -> None:
    def function(x: jax.Array, y: jax.Array) -> jax.Array:
        return jnp.sin(x) * y

    found = {fingerprint(function, X, X, argnums=k) for k in (0, 1, (0, 1), (1, 0))}
    assert len(found) == 4


def test_no_memory_address_enters() -> None:
    def build() -> Callable[..., Any]:
        def double(a: np.ndarray) -> np.ndarray:
            return 2 * a

        return lambda x: jax.pure_callback(double, jax.ShapeDtypeStruct((3,), x.dtype), x * 1.0) + x

    assert fingerprint(build(), X) == fingerprint(build(), X)


@pytest.mark.parametrize("dtype", [jnp.bfloat16, jnp.int8, bool])
def test_closed_over_arrays_of_any_dtype_have_one(dtype: Any) -> None:
    numbers = np.asarray(jnp.ones(3, dtype))
    assert len(fingerprint(lambda x: jnp.where(numbers == 1, x, 2 * x), X)) == 32
