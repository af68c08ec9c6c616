"""Orders without search: forward, reverse, and lowest Markowitz cost with either tie rule.

A. Griewank, S. Reese, "On the calculation of Jacobian matrices by the Markowitz rule" (1991): the
vertex to go next is the cheapest one. For scalar graphs under "multiplications" the cost is the
Markowitz degree, predecessors times successors; for tensor graphs it is the cost model's. Ties go
to the earliest or to the latest vertex in program order, which matters more than it should.
"""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine import compiled, loops, reference
from vertex_elim_env.engine.bits import lowest_bit
from vertex_elim_env.engine.loops import ONE, State, Tables
from vertex_elim_env.engine.problem import EliminationProblem


def forward(problem: EliminationProblem) -> tuple[int, ...]:
    """Return the program order, which is forward mode."""
    return tuple(range(problem.num_eliminable))


def reverse(problem: EliminationProblem) -> tuple[int, ...]:
    """Return the program order backward, which is reverse mode."""
    return tuple(reversed(range(problem.num_eliminable)))


def markowitz_early(problem: EliminationProblem) -> tuple[int, ...]:
    """Return the order of lowest Markowitz cost, ties to the earliest vertex."""
    return _markowitz(problem, late=False)


def markowitz_late(problem: EliminationProblem) -> tuple[int, ...]:
    """Return the order of lowest Markowitz cost, ties to the latest vertex."""
    return _markowitz(problem, late=True)


def _markowitz(problem: EliminationProblem, *, late: bool) -> tuple[int, ...]:
    if problem.num_vertices > compiled.MAX_VERTICES:
        return _markowitz_by_heap(problem, late=late)
    initial, missing = compiled.initial_state(problem), np.zeros(2, np.int32)
    order = np.zeros(problem.num_eliminable, np.int32)
    state = initial.copy()
    # Sums cost additions under "flops": then an elimination changes more costs than its neighbours'.
    local = problem.algebra.cost_model != "flops"
    while True:
        loops.copy_into(state, initial)
        tables = compiled.tables_of(problem.algebra)
        status = _greedy(state, tables, order, late, local, missing)
        if status == loops.DONE:
            return tuple(int(v) for v in order)
        compiled.fill_missing(problem.algebra, status, missing)


@njit(cache=True, nogil=True)
def _greedy(
    state: State,
    tables: Tables,
    order: NDArray[np.int32],
    late: bool,
    local: bool,
    missing: NDArray[np.int32],
) -> int:
    """Write the order of lowest candidate costs; returns a status of the compiled engine."""
    n = len(order)
    costs = np.zeros(n, np.int64)
    stale = np.ones(n, np.bool_)
    for k in range(n):
        best = -1
        for v in range(n):
            if state.eliminated[v]:
                continue
            if stale[v]:
                status, costs[v] = loops.candidate(state, tables, v, missing)
                if status != loops.DONE:
                    return status
                stale[v] = False
            if best < 0 or costs[v] < costs[best] or (late and costs[v] == costs[best]):
                best = v
        if local:
            _mark_neighbours(state, best, stale)
        else:
            stale[:] = True
        order[k] = best
        status, _ = loops.run_order(state, tables, order, k, k + 1, np.inf, missing)
        if status != loops.DONE:
            return status
    return loops.DONE


@njit(cache=True, nogil=True)
def _mark_neighbours(state: State, vertex: int, marked: NDArray[np.bool_]) -> None:
    for bits in (state.successors[vertex], state.predecessors[vertex]):
        for a in range(len(bits)):
            rest = bits[a]
            while rest:
                neighbour = 64 * a + lowest_bit(rest)
                rest &= rest - ONE
                if neighbour < len(marked):
                    marked[neighbour] = True


def _markowitz_by_heap(problem: EliminationProblem, *, late: bool) -> tuple[int, ...]:
    """The same order on graphs too large for an edge matrix; costs of neighbours are kept fresh."""
    state = reference.initial_state(problem)
    sign = -1 if late else 1
    costs = [reference.candidate_cost(problem, state, v) for v in range(problem.num_eliminable)]
    heap = [(cost, sign * v) for v, cost in enumerate(costs)]
    heapq.heapify(heap)
    order = []
    while heap:
        cost, key = heapq.heappop(heap)
        vertex = sign * key
        if state.eliminated[vertex] or cost != costs[vertex]:
            continue
        stale = _costs_changed_by(problem, state, vertex)
        reference.eliminate(problem, state, vertex)
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
