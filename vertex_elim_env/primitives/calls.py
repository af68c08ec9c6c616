"""Calls: those whose body belongs to the program, and functions with a derivative rule of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from typing import Any

import jax
import jax.numpy as jnp

from vertex_elim_env.primitives.batched import Passed, batched_rule, dense_rule
from vertex_elim_env.primitives.elementwise import elementwise
from vertex_elim_env.primitives.passing import Reach, reach_through
from vertex_elim_env.primitives.rule import (
    Equation,
    Operands,
    OutputRule,
    Value,
    find_rule,
    is_inexact,
    out_axes,
    register,
)

INLINED = frozenset(
    {"jit", "pjit", "closed_call", "core_call", "remat", "remat2", "checkpoint", "xla_call"}
)
"""Calls whose body belongs to the program."""

CUSTOM = ("custom_jvp_call", "custom_vjp_call", "custom_vjp_call_jaxpr")
"""Calls with a derivative rule of the user's own."""


def inner_jaxpr(params: Any) -> Any:
    """Return the body of a call as an open jaxpr and its constants."""
    body = params.get("jaxpr", params.get("call_jaxpr"))
    return (body.jaxpr, body.consts) if hasattr(body, "consts") else (body, ())


def rules_of(eqn: Equation) -> tuple[OutputRule, ...]:
    """Return the rules of an equation's outputs: its primitive's own, or the dense one."""
    rule = find_rule(eqn.name) or dense_rule
    return rule(eqn)


_IN_A_DERIVATIVE: ContextVar[bool] = ContextVar("in_a_derivative", default=False)
"""Whether the equations looked at belong to a derivative rule, which is not differentiated again."""


def body_reach(jaxpr: Any, inputs: Iterable[int] | None = None) -> list[Reach]:
    """Return for every output of an open jaxpr which axes it passes on of the given inputs, or all."""
    inlined = {*INLINED, *CUSTOM} if _IN_A_DERIVATIVE.get() else INLINED
    return reach_through(
        jaxpr,
        range(len(jaxpr.invars)) if inputs is None else inputs,
        rules_of,
        inlined.__contains__,
        lambda params: inner_jaxpr(params)[0],
    )


def _direction_reach(jaxpr: Any) -> list[Reach]:
    """The same for a derivative rule as a function of operands and, last, of a direction.

    Only the direction counts. The rule is linear in it and not differentiated once more, so calls
    inside are what their bodies compute.
    """
    token = _IN_A_DERIVATIVE.set(True)
    try:
        return body_reach(jaxpr, [len(jaxpr.invars) - 1])
    finally:
        _IN_A_DERIVATIVE.reset(token)


Tangent = Callable[[Sequence[jax.Array], jax.Array], Any]
"""From the operands and a direction, the derivative along it."""


def _pushed(eqn: Equation, operand: int) -> Tangent:
    """A function of (operands, tangent of one) to the tangents of the inexact outputs."""

    def push(arrays: Sequence[jax.Array], tangent: jax.Array) -> list[jax.Array]:
        def apply(x: jax.Array) -> list[jax.Array]:
            results = eqn.bind(*arrays[:operand], x, *arrays[operand + 1 :])
            return [result for result in results if is_inexact(result)]

        return jax.jvp(apply, (arrays[operand],), (tangent,))[1]

    return push


def _pulled(eqn: Equation, out: int) -> Tangent:
    """A function of (operands, cotangent of one output) to the cotangents of the differentiable operands."""

    def pull(arrays: Sequence[jax.Array], cotangent: jax.Array) -> list[jax.Array]:
        places = eqn.differentiable

        def apply(*xs: jax.Array) -> jax.Array:
            values = dict(zip(places, xs, strict=True))
            return eqn.bind(*(values.get(k, array) for k, array in enumerate(arrays)))[out]

        return list(jax.vjp(apply, *(arrays[k] for k in places))[1](cotangent))

    return pull


def _reach_of_pushes(eqn: Equation) -> list[Reach]:
    """What a custom_jvp call's outputs have of its operands, by the user's own rule."""
    outs = [k for k, result in enumerate(eqn.results) if is_inexact(result)]
    reaches: list[Reach] = [{} for _ in eqn.results]
    for operand in eqn.differentiable:
        body = jax.make_jaxpr(_pushed(eqn, operand))(eqn.operands, eqn.operands[operand]).jaxpr
        for out, reach in zip(outs, _direction_reach(body), strict=True):
            if (passed := reach.get(len(eqn.operands))) is not None:
                reaches[out][operand] = passed
    return reaches


def _reach_of_pulls(eqn: Equation) -> list[Reach]:
    """The same for a custom_vjp call: its rule takes an output's axes to the operands'."""
    places = eqn.differentiable
    reaches: list[Reach] = [{} for _ in eqn.results]
    for out, aval in enumerate(eqn.results):
        if is_inexact(aval):
            body = jax.make_jaxpr(_pulled(eqn, out))(eqn.operands, aval).jaxpr
            for operand, reach in zip(places, _direction_reach(body), strict=True):
                if (passed := reach.get(len(eqn.operands))) is not None:
                    reaches[out][operand] = {into: axis for axis, into in passed.items()}
    return reaches


@register(*CUSTOM)
def custom_call(eqn: Equation) -> tuple[OutputRule, ...]:
    """Never inlined: the user's derivative is honoured, along every axis that it passes on."""
    forward = eqn.name == "custom_jvp_call"
    reaches = _reach_of_pushes(eqn) if forward else _reach_of_pulls(eqn)
    if _is_entrywise(eqn, reaches):
        return _entrywise(eqn, reaches[0], forward=forward)
    return reaching_rule(eqn, reaches)


def _is_entrywise(eqn: Equation, reaches: Sequence[Reach]) -> bool:
    """Whether one output depends on operands of its own shape, entry by entry."""
    shape = eqn.out_shape
    return (
        len(eqn.results) == 1
        and all(a.shape == shape and jnp.issubdtype(a.dtype, jnp.floating) for a in eqn.operands)
        and all(len(passed) == len(shape) for passed in reaches[0].values())
        and all(k == axis for passed in reaches[0].values() for k, axis in passed.items())
    )


def _entrywise(eqn: Equation, reach: Reach, *, forward: bool) -> tuple[OutputRule, ...]:
    places = range(len(eqn.operands))

    def value(operand: int) -> Value | None:
        if operand not in reach:
            return None

        def compute(operands: Operands) -> jax.Array:
            ones = jnp.ones(eqn.out_shape, eqn.results[0].dtype)
            if forward:
                return _pushed(eqn, operand)(operands, ones.astype(eqn.operands[operand].dtype))[0]
            pulled = operands.share("cotangents", lambda: _pulled(eqn, 0)(operands, ones))
            return pulled[eqn.differentiable.index(operand)]

        return Value(compute, out_axes(eqn.out_shape), tuple(places))

    return elementwise(eqn, [value(operand) for operand in places])


def reaching_rule(eqn: Equation, reaches: Sequence[Reach]) -> tuple[OutputRule, ...]:
    """The rule of an equation given what its outputs have of its operands."""

    def passed(out: int, operand: int) -> Passed:
        return reaches[out].get(operand, {})

    return batched_rule(
        eqn, passed, depends=lambda out, operand: operand in reaches[out], repeats=False
    )
