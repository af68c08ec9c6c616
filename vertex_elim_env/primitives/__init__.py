"""Per JAX primitive the structure of its Jacobian and its value, side by side, in one registry."""

from __future__ import annotations

from vertex_elim_env.primitives import (
    calls,
    contraction,
    elementwise,
    indexing,
    layout,
    matrices,
    sorting,
    source,
    windows,
)
from vertex_elim_env.primitives.batched import dense_rule
from vertex_elim_env.primitives.calls import INLINED, inner_jaxpr
from vertex_elim_env.primitives.layout import group_identity
from vertex_elim_env.primitives.rule import (
    Axis,
    Equation,
    Group,
    OperandRule,
    Operands,
    OutputRule,
    Summed,
    ToOut,
    Value,
    find_rule,
    registered_names,
)

__all__ = [
    "INLINED",
    "Axis",
    "Equation",
    "Group",
    "OperandRule",
    "Operands",
    "OutputRule",
    "Summed",
    "ToOut",
    "Value",
    "dense_rule",
    "find_rule",
    "group_identity",
    "inner_jaxpr",
    "registered_names",
    "rules_of",
]

_REGISTERING = (
    calls,
    contraction,
    elementwise,
    indexing,
    layout,
    matrices,
    sorting,
    source,
    windows,
)


def rules_of(eqn: Equation) -> tuple[OutputRule, ...]:
    """Return the rules of an equation's outputs: its primitive's own, or the dense one."""
    rule = find_rule(eqn.name) or dense_rule
    return rule(eqn)
