"""Eliminating on rows of neighbours, and describing what changed: for graphs too large for a matrix.

The same names as ``dense``; where a pool of rows is full, :func:`step` stops before it changes
anything and says so.
"""

# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.algebra import UNKNOWN
from vertex_elim_env.engine.bits import lowest_bit
from vertex_elim_env.engine.features.dense import NO_ROOM
from vertex_elim_env.engine.features.description import write_row
from vertex_elim_env.engine.features.rows import find, insert, remove, reserve
from vertex_elim_env.engine.features.sparse_state import SparseState, begin, links, with_room
from vertex_elim_env.engine.features.state import Rules
from vertex_elim_env.engine.loops import DONE, MISSING_PRODUCT, MISSING_SUM, ONE

__all__ = ["NO_ROOM", "begin", "links", "refresh", "step", "with_room"]


@njit(cache=True, nogil=True)
def step(
    live: SparseState, j: int, rules: Rules, missing: NDArray[np.int32], is_eliminated: bool
) -> tuple[int, bool]:
    """Eliminate the vertex of a row in place, unless it is eliminated, and describe what changed.

    Returns:
        As ``dense.step``; or (NO_ROOM, False).
    """
    if not is_eliminated:
        status = _eliminate(live, j, rules, missing)
        if status != DONE:
            return status, False
    status = refresh(live, rules, missing)
    return status, status != DONE


@njit(cache=True, nogil=True)
def _eliminate(live: SparseState, j: int, rules: Rules, missing: NDArray[np.int32]) -> int:
    status = _check(live, j, rules, missing)
    if status != DONE:
        return status
    above, below = live.predecessors, live.successors
    for a in range(above.begin[j], above.begin[j] + above.length[j]):
        u = above.members[a]
        if not reserve(below, u, below.length[j]):
            return NO_ROOM
    for b in range(below.begin[j], below.begin[j] + below.length[j]):
        if not reserve(above, below.members[b], above.length[j]):
            return NO_ROOM
    for a in range(above.begin[j], above.begin[j] + above.length[j]):
        u = above.members[a]
        incoming = below.values[find(below, u, j)]
        for b in range(below.begin[j], below.begin[j] + below.length[j]):
            through = rules.product[below.values[b], incoming]
            if through:
                _join(live, rules, u, below.members[b], through)
    _detach(live, j)
    live.mask[j] = 0
    return DONE


@njit(cache=True, nogil=True)
def _check(live: SparseState, j: int, rules: Rules, missing: NDArray[np.int32]) -> int:
    """Whether the tables hold every pair that eliminating j needs."""
    above, below = live.predecessors, live.successors
    for a in range(above.begin[j], above.begin[j] + above.length[j]):
        u = above.members[a]
        incoming = below.values[find(below, u, j)]
        for b in range(below.begin[j], below.begin[j] + below.length[j]):
            outgoing = below.values[b]
            through = rules.product[outgoing, incoming]
            if through == UNKNOWN:
                missing[0], missing[1] = outgoing, incoming
                return MISSING_PRODUCT
            place = find(below, u, below.members[b])
            if place >= 0 and rules.sum[below.values[place], through] == UNKNOWN:
                missing[0], missing[1] = below.values[place], through
                return MISSING_SUM
    return DONE


@njit(cache=True, nogil=True)
def _join(live: SparseState, rules: Rules, u: int, w: int, through: int) -> None:
    """Add a Jacobian to the edge u -> w; where it comes or goes, what lies between is stale."""
    above, below = live.predecessors, live.successors
    place = find(below, u, w)
    present = below.values[place] if place >= 0 else 0
    edge = rules.sum[present, through]
    if edge == present:
        return
    is_flipped = (present == 0) != (edge == 0)
    if is_flipped or rules.pays_additions:
        _mark_between(live, u, w)
    if present == 0:
        insert(below, u, w, edge)
        insert(above, w, u, 0)
    elif edge == 0:
        remove(below, u, w)
        remove(above, w, u)
    else:
        below.values[place] = edge


@njit(cache=True, nogil=True)
def _mark(live: SparseState, v: int) -> None:
    live.stale[v // 64] |= ONE << np.uint64(v % 64)


@njit(cache=True, nogil=True)
def _mark_between(live: SparseState, u: int, w: int) -> None:
    """Mark the successors of u that are predecessors of w, going through the shorter row."""
    above, below = live.predecessors, live.successors
    if below.length[u] <= above.length[w]:
        for a in range(below.begin[u], below.begin[u] + below.length[u]):
            if find(above, w, below.members[a]) >= 0:
                _mark(live, below.members[a])
    else:
        for a in range(above.begin[w], above.begin[w] + above.length[w]):
            if find(below, u, above.members[a]) >= 0:
                _mark(live, above.members[a])


@njit(cache=True, nogil=True)
def _detach(live: SparseState, j: int) -> None:
    """Take all edges of j away, and mark it and its neighbours."""
    above, below = live.predecessors, live.successors
    _mark(live, j)
    for a in range(above.begin[j], above.begin[j] + above.length[j]):
        _mark(live, above.members[a])
        remove(below, above.members[a], j)
    for b in range(below.begin[j], below.begin[j] + below.length[j]):
        _mark(live, below.members[b])
        remove(above, below.members[b], j)
    above.length[j] = 0
    below.length[j] = 0


@njit(cache=True, nogil=True)
def refresh(live: SparseState, rules: Rules, missing: NDArray[np.int32]) -> int:
    """Describe the stale rows anew. Where a pair is missing in the tables it stops, to be called again."""
    for a in range(len(live.stale)):
        while live.stale[a]:
            v = 64 * a + lowest_bit(live.stale[a])
            status = _describe(live, rules, v, missing)
            if status != DONE:
                return status
            live.stale[a] &= live.stale[a] - ONE
    return DONE


@njit(cache=True, nogil=True)
def _describe(live: SparseState, rules: Rules, v: int, missing: NDArray[np.int32]) -> int:
    num_in, num_out = live.predecessors.length[v], live.successors.length[v]
    is_action = v < len(live.mask)
    is_left = is_action and live.mask[v] != 0
    cost, num_joined = 0, 0
    if is_left:
        status, cost = _product_costs(live, rules, v, missing)
        if status != DONE:
            return status
        status, sum_cost, num_joined = _joined(live, rules, v, missing)
        if status != DONE:
            return status
        cost += sum_cost
    if is_action:
        live.costs[v] = cost
    fill_in = num_in * num_out - num_joined if is_left else 0
    write_row(live.features[v], is_action and not is_left, num_in, num_out, cost, fill_in)
    return DONE


@njit(cache=True, nogil=True)
def _product_costs(
    live: SparseState, rules: Rules, j: int, missing: NDArray[np.int32]
) -> tuple[int, int]:
    """What the products of eliminating j now would cost; incoming edges of one structure cost alike."""
    above, below = live.predecessors, live.successors
    num_alike = np.zeros(len(rules.classes), np.int64)
    met = np.empty(above.length[j], np.int64)
    num_met, total = 0, 0
    for a in range(above.begin[j], above.begin[j] + above.length[j]):
        incoming = below.values[find(below, above.members[a], j)]
        if num_alike[incoming] == 0:
            met[num_met] = incoming
            num_met += 1
        num_alike[incoming] += 1
    for b in range(below.begin[j], below.begin[j] + below.length[j]):
        outgoing = below.values[b]
        for incoming in met[:num_met]:
            if rules.product[outgoing, incoming] == UNKNOWN:
                missing[0], missing[1] = outgoing, incoming
                return MISSING_PRODUCT, 0
            total += num_alike[incoming] * rules.cost[outgoing, incoming]
    return DONE, total


@njit(cache=True, nogil=True)
def _joined(
    live: SparseState, rules: Rules, j: int, missing: NDArray[np.int32]
) -> tuple[int, int, int]:
    """What the sums of eliminating j now would cost, and how many of its pairs an edge joins already."""
    above, below = live.predecessors, live.successors
    num_joined, total = 0, 0
    for a in range(above.begin[j], above.begin[j] + above.length[j]):
        u = above.members[a]
        shorter, longer = (j, u) if below.length[j] <= below.length[u] else (u, j)
        for b in range(below.begin[shorter], below.begin[shorter] + below.length[shorter]):
            place = find(below, longer, below.members[b])
            if place < 0:
                continue
            num_joined += 1
            if rules.pays_additions:
                outgoing, present = (b, place) if shorter == j else (place, b)
                incoming = below.values[find(below, u, j)]
                through = rules.product[below.values[outgoing], incoming]
                if rules.sum[below.values[present], through] == UNKNOWN:
                    missing[0], missing[1] = below.values[present], through
                    return MISSING_SUM, 0, 0
                total += rules.sum_cost[below.values[present], through]
    return DONE, total, num_joined
