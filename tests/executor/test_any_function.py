"""Functions far from the tasks: no function is refused for a missing rule, none is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import vertex_elim_env as ve

X = jnp.asarray([0.3, 0.7, 1.1, 0.2], jnp.float32)
M = jnp.asarray(np.random.default_rng(0).normal(size=(4, 4)), jnp.float32)
S = M @ M.T + 4 * jnp.eye(4)

FUNCTIONS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "complex detour": (lambda x: jnp.abs(jnp.fft.fft(x)) * jnp.sin(x), (X,)),
    "convolution by fft": (lambda x: jnp.fft.irfft(jnp.fft.rfft(x) * jnp.fft.rfft(x + 1)), (X,)),
    "linear solve": (lambda m, x: jnp.linalg.solve(m, x) * x, (S, X)),
    "cholesky": (lambda m: jnp.linalg.cholesky(m @ m.T + jnp.eye(4)), (S,)),
    "eigenvalues": (lambda m: jnp.linalg.eigh(m + m.T)[0], (S,)),
    "determinant": (lambda m: jnp.linalg.slogdet(m)[1], (S,)),
    "softmax": (jax.nn.softmax, (X,)),
    "convolution": (lambda x, k: jnp.convolve(x, k), (X, X[:2])),
    "sort": (lambda x: jnp.sort(jnp.sin(3 * x)), (X,)),
    "scatter": (lambda x: x.at[1].set(x[0] * 2).at[jnp.array([2, 3])].add(x[:2]), (X,)),
    "dynamic slice": (lambda x: lax.dynamic_slice(jnp.sin(x), (1,), (2,)), (X,)),
    "diagonal": (lambda m: jnp.diag(jnp.sin(m)), (M,)),
    "branches": (lambda x: lax.cond(x[0] > 0, lambda y: y * 2, jnp.sin, jnp.exp(x)), (X,)),
    "loop": (lambda x: lax.fori_loop(0, 3, lambda i, c: jnp.sin(c) * x, x), (X,)),
    "scan": (lambda x: lax.scan(lambda c, a: (c * a + 1, jnp.sin(c)), 1.0, x)[1], (X,)),
    "random numbers": (lambda x: x * jax.random.normal(jax.random.key(0), (4,)), (X,)),
    "gradient inside": (jax.grad(lambda x: jnp.sum(jnp.sin(x) ** 3)), (X,)),
    "safe where": (lambda x: jnp.where(x > 0, jnp.sqrt(jnp.where(x > 0, x, 1.0)), 0.0), (X - 0.5,)),
    "largest of ties": (lambda x: jnp.max(jnp.concatenate([x, x])), (X,)),
    "top k": (lambda x: lax.top_k(x, 2)[0], (X,)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_jacobian_is_jax_s(name: str) -> None:
    function, arguments = FUNCTIONS[name]
    argnums = tuple(range(len(arguments)))
    expected = jax.jit(jax.jacrev(function, argnums))(*arguments)
    actual = jax.jit(ve.jacobian(function, argnums, order="markowitz"))(*arguments)
    for a, b in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        np.testing.assert_allclose(a, b, rtol=2e-4, atol=2e-4)


def test_a_loop_of_unknown_length_is_differentiated_forward() -> None:
    def function(x: jax.Array) -> jax.Array:
        return lax.while_loop(lambda c: c[0] < 2, lambda c: (c[0] + 1, c[1] * x), (0, jnp.sin(x)))[
            1
        ]

    np.testing.assert_allclose(ve.jacobian(function)(X), jax.jacfwd(function)(X), rtol=1e-5)
