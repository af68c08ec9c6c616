"""Local Jacobians on refined axes: the structure that a rule's references and values amount to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.block import Block
from vertex_elim_env.primitives import (
    Axis,
    Equation,
    Group,
    OperandRule,
    Operands,
    OutputRule,
    Summed,
    ToOut,
    Value,
    group_identity,
)
from vertex_elim_env.structure import Free, IndexSet, JacobianStructure, Link, build
from vertex_elim_env.tracing.refine import Refinement


@dataclass(frozen=True, eq=False)
class LocalJacobian:
    """The Jacobian of one output of an equation with respect to one operand.

    Attributes:
        equation: the equation.
        output, operand: which of its outputs and operands.
        structure: on refined axes.
        elementwise: whether the primitive is elementwise.
        value: its numbers, None for a pattern.
        layout: for each public axis of those numbers, the refined axes it is cut into, as
            (side, axis, length), and none for an axis of length 1.
    """

    equation: Equation
    output: int
    operand: int
    structure: JacobianStructure
    elementwise: bool
    value: Value | None
    layout: tuple[tuple[tuple[str, int, int], ...], ...]

    def block(self, arrays: Operands) -> Block:
        """Return the block for the values of the equation's operands."""
        dtype = np.dtype(self.equation.results[self.output].dtype)
        if self.value is None:
            return Block(self.structure, None, dtype)
        values = jnp.asarray(self.value.compute(arrays))
        parts = [part for axis in self.layout for part in axis]
        values = values.reshape([length for _, _, length in parts])
        axes = self.structure.value_axes
        place: list[tuple[str, int]] = []
        for k in reversed(range(len(parts))):
            side, axis, length = parts[k]
            key, indices = _stored_under(self.structure, side, axis, length)
            if key in axes:
                place.insert(0, key)
                if len(indices) < length or (indices != np.arange(length)).any():
                    values = jnp.take(values, indices, axis=k)
            else:
                values = values[(slice(None),) * k + (int(indices[0]),)]
        missing = [key for key in axes if key not in place]
        assert not missing, f"{self.equation.name}: no values along {missing}"
        return Block(self.structure, values.transpose([place.index(key) for key in axes]), dtype)


def _stored_under(
    structure: JacobianStructure, side: str, axis: int, length: int
) -> tuple[tuple[str, int], np.ndarray]:
    """The value axis that a refined axis falls under, and its indices there in order."""
    link = structure.link_of_out(axis) if side == "out" else structure.link_of_in(axis)
    everything = np.arange(length)
    if link is not None:
        if link.map is None:
            return ("out", link.out), everything
        return ("out", link.out), link.map.out if side == "out" else link.map.into
    frees = structure.out_free if side == "out" else structure.in_free
    free = next(f for f in frees if f.axis == axis)
    return (side, axis), everything if free.active is None else free.active.array


class Localizer:
    """Derives local Jacobians of one program; knows along which refined axes its variables vary."""

    def __init__(self, refinement: Refinement, varying: dict[int, tuple[bool, ...]]) -> None:
        self.refinement = refinement
        self.varying = varying

    def local(
        self, number: int, eqn: Equation, out: int, rule: OutputRule, place: int
    ) -> LocalJacobian | None:
        """Return an operand's local Jacobian, or None where it is zero."""
        operand = rule.operands[place]
        if operand.local is None:
            return None
        value = operand.local if isinstance(operand.local, Value) else None
        links = self._links(eqn, out, place, operand)
        for group in operand.groups:
            if (number, out, place, group) not in self.refinement.dense_groups:
                links += self._group_links(eqn, out, place, group)
        dense = [
            g for g in operand.groups if (number, out, place, g) in self.refinement.dense_groups
        ]
        if dense:
            value = _joint_identity(eqn, dense)
        stored = set() if value is None else self._stored(eqn, out, place, rule, value)
        coefficient = operand.local if isinstance(operand.local, int) and not value else None
        active = self._active(eqn, out, place, operand)
        structure = self._structure(eqn, out, place, links, stored, coefficient, active)
        if structure is None:
            return None
        layout = (
            () if value is None else tuple(self._cut(eqn, out, place, axis) for axis in value.axes)
        )
        return LocalJacobian(eqn, out, place, structure, operand.elementwise, value, layout)

    def _variable(self, eqn: Equation, out: int, place: int, side: str) -> int:
        return eqn.outputs[out] if side == "out" else eqn.inputs[place]

    def _links(self, eqn: Equation, out: int, place: int, operand: OperandRule) -> list[Link]:
        links = []
        for axis, ref in enumerate(operand.axes):
            if not isinstance(ref, ToOut):
                continue
            outs = self.refinement.axes(eqn.outputs[out], ref.axis)
            intos = self.refinement.axes(eqn.inputs[place], axis)
            if ref.map is None:
                links += [Link(a, b, None, False) for a, b in zip(outs, intos, strict=True)]
            else:
                links.append(
                    Link(outs[0] if outs else -1, intos[0] if intos else -1, ref.map, False)
                )
        return links

    def _group_links(self, eqn: Equation, out: int, place: int, group: Group) -> list[Link]:
        sides = []
        for variable, axes in ((eqn.outputs[out], group.out), (eqn.inputs[place], group.into)):
            sides.append([k for axis in axes for k in self.refinement.axes(variable, axis)])
        return [Link(a, b, None, False) for a, b in zip(*sides, strict=True)]

    def _active(
        self, eqn: Equation, out: int, place: int, operand: OperandRule
    ) -> dict[tuple[str, int], IndexSet]:
        """The active sets of free axes; those of length 1 are left out."""
        parts = ((self._cut(eqn, out, place, axis), indices) for axis, indices in operand.within)
        return {fine[0][:2]: indices for fine, indices in parts if fine}

    def _cut(
        self, eqn: Equation, out: int, place: int, axis: Axis | None
    ) -> tuple[tuple[str, int, int], ...]:
        if axis is None:
            return ()
        variable = self._variable(eqn, out, place, axis[0])
        fine = self.refinement.axes(variable, axis[1])
        return tuple(
            (axis[0], k, n)
            for k, n in zip(fine, self.refinement.sizes(variable, axis[1]), strict=True)
        )

    def _stored(
        self, eqn: Equation, out: int, place: int, rule: OutputRule, value: Value
    ) -> set[tuple[str, int]]:
        """The refined axes of the Jacobian along which its numbers vary."""
        stored = {part[:2] for axis in value.always for part in self._cut(eqn, out, place, axis)}
        own = {
            r.number: k for k, r in enumerate(rule.operands[place].axes) if isinstance(r, Summed)
        }
        for source in value.varies_with:
            varies = self.varying[eqn.inputs[source]]
            for axis, ref in enumerate(rule.operands[source].axes):
                if isinstance(ref, ToOut):
                    target: Axis = ("out", ref.axis)
                elif isinstance(ref, Summed) and ref.number in own:
                    target = ("in", own[ref.number])
                else:
                    continue
                fine = self.refinement.axes(eqn.inputs[source], axis)
                parts = self._cut(eqn, out, place, target)
                stored |= {part[:2] for k, part in zip(fine, parts, strict=False) if varies[k]}
        return stored

    def _structure(
        self,
        eqn: Equation,
        out: int,
        place: int,
        links: list[Link],
        stored: set[tuple[str, int]],
        coefficient: int | None,
        active: Mapping[tuple[str, int], IndexSet],
    ) -> JacobianStructure | None:
        out_shape = self.refinement.shape(eqn.outputs[out])
        in_shape = self.refinement.shape(eqn.inputs[place])
        out_free = {
            k: Free(k, active.get(("out", k)), ("out", k) in stored) for k in range(len(out_shape))
        }
        in_free = {
            k: Free(k, active.get(("in", k)), ("in", k) in stored) for k in range(len(in_shape))
        }
        kept = []
        for link in links:
            if link.map is not None and not len(link.map):
                return None
            if link.out < 0 or link.into < 0:
                _restrict(link, out_free, in_free)
                continue
            out_free.pop(link.out)
            in_free.pop(link.into)
            is_stored = ("out", link.out) in stored or ("in", link.into) in stored
            kept.append(link._replace(stored=is_stored))
        return build(out_shape, in_shape, kept, out_free.values(), in_free.values(), coefficient)


def _restrict(link: Link, out_free: dict[int, Free], in_free: dict[int, Free]) -> None:
    """A map from or to an axis of length 1 leaves an active set on the other side's axis."""
    assert link.map is not None
    if link.out >= 0:
        out_free[link.out] = out_free[link.out]._replace(active=IndexSet.of(link.map.out))
    elif link.into >= 0:
        in_free[link.into] = in_free[link.into]._replace(active=IndexSet.of(link.map.into))
    # Both of length 1: nothing is left of the two axes.


def _joint_identity(eqn: Equation, groups: Sequence[Group]) -> Value:
    """The dense groups of one reshape: the outer product of their identities."""
    values = [group_identity(eqn, group) for group in groups]
    axes = tuple(axis for value in values for axis in value.axes)

    def compute(arrays: Operands) -> jax.Array:
        result = values[0].compute(arrays)
        for value in values[1:]:
            result = jnp.tensordot(result, value.compute(arrays), axes=0)
        return result

    return Value(compute, axes, (), tuple(axis for axis in axes if axis is not None))


def varying_axes(
    refinement: Refinement,
    eqn: Equation,
    out: int,
    rule: OutputRule,
    varying: dict[int, tuple[bool, ...]],
) -> tuple[bool, ...]:
    """Return along which refined axes an output varies, given its operands; the others repeat."""
    variable = eqn.outputs[out]
    result = [False] * len(refinement.shape(variable))
    for axis in rule.varying:
        for k in refinement.axes(variable, axis):
            result[k] = True
    for source, operand in zip(eqn.inputs, rule.operands, strict=True):
        pairs = _paired_axes(refinement, variable, source, operand)
        for k, fine in pairs:
            result[k] |= varying[source][fine]
    for operand in rule.operands:
        for ref in operand.axes:
            if isinstance(ref, ToOut) and ref.map is not None and len(ref.map) > 1:
                for k in refinement.axes(variable, ref.axis):
                    result[k] |= len(ref.map) < eqn.results[out].shape[ref.axis]
    return tuple(result)


def _paired_axes(
    refinement: Refinement, variable: int, source: int, operand: OperandRule
) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for axis, ref in enumerate(operand.axes):
        if isinstance(ref, ToOut):
            outs, fine = refinement.axes(variable, ref.axis), refinement.axes(source, axis)
            pairs += list(zip(outs, fine, strict=False))
    for group in operand.groups:
        outs = [k for axis in group.out for k in refinement.axes(variable, axis)]
        fine = [k for axis in group.into for k in refinement.axes(source, axis)]
        shapes = refinement.shape(variable), refinement.shape(source)
        if [shapes[0][k] for k in outs] == [shapes[1][k] for k in fine]:
            pairs += list(zip(outs, fine, strict=True))
        else:
            pairs += [(k, j) for k in outs for j in fine]
    return pairs
