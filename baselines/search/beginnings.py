"""What searches begin with: the orders of the heuristics."""

from __future__ import annotations

import time

from baselines.heuristics.dynamic import DynamicHeuristic
from baselines.heuristics.portfolio import HEURISTICS
from baselines.solver import Incumbent
from vertex_elim_env.engine import sparse
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.ordering.dynamic import dynamic_order
from vertex_elim_env.ordering.search import WORTHLESS

TIME_SHARE = 0.2
"""Share of a time limit that heuristics may take; those that do not come to an end are cut short."""


def offer_heuristics(problem: EliminationProblem, best: Incumbent) -> list[tuple[int, ...]]:
    """Offer the heuristics' orders to an incumbent, as far as time allows; return them, the best first.

    A rule whose order is getting much dearer than the best is given up.
    """
    found: list[tuple[int, tuple[int, ...]]] = []
    deadline = time.perf_counter() + TIME_SHARE * best.seconds_left
    for heuristic in HEURISTICS:
        if found and time.perf_counter() > deadline:
            break
        limit = WORTHLESS * best.cost
        if isinstance(heuristic, DynamicHeuristic):
            order = dynamic_order(problem, heuristic.rule(), limit=limit, deadline=deadline)
        else:
            order = tuple(heuristic.order(problem, deadline))
        if order is None:
            continue
        best.evaluations += 1
        cost = sparse.order_cost(problem, order, limit)
        if cost <= limit:
            best.offer(order, cost)
            found.append((cost, order))
    return [order for _, order in sorted(found)]
