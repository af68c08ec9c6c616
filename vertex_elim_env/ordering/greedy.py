"""Orders without search: forward, reverse, and lowest Markowitz cost with either tie rule.

A. Griewank, S. Reese, "On the calculation of Jacobian matrices by the Markowitz rule" (1991): the
vertex to go next is the cheapest one. For scalar graphs under "multiplications" the cost is the
Markowitz degree, predecessors times successors; for tensor graphs it is the cost model's. Ties go
to the earliest or to the latest vertex in program order, which matters more than it should. On long
programs the rule can go badly wrong: a search that has a cheaper order gives it up half-way.
"""

from __future__ import annotations

import math

from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.ordering.dynamic import Criterion, Rule, dynamic_order

MARKOWITZ_EARLY = Rule((Criterion(cost=1),), is_late=False)
MARKOWITZ_LATE = Rule((Criterion(cost=1),))


def forward(problem: EliminationProblem, limit: float = math.inf) -> tuple[int, ...]:
    """Return the program order, which is forward mode."""
    return tuple(range(problem.num_eliminable))


def reverse(problem: EliminationProblem, limit: float = math.inf) -> tuple[int, ...]:
    """Return the program order backward, which is reverse mode."""
    return tuple(reversed(range(problem.num_eliminable)))


def markowitz_early(problem: EliminationProblem, limit: float = math.inf) -> tuple[int, ...] | None:
    """Return the order of lowest Markowitz cost, ties to the earliest vertex; None past the limit."""
    return dynamic_order(problem, MARKOWITZ_EARLY, limit=limit)


def markowitz_late(problem: EliminationProblem, limit: float = math.inf) -> tuple[int, ...] | None:
    """Return the order of lowest Markowitz cost, ties to the latest vertex; None past the limit."""
    return dynamic_order(problem, MARKOWITZ_LATE, limit=limit)
