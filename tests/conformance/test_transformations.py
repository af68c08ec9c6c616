"""jacobian composes with JAX's transformations and with itself, on trees of every kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import vertex_elim_env as ve
from tests.conformance.case import assert_same, compiled, rng, uniform

Mode = Callable[..., Any]
X, BATCH, MATRIX = uniform(3), uniform(4, 3, seed=1), uniform(2, 3, seed=2)
ORDERS = ("forward", "reverse")


def layer(x: jax.Array, w: jax.Array = MATRIX) -> jax.Array:
    return jnp.tanh(w @ (x * x)) * jnp.exp(-x[0])


def total(x: jax.Array) -> jax.Array:
    return jnp.prod(jnp.sin(x)) + jnp.sum(x**3)


def newton(mode: Mode, x: jax.Array) -> jax.Array:
    """Three steps towards a stationary point, in a loop."""

    def step(_: int, y: jax.Array) -> jax.Array:
        hessian = mode(jax.grad(total))(y) + 5 * jnp.eye(3)
        return y - jnp.linalg.solve(hessian, jax.grad(total)(y))

    return lax.fori_loop(0, 3, step, x)


def inner(mode: Mode, x: jax.Array) -> jax.Array:
    """A function that differentiates another inside, with respect to what it closes over."""
    return mode(lambda y: jnp.sin(y) * x)(x * 2).sum(0)


COMPOSITIONS: dict[str, tuple[Callable[[Mode], Mode], Any]] = {
    "jit": (lambda mode: jax.jit(mode(layer)), X),
    "jit inside": (lambda mode: mode(jax.jit(layer)), X),
    "of itself": (lambda mode: mode(mode(layer)), X),
    "of itself twice": (lambda mode: mode(mode(mode(total))), X),
    "of the gradient": (lambda mode: mode(jax.grad(total)), X),
    "gradient of a norm of it": (
        lambda mode: jax.grad(lambda x: jnp.sum(mode(layer)(x) ** 2)),
        X,
    ),
    "jacfwd of it": (lambda mode: jax.jacfwd(mode(layer)), X),
    "jacrev of it": (lambda mode: jax.jacrev(mode(layer)), X),
    "of jacfwd": (lambda mode: mode(jax.jacfwd(layer)), X),
    "of jvp": (lambda mode: mode(lambda x: jax.jvp(layer, (x,), (x,))[1]), X),
    "jvp of it": (lambda mode: lambda x: jax.jvp(mode(layer), (x,), (x,)), X),
    "vjp of it": (lambda mode: lambda x: jax.vjp(mode(layer), x)[1](jnp.ones((2, 3))), X),
    "vmap": (lambda mode: jax.vmap(mode(layer)), BATCH),
    "vmap over the second axis": (lambda mode: jax.vmap(mode(layer), 1, 2), BATCH.T),
    "vmap of jit": (lambda mode: jax.vmap(jax.jit(mode(layer))), BATCH),
    "vmap of vmap": (lambda mode: jax.vmap(jax.vmap(mode(layer))), uniform(2, 2, 3)),
    "of vmap": (lambda mode: mode(jax.vmap(layer)), BATCH),
    "vmap of itself of itself": (lambda mode: jax.vmap(mode(mode(layer))), BATCH),
    "of a sum over a batch": (lambda mode: mode(lambda x: jax.vmap(layer)(x).sum(0)), BATCH),
    "scan around": (
        lambda mode: (
            lambda xs: lax.scan(lambda c, x: (c + mode(layer)(x).sum(), mode(layer)(x)), 0.0, xs)
        ),
        BATCH,
    ),
    "map around": (lambda mode: lambda xs: lax.map(mode(layer), xs), BATCH),
    "loop around": (lambda mode: lambda x: newton(mode, x), X),
    "of a loop around it": (lambda mode: mode(lambda x: newton(mode, x)), X),
    "cond around": (
        lambda mode: lambda x: lax.cond(x[0] > 0.1, mode(layer), lambda y: jnp.ones((2, 3)), x),
        X,
    ),
    "checkpoint around": (
        lambda mode: jax.grad(lambda x: jax.checkpoint(mode(layer))(x).sum()),
        X,
    ),
    "closure over a tracer": (lambda mode: jax.jit(lambda x: inner(mode, x)), X),
    "closure over its own argument": (lambda mode: mode(lambda x: inner(mode, x)), X),
    "closure in vmap": (lambda mode: jax.vmap(lambda x: inner(mode, x)), BATCH),
    "named axis": (
        lambda mode: jax.vmap(
            lambda x: mode(layer)(x) / lax.psum(mode(layer)(x), "rows"), axis_name="rows"
        ),
        BATCH,
    ),
}


@pytest.mark.parametrize("name", COMPOSITIONS)
@pytest.mark.parametrize("order", ORDERS)
def test_it_composes_with_transformations(name: str, order: str) -> None:
    compose, argument = COMPOSITIONS[name]
    expected = compiled(compose(jax.jacrev))(argument)
    ours = compose(lambda fun: ve.jacobian(fun, order=order))
    assert_same(compiled(ours)(argument), expected, 5e-5)


HESSIANS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "of a vector": (total, (X,)),
    "of a number": (lambda x: jnp.sin(x) * x, (np.float32(0.5),)),
    "of a tree": (
        lambda t: jnp.sum(jnp.tanh(t["w"] @ t["x"])) * t["x"][0],
        ({"w": MATRIX, "x": X},),
    ),
    "of two arguments": (lambda x, w: jnp.sum(jnp.sin(w @ x) ** 2), (X, MATRIX)),
    "of a loss": (lambda x: -jax.nn.log_softmax(MATRIX @ x)[1] + 0.1 * x @ x, (X,)),
}


@pytest.mark.parametrize("name", HESSIANS)
@pytest.mark.parametrize("order", ORDERS)
def test_the_hessian_is_jax_s(name: str, order: str) -> None:
    function, arguments = HESSIANS[name]
    for argnums in (0, tuple(range(len(arguments)))):
        expected = compiled(jax.hessian(function, argnums))(*arguments)
        actual = compiled(ve.hessian(function, argnums, order=order))(*arguments)
        assert_same(actual, expected, 5e-5)


@jax.tree_util.register_dataclass
@dataclass
class Pose:
    position: Any
    angle: Any


class Pair(NamedTuple):
    first: Any
    second: Any


TREES: dict[str, tuple[Callable[..., Any], Any]] = {
    "dict": (lambda t: {"a": t["x"] * t["y"], "b": t["y"]}, {"x": X, "y": np.float32(2)}),
    "list": (lambda t: [t[0] * t[1][0], t[1][0]], [X, [X + 1]]),
    "tuple": (lambda t: (t[0].sum(), (t[1] * 2,)), (X, X)),
    "named tuple": (lambda t: Pair(t.first * 2, {"k": t.second * t.first}), Pair(X, X)),
    "dataclass": (lambda t: Pose(jnp.cos(t.angle) * t.position, t.angle), Pose(X, np.float32(1))),
    "None": (lambda t: {"a": None, "b": t[0] * 2}, (X, None)),
    "empty": (lambda t: (t["x"] * 2, {}, ()), {"x": X, "nothing": ()}),
    "one array": (lambda t: {"only": t}, X),
    "repeated": (lambda t: [t, t, {"a": t}], X),
    "unused part": (lambda t: t["used"] ** 2, {"used": X, "unused": MATRIX}),
    "constant part": (lambda t: (jnp.ones(2), t * 2), X),
    "matrices": (lambda t: {"w": t["w"] @ t["w"].T}, {"w": MATRIX}),
}


@pytest.mark.parametrize("name", TREES)
def test_trees_are_as_in_jax(name: str) -> None:
    function, tree = TREES[name]
    expected = compiled(jax.jacrev(function))(tree)
    for order in ORDERS:
        assert_same(compiled(ve.jacobian(function, order=order))(tree), expected, 1e-5)


@pytest.mark.parametrize("name", TREES)
def test_argnums_and_auxiliary_data_are_as_in_jax(name: str) -> None:
    function, tree = TREES[name]

    def with_aux(scale: jax.Array, tree: Any) -> Any:
        out = jax.tree.map(lambda leaf: leaf * scale, function(tree))
        return out, {"count": 3, "index": jnp.arange(2), "tree": tree, "none": None}

    for argnums in ((1,), (1, 0), -1):
        arguments = (np.float32(2), tree)
        expected = compiled(jax.jacrev(with_aux, argnums, has_aux=True))(*arguments)
        mine = ve.jacobian(with_aux, argnums, has_aux=True, order="reverse")
        actual = compiled(mine)(*arguments)
        assert_same(actual[0], expected[0], 1e-5)
        assert jax.tree.structure(actual[1]) == jax.tree.structure(expected[1])
        jax.tree.map(np.testing.assert_array_equal, actual[1], expected[1])


def test_auxiliary_data_need_not_be_arrays() -> None:
    def function(x: jax.Array) -> Any:
        return x * 2, {"text": "unchanged", "count": 3, "function": jnp.sin}

    _, aux = ve.jacobian(function, has_aux=True, order="forward")(X)
    assert aux == jax.jacrev(function, has_aux=True)(X)[1]


@pytest.mark.parametrize("name", TREES)
def test_the_value_comes_with_the_jacobian(name: str) -> None:
    function, tree = TREES[name]
    value, jacobian = compiled(ve.value_and_jacobian(function, order="reverse"))(tree)
    assert_same(
        (value, jacobian), compiled(lambda t: (function(t), jax.jacrev(function)(t)))(tree), 1e-5
    )


def test_it_follows_a_sharding() -> None:
    mesh = jax.make_mesh((1,), ("rows",), axis_types=(jax.sharding.AxisType.Auto,))
    sharding = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("rows"))
    batch = jax.device_put(BATCH, sharding)
    actual = jax.jit(jax.vmap(ve.jacobian(layer, order="reverse")), out_shardings=sharding)(batch)
    assert_same(actual, jax.vmap(jax.jacrev(layer))(batch), 1e-5)
    assert actual.sharding == sharding


def test_an_operand_that_the_compiler_computes_twice_is_compared_with_itself() -> None:
    """With other roundings nothing equals the extreme: JAX's own derivative is infinite or zero then."""
    steps = np.modf(np.arange(1, 4) * 0.6180339887)[0][:, None]

    def spread(low: jax.Array, x: jax.Array) -> jax.Array:
        y = jax.lax.cond((x > -9.0).all(), lambda x: x + 2.0 * low, lambda x: x * low, x)
        return jnp.ptp(x * y + steps, axis=0)

    with jax.enable_x64(True):
        low, x = rng(1).uniform(0.3, 1.3), rng(2).uniform(-1.3, 1.3, (3, 1))
        arguments = (np.float64(low), x)
        expected = jax.jacrev(spread, (0, 1))(*arguments)  # step by step: nothing is computed twice
        for order in ("forward", "reverse"):
            jacobian = ve.jacobian(spread, (0, 1), order=order)
            assert_same(compiled(jacobian)(*arguments), expected, 1e-12)
