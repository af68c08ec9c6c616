"""The rules of the game compiled by numba: the loops of loops.py behind the reference's names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vertex_elim_env.algebra import Algebra
from vertex_elim_env.engine.loops import (
    DONE,
    MISSING_PRODUCT,
    ONE,
    State,
    Tables,
    candidate,
    candidates,
    evaluate,
    live_edges,
    run_order,
)
from vertex_elim_env.engine.problem import EliminationProblem, check_order

MAX_VERTICES = 16_384
"""Larger graphs would need an edge matrix past half a gigabyte; the reference engine takes them."""


def tables_of(algebra: Algebra) -> Tables:
    """Return the present tables; they must be fetched anew after a fill."""
    return Tables(algebra.product, algebra.cost, algebra.sum, algebra.sum_cost)


def initial_state(problem: EliminationProblem) -> State:
    """Return the state before any elimination.

    Raises:
        ValueError: for a graph of more than ``MAX_VERTICES`` vertices.
    """
    n = problem.num_vertices
    if n > MAX_VERTICES:
        raise ValueError(
            f"the compiled engine holds graphs of up to {MAX_VERTICES} vertices; this one has {n}. "
            "Use engine.reference for it"
        )
    words = max(1, -(-n // 64))
    state = State(
        np.zeros((n, n), np.int16),
        np.zeros((n, words), np.uint64),
        np.zeros((n, words), np.uint64),
        np.zeros(problem.num_eliminable, np.bool_),
    )
    u, w = problem.sources, problem.targets
    state.edges[u, w] = problem.structures
    for bits, rows, members in ((state.successors, u, w), (state.predecessors, w, u)):
        np.bitwise_or.at(bits, (rows, members // 64), ONE << (members % 64).astype(np.uint64))
    return state


def edge_matrix(state: State) -> NDArray[np.int16]:
    """Return the structure id of every live edge u -> w, 0 elsewhere; int16 (N, N), fresh."""
    matrix = np.zeros_like(state.edges)
    sources, targets, structures = live_edges(state)
    matrix[sources, targets] = structures
    return matrix


def fill_missing(algebra: Algebra, status: int, missing: NDArray[np.int32]) -> None:
    """Fill the entry of the tables at which a loop stopped."""
    fill = algebra.fill_product if status == MISSING_PRODUCT else algebra.fill_sum
    fill(int(missing[0]), int(missing[1]))


def candidate_cost(problem: EliminationProblem, state: State, vertex: int) -> int:
    """Return what eliminating one vertex now would cost, 0 where it is eliminated already."""
    missing = np.zeros(2, np.int32)
    while True:
        status, cost = candidate(state, tables_of(problem.algebra), vertex, missing)
        if status == DONE:
            return int(cost)
        fill_missing(problem.algebra, status, missing)


def eliminate(problem: EliminationProblem, state: State, vertex: int) -> int:
    """Eliminate a vertex in place.

    Returns:
        The cost, in the cost model's unit.

    Raises:
        ValueError: if the vertex is not one that is left to eliminate.
    """
    if not (0 <= vertex < problem.num_eliminable) or state.eliminated[vertex]:
        raise ValueError(
            f"vertex {vertex} can't be eliminated: it is no eliminable vertex, or eliminated already"
        )
    cost = candidate_cost(problem, state, vertex)  # fills the tables, so that the next can't stop
    order, missing = np.asarray([vertex], np.int32), np.zeros(2, np.int32)
    status, _ = run_order(state, tables_of(problem.algebra), order, 0, 1, np.inf, missing)
    assert status == DONE, f"an elimination stopped with status {status}"
    return cost


def candidate_costs(problem: EliminationProblem, state: State) -> NDArray[np.int64]:
    """Return what eliminating each vertex now would cost, int64 (n,), 0 for eliminated ones."""
    costs, missing = np.zeros(problem.num_eliminable, np.int64), np.zeros(2, np.int32)
    while (status := candidates(state, tables_of(problem.algebra), costs, missing)) != DONE:
        fill_missing(problem.algebra, status, missing)
    return costs


def legal_mask(problem: EliminationProblem, state: State) -> NDArray[np.bool_]:
    """Return which vertices are left to eliminate, bool (n,), a fresh array."""
    return ~state.eliminated


def order_costs(problem: EliminationProblem, orders: ArrayLike) -> NDArray[np.int64]:
    """Return what each of several orders costs, int64 (B,).

    Args:
        problem: the problem.
        orders: permutations of ``range(n)``, integers (B, n).

    Raises:
        OrderError: if a row is no permutation of the eliminable vertices.
    """
    rows = [check_order(row, problem.num_eliminable) for row in np.asarray(orders)]
    batch = np.asarray(rows, np.int32).reshape(len(rows), problem.num_eliminable)
    costs, missing, begin = np.zeros(len(rows), np.int64), np.zeros(2, np.int32), 0
    initial = initial_state(problem)
    state = initial.copy()
    while begin < len(rows):
        tables = tables_of(problem.algebra)
        status, begin = evaluate(initial, state, tables, batch, costs, begin, missing)
        if status != DONE:
            fill_missing(problem.algebra, status, missing)
    return costs


def order_cost(problem: EliminationProblem, order: Sequence[int]) -> int:
    """Return what it costs to eliminate the vertices in the given order.

    Raises:
        OrderError: if the order is no permutation of the eliminable vertices.
    """
    checked = check_order(order, problem.num_eliminable)
    return int(order_costs(problem, np.asarray(checked, np.int32).reshape(1, -1))[0])
