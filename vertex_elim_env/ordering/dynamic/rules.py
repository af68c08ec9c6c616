"""Dynamic rules: each vertex in its turn is the one of least cost, fill-in, damage, or a mix of these.

A. Griewank, A. Walther, "Evaluating Derivatives", 2nd edition (SIAM 2008), section 9.3 and 10.
"""

from __future__ import annotations

import math
import time
from typing import NamedTuple

import numpy as np

from vertex_elim_env.algebra import UNKNOWN
from vertex_elim_env.engine import compiled, sparse
from vertex_elim_env.engine.loops import DONE, TOO_DEAR
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.engine.sparse_loops import NO_ROOM
from vertex_elim_env.ordering.dynamic.loops import begin, proceed
from vertex_elim_env.ordering.dynamic.progress import DAMAGE, FILL_IN, LAST_COST, PAUSED, Progress
from vertex_elim_env.ordering.dynamic.spans import spans

STEPS_BETWEEN_LOOKS = 256
"""Eliminations between two looks at the clock."""


class Criterion(NamedTuple):
    """A weighted sum of what a rule measures of a vertex; the least goes first.

    Attributes:
        cost: weight of what eliminating it now costs, by the cost model; of a scalar graph under
            "multiplications" the Markowitz degree, predecessors times successors.
        fill_in: weight of the pairs (predecessor, successor) without an edge between them.
        damage: weight of the rise of its neighbours' costs (their products') by its elimination.
        last_cost: weight of what it would cost as the last one: the cost now, by pair, times the
            inputs that reach it and the outputs that it reaches. Of a scalar graph under
            "multiplications" their number.
    """

    cost: float = 0.0
    fill_in: float = 0.0
    damage: float = 0.0
    last_cost: float = 0.0


class Rule(NamedTuple):
    """Criteria, each of which breaks the ties of those before it.

    Attributes:
        criteria: at least one.
        is_late: whether remaining ties go to the latest vertex in program order, not the earliest.
    """

    criteria: tuple[Criterion, ...]
    is_late: bool = True


def dynamic_order(
    problem: EliminationProblem,
    rule: Rule,
    *,
    limit: float = math.inf,
    deadline: float = math.inf,
) -> tuple[int, ...] | None:
    """Return the order of a rule.

    Args:
        problem: the problem.
        rule: the rule.
        limit: to the cost; an order that costs more is given up half-way.
        deadline: by ``time.perf_counter()``; what is left then is appended in reverse order.

    Returns:
        The order, or None where it costs more than ``limit``.
    """
    state, at, missing = (
        sparse.initial_state(problem),
        _progress(problem, rule),
        np.zeros(2, np.int32),
    )
    begin(state, at)
    while True:
        tables = compiled.tables_of(problem.algebra)
        status = proceed(state, tables, at, limit, STEPS_BETWEEN_LOOKS, missing)
        if status == TOO_DEAR:
            return None
        if status == DONE or time.perf_counter() > deadline:
            break
        if status == NO_ROOM:
            state = sparse.with_room(state, int(at.tree[1]))
        elif status != PAUSED:
            compiled.fill_missing(problem.algebra, status, missing)
    left = np.flatnonzero(~state.eliminated)[::-1]
    return (*at.order[: at.counts[0]].tolist(), *left.tolist())


def _progress(problem: EliminationProblem, rule: Rule) -> Progress:
    n = problem.num_eliminable
    weights = np.asarray(rule.criteria, np.float64)
    pays_additions = problem.algebra.cost_model == "flops"
    uses_damage = bool(weights[:, DAMAGE].any())
    return Progress(
        weights=weights,
        is_late=rule.is_late,
        uses_pairs=pays_additions or uses_damage or bool(weights[:, FILL_IN].any()),
        uses_damage=uses_damage,
        pays_additions=pays_additions,
        product_cost=product_cost(problem),
        costs=np.zeros(n, np.int64),
        is_stale=np.ones(n, np.bool_),
        joined=np.zeros(n, np.int64),
        spans=spans(problem) if weights[:, LAST_COST].any() else np.zeros(n),
        keys=np.zeros((n, len(weights))),
        tree=np.full(2 << max(0, (n - 1).bit_length()), -1, np.int32),
        changed=np.zeros(n, np.int32),
        is_changed=np.zeros(n, np.bool_),
        counts=np.zeros(3, np.int64),
        order=np.zeros(n, np.int32),
    )


def product_cost(problem: EliminationProblem) -> int:
    """What every product costs where one structure is all that can come up and sums are free, else -1."""
    algebra = problem.algebra
    if len(algebra) != 2:
        return -1
    structure = algebra.structures[1]
    assert structure is not None, "only the first is no edge"
    if structure.out_shape != structure.in_shape:
        return -1
    for fill, table in ((algebra.fill_product, algebra.product), (algebra.fill_sum, algebra.sum)):
        if table[1, 1] == UNKNOWN:
            fill(1, 1)
    is_closed = algebra.product[1, 1] == algebra.sum[1, 1] == 1 and not algebra.sum_cost[1, 1]
    return int(algebra.cost[1, 1]) if is_closed else -1
