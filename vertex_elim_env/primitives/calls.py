"""Functions with a derivative rule of their own: elementwise where the rule is, else dense."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from vertex_elim_env.primitives.batched import dense_rule
from vertex_elim_env.primitives.elementwise import CONSTANT, NONLINEAR, elementwise
from vertex_elim_env.primitives.rule import Equation, OutputRule, Value, out_axes, register

INLINED = frozenset(
    {"jit", "pjit", "closed_call", "core_call", "remat", "remat2", "checkpoint", "xla_call"}
)
"""Calls whose body belongs to the program."""

_ENTRYWISE = frozenset(
    [
        *(name for name in (*NONLINEAR, *CONSTANT) if name not in ("argmax", "argmin")),
        *("add", "add_any", "sub", "neg", "mul", "div", "select_n", "convert_element_type", "copy"),
    ]
)


def inner_jaxpr(params: Any) -> Any:
    """Return the body of a call as an open jaxpr and its constants."""
    body = params.get("jaxpr", params.get("call_jaxpr"))
    return (body.jaxpr, body.consts) if hasattr(body, "consts") else (body, ())


def _is_entrywise(jaxpr: Any, shape: tuple[int, ...]) -> bool:
    """Whether every equation works entry by entry on arrays of one shape, or on scalars."""
    for eqn in jaxpr.eqns:
        if eqn.primitive.name in INLINED or eqn.primitive.name.startswith("custom_"):
            if not _is_entrywise(inner_jaxpr(eqn.params)[0], shape):
                return False
        elif eqn.primitive.name == "broadcast_in_dim":
            if eqn.invars[0].aval.shape != ():
                return False
        elif eqn.primitive.name not in _ENTRYWISE:
            return False
        if any(v.aval.shape not in ((), shape) for v in eqn.outvars):
            return False
    return all(
        v.aval.shape in ((), shape) for v in (*jaxpr.invars, *jaxpr.constvars, *jaxpr.outvars)
    )


def _tangent(eqn: Equation, operand: int) -> Any:
    """A function of (operands, direction) that applies the call's own derivative rule."""

    def with_operand(arrays: Sequence[jax.Array]) -> Any:
        return lambda x: eqn.bind(*arrays[:operand], x, *arrays[operand + 1 :])[0]

    if eqn.name == "custom_jvp_call":
        return lambda arrays, t: jax.jvp(with_operand(arrays), (arrays[operand],), (t,))[1]
    return lambda arrays, t: jax.vjp(with_operand(arrays), arrays[operand])[1](t)[0]


@register("custom_jvp_call", "custom_vjp_call", "custom_vjp_call_jaxpr")
def custom_call(eqn: Equation) -> tuple[OutputRule, ...]:
    """Never inlined: the user's derivative is honoured, entry by entry where it works so."""
    arrays = (*eqn.operands, *eqn.results)
    same = all(a.shape == eqn.out_shape and jnp.issubdtype(a.dtype, jnp.floating) for a in arrays)
    if len(eqn.results) != 1 or not same:
        return dense_rule(eqn)
    tangents = [_tangent(eqn, operand) for operand in range(len(eqn.operands))]
    for tangent in tangents:
        traced = jax.make_jaxpr(tangent)(eqn.operands, eqn.results[0])
        if not _is_entrywise(traced.jaxpr, eqn.out_shape):
            return dense_rule(eqn)
    everything = tuple(range(len(eqn.operands)))

    def value(tangent: Any) -> Value:
        def compute(arrays: Sequence[jax.Array]) -> jax.Array:
            return tangent(arrays, jnp.ones(eqn.out_shape, eqn.results[0].dtype))

        return Value(compute, out_axes(eqn.out_shape), everything)

    return elementwise(eqn, [value(tangent) for tangent in tangents])
