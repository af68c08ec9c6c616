"""Primitives without a rule: the dense local Jacobian, by JAX itself; always right, never best."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

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
        reasons = []
        for attempt in _attempts(eqn, out, operand, arrays):
            try:
                return attempt()
            except (ValueError, TypeError, NotImplementedError) as error:
                reasons.append(error)
        raise reasons[0]

    return compute


def _attempts(
    eqn: Equation, out: int, operand: int, arrays: Sequence[jax.Array]
) -> list[Callable[[], jax.Array]]:
    """Ways to the Jacobian, the cheapest first.

    Loops of unknown length have no reverse mode, custom_vjp functions no forward mode, and linear
    solves want all their operands differentiated together.
    """
    inexact = [k for k, a in enumerate(arrays) if jnp.issubdtype(a.dtype, jnp.inexact)]
    holomorphic = bool(jnp.issubdtype(arrays[operand].dtype, jnp.complexfloating))
    modes = [jax.jacrev, jax.jacfwd]
    if math.prod(eqn.operands[operand].shape) <= math.prod(eqn.results[out].shape):
        modes.reverse()

    def by_one(mode: Any) -> Callable[[], jax.Array]:
        def apply(x: jax.Array) -> jax.Array:
            return eqn.bind(*arrays[:operand], x, *arrays[operand + 1 :])[out]

        return lambda: mode(apply, holomorphic=holomorphic)(arrays[operand])

    def by_all(mode: Any) -> Callable[[], jax.Array]:
        def apply(*xs: jax.Array) -> jax.Array:
            values = dict(zip(inexact, xs, strict=True))
            return eqn.bind(*(values.get(k, array) for k, array in enumerate(arrays)))[out]

        argnums = tuple(range(len(inexact)))
        place = inexact.index(operand)
        return lambda: mode(apply, argnums, holomorphic=holomorphic)(*(arrays[k] for k in inexact))[
            place
        ]

    return [*(by_one(mode) for mode in modes), *(by_all(mode) for mode in modes)]
