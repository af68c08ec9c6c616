"""jacobian as a drop-in for jax.jacrev: trees, dtypes, transformations, orders, and refusals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import vertex_elim_env as ve
from vertex_elim_env.errors import OrderError, TraceError
from vertex_elim_env.ordering import Solution

X = jnp.asarray([0.3, 0.7, 1.1], jnp.float32)
W = jnp.asarray(np.random.default_rng(0).normal(size=(2, 3)), jnp.float32)


def layer(w: jax.Array, x: jax.Array) -> jax.Array:
    return jnp.tanh(w @ x) * jnp.sum(x**2)


def assert_same(actual: Any, expected: Any) -> None:
    assert jax.tree.structure(actual) == jax.tree.structure(expected)
    for a, b in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        assert (jnp.shape(a), jnp.result_type(a)) == (jnp.shape(b), jnp.result_type(b))
        tolerance = 1e-2 if b.dtype in (jnp.float16, jnp.bfloat16) else 2e-5
        np.testing.assert_allclose(
            np.asarray(a, np.float64), np.asarray(b, np.float64), rtol=tolerance, atol=tolerance
        )


@pytest.mark.parametrize("order", ["auto", "forward", "reverse", "markowitz", [2, 0, 1, 3]])
@pytest.mark.parametrize("argnums", [0, 1, (0, 1), (1,), -1])
def test_any_order_and_argnums_give_jax_s_jacobian(argnums: Any, order: Any) -> None:
    if isinstance(order, list):
        order = [v for v in order if v < ve.trace(layer, W, X, argnums=argnums).num_eliminable]
    assert_same(ve.jacobian(layer, argnums, order=order)(W, X), jax.jacrev(layer, argnums)(W, X))


@jax.tree_util.register_dataclass
@dataclass
class Pair:
    first: Any
    second: Any


TREES = {
    "dict": (
        lambda p: {"a": jnp.sin(p["x"]), "b": [p["y"] * p["x"][0]]},
        ({"x": X, "y": jnp.float32(2.0)},),
    ),
    "dataclass": (lambda p: Pair(p.first * p.second, {"s": p.first.sum()}), (Pair(X, X + 1),)),
    "tuple out": (lambda x: (x, (x * x, x.sum())), (X,)),
    "none": (lambda x: {"a": None, "b": x * 2}, (X,)),
}


@pytest.mark.parametrize("name", TREES)
def test_trees_come_out_as_jax_has_them(name: str) -> None:
    function, args = TREES[name]
    assert_same(ve.jacobian(function)(*args), jax.jacrev(function)(*args))


SPECIAL = {
    "identity": lambda x: x,
    "constant": lambda x: jnp.ones(2),
    "constant and used": lambda x: (jnp.ones(2), x.sum()),
    "returned twice": lambda x: (y := jnp.sin(x), y),
    "output used inside": lambda x: (y := jnp.sin(x), jnp.cos(y)),
    "x minus x": lambda x: x - x,
    "x times x": lambda x: x * x,
    "zero size": lambda x: (x[:0], x.sum()),
    "length one": lambda x: x[1:2] * x[0],
    "scalar": lambda x: x[0] * x[1],
    "unused part": lambda x: x[0] ** 2,
    "where": lambda x: jnp.where(x > 0.5, x**2, jnp.sin(x)),
    "integer outside": lambda x: x * jnp.arange(3),
    "roll": lambda x: jnp.roll(x, 1) * x + jnp.roll(x, -1),
    "python number": lambda x: 3.0 * x + 1,
}


@pytest.mark.parametrize("name", SPECIAL)
@pytest.mark.parametrize("order", ["forward", "reverse"])
def test_special_outputs(name: str, order: str) -> None:
    function = SPECIAL[name]
    assert_same(ve.jacobian(function, order=order)(X), jax.jacrev(function)(X))


@pytest.mark.parametrize("dtype", [jnp.float16, jnp.bfloat16, jnp.float32])
def test_the_jacobian_has_the_input_s_dtype(dtype: Any) -> None:
    x = X.astype(dtype)
    assert_same(
        ve.jacobian(lambda a: jnp.sin(a) * a[0])(x), jax.jacrev(lambda a: jnp.sin(a) * a[0])(x)
    )

    def mixed(a: jax.Array) -> jax.Array:
        return jnp.sin(a.astype(jnp.float32)) * 2

    assert_same(ve.jacobian(mixed)(x), jax.jacrev(mixed)(x))


def test_python_numbers_are_arguments() -> None:
    assert_same(
        ve.jacobian(lambda a, b: jnp.sin(a) * b, (0, 1))(0.5, 2.0),
        jax.jacrev(lambda a, b: jnp.sin(a) * b, (0, 1))(0.5, 2.0),
    )


def test_auxiliary_data_and_values_come_along() -> None:
    def function(x: jax.Array) -> Any:
        return jnp.sin(x), {"norm": jnp.linalg.norm(x), "count": 3, "index": jnp.argmax(x)}

    expected, aux = jax.jacrev(function, has_aux=True)(X)
    actual, ours = ve.jacobian(function, has_aux=True)(X)
    assert_same(actual, expected)
    assert jax.tree.structure(ours) == jax.tree.structure(aux)
    (value, _), jac = ve.value_and_jacobian(function, has_aux=True)(X)
    assert_same(value, jnp.sin(X))
    assert_same(jac, expected)
    value, jac = ve.value_and_jacobian(jnp.sin)(X)
    assert_same((value, jac), (jnp.sin(X), jax.jacrev(jnp.sin)(X)))


def test_keyword_arguments_and_other_objects_pass_through() -> None:
    def function(x: jax.Array, mode: str, *, power: int, scale: jax.Array) -> jax.Array:
        return scale * (x**power if mode == "power" else x)

    expected = jax.jacrev(lambda x: 2.0 * x**3)(X)
    assert_same(ve.jacobian(function)(X, "power", power=3, scale=jnp.float32(2.0)), expected)


def test_other_arguments_stay_concrete_as_in_jax() -> None:
    def function(x: jax.Array, count: int, powers: dict[str, int]) -> jax.Array:
        for _ in range(count):
            x = jnp.sin(x) ** powers["outer"]
        return x

    args = (X, 3, {"outer": 2})
    assert_same(ve.jacobian(function)(*args), jax.jacrev(function)(*args))
    graph = ve.trace(function, *args)
    assert ve.trace(function, jax.ShapeDtypeStruct((3,), jnp.float32), *args[1:]) == graph


def test_it_works_under_jit_vmap_grad_and_itself() -> None:
    def function(x: jax.Array) -> jax.Array:
        return jnp.sin(x) * x[0] + jnp.exp(x).sum()

    batch = jnp.stack([X, X + 1, X - 1])
    assert_same(jax.jit(ve.jacobian(function))(X), jax.jacrev(function)(X))
    assert_same(jax.vmap(ve.jacobian(function))(batch), jax.vmap(jax.jacrev(function))(batch))
    assert_same(ve.jacobian(jax.vmap(function))(batch), jax.jacrev(jax.vmap(function))(batch))
    assert_same(ve.jacobian(ve.jacobian(function))(X), jax.jacrev(jax.jacrev(function))(X))
    norm = lambda jac: lambda x: jnp.sum(jac(function)(x) ** 2)
    assert_same(jax.grad(norm(ve.jacobian))(X), jax.grad(norm(jax.jacrev))(X))


def test_jacobian_of_vmap_keeps_the_batch_axis_linked() -> None:
    def function(x: jax.Array) -> jax.Array:
        return jnp.sin(x) * x[0]

    single = ve.trace(function, X)
    batched = ve.trace(jax.vmap(function), jnp.stack([X] * 50))
    cost = ve.elimination_cost(single, range(single.num_eliminable), "nontrivial")
    assert ve.elimination_cost(batched, range(batched.num_eliminable), "nontrivial") <= 50 * max(
        cost, 3
    )


def test_closures_over_arrays_and_tracers() -> None:
    assert_same(ve.jacobian(lambda x: W @ x)(X), jax.jacrev(lambda x: W @ x)(X))
    outer = jax.jit(lambda w: ve.jacobian(lambda x: w @ x * x[0])(X))
    assert_same(outer(W), jax.jacrev(lambda x: W @ x * x[0])(X))


def test_integer_arguments_beside_float_ones() -> None:
    def function(x: jax.Array, k: jax.Array) -> jax.Array:
        return x[k] * x

    assert_same(ve.jacobian(function)(X, jnp.int32(1)), jax.jacrev(function)(X, jnp.int32(1)))
    ours = ve.jacobian(function, (0, 1), allow_int=True)(X, jnp.int32(1))
    theirs = jax.jacrev(function, (0, 1), allow_int=True)(X, jnp.int32(1))
    assert_same(ours[0], theirs[0])
    assert (ours[1].shape, ours[1].dtype) == (theirs[1].shape, theirs[1].dtype)


def test_holomorphic_functions() -> None:
    z = jnp.asarray([1 + 2j, 0.5 - 1j], jnp.complex64)
    ours = ve.jacobian(lambda a: jnp.sin(a) * a[0], holomorphic=True)(z)
    np.testing.assert_allclose(
        ours, jax.jacrev(lambda a: jnp.sin(a) * a[0], holomorphic=True)(z), rtol=1e-4
    )


REFUSED = {
    "integer input": (lambda x: x * 2, jnp.arange(3), {}, "floating-point inputs; got int32"),
    "complex input": (lambda x: x * 2, jnp.ones(2, jnp.complex64), {}, "holomorphic=True"),
    "integer output": (lambda x: jnp.argmax(x), X, {}, "the function returns int32"),
    "complex output": (lambda x: x + 1j, X, {}, "real outputs"),
    "no array": (lambda x: "text", X, {}, "must return arrays"),
    "text input": (lambda x: x, "text", {}, "must be arrays"),
    "real with holomorphic": (lambda x: x, X, {"holomorphic": True}, "complex inputs"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_jacobian_is_refused_in_a_sentence(name: str) -> None:
    function, argument, options, says = REFUSED[name]
    with pytest.raises(TraceError, match=says):
        ve.jacobian(function, **options)(argument)


def test_wrong_arguments_are_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="names argument 3"):
        ve.jacobian(layer, 3)(W, X)
    with pytest.raises(ValueError, match="twice"):
        ve.jacobian(layer, (1, -1))(W, X)
    with pytest.raises(TypeError, match="must be an int"):
        ve.jacobian(layer, "x")(W, X)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="callable"):
        ve.jacobian(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="has_aux"):
        ve.jacobian(jnp.sin, has_aux=True)(X)


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ("backwards", "unknown order"),
        ([0, 0, 1], "twice"),
        ([0, 1], "missing"),
        ([0, 1, 7], "vertex 7"),
        ([0.5, 1, 2], "whole numbers"),
    ],
)
def test_a_wrong_order_is_refused_in_a_sentence(order: Any, says: str) -> None:
    with pytest.raises(OrderError, match=says):
        ve.jacobian(lambda x: jnp.sin(jnp.cos(jnp.exp(jnp.tanh(x)))), order=order)(X)


def test_a_solution_serves_its_own_graph_only() -> None:
    graph = ve.trace(layer, W, X, argnums=(0, 1))
    solution = ve.find_order(graph, cost_model="nontrivial")
    assert isinstance(solution, Solution)
    assert_same(ve.jacobian(layer, (0, 1), order=solution)(W, X), jax.jacrev(layer, (0, 1))(W, X))
    with pytest.raises(OrderError, match="find an order for this function"):
        ve.jacobian(layer, (0, 1), order=solution)(W[:1], X)


def test_order_auto_repeats() -> None:
    from vertex_elim_env.executor import resolve_order
    from vertex_elim_env.executor.orders import _named_order

    graph = ve.tasks.get("RoeFlux_1d").graph
    first = resolve_order("auto", graph)
    _named_order.cache_clear()
    assert resolve_order("auto", graph) == first
