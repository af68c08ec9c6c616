"""Laws of blocks: structure and values agree with dense arithmetic."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import shapes, structures, values_of
from vertex_elim_env.block import Block, add, multiply, to_dense
from vertex_elim_env.structure import JacobianStructure, plan_product, plan_sum, support

FLOAT32 = np.dtype(np.float32)


def block_of(structure: JacobianStructure, seed: int) -> Block:
    values = values_of(structure, seed)
    return Block(structure, None if values is None else jnp.asarray(values), FLOAT32)


@st.composite
def blocks(draw: st.DrawFn, out_shape: tuple[int, ...], in_shape: tuple[int, ...]) -> Block:
    return block_of(draw(structures(out_shape, in_shape)), draw(st.integers(0, 99)))


@st.composite
def chains(draw: st.DrawFn) -> tuple[Block, Block]:
    w, v, u = (draw(shapes()) for _ in range(3))
    return draw(blocks(w, v)), draw(blocks(v, u))


@st.composite
def parallels(draw: st.DrawFn) -> tuple[Block, Block]:
    v, u = (draw(shapes()) for _ in range(2))
    return draw(blocks(v, u)), draw(blocks(v, u))


def multiplications(function: object, *args: object) -> int:
    """Elements of mul, and B*M*N*K of dot_general, in a jaxpr; folded coefficients apart."""
    total = 0
    for eqn in jax.make_jaxpr(function)(*args).eqns:  # type: ignore[arg-type]
        if "coefficient_folding" in str(eqn.source_info.name_stack):
            continue
        if eqn.primitive.name == "mul":
            total += eqn.outvars[0].aval.size
        elif eqn.primitive.name == "dot_general":
            (contracting, _), _ = eqn.params["dimension_numbers"]
            shape = eqn.invars[0].aval.shape
            total += eqn.outvars[0].aval.size * int(np.prod([shape[k] for k in contracting]))
    return total


@given(parallels())
def test_a_block_is_zero_outside_its_support_and_stored_values_cover_it(
    pair: tuple[Block, Block],
) -> None:
    block = pair[0]
    np.testing.assert_array_equal(np.asarray(to_dense(block)) != 0, support(block.structure))


@given(chains())
def test_the_product_of_blocks_is_the_product_of_their_dense_arrays(
    chain: tuple[Block, Block],
) -> None:
    left, right = chain
    expected = np.tensordot(to_dense(left), to_dense(right), axes=len(left.structure.in_shape))
    product = multiply(left, right)
    result = np.zeros_like(expected) if product is None else to_dense(product)
    np.testing.assert_array_equal(result, expected)


@given(chains())
def test_the_plan_of_a_product_counts_the_multiplications_of_its_jaxpr(
    chain: tuple[Block, Block],
) -> None:
    left, right = chain

    def product(*values: jax.Array | None) -> jax.Array | None:
        blocks = [Block(b.structure, v, FLOAT32) for b, v in zip(chain, values, strict=True)]
        result = multiply(*blocks)
        return None if result is None else result.values

    planned = plan_product(left.structure, right.structure).multiplications
    assert multiplications(product, left.values, right.values) == planned


@given(parallels())
def test_the_sum_of_blocks_is_the_sum_of_their_dense_arrays(pair: tuple[Block, Block]) -> None:
    first, second = pair
    expected = np.asarray(to_dense(first)) + np.asarray(to_dense(second))
    total = add(first, second)
    result = np.zeros_like(expected) if total is None else to_dense(total)
    np.testing.assert_array_equal(result, expected)


@given(parallels())
def test_the_sum_of_structures_does_not_depend_on_their_order(pair: tuple[Block, Block]) -> None:
    first, second = pair[0].structure, pair[1].structure
    forward, backward = plan_sum(first, second), plan_sum(second, first)
    assert forward.structure == backward.structure
    assert forward.additions == backward.additions
