"""Eliminating on an edge matrix and bit sets, and describing what changed."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.algebra import UNKNOWN
from vertex_elim_env.engine.bits import lowest_bit
from vertex_elim_env.engine.features.description import count_bits, write_row
from vertex_elim_env.engine.features.state import (
    Beginning,
    LiveState,
    Rules,
    empty_state,
    links,
    start,
)
from vertex_elim_env.engine.loops import DONE, MISSING_PRODUCT, MISSING_SUM, ONE

__all__ = ["NO_ROOM", "begin", "links", "refresh", "step"]

NO_ROOM = 4
"""A status that a step on a matrix never returns; see ``sparse``."""


def begin(
    beginning: Beginning, classes: NDArray[np.int8], *, has_adjacency: bool, is_described: bool
) -> LiveState:
    """Return the state of a beginning; unless its costs and features are known, all rows are stale."""
    num_rows, num_features = beginning.features.shape
    live = empty_state((), num_rows, len(beginning.mask), num_features, has_adjacency=has_adjacency)
    start(live, beginning, classes, is_described=is_described)
    return live


@njit(cache=True, nogil=True)
def step(
    live: LiveState, j: int, rules: Rules, missing: NDArray[np.int32], is_eliminated: bool
) -> tuple[int, bool]:
    """Eliminate the vertex of a row in place, unless it is eliminated, and describe what changed.

    Returns:
        (DONE, False); or MISSING_PRODUCT or MISSING_SUM where the tables lack the pair written to
        ``missing``, and whether the vertex was eliminated before it stopped: after a fill, call
        it again with that.
    """
    if not is_eliminated:
        status = _eliminate(live, j, rules, missing)
        if status != DONE:
            return status, False
    status = refresh(live, rules, missing)
    return status, status != DONE


@njit(cache=True, nogil=True)
def _eliminate(live: LiveState, j: int, rules: Rules, missing: NDArray[np.int32]) -> int:
    """Eliminate, and mark what is to be described anew; where a pair is missing nothing has changed."""
    if rules.uniform_cost >= 0:
        _join_all(live, j, rules.classes[1])
        return DONE
    status = _check(live, rules, j, missing)
    if status != DONE:
        return status
    edges, successors, predecessors = live.edges, live.successors, live.predecessors
    words = successors.shape[1]
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
                    ws &= ws - ONE
                    through = rules.product[edges[j, w], incoming]
                    if through:
                        edge = rules.sum[edges[u, w], through]
                        _put(live, rules, u, w, edge)
    _detach(live, j)
    live.mask[j] = 0
    return DONE


@njit(cache=True, nogil=True)
def _check(live: LiveState, rules: Rules, j: int, missing: NDArray[np.int32]) -> int:
    """Whether the tables hold every pair that eliminating j needs."""
    edges, successors, predecessors = live.edges, live.successors, live.predecessors
    words = successors.shape[1]
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
                    ws &= ws - ONE
                    outgoing = edges[j, w]
                    through = rules.product[outgoing, incoming]
                    if through == UNKNOWN:
                        missing[0], missing[1] = outgoing, incoming
                        return MISSING_PRODUCT
                    if rules.sum[edges[u, w], through] == UNKNOWN:
                        missing[0], missing[1] = edges[u, w], through
                        return MISSING_SUM
    return DONE


@njit(cache=True, nogil=True, inline="always")
def _put(live: LiveState, rules: Rules, u: int, w: int, edge: int) -> None:
    """Set the edge u -> w; where it comes or goes, the fill-in of what lies between is stale."""
    present = live.edges[u, w]
    if edge == present:
        return
    live.edges[u, w] = edge
    if len(live.adjacency):
        live.adjacency[u, w] = rules.classes[edge]
    is_flipped = (present == 0) != (edge == 0)
    if is_flipped or rules.pays_additions:
        for a in range(live.successors.shape[1]):
            live.stale[a] |= live.successors[u, a] & live.predecessors[w, a]
    if is_flipped:
        live.successors[u, w // 64] ^= ONE << np.uint64(w % 64)
        live.predecessors[w, u // 64] ^= ONE << np.uint64(u % 64)


@njit(cache=True, nogil=True)
def _join_all(live: LiveState, j: int, structure_class: int) -> None:
    """Eliminate where all edges are alike: only those that are new need be written."""
    successors, predecessors = live.successors, live.predecessors
    words = successors.shape[1]
    for a in range(words):
        us = predecessors[j, a]
        while us:
            u = 64 * a + lowest_bit(us)
            u_bit = us & (~us + ONE)
            us &= us - ONE
            for b in range(words):
                new = successors[j, b] & ~successors[u, b]
                successors[u, b] |= new
                while new:
                    w = 64 * b + lowest_bit(new)
                    new &= new - ONE
                    live.edges[u, w] = 1
                    if len(live.adjacency):
                        live.adjacency[u, w] = structure_class
                    for c in range(words):
                        live.stale[c] |= successors[u, c] & predecessors[w, c]
                    predecessors[w, a] |= u_bit
    _detach(live, j)
    live.mask[j] = 0


@njit(cache=True, nogil=True, inline="always")
def _detach(live: LiveState, j: int) -> None:
    """Take all edges of j away, and mark it and its neighbours."""
    word, bit = j // 64, ONE << np.uint64(j % 64)
    for a in range(live.successors.shape[1]):
        above, below = live.predecessors[j, a], live.successors[j, a]
        live.stale[a] |= above | below
        while above:
            u = 64 * a + lowest_bit(above)
            above &= above - ONE
            live.successors[u, word] &= ~bit
            live.edges[u, j] = 0
            if len(live.adjacency):
                live.adjacency[u, j] = 0
        while below:
            w = 64 * a + lowest_bit(below)
            below &= below - ONE
            live.predecessors[w, word] &= ~bit
            live.edges[j, w] = 0
            if len(live.adjacency):
                live.adjacency[j, w] = 0
        live.predecessors[j, a] = 0
        live.successors[j, a] = 0
    live.stale[word] |= bit


@njit(cache=True, nogil=True)
def refresh(live: LiveState, rules: Rules, missing: NDArray[np.int32]) -> int:
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
def _describe(live: LiveState, rules: Rules, v: int, missing: NDArray[np.int32]) -> int:
    num_in, num_out, fill_in, cost = 0, 0, 0, 0
    words = live.successors.shape[1]
    for a in range(words):
        num_in += count_bits(live.predecessors[v, a])
        num_out += count_bits(live.successors[v, a])
    is_action = v < len(live.mask)
    if is_action and live.mask[v]:
        for a in range(words):
            us = live.predecessors[v, a]
            while us:
                u = 64 * a + lowest_bit(us)
                us &= us - ONE
                for b in range(words):
                    fill_in += count_bits(live.successors[v, b] & ~live.successors[u, b])
        if rules.uniform_cost >= 0:
            cost = rules.uniform_cost * num_in * num_out
        else:
            status, cost = _cost(live, rules, v, missing)
            if status != DONE:
                return status
    if is_action:
        live.costs[v] = cost
    # A row of padding, all zeros, must not look like a vertex that is gone.
    row, is_left = live.features[v], is_action and live.mask[v]
    is_eliminated = is_action and not is_left and row[0] != 0
    write_row(row, is_eliminated, num_in, num_out, cost, fill_in)
    return DONE


@njit(cache=True, nogil=True)
def _cost(live: LiveState, rules: Rules, j: int, missing: NDArray[np.int32]) -> tuple[int, int]:
    """What eliminating j now would cost. Returns (status, cost)."""
    edges, successors, predecessors = live.edges, live.successors, live.predecessors
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
                    ws &= ws - ONE
                    outgoing = edges[j, w]
                    through = rules.product[outgoing, incoming]
                    if through == UNKNOWN:
                        missing[0], missing[1] = outgoing, incoming
                        return MISSING_PRODUCT, 0
                    total += rules.cost[outgoing, incoming]
                    if rules.pays_additions:
                        if rules.sum[edges[u, w], through] == UNKNOWN:
                            missing[0], missing[1] = edges[u, w], through
                            return MISSING_SUM, 0
                        total += rules.sum_cost[edges[u, w], through]
    return DONE, total
