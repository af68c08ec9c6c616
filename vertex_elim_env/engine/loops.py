"""The compiled loops: numba over an edge matrix and bit sets of neighbours.

An entry of the edge matrix means something only where the bit sets say that the edge is there, so
that resetting and copying touch live edges alone. A loop that meets a pair of structures missing in
the tables stops and says which; the caller fills the entry and starts the loop again.
"""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.algebra import UNKNOWN
from vertex_elim_env.engine.bits import lowest_bit

DONE, MISSING_PRODUCT, MISSING_SUM, TOO_DEAR = 0, 1, 2, 3
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
        return State(
            self.edges.copy(),
            self.successors.copy(),
            self.predecessors.copy(),
            self.eliminated.copy(),
        )


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
def candidates(
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
