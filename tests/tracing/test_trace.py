"""From functions to graphs: what becomes a vertex, what an edge knows."""

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
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.structure import JacobianStructure

X = jnp.ones(4, jnp.float32)
M = jnp.ones((3, 4), jnp.float32)


def names(graph: ComputationalGraph, kind: str) -> list[str]:
    return [v.name for v in graph.vertices if v.kind == kind]


def only_edge(function: Callable[..., Any], *args: Any, argnums: int = 0) -> JacobianStructure:
    graph = ve.trace(function, *args, argnums=argnums)
    assert graph.num_edges == 1, graph
    return graph.edges[0].structure


def stored(structure: JacobianStructure) -> list[tuple[str, int]]:
    return list(structure.value_axes)


def test_vertices_are_numbered_in_program_order() -> None:
    graph = ve.trace(lambda x: jnp.sin(jnp.cos(x)) + jnp.exp(x), X)
    assert names(graph, "eliminable") == ["cos", "sin", "exp"]
    assert names(graph, "output") == ["add"]


def test_nested_calls_are_inlined() -> None:
    plain = ve.trace(lambda x: jnp.sin(jnp.cos(x)), X)
    for wrap in (jax.jit, jax.checkpoint, lambda f: jax.jit(jax.jit(f))):
        assert ve.trace(wrap(lambda x: jnp.sin(jnp.cos(x))), X) == plain


def test_constants_are_no_vertices_and_dead_results_are_pruned() -> None:
    def function(x: jax.Array) -> jax.Array:
        jnp.exp(x)  # dead
        table = jnp.cos(jnp.arange(4.0))  # constant
        lax.stop_gradient(jnp.tanh(x))
        return jnp.sin(x * table) + lax.stop_gradient(jnp.log(x))

    assert names(ve.trace(function, X), "eliminable") == ["mul", "sin"]


def test_outputs_that_are_more_than_results_stand_behind_a_copy() -> None:
    graph = ve.trace(lambda x: (x, y := jnp.sin(x), y, jnp.cos(y)), X)
    assert names(graph, "eliminable") == ["sin"]
    assert names(graph, "output") == ["cos", "copy", "copy", "copy"]
    copies = [e for e in graph.edges if graph.vertices[e.target].name == "copy"]
    assert all(e.elementwise and e.structure.is_unit for e in copies)


def test_argnums_choose_the_inputs() -> None:
    def function(a: jax.Array, b: jax.Array) -> jax.Array:
        return jnp.sin(a) * jnp.cos(b)

    assert names(ve.trace(function, X, X), "eliminable") == ["sin"]
    assert names(ve.trace(function, X, X, argnums=1), "eliminable") == ["cos"]
    assert names(ve.trace(function, X, X, argnums=(0, 1)), "eliminable") == ["sin", "cos"]
    assert ve.trace(lambda a, b: a, X, X, argnums=(0, 1)).num_inputs == 1, "b reaches no output"


def test_shapes_stand_for_arguments() -> None:
    shape = jax.ShapeDtypeStruct((4,), np.float32)
    assert ve.trace(jnp.sin, shape) == ve.trace(jnp.sin, X)


def test_no_axis_of_length_one_is_kept() -> None:
    graph = ve.trace(lambda x: jnp.sin(x[:, None, :1]), M)
    assert all(1 not in vertex.shape for vertex in graph.vertices)


def test_a_product_stores_the_other_factor_along_its_own_axes_only() -> None:
    assert stored(only_edge(lambda x, y: x * y, M, M)) == [("out", 0), ("out", 1)]
    assert stored(only_edge(lambda x, y: x * y, M, X)) == [("out", 1)]
    assert stored(only_edge(lambda x, y: x * y, M, X[0])) == []
    assert stored(only_edge(lambda x: x * 2.0, M)) == []
    assert only_edge(lambda x: x * 2.0, M).coefficient is None, "2.0 is a value"
    assert only_edge(lambda x: -x, M).coefficient == -1
    assert stored(only_edge(lambda x, y: x @ y, M, X)) == [("in", 1)], (
        "dz/dW stores x along W's columns"
    )
    assert stored(only_edge(lambda x, y: x @ y, M, X, argnums=1)) == [("out", 0), ("in", 0)]


@pytest.mark.parametrize(
    "repeat",
    [
        lambda row: jnp.broadcast_to(row, (3, 4)),
        lambda row: jnp.broadcast_to(row[:, None], (4, 3)).T,
        lambda row: jnp.broadcast_to(row, (2, 3, 4))[1],
        lambda row: jnp.broadcast_to(row[:, None], (3, 4, 5)).sum(2),
        lambda row: jnp.sin(jnp.broadcast_to(row, (3, 4))),
        lambda row: jnp.broadcast_to(row.reshape(2, 2), (3, 2, 2)).reshape(3, 4),
        lambda row: jnp.flip(jnp.broadcast_to(row, (3, 4)), 1),
    ],
)
def test_repetition_is_followed_through_the_program(
    repeat: Callable[[jax.Array], jax.Array],
) -> None:
    def function(x: jax.Array, row: jax.Array) -> jax.Array:
        return x * repeat(row)

    structure = only_edge(function, M, X)
    stored_axes = {axis for side, axis in stored(structure) if side == "out"}
    assert 0 not in stored_axes, "the values repeat along the first axis"


def test_sums_and_broadcasts_store_nothing() -> None:
    assert only_edge(lambda x: x.sum(), M).is_unit
    assert only_edge(lambda x: jnp.broadcast_to(x, (3, 4)), X).is_unit
    moved = ve.trace(lambda x: x.T[1:, ::-1], M)
    assert all(edge.structure.is_unit for edge in moved.edges)


def test_parallel_edges_are_summed() -> None:
    assert only_edge(lambda x: x + x, X).coefficient == 2
    assert ve.trace(lambda x: x - x, X).num_edges == 0
    assert stored(only_edge(lambda x: x * x, X)) == [("out", 0)]


def test_a_roll_is_one_link_again() -> None:
    graph = ve.trace(lambda x: jnp.roll(x, 1), X)
    problem = ve.elimination_cost(graph, range(graph.num_eliminable), "flops")
    assert problem == 0, "slices and their concatenation add up to a pattern"


def test_reshapes_refine_axes_or_stay_dense() -> None:
    assert only_edge(lambda x: x.reshape(2, 2), X).is_unit
    assert only_edge(lambda x: x.reshape(2, 6), M).coefficient is None, "3x4 to 2x6 does not nest"
    joined = ve.trace(lambda x: jnp.sin(x).reshape(12), M)
    assert {vertex.shape for vertex in joined.vertices} == {(3, 4)}
    both = ve.trace(lambda x: (x.reshape(3, 4).sum(0), x.reshape(2, 6).sum(0)), jnp.ones(12))
    patterns = [e.structure.is_pattern for e in both.edges]
    assert patterns.count(False) == 1, "of two cuts in conflict one stays dense"
    sliced = ve.trace(lambda x: (x.reshape(3, 4).sum(0), x[1:5]), jnp.ones(12))
    assert sliced.vertices[0].shape == (12,), "an axis that a slice touches is not cut"


def test_batch_axes_stay_linked() -> None:
    structure = only_edge(
        lambda a, b: jnp.einsum("bij,bjk->bik", a, b), jnp.ones((5, 2, 3)), jnp.ones((5, 3, 4))
    )
    assert [(link.out, link.into) for link in structure.links] == [(0, 0), (1, 1)]


@jax.custom_jvp
def entrywise(x: jax.Array) -> jax.Array:
    return jnp.sin(x)


entrywise.defjvp(lambda primals, tangents: (entrywise(primals[0]), 3.0 * tangents[0]))


@jax.custom_jvp
def mixing(x: jax.Array) -> jax.Array:
    return jnp.sin(x)


mixing.defjvp(lambda primals, tangents: (mixing(primals[0]), tangents[0][::-1]))


def test_custom_rules_are_honoured_and_never_inlined() -> None:
    assert names(ve.trace(lambda x: entrywise(entrywise(x)), X), "eliminable") == [
        "custom_jvp_call"
    ]
    assert only_edge(entrywise, X).links
    assert not only_edge(mixing, X).links, "its rule is not entry by entry, so it is dense"
    np.testing.assert_array_equal(ve.jacobian(mixing)(X), np.eye(4)[::-1])


def test_loops_are_one_vertex_per_output() -> None:
    def function(x: jax.Array) -> jax.Array:
        carry, ys = lax.scan(lambda c, a: (c * a, c + a), x.sum(), x)
        return jnp.sin(carry) + jnp.cos(ys)

    graph = ve.trace(function, X)
    assert names(graph, "eliminable").count("scan") == 2


def test_tracing_is_repeatable() -> None:
    def function(x: jax.Array) -> jax.Array:
        return jnp.sin(x) * jax.nn.relu(x).sum()

    assert ve.trace(function, X).fingerprint == ve.trace(function, X).fingerprint


def test_long_programs_are_traced_in_seconds() -> None:
    def function(x: jax.Array) -> jax.Array:
        for _ in range(3000):
            x = jnp.sin(x) * x
        return x

    graph = ve.trace(function, jnp.float32(0.5))
    assert graph.num_eliminable == 5999


@pytest.mark.parametrize(
    ("function", "argument", "says"),
    [
        (lambda x: x, jnp.arange(3), "got int32"),
        (lambda x: x.astype(int), X, "returns int"),
        (lambda x: x, jnp.ones(2, jnp.complex64), "complex64"),
        (lambda x: "no", X, "arrays"),
    ],
)
def test_what_has_no_derivative_is_refused(function: Any, argument: Any, says: str) -> None:
    with pytest.raises(TraceError, match=says):
        ve.trace(function, argument)
