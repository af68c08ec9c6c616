"""Regrouping: the same eliminations in another order, vertices next to those that wait for them.

Two eliminations in a row of vertices without an edge between them can be swapped: neither changes the
other's cost, nor the graph after both. So all that an order decides is, for every vertex, which of its
neighbours go after it. Any order that decides so costs the same (of tensors nearly always), and some
bring together what a search of stretches should see at once.
"""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine import compiled, sparse
from vertex_elim_env.engine.loops import DONE, Tables
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.engine.sparse_loops import NO_ROOM, SparseState, run_order


def regrouped(
    problem: EliminationProblem, order: Sequence[int], random: np.random.Generator
) -> tuple[int, ...]:
    """Return a random order of the same eliminations."""
    vertices, n = np.asarray(order, np.int32), problem.num_eliminable
    state, missing, begin = sparse.initial_state(problem), np.zeros(2, np.int32), 0
    pairs = [np.zeros((0, 2), np.int32)]
    while begin < n:
        tables = compiled.tables_of(problem.algebra)
        status, begin, found = _run(state, tables, vertices, begin, missing)
        pairs.append(found)
        if status == NO_ROOM:
            state = sparse.with_room(state, int(vertices[begin]))
        elif status != DONE:
            compiled.fill_missing(problem.algebra, status, missing)
    waits = np.concatenate(pairs)
    waits = waits[random.permutation(len(waits))]
    waits = waits[np.argsort(waits[:, 1], kind="stable")]
    starts = np.searchsorted(waits[:, 1], np.arange(n + 1))
    return tuple(_gather(vertices, waits[:, 0].copy(), starts).tolist())


@njit(cache=True, nogil=True)
def _run(
    state: SparseState,
    tables: Tables,
    order: NDArray[np.int32],
    begin: int,
    missing: NDArray[np.int32],
) -> tuple[int, int, NDArray[np.int32]]:
    """Eliminate, and return the pairs (vertex, neighbour that goes after it), int32 (P, 2)."""
    n, count = len(order), 0
    pairs = np.empty((8 * n, 2), np.int32)
    for at in range(begin, n):
        j, before = order[at], count
        into, out = state.vertices[j].first_in, state.vertices[j].first_out
        while into >= 0 or out >= 0:
            if into >= 0:
                v, into = state.edges[into].source, state.edges[into].next_in
            else:
                v, out = state.edges[out].target, state.edges[out].next_out
            if v < n:
                if count == len(pairs):
                    pairs = np.concatenate((pairs, np.empty_like(pairs)))
                pairs[count, 0], pairs[count, 1] = j, v
                count += 1
        status, _, _ = run_order(state, tables, order, at, at + 1, math.inf, missing)
        if status != DONE:
            return status, at, pairs[:before].copy()
    return DONE, n, pairs[:count].copy()


@njit(cache=True, nogil=True)
def _gather(
    order: NDArray[np.int32], waits: NDArray[np.int32], starts: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Every vertex right after those that it waits for, ``waits[starts[v] : starts[v + 1]]``."""
    n = len(order)
    result, count = np.empty(n, np.int32), 0
    place, is_begun, stack = starts[:-1].copy(), np.zeros(n, np.bool_), np.empty(n, np.int32)
    for root in order:
        if is_begun[root]:
            continue
        stack[0], height, is_begun[root] = root, 1, True
        while height:
            v = stack[height - 1]
            if place[v] == starts[v + 1]:
                result[count] = v
                count += 1
                height -= 1
                continue
            u = waits[place[v]]
            place[v] += 1
            if not is_begun[u]:
                is_begun[u] = True
                stack[height] = u
                height += 1
    return result
