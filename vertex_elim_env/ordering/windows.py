"""Windows: a stretch of an order with its surroundings, small enough to be played back and forth.

Eliminating the vertices of a stretch changes edges between them and their neighbours only. So these
are copied out of the whole graph, numbered anew, and held as bit sets of a word or two; see playback.py
for what is done with them.
"""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine.loops import ONE
from vertex_elim_env.engine.sparse_loops import SparseState, find

MAX_MEMBERS = 384
"""Vertices of a window and their neighbours, at most."""


class Window(NamedTuple):
    """A stretch of L vertices and their neighbours, m members in W = ceil(m / 64) words.

    Attributes:
        members: vertices, the stretch first and in its order, int32 (m,).
        length: L.
        edges: structure ids, int16 (m, m), meant where a bit says so.
        successors, predecessors: bit sets, uint64 (m, W). Those of a vertex that is gone stay as they
            were when it went.
        product_cost: where there is one structure, which products and sums keep, what every product
            costs; else -1.
    """

    members: NDArray[np.int32]
    length: int
    edges: NDArray[np.int16]
    successors: NDArray[np.uint64]
    predecessors: NDArray[np.uint64]
    product_cost: int


@njit(cache=True, nogil=True)
def open_window(
    state: SparseState,
    order: NDArray[np.int32],
    begin: int,
    end: int,
    places: NDArray[np.int32],
    product_cost: int,
) -> Window:
    """Return the window of ``order[begin:end]``, or of its beginning where neighbours are many.

    Args:
        state: what is left where ``order[:begin]`` is eliminated.
        order: the order.
        begin, end: the stretch, not empty.
        places: -1 everywhere, and so again in the end, int32 (N,).
        product_cost: as of the window.
    """
    end = _last_that_fits(state, order, begin, end, places)
    length = end - begin
    members = np.empty(max(MAX_MEMBERS, _count_neighbours(state, order[begin]) + 1), np.int32)
    count = 0
    for v in order[begin:end]:
        members[count], places[v] = v, count
        count += 1
    for v in order[begin:end]:
        into = state.vertices[v].first_in
        while into >= 0:
            count = _enlist(members, places, count, state.edges[into].source)
            into = state.edges[into].next_in
        out = state.vertices[v].first_out
        while out >= 0:
            count = _enlist(members, places, count, state.edges[out].target)
            out = state.edges[out].next_out
    words = (count + 63) // 64
    window = Window(
        members[:count].copy(),
        length,
        np.zeros((count, count), np.int16),
        np.zeros((count, words), np.uint64),
        np.zeros((count, words), np.uint64),
        product_cost,
    )
    _copy_edges(state, window, places)
    for v in window.members:
        places[v] = -1
    return window


@njit(cache=True, nogil=True)
def _last_that_fits(
    state: SparseState, order: NDArray[np.int32], begin: int, end: int, places: NDArray[np.int32]
) -> int:
    """Return up to where the stretch and its neighbours are few enough; at least one vertex on."""
    count, last = 0, begin
    while last < end:
        v = order[last]
        if last > begin and count + 1 + _count_neighbours(state, v) > MAX_MEMBERS:
            break
        count += 1 + _count_neighbours(state, v)
        last += 1
    return last


@njit(cache=True, nogil=True, inline="always")
def _count_neighbours(state: SparseState, v: int) -> int:
    return state.vertices[v].num_in + state.vertices[v].num_out


@njit(cache=True, nogil=True, inline="always")
def _enlist(members: NDArray[np.int32], places: NDArray[np.int32], count: int, v: int) -> int:
    if places[v] >= 0:
        return count
    members[count], places[v] = v, count
    return count + 1


@njit(cache=True, nogil=True)
def _copy_edges(state: SparseState, window: Window, places: NDArray[np.int32]) -> None:
    for u in range(len(window.members)):
        v = window.members[u]
        if state.vertices[v].num_out <= len(window.members):
            out = state.vertices[v].first_out
            while out >= 0:
                w = places[state.edges[out].target]
                if w >= 0:
                    _write(window, u, w, state.edges[out].structure)
                out = state.edges[out].next_out
        else:
            for w in range(len(window.members)):
                place = find(state, v, window.members[w])
                if place >= 0:
                    _write(window, u, w, state.edges[place].structure)


@njit(cache=True, nogil=True, inline="always")
def _write(window: Window, u: int, w: int, structure: int) -> None:
    window.edges[u, w] = structure
    window.successors[u, w // 64] |= ONE << np.uint64(w % 64)
    window.predecessors[w, u // 64] |= ONE << np.uint64(u % 64)
