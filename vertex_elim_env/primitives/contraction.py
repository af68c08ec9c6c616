"""Primitives whose Jacobians hold the other operand, or one value an entry: products and reductions."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from vertex_elim_env.primitives.batched import batched_rule
from vertex_elim_env.primitives.layout import kept_axes
from vertex_elim_env.primitives.rule import (
    AxisRef,
    Equation,
    OperandRule,
    OutputRule,
    Summed,
    ToOut,
    Value,
    operand_axes,
    register,
)


@register("dot_general")
def dot_general(eqn: Equation) -> tuple[OutputRule, ...]:
    """dz/dx stores the other operand: batch axes linked, its kept axes and the contracted ones free."""
    (contract, batch) = eqn.params["dimension_numbers"]
    refs = [_dot_refs(eqn, side, contract, batch) for side in (0, 1)]
    dtype = eqn.results[0].dtype

    def other(side: int) -> Value:
        axes = operand_axes(refs[1 - side], refs[side])
        return Value(lambda arrays: jnp.asarray(arrays[1 - side], dtype), axes, (1 - side,))

    return (OutputRule(tuple(OperandRule(refs[side], other(side)) for side in (0, 1))),)


def _dot_refs(
    eqn: Equation,
    side: int,
    contract: tuple[tuple[int, ...], ...],
    batch: tuple[tuple[int, ...], ...],
) -> tuple[AxisRef, ...]:
    num_left_kept = len(eqn.shape(0)) - len(contract[0]) - len(batch[0])
    place = len(batch[0]) + (num_left_kept if side else 0)
    refs: list[AxisRef] = []
    for axis in range(len(eqn.shape(side))):
        if axis in batch[side]:
            refs.append(ToOut(tuple(batch[side]).index(axis)))
        elif axis in contract[side]:
            refs.append(Summed(tuple(contract[side]).index(axis)))
        else:
            refs.append(ToOut(place))
            place += 1
    return tuple(refs)


@register("reduce_prod")
def reduce_prod(eqn: Equation) -> tuple[OutputRule, ...]:
    """One value for each entry of the operand."""
    kept = kept_axes(eqn)
    return batched_rule(eqn, lambda out, operand: kept)


@register("reduce_max", "reduce_min")
def reduce_to_extreme(eqn: Equation) -> tuple[OutputRule, ...]:
    """One value for each entry of the operand: its share, equal ones sharing alike."""
    kept, shape = kept_axes(eqn), eqn.shape(0)
    refs = tuple(ToOut(kept[k]) if k in kept else None for k in range(len(shape)))
    free = tuple(("in", k) for k in range(len(shape)) if k not in kept)
    axes = (*(("out", axis) for axis in range(len(kept))), *free)
    value = Value(lambda operands: _shares(eqn, operands[0]), axes, (0,), free)
    return (OutputRule((OperandRule(refs, value),)),)


def _shares(eqn: Equation, x: jax.Array) -> jax.Array:
    """What of an extreme's derivative each entry gets: ``(*kept axes, *reduced axes)``.

    Where a compiler computes x once for the extreme and again for the comparison, with other
    roundings, no entry need be equal to it, and JAX's own rule divides by zero; one always is the
    first extreme. Where that is NaN, all shares are, as in JAX.
    """
    reduced = tuple(eqn.params["axes"])
    kept = [k for k in range(x.ndim) if k not in reduced]
    sizes = [x.shape[k] for k in kept]
    rows = x.transpose(*kept, *reduced).reshape(*sizes, -1)
    extreme = jnp.expand_dims(eqn.bind(x)[0], -1)
    first = (jnp.argmax if eqn.name == "reduce_max" else jnp.argmin)(rows, -1, keepdims=True)
    is_first = (jnp.arange(rows.shape[-1]) == first) & ~jnp.isnan(extreme)
    is_extreme = ((rows == extreme) | is_first).astype(x.dtype)
    shares = is_extreme / is_extreme.sum(-1, keepdims=True)
    return shares.reshape(*sizes, *(x.shape[k] for k in reduced))


@register("cumprod", "cummax", "cummin", "cumlogsumexp")
def cumulate(eqn: Equation) -> tuple[OutputRule, ...]:
    """Every axis but one is linked; along that one every output reads every earlier input."""
    others = {k: k for k in range(len(eqn.shape(0))) if k != eqn.params["axis"]}
    return batched_rule(eqn, lambda out, operand: others)


@register("cumsum")
def cumulative_sum(eqn: Equation) -> tuple[OutputRule, ...]:
    """A triangle of ones, the same for every index of the other axes."""
    along, shape = eqn.params["axis"], eqn.shape(0)
    refs = tuple(None if axis == along else ToOut(axis) for axis in range(len(shape)))
    axes = (("out", along), ("in", along))
    value = Value(lambda _: _triangle(eqn), axes, always=axes)
    return (OutputRule((OperandRule(refs, value),), (along,)),)


def _triangle(eqn: Equation) -> jax.Array:
    size = eqn.shape(0)[eqn.params["axis"]]
    ones = jnp.ones((size, size), eqn.results[0].dtype)
    return jnp.triu(ones) if eqn.params["reverse"] else jnp.tril(ones)
