"""Dynamic rules, their measures kept up to date on linked edges: near-linear in practice."""

from vertex_elim_env.ordering.dynamic.rules import Criterion, Rule, dynamic_order

__all__ = ["Criterion", "Rule", "dynamic_order"]
