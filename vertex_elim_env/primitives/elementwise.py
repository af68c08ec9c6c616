"""Elementwise primitives: entry by entry, with axes of length 1 and scalars broadcast."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp

from vertex_elim_env.primitives.rule import (
    AxisRef,
    Equation,
    OperandRule,
    OutputRule,
    ToOut,
    Value,
    operand_axes,
    out_axes,
    register,
)

NONLINEAR = [
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bessel_i0e",
    "bessel_i1e",
    "cbrt",
    "clamp",
    "cos",
    "cosh",
    "digamma",
    "erf",
    "erf_inv",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "igamma",
    "igamma_grad_a",
    "igammac",
    "integer_pow",
    "lgamma",
    "log",
    "log1p",
    "logistic",
    "nextafter",
    "polygamma",
    "pow",
    "random_gamma_grad",
    "reduce_precision",
    "regularized_incomplete_beta",
    "rem",
    "rsqrt",
    "sin",
    "sinh",
    "sqrt",
    "square",
    "tan",
    "tanh",
    "zeta",
]
CONSTANT = [
    "and",
    "argmax",
    "argmin",
    "ceil",
    "clz",
    "eq",
    "eq_to",
    "floor",
    "ge",
    "gt",
    "is_finite",
    "le",
    "le_to",
    "lt",
    "lt_to",
    "ne",
    "not",
    "or",
    "population_count",
    "round",
    "shift_left",
    "shift_right_arithmetic",
    "shift_right_logical",
    "sign",
    "stop_gradient",
    "xor",
]


def broadcast_refs(shape: Sequence[int], out_shape: Sequence[int]) -> tuple[AxisRef, ...]:
    """References of an operand of an elementwise primitive, axes aligned at the right."""
    offset = len(out_shape) - len(shape)
    return tuple(
        None if size == 1 and out_shape[offset + axis] != 1 else ToOut(offset + axis)
        for axis, size in enumerate(shape)
    )


def elementwise(eqn: Equation, locals_: Sequence[int | Value | None]) -> tuple[OutputRule, ...]:
    """The rule of an elementwise primitive, given each operand's derivative."""
    operands = tuple(
        OperandRule(broadcast_refs(eqn.shape(k), eqn.out_shape), local, elementwise=True)
        for k, local in enumerate(locals_)
    )
    return (OutputRule(operands),)


def derivative(eqn: Equation, operand: int) -> Callable[[Sequence[jax.Array]], jax.Array]:
    """Return dz/dx entry by entry, as JAX's own rule has it: its tangent for a tangent of ones."""

    def compute(arrays: Sequence[jax.Array]) -> jax.Array:
        def apply(x: jax.Array) -> jax.Array:
            return eqn.bind(*arrays[:operand], x, *arrays[operand + 1 :])[0]

        x = jnp.asarray(arrays[operand])
        return jax.jvp(apply, (x,), (jnp.ones_like(x),))[1]

    return compute


def nonlinear_value(eqn: Equation, operand: int) -> Value:
    """The derivative of a nonlinear elementwise primitive varies with all its operands."""
    return Value(derivative(eqn, operand), out_axes(eqn.out_shape), tuple(range(len(eqn.operands))))


@register(*NONLINEAR)
def nonlinear(eqn: Equation) -> tuple[OutputRule, ...]:
    """Nonlinear in every operand."""
    return elementwise(eqn, [nonlinear_value(eqn, k) for k in range(len(eqn.operands))])


@register("max", "min")
def extreme_of_two(eqn: Equation) -> tuple[OutputRule, ...]:
    """One for the operand that is taken, a half each for equal ones.

    The operands are compared with each other. JAX compares them with the result: where a compiler
    computes an operand twice, with other roundings, neither need be equal to it.
    """

    def share(operand: int) -> Value:
        def compute(arrays: Sequence[jax.Array]) -> jax.Array:
            x, other = jnp.asarray(arrays[operand]), arrays[1 - operand]
            is_taken = x > other if eqn.name == "max" else x < other
            return jnp.where(x == other, 0.5, is_taken).astype(x.dtype)

        return Value(compute, out_axes(eqn.out_shape), (0, 1))

    return elementwise(eqn, [share(0), share(1)])


@register(*CONSTANT)
def constant(eqn: Equation) -> tuple[OutputRule, ...]:
    """Piecewise constant: no derivative."""
    if eqn.name in ("argmax", "argmin"):
        kept = [axis for axis in range(len(eqn.shape(0))) if axis not in eqn.params["axes"]]
        refs = tuple(
            ToOut(kept.index(axis)) if axis in kept else None for axis in range(len(eqn.shape(0)))
        )
        return (OutputRule((OperandRule(refs, None),)),)
    return elementwise(eqn, [None] * len(eqn.operands))


@register("add", "add_any")
def add(eqn: Equation) -> tuple[OutputRule, ...]:
    """z = x + y: +1."""
    return elementwise(eqn, [1, 1])


@register(
    *("convert_element_type", "copy", "copy_p", "device_put", "layout_constraint", "name"),
    *("optimization_barrier", "pvary", "reshard", "sharding_constraint"),
)
def copy(eqn: Equation) -> tuple[OutputRule, ...]:
    """Every output is its own operand, elsewhere or in another type: +1."""

    def operand(out: int, k: int) -> OperandRule:
        shape = eqn.shape(k)
        if k != out:
            return OperandRule((None,) * len(shape), None)
        return OperandRule(broadcast_refs(shape, eqn.results[out].shape), 1, elementwise=True)

    operands = range(len(eqn.operands))
    return tuple(
        OutputRule(tuple(operand(out, k) for k in operands)) for out in range(len(eqn.results))
    )


@register("neg")
def negate(eqn: Equation) -> tuple[OutputRule, ...]:
    """z = -x: -1."""
    return elementwise(eqn, [-1])


@register("sub")
def subtract(eqn: Equation) -> tuple[OutputRule, ...]:
    """z = x - y: +1 and -1."""
    return elementwise(eqn, [1, -1])


@register("mul")
def multiply(eqn: Equation) -> tuple[OutputRule, ...]:
    """z = x * y: dz/dx is y itself, and stored only along the axes that y has."""

    def factor(other: int) -> Value:
        refs = broadcast_refs(eqn.shape(other), eqn.out_shape)
        dtype = eqn.results[0].dtype
        return Value(
            lambda arrays: jnp.asarray(arrays[other], dtype), operand_axes(refs, ()), (other,)
        )

    return elementwise(eqn, [factor(1), factor(0)])


@register("div")
def divide(eqn: Equation) -> tuple[OutputRule, ...]:
    """z = x / y: dz/dx varies with y only."""
    first = Value(derivative(eqn, 0), out_axes(eqn.out_shape), (1,))
    return elementwise(eqn, [first, nonlinear_value(eqn, 1)])


@register("select_n")
def select(eqn: Equation) -> tuple[OutputRule, ...]:
    """z = cases[which]: the derivative varies with ``which`` only."""

    def chosen(case: int) -> Value:
        return Value(derivative(eqn, case), out_axes(eqn.out_shape), (0,))

    return elementwise(eqn, [None, *(chosen(case) for case in range(1, len(eqn.operands)))])
