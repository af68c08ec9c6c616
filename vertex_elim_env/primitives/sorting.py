"""Sorting: along one axis a permutation, the other axes linked."""

from __future__ import annotations

from vertex_elim_env.primitives.batched import batched_rule
from vertex_elim_env.primitives.rule import Equation, OutputRule, register


@register("sort")
def sort(eqn: Equation) -> tuple[OutputRule, ...]:
    """Every output is a permutation of its own operand; the keys say which."""
    others = {k: k for k in range(len(eqn.shape(0))) if k != eqn.params["dimension"]}

    return batched_rule(
        eqn, lambda out, operand: others, depends=lambda out, operand: out == operand
    )


@register("top_k", "approx_top_k")
def top_k(eqn: Equation) -> tuple[OutputRule, ...]:
    """The largest entries along one axis."""
    rank = len(eqn.shape(0))
    along = eqn.params.get("axis", eqn.params.get("reduction_dimension", -1)) % rank
    others = {k: k for k in range(rank) if k != along}
    return batched_rule(eqn, lambda out, operand: others)
