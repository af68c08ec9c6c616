"""The compiled loops that play a window back and forth: an elimination, and taking it back.

A step forward keeps in a log what it overwrites, and a step back restores it, so that nothing but what
changes is ever copied.
"""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.algebra import UNKNOWN
from vertex_elim_env.engine.bits import lowest_bit
from vertex_elim_env.engine.features.description import count_bits
from vertex_elim_env.engine.loops import DONE, MISSING_PRODUCT, MISSING_SUM, ONE, TOO_DEAR, Tables
from vertex_elim_env.ordering.windows import Window


@njit(cache=True, nogil=True)
def advance(
    window: Window,
    tables: Tables,
    j: int,
    log: NDArray[np.uint64],
    top: int,
    missing: NDArray[np.int32],
) -> tuple[int, int, int]:
    """Eliminate a member of the stretch.

    Returns:
        (status, cost, where the log ends). Unless it is DONE nothing has changed; TOO_DEAR says that
        the log has no room.
    """
    words = window.successors.shape[1]
    num_in, num_out = 0, 0
    for a in range(words):
        num_in += count_bits(window.predecessors[j, a])
        num_out += count_bits(window.successors[j, a])
    if top + max(num_in * num_out, words * (num_in + num_out)) > len(log):
        return TOO_DEAR, 0, top
    if window.product_cost >= 0:
        _join_patterns(window, j, log, top)
        return DONE, window.product_cost * num_in * num_out, top + words * (num_in + num_out)
    status, cost = _join(window, tables, j, log, top, missing)
    if status != DONE:
        return status, 0, top
    _hide(window, j)
    return DONE, cost, top + num_in * num_out


@njit(cache=True, nogil=True)
def retreat(window: Window, j: int, log: NDArray[np.uint64], top: int) -> int:
    """Take the latest elimination back, which was that of j. Returns where the log ends."""
    if window.product_cost >= 0:
        return _part_patterns(window, j, log, top)
    num_in, num_out = 0, 0
    for a in range(window.successors.shape[1]):
        num_in += count_bits(window.predecessors[j, a])
        num_out += count_bits(window.successors[j, a])
    top -= num_in * num_out
    _part(window, j, log, top, num_in * num_out)
    _show(window, j)
    return top


@njit(cache=True, nogil=True, inline="always")
def _join_patterns(window: Window, j: int, log: NDArray[np.uint64], top: int) -> None:
    successors, predecessors = window.successors, window.predecessors
    words = successors.shape[1]
    for b in range(words):
        us = predecessors[j, b]
        while us:
            u = 64 * b + lowest_bit(us)
            us &= us - ONE
            for a in range(words):
                log[top] = successors[u, a]
                top += 1
                successors[u, a] |= successors[j, a]
            successors[u, j // 64] ^= ONE << np.uint64(j % 64)
    for b in range(words):
        ws = successors[j, b]
        while ws:
            w = 64 * b + lowest_bit(ws)
            ws &= ws - ONE
            for a in range(words):
                log[top] = predecessors[w, a]
                top += 1
                predecessors[w, a] |= predecessors[j, a]
            predecessors[w, j // 64] ^= ONE << np.uint64(j % 64)


@njit(cache=True, nogil=True, inline="always")
def _part_patterns(window: Window, j: int, log: NDArray[np.uint64], top: int) -> int:
    successors, predecessors = window.successors, window.predecessors
    words = successors.shape[1]
    count = 0
    for a in range(words):
        count += count_bits(predecessors[j, a]) + count_bits(successors[j, a])
    first = top - words * count
    top = first
    for b in range(words):
        us = predecessors[j, b]
        while us:
            u = 64 * b + lowest_bit(us)
            us &= us - ONE
            for a in range(words):
                successors[u, a] = log[top]
                top += 1
    for b in range(words):
        ws = successors[j, b]
        while ws:
            w = 64 * b + lowest_bit(ws)
            ws &= ws - ONE
            for a in range(words):
                predecessors[w, a] = log[top]
                top += 1
    return first


@njit(cache=True, nogil=True, inline="always")
def _join(
    window: Window,
    tables: Tables,
    j: int,
    log: NDArray[np.uint64],
    top: int,
    missing: NDArray[np.int32],
) -> tuple[int, int]:
    edges, successors, predecessors = window.edges, window.successors, window.predecessors
    words, first, total = successors.shape[1], top, 0
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
                    through = tables.product[outgoing, incoming]
                    present = np.int64(edges[u, w]) if successors[u, b] & w_bit else 0
                    edge = tables.sum[present, through] if through >= 0 else 0
                    if through == UNKNOWN or edge == UNKNOWN:
                        _part(window, j, log, first, top - first)
                        if through == UNKNOWN:
                            missing[0], missing[1] = outgoing, incoming
                            return MISSING_PRODUCT, 0
                        missing[0], missing[1] = present, through
                        return MISSING_SUM, 0
                    total += tables.cost[outgoing, incoming] + tables.sum_cost[present, through]
                    log[top] = present
                    top += 1
                    if edge != present:
                        edges[u, w] = edge
                        if present == 0 or edge == 0:
                            successors[u, b] ^= w_bit
                            predecessors[w, a] ^= u_bit
    return DONE, total


@njit(cache=True, nogil=True)
def _part(window: Window, j: int, log: NDArray[np.uint64], top: int, count: int) -> None:
    """Restore the first pairs of predecessor and successor of j from the log."""
    edges, successors, predecessors = window.edges, window.successors, window.predecessors
    words, end = successors.shape[1], top + count
    for a in range(words):
        us = predecessors[j, a]
        while us:
            u = 64 * a + lowest_bit(us)
            u_bit = us & (~us + ONE)
            us &= us - ONE
            for b in range(words):
                ws = successors[j, b]
                while ws:
                    if top == end:
                        return
                    w = 64 * b + lowest_bit(ws)
                    w_bit = ws & (~ws + ONE)
                    ws &= ws - ONE
                    present = log[top]
                    top += 1
                    if present:
                        edges[u, w] = present
                        successors[u, b] |= w_bit
                        predecessors[w, a] |= u_bit
                    else:
                        successors[u, b] &= ~w_bit
                        predecessors[w, a] &= ~u_bit


@njit(cache=True, nogil=True, inline="always")
def _hide(window: Window, j: int) -> None:
    """Let the neighbours of j forget it."""
    word, keep = j // 64, ~(ONE << np.uint64(j % 64))
    for a in range(window.successors.shape[1]):
        rest = window.predecessors[j, a]
        while rest:
            window.successors[64 * a + lowest_bit(rest), word] &= keep
            rest &= rest - ONE
        rest = window.successors[j, a]
        while rest:
            window.predecessors[64 * a + lowest_bit(rest), word] &= keep
            rest &= rest - ONE


@njit(cache=True, nogil=True, inline="always")
def _show(window: Window, j: int) -> None:
    """Let the neighbours of j know it again."""
    word, bit = j // 64, ONE << np.uint64(j % 64)
    for a in range(window.successors.shape[1]):
        rest = window.predecessors[j, a]
        while rest:
            window.successors[64 * a + lowest_bit(rest), word] |= bit
            rest &= rest - ONE
        rest = window.successors[j, a]
        while rest:
            window.predecessors[64 * a + lowest_bit(rest), word] |= bit
            rest &= rest - ONE
