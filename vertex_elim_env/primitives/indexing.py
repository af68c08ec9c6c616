"""Primitives that read or write at indices: gathers, scatters and slices at a moving start.

Where the indices are known while tracing and none repeats, their Jacobians are index maps and
nothing is stored; else the axes that the indices choose along are dense, the others linked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy.typing import NDArray

from vertex_elim_env.primitives.batched import Linearization, Passed
from vertex_elim_env.primitives.places import (
    Fixed,
    Linked,
    Windows,
    gather_numbering,
    scatter_numbering,
)
from vertex_elim_env.primitives.rule import (
    Axis,
    AxisRef,
    Equation,
    OperandRule,
    Operands,
    OutputRule,
    ToOut,
    Value,
    register,
)
from vertex_elim_env.structure import IndexMap, IndexSet


def _undifferentiated(eqn: Equation, operands: Sequence[int]) -> list[OperandRule]:
    return [OperandRule((None,) * len(eqn.shape(k)), None) for k in operands]


@register("dynamic_slice")
def dynamic_slice(eqn: Equation) -> tuple[OutputRule, ...]:
    """A window of the operand: a map along the cut axes if its start is known, else dense there."""
    sizes = tuple(eqn.params["slice_sizes"])
    starts = _clamped_starts(eqn, 1, sizes)
    whole = {k: k for k, size in enumerate(sizes) if size == eqn.shape(0)[k]}
    if starts is None:
        read = _numbers(eqn, 0, whole, ())
        varying = [k for k in range(len(sizes)) if k not in whole]
    else:
        read, varying = OperandRule(_window_refs(starts, sizes, whole, reads=True), 1), []
    rest = _undifferentiated(eqn, range(1, len(eqn.operands)))
    return (OutputRule((read, *rest), tuple(varying)),)


@register("dynamic_update_slice")
def dynamic_update_slice(eqn: Equation) -> tuple[OutputRule, ...]:
    """A window overwritten: the operand outside of it, the update inside of it."""
    sizes = eqn.shape(1)
    starts = _clamped_starts(eqn, 2, sizes)
    whole = {k: k for k, size in enumerate(sizes) if size == eqn.shape(0)[k]}
    cut = [k for k in range(len(sizes)) if k not in whole]
    if starts is None:
        written = _numbers(eqn, 1, whole, ())
        touched: list[NDArray[np.intp] | None] = [
            None if k in cut else np.arange(sizes[k]) for k in range(len(sizes))
        ]
    else:
        written = OperandRule(_window_refs(starts, sizes, whole, reads=False), 1)
        touched = [
            np.arange(start, start + size) for start, size in zip(starts, sizes, strict=True)
        ]
    rest = _undifferentiated(eqn, range(2, len(eqn.operands)))
    return (OutputRule((_overwritten(eqn, touched), written, *rest), tuple(cut)),)


def _clamped_starts(eqn: Equation, first: int, sizes: Sequence[int]) -> tuple[int, ...] | None:
    """Where a window of the given sizes lies in operand 0, if known; moved inside as XLA does."""
    known = eqn.known[first:]
    if any(start is None for start in known):
        return None
    bounds = zip(known, eqn.shape(0), sizes, strict=True)
    return tuple(min(max(int(start), 0), size - part) for start, size, part in bounds)  # type: ignore[arg-type]


def _window_refs(
    starts: Sequence[int], sizes: Sequence[int], whole: Passed, *, reads: bool
) -> tuple[AxisRef, ...]:
    """References of the array that a window is read from, or of the window that is written."""

    def ref(axis: int) -> ToOut:
        if axis in whole:
            return ToOut(axis)
        part, place = np.arange(sizes[axis]), starts[axis] + np.arange(sizes[axis])
        return ToOut(axis, IndexMap.of(part, place) if reads else IndexMap.of(place, part))

    return tuple(ref(axis) for axis in range(len(sizes)))


def _overwritten(
    eqn: Equation, touched: Sequence[NDArray[np.intp] | None], batched: Sequence[int] = ()
) -> OperandRule:
    """The array that is written to: every entry reaches its own place unless it is overwritten.

    Args:
        eqn: the equation; its first operand has the output's shape.
        touched: the indices along every axis that are written to, None where they are unknown.
        batched: axes along which other indices are written to.
    """
    shape = eqn.out_shape
    partly = [k for k, size in enumerate(shape) if (t := touched[k]) is None or len(t) < size]
    if not partly:
        return OperandRule((None,) * len(shape), None)
    known = touched[partly[0]]
    if len(partly) == 1 and known is not None:
        left = np.setdiff1d(np.arange(shape[partly[0]]), known)
        refs = [
            ToOut(k, IndexMap.of(left, left) if k in partly else None) for k in range(len(shape))
        ]
        return OperandRule(tuple(refs), 1)
    return _diagonal(eqn, [*partly, *batched])


def _numbers(eqn: Equation, operand: int, passed: Passed, varying: Sequence[Axis]) -> OperandRule:
    """An operand's rule by JAX's own derivative: numbers along the free axes and the ones given."""
    linearization = Linearization(eqn, lambda out, k: passed if k == operand else {})
    return linearization.rule(0, operand, (), varying)


def _diagonal(eqn: Equation, varying: Sequence[int]) -> OperandRule:
    """The first operand's entries reach their own place only, with numbers along the given axes."""
    everything = {k: k for k in range(len(eqn.out_shape))}
    return _numbers(eqn, 0, everything, [("out", axis) for axis in varying])


@register("gather")
def gather(eqn: Equation) -> tuple[OutputRule, ...]:
    """Windows read at indices."""
    windows = Windows(eqn, gather_numbering(eqn), eqn.out_shape)
    rest = _undifferentiated(eqn, (1,))
    if not windows.is_open:
        refs: list[AxisRef] = [None] * len(eqn.shape(0))
        within = []
        for axis, place in enumerate(windows.places):
            if isinstance(place, Linked):
                indices = np.arange(len(place.indices))
                refs[axis] = _to(place.axis, indices, place.indices, eqn.shape(0)[axis])
            elif isinstance(place, Fixed):
                within.append((("in", axis), IndexSet.of([place.at])))
        return (OutputRule((OperandRule(tuple(refs), 1, within=tuple(within)), *rest)),)
    whole, axis = windows.whole(), windows.open_axis()
    varying = tuple(k for k in range(len(eqn.out_shape)) if k not in whole.values())
    rule = _numbers(eqn, 0, whole, [("out", k) for k in windows.index_axes])
    if axis is not None and isinstance(rule.local, Value):
        rule = replace(rule, local=_one_hot(eqn, windows, axis, ("out", "in")))
    return (OutputRule((rule, *rest), varying),)


def _to(axis: int, out: NDArray[np.intp], into: NDArray[np.intp], size: int) -> ToOut:
    """A reference along two arrays of indices; index by index where they are one whole axis."""
    if len(out) == size and np.array_equal(out, into) and np.array_equal(out, np.arange(size)):
        return ToOut(axis)
    return ToOut(axis, IndexMap.of(out, into))


def _one_hot(eqn: Equation, windows: Windows, axis: int, sides: tuple[str, str]) -> Value:
    """One where an index chooses an entry of the operand's axis; windows are on side ``sides[0]``."""
    size, dtype = eqn.shape(0)[axis], eqn.results[0].dtype
    column = windows.numbering.indexed.index(axis)
    clips = eqn.params["mode"] == lax.GatherScatterMode.CLIP

    def compute(operands: Operands) -> jnp.ndarray:
        indices = jnp.asarray(operands[1])[..., column]
        indices = jnp.clip(indices, 0, size - 1) if clips else indices
        return (indices[..., None] == jnp.arange(size, dtype=indices.dtype)).astype(dtype)

    axes = (*((sides[0], k) for k in windows.index_axes), (sides[1], axis))
    return Value(compute, axes, always=axes)


@register("scatter-add", "scatter-sub")
def scatter_add(eqn: Equation) -> tuple[OutputRule, ...]:
    """Updates added at indices: the operand passes, whatever the indices are."""
    sign = -1 if eqn.name == "scatter-sub" else 1
    operand = OperandRule(tuple(ToOut(k) for k in range(len(eqn.out_shape))), 1)
    return _scattered(eqn, operand, sign)


@register("scatter")
def scatter(eqn: Equation) -> tuple[OutputRule, ...]:
    """Updates written at indices."""
    windows = Windows(eqn, scatter_numbering(eqn), eqn.shape(2))
    touched = [windows.touched(axis) for axis in range(len(eqn.out_shape))]
    return _scattered(eqn, _overwritten(eqn, touched, windows.numbering.batched), 1)


@register("scatter-mul", "scatter-min", "scatter-max")
def scatter_nonlinear(eqn: Equation) -> tuple[OutputRule, ...]:
    """Updates combined at indices in a nonlinear way: numbers everywhere."""
    return _scattered(eqn, _diagonal(eqn, range(len(eqn.out_shape))), None)


def _scattered(eqn: Equation, operand: OperandRule, sign: int | None) -> tuple[OutputRule, ...]:
    """The rule of a scatter; ``sign`` None where the updates' part is no pattern."""
    windows = Windows(eqn, scatter_numbering(eqn), eqn.shape(2))
    whole = windows.whole()
    varying = tuple(k for k in range(len(eqn.out_shape)) if k not in whole)
    updates = _updates(eqn, windows, sign)
    return (OutputRule((operand, *_undifferentiated(eqn, (1,)), updates), varying),)


def _updates(eqn: Equation, windows: Windows, sign: int | None) -> OperandRule:
    # Updates that meet at one place add up, but when written only one of them stays.
    linked = {place.axis for place in windows.places if isinstance(place, Linked)}
    meet = any(windows.shape[k] > 1 and k not in linked for k in windows.index_axes)
    if sign is not None and not windows.is_open and not (meet and eqn.name == "scatter"):
        refs: list[AxisRef] = [None] * len(windows.shape)
        within = []
        for axis, place in enumerate(windows.places):
            if isinstance(place, Linked):
                indices = np.arange(len(place.indices))
                refs[place.axis] = _to(axis, place.indices, indices, eqn.out_shape[axis])
            elif isinstance(place, Fixed):
                within.append((("out", axis), IndexSet.of([place.at])))
        return OperandRule(tuple(refs), sign, within=tuple(within))
    whole = {into: axis for axis, into in windows.whole().items()}
    varying = range(len(windows.shape)) if sign is None else windows.index_axes
    rule = _numbers(eqn, 2, whole, [("in", axis) for axis in varying])
    axis = windows.open_axis()
    if eqn.name == "scatter-add" and axis is not None and isinstance(rule.local, Value):
        return replace(rule, local=_one_hot(eqn, windows, axis, ("in", "out")))
    return rule
