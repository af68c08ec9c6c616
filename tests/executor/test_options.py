"""Hessians, scans written out, and functions whose control flow depends on values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import vertex_elim_env as ve
from vertex_elim_env.errors import TraceError

X = np.random.default_rng(0).uniform(0.2, 0.8, 5).astype(np.float32)


def energy(x: jax.Array, scale: float = 1.0) -> jax.Array:
    return scale * jnp.sum(jnp.sin(x) * x[0] * jnp.roll(x, 1))


def assert_close(actual: Any, expected: Any) -> None:
    assert jax.tree.structure(actual) == jax.tree.structure(expected)
    for a, b in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=1e-5)


@pytest.mark.parametrize("order", ["auto", "forward", "reverse", "markowitz"])
def test_a_hessian_is_jax_s(order: str) -> None:
    assert_close(ve.hessian(energy, order=order)(X), jax.hessian(energy)(X))


def test_a_hessian_of_several_arguments_has_jax_s_tree() -> None:
    def function(x: jax.Array, y: dict[str, jax.Array]) -> jax.Array:
        return jnp.sum(x * y["a"]) ** 2

    arguments = (X, {"a": X + 1})
    assert_close(
        ve.hessian(function, (0, 1))(*arguments), jax.hessian(function, (0, 1))(*arguments)
    )


def test_a_hessian_with_auxiliary_data() -> None:
    found, aux = ve.hessian(lambda x: (energy(x), x.sum()), has_aux=True)(X)
    assert_close((found, aux), (jax.hessian(energy)(X), X.sum()))


def gated(carry: jax.Array, x: jax.Array) -> tuple[jax.Array, jax.Array]:
    return jnp.tanh(carry * x), carry + x


SCANS: dict[str, Callable[[jax.Array], Any]] = {
    "scan": lambda x: lax.scan(gated, x[0], x),
    "in reverse": lambda x: lax.scan(gated, x[0], x, reverse=True),
    "without inputs": lambda x: lax.scan(lambda c, _: (jnp.sin(c), None), x, length=3)[0],
    "fori_loop": lambda x: lax.fori_loop(0, 3, lambda k, c: jnp.sin(c) * x[k], x),
    "nested": lambda x: lax.scan(lambda c, a: (lax.scan(gated, c, x[:2])[0] * a, c), x[0], x)[0],
}


@pytest.mark.parametrize("name", SCANS)
def test_a_scan_written_out_has_the_same_jacobian(name: str) -> None:
    function = SCANS[name]
    whole, written_out = ve.trace(function, X), ve.trace(function, X, unroll_scans=len(X))
    assert written_out.num_eliminable > whole.num_eliminable
    for unroll in (0, len(X)):
        for order in ("forward", "reverse"):
            eliminate = ve.jacobian(function, order=order, unroll_scans=unroll)
            assert_close(jax.jit(eliminate)(X), jax.jacfwd(function)(X))


def test_a_scan_longer_than_the_limit_stays_whole() -> None:
    graphs = [ve.trace(SCANS["scan"], X, unroll_scans=limit) for limit in (0, 4)]
    assert graphs[0].fingerprint == graphs[1].fingerprint


@pytest.mark.parametrize("limit", [-1, 1.5, True])
def test_a_limit_that_is_no_length_is_refused(limit: Any) -> None:
    with pytest.raises(ValueError, match="unroll_scans must be a length"):
        ve.trace(SCANS["scan"], X, unroll_scans=limit)


def by_value(x: jax.Array) -> jax.Array:
    return x * 2 if x[0] > 0 else jnp.sin(x)


def test_control_flow_by_values_is_differentiated_as_jax_does() -> None:
    assert_close(ve.jacobian(by_value)(X), jax.jacrev(by_value)(X))
    assert_close(ve.jacobian(by_value)(-X), jax.jacrev(by_value)(-X))


def test_control_flow_by_values_has_no_order() -> None:
    with pytest.raises(TraceError, match="depends on the values of its arguments"):
        ve.jacobian(by_value, order="reverse")(X)


def test_control_flow_by_values_fails_under_jit_as_in_jax() -> None:
    with pytest.raises(jax.errors.TracerBoolConversionError):
        jax.jit(ve.jacobian(by_value))(X)


def test_what_is_written_to_a_mutable_array_has_a_derivative() -> None:
    def function(x: jax.Array) -> jax.Array:
        box = jax.new_ref(jnp.zeros_like(x))
        box[...] = jnp.sin(x)
        box[0] = x[1] * x[2]
        return box[...] * x

    assert_close(ve.jacobian(function)(X), jax.jacrev(function)(X))


def test_a_vectorised_loop_keeps_its_batch_linked() -> None:
    def rollout(x: jax.Array) -> jax.Array:
        return lax.fori_loop(0, 4, lambda _, c: jnp.stack([jnp.sin(c[0]), c[0] * c[1]]), x)

    batch = np.random.default_rng(0).uniform(size=(64, 2)).astype(np.float32)
    jaxpr = jax.make_jaxpr(ve.jacobian(jax.vmap(rollout), order="reverse", sparse=True))(batch)
    assert max(var.aval.size for eqn in jaxpr.eqns for var in eqn.outvars) <= 64 * 2 * 2 * 3
    assert_close(ve.jacobian(jax.vmap(rollout))(batch), jax.jacfwd(jax.vmap(rollout))(batch))


def test_a_tuning_of_a_loop_written_out_is_for_that_graph() -> None:
    chosen = ve.tune(SCANS["scan"], X, unroll_scans=len(X), seconds=0.05)
    assert chosen.fingerprint == ve.trace(SCANS["scan"], X, unroll_scans=len(X)).fingerprint
    eliminate = ve.jacobian(SCANS["scan"], order=chosen, unroll_scans=len(X))
    assert_close(eliminate(X), jax.jacrev(SCANS["scan"])(X))
