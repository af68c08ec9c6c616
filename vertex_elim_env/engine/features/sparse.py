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
from vertex_elim_env.engine.features.rows import count_common, find, insert, remove, reserve, seek
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
    if rules.uniform_cost < 0:
        status = _check(live, j, rules, missing)
        if status != DONE:
            return status
    above, below = live.predecessors, live.successors
    for a in range(above.begin[j], above.begin[j] + above.length[j]):
        if not reserve(below, above.members[a], below.length[j]):
            return NO_ROOM
    for b in range(below.begin[j], below.begin[j] + below.length[j]):
        if not reserve(above, below.members[b], above.length[j]):
            return NO_ROOM
    for a in range(above.begin[j], above.begin[j] + above.length[j]):
        _join(live, rules, above.members[a], j)
    live.mask[j] = 0
    _detach(live, j)
    return DONE


@njit(cache=True, nogil=True)
def _check(live: SparseState, j: int, rules: Rules, missing: NDArray[np.int32]) -> int:
    """Whether the tables hold every pair that eliminating j needs."""
    above, below = live.predecessors, live.successors
    for a in range(above.begin[j], above.begin[j] + above.length[j]):
        u = above.members[a]
        place, end = below.begin[u], below.begin[u] + below.length[u]
        incoming = below.values[find(below, u, j)]
        for b in range(below.begin[j], below.begin[j] + below.length[j]):
            outgoing = below.values[b]
            through = rules.product[outgoing, incoming]
            if through == UNKNOWN:
                missing[0], missing[1] = outgoing, incoming
                return MISSING_PRODUCT
            place = seek(below, u, place, below.members[b])
            is_there = place < end and below.members[place] == below.members[b]
            if is_there and rules.sum[below.values[place], through] == UNKNOWN:
                missing[0], missing[1] = below.values[place], through
                return MISSING_SUM
    return DONE


@njit(cache=True, nogil=True)
def _join(live: SparseState, rules: Rules, u: int, j: int) -> None:
    """Add the Jacobians of all paths u -> j -> w to the edges u -> w."""
    above, below = live.predecessors, live.successors
    incoming, place = below.values[find(below, u, j)], below.begin[u]
    for b in range(below.begin[j], below.begin[j] + below.length[j]):
        w, through = below.members[b], rules.product[below.values[b], incoming]
        if through == 0:
            continue
        place = seek(below, u, place, w)
        is_there = place < below.begin[u] + below.length[u] and below.members[place] == w
        present = below.values[place] if is_there else 0
        edge = rules.sum[present, through]
        if edge == present:
            continue
        if present == 0:
            _count(live, u, w, 1)
            insert(below, u, w, edge)
            insert(above, w, u, 0)
        elif edge == 0:
            remove(below, u, w)
            remove(above, w, u)
            _count(live, u, w, -1)
        else:
            below.values[place] = edge
            if rules.pays_additions:
                _count(live, u, w, 0)


@njit(cache=True, nogil=True)
def _count(live: SparseState, u: int, w: int, change: int) -> None:
    """An edge u -> w, absent at present, comes or goes: it joins pairs, and makes pairs that are joined."""
    above, below = live.predecessors, live.successors
    first, row, second, other = (below, u, above, w)
    if above.length[w] < below.length[u]:
        first, row, second, other = (above, w, below, u)
    place, end = second.begin[other], second.begin[other] + second.length[other]
    for a in range(first.begin[row], first.begin[row] + first.length[row]):
        v = first.members[a]
        place = seek(second, other, place, v)
        if place == end:
            break
        if second.members[place] == v:
            live.joined[v] += change
            _mark(live, v)
    if change and u < len(live.mask) and live.mask[u]:
        live.joined[u] += change * count_common(above, u, above, w)
    if change and w < len(live.mask) and live.mask[w]:
        live.joined[w] += change * count_common(below, w, below, u)


@njit(cache=True, nogil=True)
def _mark(live: SparseState, v: int) -> None:
    live.stale[v // 64] |= ONE << np.uint64(v % 64)


@njit(cache=True, nogil=True)
def _detach(live: SparseState, j: int) -> None:
    """Take all edges of j away, with the pairs that they make, and mark it and its neighbours."""
    above, below = live.predecessors, live.successors
    _mark(live, j)
    for a in range(above.begin[j], above.begin[j] + above.length[j]):
        u = above.members[a]
        _mark(live, u)
        if u < len(live.mask):
            live.joined[u] -= count_common(above, u, above, j)
    for b in range(below.begin[j], below.begin[j] + below.length[j]):
        w = below.members[b]
        _mark(live, w)
        if w < len(live.mask):
            live.joined[w] -= count_common(below, w, below, j)
    for a in range(above.begin[j], above.begin[j] + above.length[j]):
        remove(below, above.members[a], j)
    for b in range(below.begin[j], below.begin[j] + below.length[j]):
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
    cost, fill_in = 0, 0
    if is_left:
        fill_in = num_in * num_out - live.joined[v]
        if rules.uniform_cost >= 0:
            cost = rules.uniform_cost * num_in * num_out
        else:
            status, cost = _cost(live, rules, v, missing)
            if status != DONE:
                return status
    if is_action:
        live.costs[v] = cost
    write_row(live.features[v], is_action and not is_left, num_in, num_out, cost, fill_in)
    return DONE


@njit(cache=True, nogil=True)
def _cost(live: SparseState, rules: Rules, j: int, missing: NDArray[np.int32]) -> tuple[int, int]:
    """What eliminating j now would cost. Returns (status, cost)."""
    status, total = _product_costs(live, rules, j, missing)
    if status != DONE or not rules.pays_additions:
        return status, total
    status, sum_costs = _sum_costs(live, rules, j, missing)
    return status, total + sum_costs


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
def _sum_costs(
    live: SparseState, rules: Rules, j: int, missing: NDArray[np.int32]
) -> tuple[int, int]:
    """What the sums with edges that are there would cost."""
    above, below = live.predecessors, live.successors
    total = 0
    for a in range(above.begin[j], above.begin[j] + above.length[j]):
        u = above.members[a]
        place, end = below.begin[u], below.begin[u] + below.length[u]
        incoming = below.values[find(below, u, j)]
        for b in range(below.begin[j], below.begin[j] + below.length[j]):
            place = seek(below, u, place, below.members[b])
            if place == end:
                break
            if below.members[place] != below.members[b]:
                continue
            present, through = below.values[place], rules.product[below.values[b], incoming]
            if rules.sum[present, through] == UNKNOWN:
                missing[0], missing[1] = present, through
                return MISSING_SUM, 0
            total += rules.sum_cost[present, through]
    return DONE, total
