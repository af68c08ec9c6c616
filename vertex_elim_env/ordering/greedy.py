"""Orders without search: forward, reverse, and lowest Markowitz cost with either tie rule.

A. Griewank, S. Reese, "On the calculation of Jacobian matrices by the Markowitz rule" (1991): the
vertex to go next is the cheapest one. For scalar graphs under "multiplications" the cost is the
Markowitz degree, predecessors times successors; for tensor graphs it is the cost model's. Ties go
to the earliest or to the
latest vertex in program order, which matters more than it should. On long programs the rule can go
badly wrong: a search that has a cheaper order gives it up half-way.
"""

from __future__ import annotations

import heapq
import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.algebra import UNKNOWN
from vertex_elim_env.engine import compiled, loops, reference
from vertex_elim_env.engine.bits import lowest_bit
from vertex_elim_env.engine.loops import ONE, State, Tables
from vertex_elim_env.engine.problem import EliminationProblem


def forward(problem: EliminationProblem, limit: float = math.inf) -> tuple[int, ...]:
    """Return the program order, which is forward mode."""
    return tuple(range(problem.num_eliminable))


def reverse(problem: EliminationProblem, limit: float = math.inf) -> tuple[int, ...]:
    """Return the program order backward, which is reverse mode."""
    return tuple(reversed(range(problem.num_eliminable)))


def markowitz_early(problem: EliminationProblem, limit: float = math.inf) -> tuple[int, ...] | None:
    """Return the order of lowest Markowitz cost, ties to the earliest vertex."""
    return _markowitz(problem, limit, late=False)


def markowitz_late(problem: EliminationProblem, limit: float = math.inf) -> tuple[int, ...] | None:
    """Return the order of lowest Markowitz cost, ties to the latest vertex."""
    return _markowitz(problem, limit, late=True)


def _markowitz(problem: EliminationProblem, limit: float, *, late: bool) -> tuple[int, ...] | None:
    """The order, or None where it costs more than ``limit``: then it is given up half-way."""
    if problem.num_vertices > compiled.MAX_VERTICES:
        return _markowitz_by_heap(problem, limit, late=late)
    n = problem.num_eliminable
    state, missing = compiled.initial_state(problem), np.zeros(2, np.int32)
    rule = _Rule(
        late=late,
        # Sums cost additions under "flops": an elimination changes more costs than its neighbours'.
        local=problem.algebra.cost_model != "flops",
        limit=limit,
        order=np.zeros(n, np.int32),
        costs=np.zeros(n, np.int64),
        stale=np.ones(n, np.bool_),
        done=np.zeros(2, np.int64),
    )
    while True:
        status = _greedy(state, compiled.tables_of(problem.algebra), rule, missing)
        if status == loops.DONE:
            return tuple(int(v) for v in rule.order)
        if status == loops.TOO_DEAR:
            return None
        compiled.fill_missing(problem.algebra, status, missing)


class _Rule(NamedTuple):
    """Lowest cost first, and how far it has come; the loop stops at a missing pair and goes on."""

    late: bool  # ties to the latest vertex
    local: bool  # an elimination changes the costs of neighbours only
    limit: float
    order: NDArray[np.int32]  # (n,)
    costs: NDArray[np.int64]  # (n,) of the candidates
    stale: NDArray[np.bool_]  # (n,) those to be found anew
    done: NDArray[np.int64]  # (2,) number of vertices eliminated, and their cost


@njit(cache=True, nogil=True)
def _greedy(state: State, tables: Tables, rule: _Rule, missing: NDArray[np.int32]) -> int:
    """Write the order of lowest candidate costs; returns a status of the compiled engine."""
    n = len(rule.order)
    while rule.done[0] < n:
        best = -1
        for v in range(n):
            if state.eliminated[v]:
                continue
            if rule.stale[v]:
                status, rule.costs[v] = loops.candidate(state, tables, v, missing)
                if status != loops.DONE:
                    return status
                rule.stale[v] = False
            cost = rule.costs[v]
            if best < 0 or cost < rule.costs[best] or (rule.late and cost == rule.costs[best]):
                best = v
        if rule.done[1] + rule.costs[best] > rule.limit:
            return loops.TOO_DEAR
        status = _eliminate(state, tables, best, rule, missing)
        if status != loops.DONE:
            return status
    return loops.DONE


@njit(cache=True, nogil=True)
def _eliminate(
    state: State, tables: Tables, vertex: int, rule: _Rule, missing: NDArray[np.int32]
) -> int:
    """Eliminate a vertex, and bring the candidates' costs up to date edge by edge."""
    status, cost = loops.candidate(state, tables, vertex, missing)
    if status != loops.DONE:
        return status
    k = rule.done[0]
    rule.order[k] = vertex
    itself = rule.order[k : k + 1]
    above = _members(state.predecessors[vertex])
    below = _members(state.successors[vertex])
    if rule.local:
        for sources, targets in ((above, itself), (itself, below), (above, below)):
            _add_shares(state, tables, sources, targets, -1, rule.costs, missing)
    loops.run_order(state, tables, rule.order, k, k + 1, np.inf, missing)
    rule.done[0] += 1
    rule.done[1] += cost
    if not rule.local:
        rule.stale[:] = True
        return loops.DONE
    status = _add_shares(state, tables, above, below, 1, rule.costs, missing)
    if status != loops.DONE:
        for neighbours in (above, below):
            for v in neighbours:
                if v < len(rule.stale):
                    rule.stale[v] = True
    return status


@njit(cache=True, nogil=True)
def _members(bits: NDArray[np.uint64]) -> NDArray[np.int32]:
    members = np.empty(64 * len(bits), np.int32)
    count = 0
    for a in range(len(bits)):
        rest = bits[a]
        while rest:
            members[count] = 64 * a + lowest_bit(rest)
            rest &= rest - ONE
            count += 1
    return members[:count].copy()


@njit(cache=True, nogil=True)
def _add_shares(
    state: State,
    tables: Tables,
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    sign: int,
    costs: NDArray[np.int64],
    missing: NDArray[np.int32],
) -> int:
    """Add to the costs of both ends of every edge between two sets what it has a part in."""
    for u in sources:
        before = _members(state.predecessors[u])
        for w in targets:
            if not state.successors[u, w // 64] >> np.uint64(w % 64) & ONE:
                continue
            edge = state.edges[u, w]
            if u < len(costs):
                for t in before:
                    incoming = state.edges[t, u]
                    if tables.product[edge, incoming] == UNKNOWN:
                        missing[0], missing[1] = edge, incoming
                        return loops.MISSING_PRODUCT
                    costs[u] += sign * tables.cost[edge, incoming]
            if w < len(costs):
                for t in _members(state.successors[w]):
                    outgoing = state.edges[w, t]
                    if tables.product[outgoing, edge] == UNKNOWN:
                        missing[0], missing[1] = outgoing, edge
                        return loops.MISSING_PRODUCT
                    costs[w] += sign * tables.cost[outgoing, edge]
    return loops.DONE


def _markowitz_by_heap(
    problem: EliminationProblem, limit: float, *, late: bool
) -> tuple[int, ...] | None:
    """The same order on graphs too large for an edge matrix; costs of neighbours are kept fresh."""
    state = reference.initial_state(problem)
    sign = -1 if late else 1
    costs = [reference.candidate_cost(problem, state, v) for v in range(problem.num_eliminable)]
    heap = [(cost, sign * v) for v, cost in enumerate(costs)]
    heapq.heapify(heap)
    order, total = [], 0
    while heap:
        cost, key = heapq.heappop(heap)
        vertex = sign * key
        if state.eliminated[vertex] or cost != costs[vertex]:
            continue
        stale = _costs_changed_by(problem, state, vertex)
        total += reference.eliminate(problem, state, vertex)
        if total > limit:
            return None
        order.append(vertex)
        for v in stale:
            if v < problem.num_eliminable:
                costs[v] = reference.candidate_cost(problem, state, v)
                heapq.heappush(heap, (costs[v], sign * v))
    return tuple(order)


def _costs_changed_by(problem: EliminationProblem, state: reference.State, vertex: int) -> set[int]:
    """Vertices whose cost an elimination changes: neighbours, as edges u -> w join or leave theirs.

    Where additions are paid, also vertices between the same u and w, whose sums meet that edge.
    """
    above, below = state.predecessors[vertex], state.successors[vertex]
    changed = {*above, *below}
    if problem.algebra.cost_model == "flops":
        changed |= {v for u in above for v in state.successors[u]} - {vertex}
    return changed
