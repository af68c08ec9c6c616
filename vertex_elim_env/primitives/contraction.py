"""Primitives whose Jacobians hold the other operand, or one value an entry: products and reductions."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
from jax import lax

from vertex_elim_env.primitives.layout import reduced_refs
from vertex_elim_env.primitives.rule import (
    Axis,
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


@register("reduce_max", "reduce_min", "reduce_prod")
def reduce_(eqn: Equation) -> tuple[OutputRule, ...]:
    """One value for each entry of the operand: the cotangent of ones."""
    refs = reduced_refs(eqn)

    def compute(arrays: Sequence[jax.Array]) -> jax.Array:
        value, pull = jax.vjp(lambda x: eqn.bind(x)[0], arrays[0])
        return pull(jnp.ones_like(value))[0]

    axes = tuple(
        ("out", ref.axis) if isinstance(ref, ToOut) else ("in", k) for k, ref in enumerate(refs)
    )
    always = tuple(axis for axis in axes if axis[0] == "in")
    return (OutputRule((OperandRule(refs, Value(compute, axes, (0,), always)),)),)


@register("cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp")
def cumulate(eqn: Equation) -> tuple[OutputRule, ...]:
    """Every axis but one is linked; along that one every output reads every earlier input."""
    along, shape = eqn.params["axis"], eqn.shape(0)
    refs = tuple(Summed(0) if axis == along else ToOut(axis) for axis in range(len(shape)))
    if eqn.name == "cumsum":
        value = Value(
            lambda _: _triangle(eqn),
            (("out", along), ("in", along)),
            (),
            (("out", along), ("in", along)),
        )
    else:
        axes: tuple[Axis, ...] = (*(("out", axis) for axis in range(len(shape))), ("in", along))
        value = Value(
            lambda arrays: _along_axis(eqn, arrays[0]), axes, (0,), (("out", along), ("in", along))
        )
    return (OutputRule((OperandRule(refs, value),), (along,)),)


def _triangle(eqn: Equation) -> jax.Array:
    size = eqn.shape(0)[eqn.params["axis"]]
    ones = jnp.ones((size, size), eqn.results[0].dtype)
    return jnp.triu(ones) if eqn.params["reverse"] else jnp.tril(ones)


def _along_axis(eqn: Equation, x: jax.Array) -> jax.Array:
    """d out[..., i, ...] / d x[..., j, ...] for every other index, (*shape, size): j comes last."""
    size, along = x.shape[eqn.params["axis"]], eqn.params["axis"]

    def tangent(index: jax.Array) -> jax.Array:
        lines = lax.broadcasted_iota(index.dtype, x.shape, along)
        return jax.jvp(lambda a: eqn.bind(a)[0], (x,), ((lines == index).astype(x.dtype),))[1]

    return jax.vmap(tangent, out_axes=-1)(jnp.arange(size))
