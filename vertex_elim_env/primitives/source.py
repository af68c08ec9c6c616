"""Primitives without operands to differentiate: they only say along which axes they vary."""

from __future__ import annotations

from vertex_elim_env.primitives.rule import Equation, OperandRule, OutputRule, register


@register("iota")
def iota(eqn: Equation) -> tuple[OutputRule, ...]:
    """Counts along one axis, repeats along the others."""
    operands = tuple(OperandRule((None,) * len(a.shape), None) for a in eqn.operands)
    return (OutputRule(operands, (eqn.params["dimension"],)),)
