"""What searches begin with: the cheapest order of the fast rules."""

from __future__ import annotations

import time

from baselines.solver import Incumbent
from vertex_elim_env.engine import sparse
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.ordering.dynamic import Criterion, Rule, dynamic_order
from vertex_elim_env.ordering.search import RULES, WORTHLESS

LMMD = Rule((Criterion(cost=1, damage=1),))
"""Lowest Markowitz degree and damage: what it leaves behind is easy to improve."""


def offer_rules(problem: EliminationProblem, best: Incumbent) -> list[tuple[int, ...]]:
    """Offer the rules' orders to an incumbent, as far as time allows, and return them, the best first.

    The first rules take no time; a rule whose order is getting much dearer than the best is given up.
    """
    found: list[tuple[int, tuple[int, ...]]] = []

    def lmmd(problem: EliminationProblem, limit: float) -> tuple[int, ...] | None:
        deadline = time.perf_counter() + best.seconds_left
        return dynamic_order(problem, LMMD, limit=limit, deadline=deadline)

    for rule in (*RULES.values(), lmmd):
        if found and best.seconds_left <= 0:
            break
        order = rule(problem, WORTHLESS * best.cost)
        if order is not None:
            best.evaluations += 1
            cost = sparse.order_cost(problem, order)
            best.offer(order, cost)
            found.append((cost, order))
    return [order for _, order in sorted(found)]
