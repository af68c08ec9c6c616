"""Per JAX primitive the structure of its Jacobian and its value, side by side, in one registry."""

from __future__ import annotations

from vertex_elim_env.primitives import (
    calls,
    contraction,
    elementwise,
    indexing,
    layout,
    loops,
    matrices,
    sorting,
    source,
    windows,
)
from vertex_elim_env.primitives.batched import dense_rule
from vertex_elim_env.primitives.calls import INLINED, inner_jaxpr, rules_of
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
    loops,
    matrices,
    sorting,
    source,
    windows,
)
