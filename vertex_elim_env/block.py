"""Blocks: Jacobian values laid out by their structure, their product and their sum in JAX.

The structure's plans say what is taken, summed, contracted and added; this module only carries it
out, so the multiplications in the jaxpr are those that the plan counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from vertex_elim_env.structure import (
    Embedding,
    JacobianStructure,
    Operand,
    dense,
    entry_places,
    plan_embedding,
    plan_product,
    plan_sum,
)
from vertex_elim_env.structure.product import Label, ProductPlan, Take

FOLDING_SCOPE = "coefficient_folding"
"""Name scope of products with static coefficients, which no cost model counts."""


@dataclass(frozen=True, eq=False)
class Block:
    """One Jacobian dv/du: its structure, and its values where it stores any.

    Attributes:
        structure: see :class:`JacobianStructure`.
        values: array of ``structure.value_shape``, or None for a pure pattern.
        dtype: dtype of the entries.
    """

    structure: JacobianStructure
    values: jax.Array | None
    dtype: np.dtype


def multiply(left: Block, right: Block) -> Block | None:
    """Return dw/dv times dv/du, or None where the product is structurally zero."""
    plan = plan_product(left.structure, right.structure)
    if plan.structure is None:
        return None
    dtype = jnp.promote_types(left.dtype, right.dtype)
    if plan.structure.is_pattern:
        return Block(plan.structure, None, dtype)
    factors = [
        None if block.values is None else _enter(block.values.astype(dtype), operand)
        for block, operand in ((left, plan.left), (right, plan.right))
    ]
    values = _combine(factors[0], factors[1], plan)
    return Block(plan.structure, _scale(values, plan.scale), dtype)


def add(first: Block, second: Block) -> Block | None:
    """Return the sum of two parallel blocks, or None where they cancel structurally."""
    structure = plan_sum(first.structure, second.structure).structure
    if structure is None:
        return None
    dtype = jnp.promote_types(first.dtype, second.dtype)
    if structure.is_pattern:
        return Block(structure, None, dtype)
    values = embed(first, structure).astype(dtype) + embed(second, structure).astype(dtype)
    return Block(structure, values, dtype)


def to_dense(block: Block) -> jax.Array:
    """Return all entries, ``(*out_shape, *in_shape)``, zeros included."""
    structure = block.structure
    if not structure.out_shape and not structure.in_shape:
        return embed(block, structure)
    return embed(block, dense(structure.out_shape, structure.in_shape))


def entries(block: Block) -> tuple[np.ndarray, jax.Array]:
    """Return where a block may be non-zero, and the numbers there.

    Returns:
        Row-major places in ``(*out_shape, *in_shape)``, int64 (num_entries,), and the numbers there,
        (num_entries,) of the block's dtype.
    """
    structure = block.structure
    places, shape = entry_places(structure)
    if block.values is None:
        assert structure.coefficient is not None, "a block without values is a pattern"
        return places, jnp.full(len(places), structure.coefficient, block.dtype)
    stored = [k for k, axis in enumerate(structure.axes) if axis in structure.value_axes]
    return places, lax.broadcast_in_dim(block.values, shape, stored).reshape(-1)


def embed(block: Block, target: JacobianStructure) -> jax.Array:
    """Return the block's values laid out as those of a structure that covers it."""
    if block.structure == target and block.values is not None:
        return block.values
    plan = plan_embedding(block.structure, target)
    if block.values is None:
        coefficient = block.structure.coefficient
        assert coefficient is not None, "a block without values is a pattern"
        values = jnp.full(plan.shape, coefficient, dtype=block.dtype)
    else:
        values = _lay_out(block.values, plan)
    for axes, mask in plan.masks:
        shape = [1] * len(plan.shape)
        for axis, length in zip(axes, mask.shape, strict=True):
            shape[axis] = length
        values = jnp.where(mask.reshape(shape), values, jnp.zeros((), block.dtype))
    return values


def _lay_out(values: jax.Array, plan: Embedding) -> jax.Array:
    for axis, gather in enumerate(plan.gathers):
        if gather is not None:
            values = _take(values, gather, axis)
    order = sorted(range(values.ndim), key=plan.axes.__getitem__)
    return lax.broadcast_in_dim(values.transpose(order), plan.shape, sorted(plan.axes))


def _take(values: jax.Array, take: Take, axis: int) -> jax.Array:
    if take is None:
        return values
    if isinstance(take, int):
        return lax.index_in_dim(values, take, axis, keepdims=False)
    steps = np.diff(take)
    if len(steps) and (steps == steps[0]).all() and steps[0] > 0:
        return lax.slice_in_dim(values, int(take[0]), int(take[-1]) + 1, int(steps[0]), axis)
    if len(steps) and (steps == -1).all():
        ascending = lax.slice_in_dim(values, int(take[-1]), int(take[0]) + 1, 1, axis)
        return lax.rev(ascending, (axis,))
    # JAX remembers constants by identity, so the plan's own intp array would tie it to one precision.
    return jnp.take(values, np.asarray(take, np.int32), axis=axis, mode="clip")


def _enter(values: jax.Array, operand: Operand) -> tuple[jax.Array, tuple[Label, ...]]:
    """Take what the plan keeps of a factor and sum what the other is constant along."""
    for axis in reversed(range(values.ndim)):
        values = _take(values, operand.takes[axis], axis)
    summed = [operand.labels.index(label) for label in operand.summed]
    if summed:
        values = values.sum(axis=tuple(summed))
    return values, tuple(label for label in operand.labels if label not in operand.summed)


def _combine(
    left: tuple[jax.Array, tuple[Label, ...]] | None,
    right: tuple[jax.Array, tuple[Label, ...]] | None,
    plan: ProductPlan,
) -> jax.Array:
    if left is None or right is None:
        values, labels = left or right  # type: ignore[misc]
        return values.transpose([labels.index(label) for label in plan.output])
    if plan.contracted:
        return _contract(left, right, plan)
    return lax.mul(*(_align(values, labels, plan.output) for values, labels in (left, right)))


def _align(values: jax.Array, labels: tuple[Label, ...], output: tuple[Label, ...]) -> jax.Array:
    """Transpose to the order of ``output``, with an axis of length 1 for every label not there."""
    present = [label for label in output if label in labels]
    values = values.transpose([labels.index(label) for label in present])
    return lax.expand_dims(values, [k for k, label in enumerate(output) if label not in labels])


def _contract(
    left: tuple[jax.Array, tuple[Label, ...]],
    right: tuple[jax.Array, tuple[Label, ...]],
    plan: ProductPlan,
) -> jax.Array:
    (p, p_labels), (q, q_labels) = left, right
    batch = [label for label in p_labels if label in q_labels and label not in plan.contracted]
    dimension_numbers = (
        (
            [p_labels.index(k) for k in plan.contracted],
            [q_labels.index(k) for k in plan.contracted],
        ),
        ([p_labels.index(k) for k in batch], [q_labels.index(k) for k in batch]),
    )
    values = lax.dot_general(p, q, dimension_numbers)
    shared = {*plan.contracted, *batch}
    labels = [*batch, *(k for k in (*p_labels, *q_labels) if k not in shared)]
    return values.transpose([labels.index(label) for label in plan.output])


def _scale(values: jax.Array, scale: int) -> jax.Array:
    if scale == 1:
        return values
    with jax.named_scope(FOLDING_SCOPE):
        return -values if scale == -1 else values * scale
