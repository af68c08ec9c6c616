"""Functions with a derivative rule of their own: elementwise where the rule is, else dense."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from vertex_elim_env.primitives.elementwise import CONSTANT, NONLINEAR, elementwise
from vertex_elim_env.primitives.fallback import dense_rule
from vertex_elim_env.primitives.rule import Equation, OutputRule, Value, out_axes, register

INLINED = frozenset({"jit", "pjit", "closed_call", "core_call", "remat", "remat2", "checkpoint", "xla_call"})
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
    return all(v.aval.shape in ((), shape) for v in (*jaxpr.invars, *jaxpr.constvars, *jaxpr.outvars))


def _tangent(eqn: Equation) -> Any:
    """A function of (operand, direction) that applies the call's own derivative rule."""
    if eqn.name == "custom_jvp_call":
        return lambda x, t: jax.jvp(lambda a: eqn.bind(a)[0], (x,), (t,))[1]
    return lambda x, t: jax.vjp(lambda a: eqn.bind(a)[0], x)[1](t)[0]


@register("custom_jvp_call", "custom_vjp_call", "custom_vjp_call_jaxpr")
def custom_call(eqn: Equation) -> tuple[OutputRule, ...]:
    """Never inlined: the user's derivative is honoured, entry by entry where it works so."""
    if len(eqn.operands) != 1 or len(eqn.results) != 1 or eqn.shape(0) != eqn.out_shape:
        return dense_rule(eqn)
    if not all(jnp.issubdtype(a.dtype, jnp.floating) for a in (*eqn.operands, *eqn.results)):
        return dense_rule(eqn)
    tangent = _tangent(eqn)
    traced = jax.make_jaxpr(tangent)(eqn.operands[0], eqn.results[0])
    if not _is_entrywise(traced.jaxpr, eqn.out_shape):
        return dense_rule(eqn)
    value = Value(lambda arrays: tangent(arrays[0], jnp.ones_like(arrays[0])), out_axes(eqn.out_shape), (0,))
    return elementwise(eqn, [value])
