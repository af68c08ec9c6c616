"""Convolutions and reductions over windows: axes without a window are linked, the others dense."""

from __future__ import annotations

from collections.abc import Sequence

from vertex_elim_env.primitives.batched import Passed, batched_rule
from vertex_elim_env.primitives.rule import Equation, OutputRule, register


@register(
    "reduce_window_sum",
    "reduce_window_max",
    "reduce_window_min",
    "select_and_gather_add",
)
def reduce_window(eqn: Equation) -> tuple[OutputRule, ...]:
    """Every output reads a window of the operand."""
    params = eqn.params
    bare = [
        *_without(params["window_dimensions"], 1),
        *_without(params["window_strides"], 1),
        *_without(params["padding"], (0, 0)),
        *_without(params["base_dilation"], 1),
        *_without(params["window_dilation"], 1),
    ]
    return _windowed(eqn, {*bare})


@register("select_and_scatter_add")
def select_and_scatter_add(eqn: Equation) -> tuple[OutputRule, ...]:
    """Every source goes to one place of its window of the operand; none depends on the operand."""
    params = eqn.params
    bare = [
        *_without(params["window_dimensions"], 1),
        *_without(params["window_strides"], 1),
        *_without(params["padding"], (0, 0)),
    ]
    return _windowed(eqn, {*bare})


def _without(values: Sequence[object], neutral: object) -> list[int]:
    """Axes at which a window's parameter is not the neutral one."""
    plain = [tuple(value) if isinstance(value, Sequence) else value for value in values]
    return [axis for axis, value in enumerate(plain) if value != neutral]


def _windowed(eqn: Equation, axes: set[int]) -> tuple[OutputRule, ...]:
    def passed(out: int, operand: int) -> Passed:
        shape, target = eqn.shape(operand), eqn.results[out].shape
        if len(shape) != len(target):  # the scalar that a reduction starts from
            return {}
        return {k: k for k in range(len(shape)) if k not in axes and shape[k] == target[k]}

    return batched_rule(eqn, passed)


@register("conv_general_dilated")
def convolution(eqn: Equation) -> tuple[OutputRule, ...]:
    """The batch is linked by the left operand, output features by the kernel."""
    numbers, params = eqn.params["dimension_numbers"], eqn.params
    (batch, feature, *spatial), kernel, out = numbers.lhs_spec, numbers.rhs_spec, numbers.out_spec
    left = {batch: out[0]} if params["batch_group_count"] == 1 else {}
    right = {kernel[0]: out[1]}
    if eqn.shape(0)[feature] == params["feature_group_count"] == eqn.out_shape[out[1]]:
        left[feature] = out[1]  # depthwise: every feature has a kernel of its own
    plain = (1, 1, (0, 0), 1, 1)
    windows = zip(
        (eqn.shape(1)[axis] for axis in kernel[2:]),
        params["window_strides"],
        map(tuple, params["padding"]),
        params["lhs_dilation"],
        params["rhs_dilation"],
        strict=True,
    )
    left |= {
        axis: out[2 + k]
        for k, (axis, w) in enumerate(zip(spatial, windows, strict=True))
        if w == plain
    }
    sides = (left, right)
    return batched_rule(eqn, lambda _, operand: sides[operand])
