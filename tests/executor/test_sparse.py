"""Sparse Jacobians: the pattern that the structure knows, and nothing dense on the way."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax.experimental.sparse import BCOO

import vertex_elim_env as ve
from tests.programs import Program, programs, random_inputs


def is_sparse(x: Any) -> bool:
    return isinstance(x, BCOO)


def heat(u: jax.Array) -> jax.Array:
    """Three explicit steps of a heat equation with a sink, on a ring."""
    for _ in range(3):
        u = u + 0.1 * (jnp.roll(u, 1) - 2 * u + jnp.roll(u, -1)) - 0.01 * u**3
    return u


def sizes(jaxpr: Any) -> list[int]:
    return [var.aval.size for eqn in jaxpr.eqns for var in eqn.outvars]


@settings(max_examples=25)
@given(programs(), st.integers(0, 1000), st.data())
def test_a_sparse_jacobian_is_the_dense_one_for_any_order(
    program: Program, seed: int, data: st.DataObject
) -> None:
    inputs = random_inputs(program.shapes, seed, "float32")
    argnums = tuple(range(len(inputs)))
    graph = ve.trace(program, *inputs, argnums=argnums)
    order = data.draw(st.permutations(range(graph.num_eliminable)))
    dense = jax.jit(ve.jacobian(program, argnums, order=order))(*inputs)
    sparse = jax.jit(ve.jacobian(program, argnums, order=order, sparse=True))(*inputs)
    for a, b in zip(
        jax.tree.leaves(sparse, is_leaf=is_sparse), jax.tree.leaves(dense), strict=True
    ):
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        places = [tuple(row) for row in np.asarray(a.indices)]
        assert places == sorted(set(places)), "indices are unique and sorted"
        scale = 1.0 + np.abs(b).max(initial=0.0)
        np.testing.assert_allclose(a.todense() / scale, b / scale, atol=3e-5)


@pytest.mark.parametrize("order", ["forward", "reverse"])
def test_a_stencil_s_jacobian_is_never_held_dense(order: str) -> None:
    u = np.linspace(0, 1, 1000, dtype=np.float32)
    eliminate = ve.jacobian(heat, order=order, sparse=True)
    found = jax.jit(eliminate)(u)
    assert found.nse == 7 * len(u), "three steps reach three neighbours on each side"
    assert max(sizes(jax.make_jaxpr(eliminate)(u).jaxpr)) <= 16 * len(u)
    rows = np.asarray(found.indices[:, 0]) - np.asarray(found.indices[:, 1])
    assert set(rows % len(u)) == {0, 1, 2, 3, 997, 998, 999}
    tangent = np.random.default_rng(0).normal(size=1000).astype(np.float32)
    np.testing.assert_allclose(found @ tangent, jax.jvp(heat, (u,), (tangent,))[1], atol=1e-5)


def test_trees_shapes_and_empty_blocks() -> None:
    def function(a: jax.Array, b: dict[str, jax.Array]) -> dict[str, jax.Array]:
        return {"product": jnp.sin(a) @ b["w"], "sum": a.sum(), "constant": jnp.zeros(2)}

    a, b = jnp.ones((3, 4)), {"w": jnp.ones((4, 2)), "unused": jnp.ones(())}
    sparse = ve.jacobian(function, (0, 1), sparse=True)(a, b)
    dense = jax.jacrev(function, (0, 1))(a, b)
    counts = jax.tree.map(lambda x: x.nse, sparse, is_leaf=is_sparse)
    assert counts["constant"] == (0, {"w": 0, "unused": 0})
    assert counts["product"] == (24, {"w": 24, "unused": 0}), "rows don't meet, columns neither"
    assert counts["sum"] == (12, {"w": 0, "unused": 0})
    jax.tree.map(
        lambda x, y: np.testing.assert_allclose(x.todense(), y), sparse, dense, is_leaf=is_sparse
    )


def test_it_works_under_vmap_and_with_the_value() -> None:
    u = jnp.linspace(0, 1, 12).reshape(3, 4)
    value, found = jax.vmap(ve.value_and_jacobian(heat, sparse=True))(u)
    np.testing.assert_allclose(value, jax.vmap(heat)(u), rtol=1e-6)
    np.testing.assert_allclose(found.todense(), jax.vmap(jax.jacrev(heat))(u), atol=1e-6)


def test_a_jacobian_by_jax_s_own_mode_is_sparse_all_the_same() -> None:
    u = jnp.linspace(0, 1, 4)
    chosen = ve.tune(heat, u, seconds=0.05)
    found = ve.jacobian(heat, order=chosen, sparse=True)(u)
    np.testing.assert_allclose(found.todense(), jax.jacrev(heat)(u), atol=1e-6)
