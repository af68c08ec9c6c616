"""The rules of the game compiled by numba on linked edges, for graphs too large for an edge matrix."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.engine.compiled import fill_missing, tables_of
from vertex_elim_env.engine.loops import DONE, TOO_DEAR
from vertex_elim_env.engine.problem import EliminationProblem, check_order
from vertex_elim_env.engine.sparse_loops import (
    EDGE,
    NO_ROOM,
    VERTEX,
    SparseState,
    fill,
    live_edges,
    plan,
    run_order,
)

LEAST_ROOM = 64
GROWTH = 2


def initial_state(problem: EliminationProblem) -> SparseState:
    """Return the state before any elimination, with room for as many edges again."""
    columns = problem.sources, problem.targets, problem.structures
    capacity = max(LEAST_ROOM, GROWTH * len(problem.sources))
    return _state(columns, problem.num_vertices, capacity, np.zeros(problem.num_eliminable, bool))


def with_room(state: SparseState, j: int) -> SparseState:
    """Return the same state in a pool that has room for eliminating j, and as much again as it holds."""
    num_edges = len(state.edges) - int(state.free[1])
    num_new = int(state.vertices[j]["num_in"]) * int(state.vertices[j]["num_out"])
    return resized(state, GROWTH * num_edges + num_new)


def resized(state: SparseState, capacity: int) -> SparseState:
    """Return the same state in a pool of so many edges."""
    columns = live_edges(state)
    return _state(columns, len(state.vertices), capacity, state.eliminated.copy())


def _state(
    columns: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]],
    num_vertices: int,
    capacity: int,
    eliminated: NDArray[np.bool_],
) -> SparseState:
    num_buckets = 1 << (capacity - 1).bit_length()
    state = SparseState(
        np.zeros(capacity, EDGE),
        np.zeros(num_vertices, VERTEX),
        np.zeros(num_buckets, np.int32),
        np.zeros(2, np.int64),
        eliminated,
    )
    fill(state, *columns)
    return state


def eliminate(problem: EliminationProblem, state: SparseState, vertex: int) -> int:
    """Eliminate a vertex in place.

    Returns:
        The cost, in the cost model's unit.

    Raises:
        ValueError: if the vertex is not one that is left to eliminate, or the pool has no room for
            it: see :func:`with_room`.
    """
    if not (0 <= vertex < problem.num_eliminable) or state.eliminated[vertex]:
        raise ValueError(
            f"vertex {vertex} can't be eliminated: it is no eliminable vertex, or eliminated already"
        )
    order, missing = np.asarray([vertex], np.int32), np.zeros(2, np.int32)
    while True:
        tables = tables_of(problem.algebra)
        status, cost, _ = run_order(state, tables, order, 0, 1, math.inf, missing)
        if status == DONE:
            return int(cost)
        if status == NO_ROOM:
            raise ValueError(f"the pool has no room for eliminating vertex {vertex}: see with_room")
        fill_missing(problem.algebra, status, missing)


def candidate_cost(problem: EliminationProblem, state: SparseState, vertex: int) -> int:
    """Return what eliminating one vertex now would cost, 0 where it is eliminated already."""
    missing = np.zeros(2, np.int32)
    while True:
        status, cost, _, _ = plan(state, tables_of(problem.algebra), vertex, missing)
        if status in (DONE, NO_ROOM):
            return int(cost)
        fill_missing(problem.algebra, status, missing)


def order_cost(
    problem: EliminationProblem,
    order: Sequence[int] | NDArray[np.int32],
    limit: float = math.inf,
) -> int:
    """Return what it costs to eliminate the vertices in the given order.

    An order that costs more than ``limit`` is given up half-way: a lower number is returned, past it.

    Raises:
        OrderError: if the order is no permutation of the eliminable vertices.
    """
    return state_after(problem, check_order(order, problem.num_eliminable), limit)[1]


def state_after(
    problem: EliminationProblem, vertices: Sequence[int], limit: float = math.inf
) -> tuple[SparseState, int]:
    """Return the state after some eliminations, which must be possible, and what they cost.

    Where that passes ``limit``, the rest is left.
    """
    order = np.asarray(vertices, np.int32)
    state, missing = initial_state(problem), np.zeros(2, np.int32)
    total, begin = 0, 0
    while True:
        tables = tables_of(problem.algebra)
        status, cost, begin = run_order(
            state, tables, order, begin, len(order), limit - total, missing
        )
        total += int(cost)
        if status in (DONE, TOO_DEAR):
            return state, total
        if status == NO_ROOM:
            state = with_room(state, int(order[begin]))
        else:
            fill_missing(problem.algebra, status, missing)
