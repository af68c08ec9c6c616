"""The rules of the game compiled by numba: an edge matrix, and bit sets of neighbours.

An entry of the edge matrix means something only where the bit sets say that the edge is there, so
that resetting and copying touch live edges alone. A loop that meets a pair of structures missing in
the tables stops; Python fills the entry and starts the loop again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from vertex_elim_env.algebra import UNKNOWN, Algebra
from vertex_elim_env.engine.bits import lowest_bit
from vertex_elim_env.engine.problem import EliminationProblem, check_order

DONE, MISSING_PRODUCT, MISSING_SUM, TOO_DEAR = 0, 1, 2, 3
MAX_VERTICES = 16_384
"""Larger graphs would need an edge matrix past half a gigabyte; the reference engine takes them."""

ONE = np.uint64(1)


class Tables(NamedTuple):
    """The algebra's tables as the compiled loops read them; see :class:`Algebra`."""

    product: NDArray[np.int32]  # (K, K)
    cost: NDArray[np.int64]  # (K, K)
    sum: NDArray[np.int32]  # (K, K)
    sum_cost: NDArray[np.int64]  # (K, K)


class State(NamedTuple):
    """A graph on the way to its Jacobian; N vertices, W = ceil(N / 64) words a bit set.

    ``edges[u, w]`` is the structure id of the edge u -> w where bit w of ``successors[u]`` is set
    (and bit u of ``predecessors[w]``); elsewhere it is left over from earlier.
    """

    edges: NDArray[np.int16]  # (N, N)
    successors: NDArray[np.uint64]  # (N, W)
    predecessors: NDArray[np.uint64]  # (N, W)
    eliminated: NDArray[np.bool_]  # (n,)

    def copy(self) -> State:
        """Return an independent copy."""
        return State(*(array.copy() for array in self))


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


@njit(cache=True, nogil=True)
def live_edges(state: State) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return source, target and structure id of every live edge, int32 (E,) each, by source."""
    count = 0
    for word in state.successors.flat:
        rest = word
        while rest:
            count += 1
            rest &= rest - ONE
    sources, targets = np.empty(count, np.int32), np.empty(count, np.int32)
    structures = np.empty(count, np.int32)
    k = 0
    for u in range(len(state.successors)):
        for a in range(state.successors.shape[1]):
            rest = state.successors[u, a]
            while rest:
                w = 64 * a + lowest_bit(rest)
                rest &= rest - ONE
                sources[k], targets[k], structures[k] = u, w, state.edges[u, w]
                k += 1
    return sources, targets, structures


def edge_matrix(state: State) -> NDArray[np.int16]:
    """Return the structure id of every live edge u -> w, 0 elsewhere; int16 (N, N), fresh."""
    matrix = np.zeros_like(state.edges)
    sources, targets, structures = live_edges(state)
    matrix[sources, targets] = structures
    return matrix


@njit(cache=True, nogil=True)
def copy_into(target: State, source: State) -> None:
    """Overwrite a state by another of the same problem; of the edges, only live ones are copied."""
    target.eliminated[:] = source.eliminated
    target.predecessors[:] = source.predecessors
    target.successors[:] = source.successors
    for u in range(len(source.successors)):
        for a in range(source.successors.shape[1]):
            rest = source.successors[u, a]
            while rest:
                w = 64 * a + lowest_bit(rest)
                rest &= rest - ONE
                target.edges[u, w] = source.edges[u, w]


@njit(cache=True, nogil=True)
def run_order(
    state: State,
    tables: Tables,
    order: NDArray[np.int32],
    begin: int,
    end: int,
    limit: float,
    missing: NDArray[np.int32],
) -> tuple[int, int]:
    """Eliminate ``order[begin:end]`` in place.

    Returns:
        (status, cost). TOO_DEAR: it stopped where the cost passed ``limit``. MISSING_PRODUCT or
        MISSING_SUM: the tables lack the pair written to ``missing``, and the state is spoilt.
    """
    edges, successors, predecessors, eliminated = state
    product, cost, sums, sum_cost = tables
    words = successors.shape[1]
    total = 0
    for k in range(begin, end):
        j = order[k]
        for a in range(words):
            us = predecessors[j, a]
            while us:
                u = 64 * a + lowest_bit(us)
                u_bit = us & (~us + ONE)
                us &= us - ONE
                incoming = edges[u, j]
                for b in range(words):
                    ws = successors[j, b]
                    while ws:
                        w = 64 * b + lowest_bit(ws)
                        w_bit = ws & (~ws + ONE)
                        ws &= ws - ONE
                        outgoing = edges[j, w]
                        through = product[outgoing, incoming]
                        total += cost[outgoing, incoming]
                        if through == UNKNOWN:
                            missing[0], missing[1] = outgoing, incoming
                            return MISSING_PRODUCT, 0
                        if through and successors[u, b] & w_bit:
                            present = edges[u, w]
                            edge = sums[present, through]
                            total += sum_cost[present, through]
                            if edge == UNKNOWN:
                                missing[0], missing[1] = present, through
                                return MISSING_SUM, 0
                            edges[u, w] = edge
                            if edge == 0:
                                successors[u, b] ^= w_bit
                                predecessors[w, a] ^= u_bit
                        elif through:
                            edges[u, w] = through
                            successors[u, b] |= w_bit
                            predecessors[w, a] |= u_bit
        _detach(successors, predecessors, j)
        eliminated[j] = True
        if total > limit:
            return TOO_DEAR, total
    return DONE, total


@njit(cache=True, nogil=True, inline="always")
def _detach(successors: NDArray[np.uint64], predecessors: NDArray[np.uint64], j: int) -> None:
    """Take all edges of j away."""
    word, keep = j // 64, ~(ONE << np.uint64(j % 64))
    for a in range(successors.shape[1]):
        rest = predecessors[j, a]
        while rest:
            successors[64 * a + lowest_bit(rest), word] &= keep
            rest &= rest - ONE
        rest = successors[j, a]
        while rest:
            predecessors[64 * a + lowest_bit(rest), word] &= keep
            rest &= rest - ONE
        predecessors[j, a] = 0
        successors[j, a] = 0


@njit(cache=True, nogil=True)
def candidate(state: State, tables: Tables, j: int, missing: NDArray[np.int32]) -> tuple[int, int]:
    """What eliminating j now would cost; changes nothing. Returns (status, cost)."""
    edges, successors, predecessors, _ = state
    product, cost, sums, sum_cost = tables
    words = successors.shape[1]
    total = 0
    for a in range(words):
        us = predecessors[j, a]
        while us:
            u = 64 * a + lowest_bit(us)
            us &= us - ONE
            incoming = edges[u, j]
            for b in range(words):
                ws = successors[j, b]
                while ws:
                    w = 64 * b + lowest_bit(ws)
                    w_bit = ws & (~ws + ONE)
                    ws &= ws - ONE
                    outgoing = edges[j, w]
                    through = product[outgoing, incoming]
                    total += cost[outgoing, incoming]
                    if through == UNKNOWN:
                        missing[0], missing[1] = outgoing, incoming
                        return MISSING_PRODUCT, 0
                    if through and successors[u, b] & w_bit:
                        present = edges[u, w]
                        if sums[present, through] == UNKNOWN:
                            missing[0], missing[1] = present, through
                            return MISSING_SUM, 0
                        total += sum_cost[present, through]
    return DONE, total


@njit(cache=True, nogil=True)
def _candidates(
    state: State, tables: Tables, costs: NDArray[np.int64], missing: NDArray[np.int32]
) -> int:
    for j in range(len(costs)):
        status, costs[j] = candidate(state, tables, j, missing)
        if status != DONE:
            return status
    return DONE


@njit(cache=True, nogil=True)
def evaluate(
    initial: State,
    state: State,
    tables: Tables,
    orders: NDArray[np.int32],
    costs: NDArray[np.int64],
    begin: int,
    missing: NDArray[np.int32],
) -> tuple[int, int]:
    """Costs of ``orders[begin:]``. Returns (status, number of the order at which it stopped)."""
    for b in range(begin, len(orders)):
        copy_into(state, initial)
        status, costs[b] = run_order(state, tables, orders[b], 0, orders.shape[1], np.inf, missing)
        if status != DONE:
            return status, b
    return DONE, len(orders)


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
    while (status := _candidates(state, tables_of(problem.algebra), costs, missing)) != DONE:
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
