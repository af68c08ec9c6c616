"""Laws of the executor on random tensor programs."""

from __future__ import annotations

import jax
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.programs import Program, programs
from vertex_elim_env import jacobian, trace
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.engine.reference import order_cost
from vertex_elim_env.executor import count_multiplications


def assert_trees_close(actual: object, expected: object) -> None:
    assert jax.tree.structure(actual) == jax.tree.structure(expected)
    for a, b in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        scale = 1.0 + np.abs(b).max(initial=0.0)
        np.testing.assert_allclose(a / scale, b / scale, atol=3e-5)


@settings(max_examples=60)
@given(programs(), st.integers(0, 1000), st.data())
def test_any_order_gives_jax_s_own_jacobian_at_the_counted_cost(
    program: Program, seed: int, data: st.DataObject
) -> None:
    inputs = program.example(seed)
    argnums = tuple(range(len(inputs)))
    graph = trace(program, *inputs, argnums=argnums)
    order = data.draw(st.permutations(range(graph.num_eliminable)))
    eliminate = jacobian(program, argnums, order=order)
    expected = jax.jit(jax.jacrev(program, argnums))(*inputs)
    assert_trees_close(jax.jit(eliminate)(*inputs), expected)
    counted = order_cost(elimination_problem(graph, "nontrivial"), order)
    assert count_multiplications(jax.make_jaxpr(eliminate)(*inputs)) == counted
