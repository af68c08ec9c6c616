"""Orders: what "auto" takes from the memory, and JAX's own modes in an order's place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import vertex_elim_env as ve
from vertex_elim_env.errors import OrderError
from vertex_elim_env.executor import orders
from vertex_elim_env.executor.candidates import Subject, solution_of
from vertex_elim_env.executor.memory import Tuning, current_memory
from vertex_elim_env.ordering import Solution

X = jnp.asarray([0.3, 0.7, 1.1], jnp.float32)
W = jnp.asarray(np.random.default_rng(0).normal(size=(2, 3)), jnp.float32)
CHOICES = ("forward", "reverse", "annealing-nontrivial", "jax.jacfwd", "jax.jacrev")


def layer(w: jax.Array, x: jax.Array) -> jax.Array:
    return jnp.tanh(w @ x) * jnp.sum(x**2)


def choose(
    name: str, fn: Callable[..., Any], *args: Any, argnums: Any = 0, has_aux: bool = False,
    holomorphic: bool = False,
) -> Tuning:  # fmt: skip
    """Put a choice for a function into the memory, as tune does, without timing anything."""
    subject = Subject(fn, args, argnums, has_aux, holomorphic, allow_int=False)
    key, graph, _ = subject.as_under_jit()
    tuning = Tuning(**vars(solution_of(name, graph)))
    memory = current_memory()
    assert memory is not None
    memory.remember(key, tuning)
    return tuning


def program(function: Callable[..., Any], *args: Any) -> str:
    return str(jax.make_jaxpr(function)(*args))


def assert_same(actual: Any, expected: Any) -> None:
    assert jax.tree.structure(actual) == jax.tree.structure(expected)
    for a, b in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        assert (jnp.shape(a), jnp.result_type(a)) == (jnp.shape(b), jnp.result_type(b))
        np.testing.assert_allclose(
            np.asarray(a, np.complex128), np.asarray(b, np.complex128), rtol=2e-5, atol=2e-5
        )


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("VERTEX_ELIM_CACHE", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("name", CHOICES)
def test_auto_runs_what_was_tuned_also_under_jit_and_vmap(name: str) -> None:
    untuned = program(ve.jacobian(layer), W, X)
    chosen = choose(name, layer, W, X)
    auto, explicit = ve.jacobian(layer), ve.jacobian(layer, order=chosen)
    batched = jnp.stack([W, W + 1]), jnp.stack([X, X + 1])
    assert program(auto, W, X) == program(explicit, W, X)
    assert program(jax.vmap(auto), *batched) == program(jax.vmap(explicit), *batched)
    assert program(jax.jit(jax.vmap(auto)), *batched) == program(
        jax.jit(jax.vmap(explicit)), *batched
    )
    if name != "reverse":  # for this function the search comes to reverse
        assert (program(auto, W, X) == untuned) == (name == "annealing-nontrivial")
    expected = jax.vmap(jax.jacrev(layer))(*batched)
    assert_same(jax.jit(jax.vmap(auto))(*batched), expected)
    assert_same(jax.vmap(auto)(*batched), expected)


@pytest.mark.usefixtures("cache")
def test_the_latest_choice_counts() -> None:
    for name in ("forward", "jax.jacrev", "reverse"):
        chosen = choose(name, layer, W, X)
        found = program(ve.jacobian(layer), W, X)
        assert found == program(ve.jacobian(layer, order=chosen.solution), W, X)


@pytest.mark.usefixtures("cache")
def test_another_function_or_shape_or_argnums_is_not_affected() -> None:
    before = program(ve.jacobian(layer), W[:1], X), program(ve.jacobian(layer, 1), W, X)
    choose("jax.jacfwd", layer, W, X)
    assert (program(ve.jacobian(layer), W[:1], X), program(ve.jacobian(layer, 1), W, X)) == before


@jax.tree_util.register_dataclass
@dataclass
class Pair:
    first: Any
    second: Any


def with_trees(p: Pair, scale: jax.Array, q: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    out = {"a": jnp.sin(p.first * scale) * q["z"], "b": (p.second["y"] * p.first[0], None)}
    return out, {"aux": p.first.sum(), "step": jnp.int32(3)}


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("argnums", [0, -1, [2, 0]])
def test_every_choice_gives_jax_s_trees_value_and_auxiliary_data(name: str, argnums: Any) -> None:
    args = (Pair(X, {"y": jnp.float32(2.0)}), jnp.float32(0.5), {"z": X + 1})
    numbers = argnums if isinstance(argnums, int) else tuple(argnums)
    choose(name, with_trees, *args, argnums=argnums, has_aux=True)
    expected = jax.jacrev(with_trees, numbers, has_aux=True)(*args)
    assert_same(ve.jacobian(with_trees, argnums, has_aux=True)(*args), expected)
    value, jacobian = ve.value_and_jacobian(with_trees, argnums, has_aux=True)(*args)
    assert_same(jacobian, expected[0])
    assert_same(value, with_trees(*args))
    choose(name, lambda *a: with_trees(*a)[0], *args, argnums=argnums)
    plain = ve.value_and_jacobian(lambda *a: with_trees(*a)[0], argnums)(*args)
    assert_same(plain, (with_trees(*args)[0], expected[0]))


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_gives_the_inputs_dtypes(name: str) -> None:
    half = X.astype(jnp.bfloat16)

    def widening(x: jax.Array) -> jax.Array:
        return x.astype(jnp.float32) * 2

    choose(name, widening, half)
    value, jacobian = ve.value_and_jacobian(widening)(half)
    assert (value.dtype, jacobian.dtype) == (jnp.float32, jnp.bfloat16)
    assert not ve.jacobian(lambda x: x * x)(2.0).weak_type


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_allows_complex_numbers_and_integers(name: str) -> None:
    z = X.astype(jnp.complex64) * (1 + 2j)
    choose(name, jnp.exp, z, holomorphic=True)
    expected = jax.jacrev(jnp.exp, holomorphic=True)(z)
    assert_same(ve.jacobian(jnp.exp, holomorphic=True)(z), expected)
    if name != "jax.jacfwd":
        solution = Tuning(**vars(solution_of(name, ve.trace(lambda x: jnp.sin(x) * 2, X))))
        allowing = ve.jacobian(lambda x, k: jnp.sin(x) * 2, allow_int=True, order=solution)
        assert_same(allowing(X, 2), jax.jacrev(lambda x: jnp.sin(x) * 2)(X))


@pytest.mark.parametrize("name", ["forward", "jax.jacrev"])
def test_a_choice_for_another_graph_is_refused(name: str) -> None:
    solution = solution_of(name, ve.trace(layer, W, X))
    assert_same(ve.jacobian(layer, order=solution)(W, X), jax.jacrev(layer)(W, X))
    with pytest.raises(OrderError, match="find an order for this function"):
        ve.jacobian(layer, order=solution)(W[:1], X)


@pytest.mark.parametrize("order", ["forward", "reverse", "markowitz", [2, 0, 1], "solution"])
def test_an_explicit_order_never_reads_the_memory(
    order: Any, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    graph = ve.trace(layer, W, X)
    order = ve.find_order(graph, "reverse") if order == "solution" else order
    order = [v for v in order if v < graph.num_eliminable] if isinstance(order, list) else order
    choose("jax.jacfwd", layer, W, X)
    monkeypatch.setattr(orders, "current_memory", lambda: pytest.fail("the memory was read"))
    assert_same(ve.jacobian(layer, order=order)(W, X), jax.jacrev(layer)(W, X))
    assert len(list(cache.iterdir())) == 1


def test_a_sequence_may_be_an_array() -> None:
    n = ve.trace(layer, W, X).num_eliminable
    assert_same(ve.jacobian(layer, order=np.arange(n))(W, X), jax.jacrev(layer)(W, X))


def test_find_order_never_reads_the_memory(cache: Path) -> None:
    graph = ve.trace(layer, W, X)
    before = ve.find_order(graph, time_limit=None, max_evaluations=100).order
    choose("forward", layer, W, X)
    for path in cache.iterdir():
        path.write_text("garbage")
    after = ve.find_order(graph, time_limit=None, max_evaluations=100)
    assert after.order == before and after.method != "jax.jacfwd"


def test_a_spoilt_record_is_as_none(cache: Path) -> None:
    before = program(ve.jacobian(layer), W, X)
    choose("forward", layer, W, X)
    (path,) = cache.iterdir()
    path.write_text(path.read_text()[:-100])
    with pytest.warns(UserWarning, match=path.name):
        assert program(ve.jacobian(layer), W, X) == before


def test_the_search_of_auto_repeats_and_is_remembered() -> None:
    graph = ve.tasks.get("RoeFlux_1d").graph
    first = orders.search(graph, "auto")
    assert orders.search(graph, "auto") is first
    assert orders.resolve_order("auto", graph) == first.order
    assert isinstance(first, Solution) and first.cost_model == "nontrivial"
    orders._named_order.cache_clear()
    assert orders.resolve_order("auto", graph) == first.order
    with pytest.raises(OrderError, match="vertex 0 twice"):
        orders.resolve_order(replace(first, order=(0, 0)), graph)
