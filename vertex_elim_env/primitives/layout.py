"""Primitives that move entries about: their Jacobians are patterns of ones, nothing is stored."""

from __future__ import annotations

import math
from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.primitives.batched import dense_rule
from vertex_elim_env.primitives.rule import (
    AxisRef,
    Equation,
    Group,
    OperandRule,
    Operands,
    OutputRule,
    ToOut,
    Value,
    is_empty,
    register,
    straight,
)
from vertex_elim_env.structure import IndexMap, IndexSet


def _moved(*operands: Sequence[AxisRef], varying: Sequence[int] = ()) -> tuple[OutputRule, ...]:
    return (OutputRule(tuple(OperandRule(tuple(refs), 1) for refs in operands), tuple(varying)),)


def _rest(eqn: Equation) -> tuple[OperandRule, ...]:
    """Operands after the first that no derivative flows through (dynamic shapes, indices)."""
    return tuple(
        OperandRule((None,) * len(eqn.shape(k)), None) for k in range(1, len(eqn.operands))
    )


@register("broadcast_in_dim")
def broadcast(eqn: Equation) -> tuple[OutputRule, ...]:
    """An axis kept in length is linked; a new or stretched one is free, and only a repetition."""
    targets = eqn.params["broadcast_dimensions"]
    refs = [
        ToOut(target) if eqn.shape(0)[axis] == eqn.out_shape[target] else None
        for axis, target in enumerate(targets)
    ]
    return (OutputRule((OperandRule(tuple(refs), 1), *_rest(eqn))),)


@register("transpose")
def transpose(eqn: Equation) -> tuple[OutputRule, ...]:
    """Axes change places."""
    order = list(eqn.params["permutation"])
    return _moved([ToOut(order.index(axis)) for axis in range(len(order))])


@register("squeeze")
def squeeze(eqn: Equation) -> tuple[OutputRule, ...]:
    """Axes of length 1 go."""
    dropped = {axis % len(eqn.shape(0)) for axis in eqn.params["dimensions"]}
    kept = [axis for axis in range(len(eqn.shape(0))) if axis not in dropped]
    return _moved(
        [ToOut(kept.index(axis)) if axis in kept else None for axis in range(len(eqn.shape(0)))]
    )


@register("expand_dims")
def expand_dims(eqn: Equation) -> tuple[OutputRule, ...]:
    """Axes of length 1 come."""
    new = {axis % len(eqn.out_shape) for axis in eqn.params["dimensions"]}
    return _moved([ToOut(axis) for axis in range(len(eqn.out_shape)) if axis not in new])


@register("reshape")
def reshape(eqn: Equation) -> tuple[OutputRule, ...]:
    """Axes are cut and joined in row-major order; groups of one product correspond."""
    groups = tuple(reshape_groups(eqn.shape(0), eqn.out_shape))
    if eqn.params.get("dimensions") is not None:  # a permutation before the reshape
        return dense_rule(eqn)
    operand = OperandRule((None,) * len(eqn.shape(0)), 1, groups)
    return (OutputRule((operand, *_rest(eqn))),)


def reshape_groups(in_shape: Sequence[int], out_shape: Sequence[int]) -> list[Group]:
    """Return the smallest groups of axes whose products agree; axes of length 1 belong to none."""
    if is_empty(in_shape):
        return []
    ins = [axis for axis, size in enumerate(in_shape) if size != 1]
    outs = [axis for axis, size in enumerate(out_shape) if size != 1]
    groups: list[Group] = []
    while ins and outs:
        left, right = [ins.pop(0)], [outs.pop(0)]
        while (p := math.prod(in_shape[k] for k in left)) != (
            q := math.prod(out_shape[k] for k in right)
        ):
            if p < q:
                left.append(ins.pop(0))
            else:
                right.append(outs.pop(0))
        groups.append(Group(tuple(right), tuple(left)))
    return groups


def group_identity(eqn: Equation, group: Group) -> Value:
    """The values of a reshape whose axes can't be refined to correspond: a dense identity."""
    out = tuple(eqn.out_shape[axis] for axis in group.out)
    into = tuple(eqn.shape(0)[axis] for axis in group.into)
    axes = (*(("out", axis) for axis in group.out), *(("in", axis) for axis in group.into))
    dtype = eqn.results[0].dtype
    return Value(lambda _: jnp.eye(math.prod(out), dtype=dtype).reshape(out + into), axes, (), axes)


@register("rev")
def reverse(eqn: Equation) -> tuple[OutputRule, ...]:
    """Indices run backward along some axes."""

    def ref(axis: int, size: int) -> ToOut:
        if axis not in eqn.params["dimensions"]:
            return ToOut(axis)
        return ToOut(axis, IndexMap.of(np.arange(size), np.arange(size)[::-1]))

    return _moved([ref(axis, size) for axis, size in enumerate(eqn.shape(0))])


def shifted(axis: int, source: np.ndarray, start: int = 0) -> ToOut:
    """Output index ``start + k`` of an axis is the operand's index ``source[k]``."""
    return ToOut(axis, IndexMap.of(np.arange(start, start + len(source)), source))


@register("slice")
def slice_(eqn: Equation) -> tuple[OutputRule, ...]:
    """A range of indices is kept along every axis."""
    starts, limits = eqn.params["start_indices"], eqn.params["limit_indices"]
    strides = eqn.params["strides"] or (1,) * len(starts)
    refs = [
        ToOut(axis)
        if eqn.out_shape[axis] == size
        else shifted(axis, np.arange(start, limit, stride))
        for axis, (size, start, limit, stride) in enumerate(
            zip(eqn.shape(0), starts, limits, strides, strict=True)
        )
    ]
    return _moved(refs)


@register("concatenate")
def concatenate(eqn: Equation) -> tuple[OutputRule, ...]:
    """Operands follow one another along one axis."""
    along, start, operands = eqn.params["dimension"], 0, []
    for k in range(len(eqn.operands)):
        size = eqn.shape(k)[along]
        refs: list[AxisRef] = list(straight(eqn.shape(k)))
        if size != eqn.out_shape[along]:
            refs[along] = shifted(along, np.arange(size), start)
        operands.append(refs)
        start += size
    varying = [along] if len([k for k in operands if k]) > 1 else []
    return _moved(*operands, varying=varying)


@register("split")
def split(eqn: Equation) -> tuple[OutputRule, ...]:
    """The parts of an array along one axis, one output each."""
    along, start, rules = eqn.params["axis"], 0, []
    for size in eqn.params["sizes"]:
        refs: list[AxisRef] = list(straight(eqn.shape(0)))
        refs[along] = shifted(along, np.arange(start, start + size))
        rules.append(OutputRule((OperandRule(tuple(refs), 1),)))
        start += size
    return tuple(rules)


@register("stack")
def stack(eqn: Equation) -> tuple[OutputRule, ...]:
    """Operands lie side by side along a new axis."""
    along = eqn.params["axis"]
    refs = tuple(ToOut(k + (k >= along)) for k in range(len(eqn.shape(0))))
    operands = [
        OperandRule(refs, 1, within=((("out", along), IndexSet.of([k])),))
        for k in range(len(eqn.operands))
    ]
    return (OutputRule(tuple(operands), (along,)),)


@register("unstack")
def unstack(eqn: Equation) -> tuple[OutputRule, ...]:
    """The slices of an array along one axis, one output each."""
    along = eqn.params["axis"]
    refs = tuple(None if k == along else ToOut(k - (k > along)) for k in range(len(eqn.shape(0))))
    return tuple(
        OutputRule((OperandRule(refs, 1, within=((("in", along), IndexSet.of([k])),)),))
        for k in range(len(eqn.results))
    )


@register("tile")
def tile(eqn: Equation) -> tuple[OutputRule, ...]:
    """Copies follow one another along some axes; an axis of length 1 is merely repeated."""
    shape, reps = eqn.shape(0), eqn.params["reps"]
    repeated = [k for k, count in enumerate(reps) if count > 1 and shape[k] > 1]
    refs = tuple(ToOut(k) if reps[k] == 1 else None for k in range(len(shape)))
    axes = (*(("out", k) for k in repeated), *(("in", k) for k in repeated))
    dtype = eqn.results[0].dtype

    def compute(_: Operands) -> jax.Array:
        sizes = [shape[k] for k in repeated]
        identity = jnp.eye(math.prod(sizes), dtype=dtype).reshape(*sizes, *sizes)
        return jnp.tile(identity, (*(reps[k] for k in repeated), *(1,) * len(sizes)))

    local = Value(compute, axes, always=axes) if repeated else 1
    return (OutputRule((OperandRule(refs, local),), tuple(repeated)),)


@register("pad")
def pad(eqn: Equation) -> tuple[OutputRule, ...]:
    """The operand lies among copies of the padding value; negative padding cuts it."""
    refs: list[AxisRef] = []
    varying = []
    for axis, (low, high, interior) in enumerate(eqn.params["padding_config"]):
        size, out_size = eqn.shape(0)[axis], eqn.out_shape[axis]
        target = low + np.arange(size) * (interior + 1)
        inside = np.flatnonzero((target >= 0) & (target < out_size))
        refs.append(ToOut(axis, IndexMap.of(target[inside], inside)))
        if low or high or interior:
            varying.append(axis)
    padding = Value(
        lambda arrays: eqn.bind(jnp.zeros_like(arrays[0]), jnp.ones_like(arrays[1]))[0],
        tuple(("out", axis) for axis in range(len(refs))),
        always=tuple(("out", axis) for axis in range(len(refs))),
    )
    return (OutputRule((OperandRule(tuple(refs), 1), OperandRule((), padding)), tuple(varying)),)


@register("reduce_sum")
def reduce_sum(eqn: Equation) -> tuple[OutputRule, ...]:
    """Kept axes are linked, summed ones free; nothing is stored."""
    kept = kept_axes(eqn)
    return _moved(
        [ToOut(kept[axis]) if axis in kept else None for axis in range(len(eqn.shape(0)))]
    )


def kept_axes(eqn: Equation) -> dict[int, int]:
    """The axes that a reduction over ``axes`` keeps: the operand's to the output's."""
    rank = len(eqn.shape(0))
    reduced = {axis % rank for axis in eqn.params["axes"]}
    kept = [axis for axis in range(rank) if axis not in reduced]
    return {axis: place for place, axis in enumerate(kept)}
