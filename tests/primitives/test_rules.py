"""Every rule: its structure covers the numeric non-zeros, its values are JAX's own."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.primitives.cases import CASES, Case
from vertex_elim_env.block import to_dense
from vertex_elim_env.primitives import Equation, Operands, registered_names
from vertex_elim_env.primitives.calls import INLINED
from vertex_elim_env.structure import support
from vertex_elim_env.tracing import flatten_function, trace_flat

UNTESTED = frozenset(
    # Bitwise, comparing and total-order primitives: no derivative, one rule, which `gt` and `floor` test.
    "and clz eq eq_to ge le le_to lt lt_to ne not or population_count shift_left "
    "shift_right_arithmetic shift_right_logical xor "
    # Copies made by JAX itself, one rule, which `copy` tests; their derivative is that of add.
    "add_any copy_p device_put layout_constraint pvary reshard sharding_constraint expand_dims "
    # Special functions with the generic nonlinear rule; their derivatives are JAX's.
    "igamma_grad_a nextafter polygamma random_gamma_grad regularized_incomplete_beta zeta "
    # The name of custom_vjp_call in some versions of JAX.
    "custom_vjp_call_jaxpr".split()
)


def dense_jacobian(eqn: Equation, arrays: Operands, out: int, place: int) -> np.ndarray:
    inexact = [k for k, array in enumerate(arrays) if jnp.issubdtype(array.dtype, jnp.inexact)]

    def apply(*xs: jax.Array) -> jax.Array:
        values = dict(zip(inexact, xs, strict=True))
        return eqn.bind(*(values.get(k, array) for k, array in enumerate(arrays)))[out]

    mode = jax.jacrev if eqn.name == "custom_vjp_call" else jax.jacfwd
    blocks = mode(apply, tuple(range(len(inexact))))(*(arrays[k] for k in inexact))
    return np.asarray(blocks[inexact.index(place)])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_local_jacobian_of_a_case_has_jax_s_values_inside_its_structure(case: Case) -> None:
    flat = flatten_function(case.function, case.arguments, {}, case.argnums)
    traced = trace_flat(flat)
    values = traced.program.evaluate([jnp.asarray(leaf) for leaf in flat.leaves])
    names = [eqn.name for eqn in traced.program.equations]
    assert case.primitive in names or case.primitive in INLINED, f"the case makes {names}"
    for term in (term for edge in traced.edges for term in edge.terms):
        eqn = term.equation
        arrays = Operands([values[k] for k in eqn.inputs], [(term.output, term.operand)])
        expected = dense_jacobian(eqn, arrays, term.output, term.operand)
        actual = np.asarray(to_dense(term.block(arrays)))
        tolerance = 2e-3 if actual.dtype == np.float16 else 2e-5
        np.testing.assert_allclose(
            actual, expected.reshape(actual.shape), rtol=tolerance, atol=1e-6
        )
        assert not actual[~support(term.structure)].any()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_jacobian_of_a_case_is_jax_s(case: Case) -> None:
    from vertex_elim_env import jacobian

    argnums = case.argnums
    mode = jax.jacfwd if case.primitive == "while" else jax.jacrev
    expected = mode(case.function, argnums)(*case.arguments)
    for order in ("forward", "reverse"):
        actual = jacobian(case.function, argnums, order=order)(*case.arguments)
        assert jax.tree.structure(actual) == jax.tree.structure(expected)
        for a, b in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
            np.testing.assert_allclose(
                a, b, rtol=2e-3 if a.dtype == np.float16 else 2e-5, atol=1e-6
            )


def test_every_registered_primitive_has_a_case() -> None:
    tested = {case.primitive for case in CASES}
    assert set(registered_names()) - tested == UNTESTED
