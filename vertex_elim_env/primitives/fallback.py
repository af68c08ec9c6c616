"""Primitives without a rule: the dense local Jacobian, by JAX itself; always right, never best."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.primitives.rule import (
    Axis,
    Equation,
    OperandRule,
    OutputRule,
    Value,
)


def dense_rule(eqn: Equation) -> tuple[OutputRule, ...]:
    """Every output depends on every operand of its own kind of numbers, entry by entry."""
    return tuple(
        OutputRule(
            tuple(dense_operand(eqn, out, operand) for operand in range(len(eqn.operands))),
            tuple(range(len(eqn.results[out].shape))),
        )
        for out in range(len(eqn.results))
    )


def dense_operand(eqn: Equation, out: int, operand: int) -> OperandRule:
    """One operand's rule: all axes free and stored, or no derivative for integers."""
    into, result = eqn.operands[operand], eqn.results[out]
    refs = (None,) * len(into.shape)
    if not (jnp.issubdtype(into.dtype, jnp.inexact) and jnp.issubdtype(result.dtype, jnp.inexact)):
        return OperandRule(refs, None)
    axes: tuple[Axis, ...] = (
        *(("out", axis) for axis in range(len(result.shape))),
        *(("in", axis) for axis in range(len(into.shape))),
    )
    return OperandRule(refs, Value(_jacobian(eqn, out, operand), axes, (), axes))


def _jacobian(eqn: Equation, out: int, operand: int) -> Callable[[Sequence[jax.Array]], jax.Array]:
    def compute(arrays: Sequence[jax.Array]) -> jax.Array:
        def apply(x: jax.Array) -> jax.Array:
            return eqn.bind(*arrays[:operand], x, *arrays[operand + 1 :])[out]

        holomorphic = np.issubdtype(arrays[operand].dtype, np.complexfloating)
        modes = [jax.jacrev, jax.jacfwd]
        if math.prod(eqn.operands[operand].shape) <= math.prod(eqn.results[out].shape):
            modes.reverse()
        try:
            return modes[0](apply, holomorphic=holomorphic)(arrays[operand])
        except (ValueError, TypeError, NotImplementedError):
            # Loops of unknown length have no reverse mode, custom_vjp functions no forward mode.
            return modes[1](apply, holomorphic=holomorphic)(arrays[operand])

    return compute
