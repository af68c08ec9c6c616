"""The compiled loops of an elimination that keep up to date what a rule knows of the vertices."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.algebra import UNKNOWN
from vertex_elim_env.engine.loops import Tables
from vertex_elim_env.engine.sparse_loops import SparseState, detach, find, put
from vertex_elim_env.ordering.dynamic.progress import Progress, touch


@njit(cache=True, nogil=True)
def eliminate(
    state: SparseState,
    tables: Tables,
    at: Progress,
    j: int,
    found: NDArray[np.int32],
    made: NDArray[np.int32],
) -> None:
    edges, vertices = state.edges, state.vertices
    k, into = 0, vertices[j].first_in
    while into >= 0:
        u, out = edges[into].source, vertices[j].first_out
        while out >= 0:
            _set(state, tables, at, u, edges[out].target, found[k], made[k])
            k += 1
            out = edges[out].next_out
        into = edges[into].next_in
    touch(at, j)
    into = vertices[j].first_in
    while into >= 0:
        u = edges[into].source
        if u < len(at.costs):
            touch(at, u)
            _share_above(state, tables, at, u, edges[into].structure, 0)
            if at.uses_pairs:
                at.joined[u] -= _count_sources(state, u, j)
            if at.uses_damage:
                _touch_sources(state, at, u)
        into = edges[into].next_in
    out = vertices[j].first_out
    while out >= 0:
        w = edges[out].target
        if w < len(at.costs):
            touch(at, w)
            _share_below(state, tables, at, w, edges[out].structure, 0)
            if at.uses_pairs:
                at.joined[w] -= count_targets(state, w, j)
            if at.uses_damage:
                _touch_targets(state, at, w)
        out = edges[out].next_out
    detach(state, j)


@njit(cache=True, nogil=True)
def _set(
    state: SparseState, tables: Tables, at: Progress, u: int, w: int, place: int, structure: int
) -> None:
    """Set the edge u -> w, and bring up to date what knows of it."""
    present = state.edges[place].structure if place >= 0 else 0
    if present == structure:
        return
    if at.uses_pairs:
        _count_joined(state, at, u, w, (structure != 0) - (present != 0))
    put(state, u, w, place, structure)
    if u < len(at.costs):
        _share_above(state, tables, at, u, present, structure)
    if w < len(at.costs):
        _share_below(state, tables, at, w, present, structure)


@njit(cache=True, nogil=True)
def _share_above(
    state: SparseState, tables: Tables, at: Progress, u: int, before: int, after: int
) -> None:
    """An edge that leaves u changes: so does the cost of u, by its products with what enters."""
    if at.is_stale[u]:
        return
    if at.product_cost >= 0:
        change = (after != 0) - (before != 0)
        at.costs[u] += change * at.product_cost * state.vertices[u].num_in
        return
    into = state.vertices[u].first_in
    while into >= 0:
        incoming = state.edges[into].structure
        if tables.product[after, incoming] == UNKNOWN:
            at.is_stale[u] = True
            return
        at.costs[u] += tables.cost[after, incoming] - tables.cost[before, incoming]
        into = state.edges[into].next_in


@njit(cache=True, nogil=True)
def _share_below(
    state: SparseState, tables: Tables, at: Progress, w: int, before: int, after: int
) -> None:
    """An edge that enters w changes: so does the cost of w, by its products with what leaves."""
    if at.is_stale[w]:
        return
    if at.product_cost >= 0:
        change = (after != 0) - (before != 0)
        at.costs[w] += change * at.product_cost * state.vertices[w].num_out
        return
    out = state.vertices[w].first_out
    while out >= 0:
        outgoing = state.edges[out].structure
        if tables.product[outgoing, after] == UNKNOWN:
            at.is_stale[w] = True
            return
        at.costs[w] += tables.cost[outgoing, after] - tables.cost[outgoing, before]
        out = state.edges[out].next_out


@njit(cache=True, nogil=True)
def _count_joined(state: SparseState, at: Progress, u: int, w: int, change: int) -> None:
    """An edge u -> w comes, goes or changes: it joins pairs, and makes pairs that are joined."""
    edges, vertices = state.edges, state.vertices
    if vertices[u].num_out <= vertices[w].num_in:
        out = vertices[u].first_out
        while out >= 0:
            v = edges[out].target
            if v < len(at.costs) and find(state, v, w) >= 0:
                at.joined[v] += change
                touch(at, v)
            out = edges[out].next_out
    else:
        into = vertices[w].first_in
        while into >= 0:
            v = edges[into].source
            if v < len(at.costs) and find(state, u, v) >= 0:
                at.joined[v] += change
                touch(at, v)
            into = edges[into].next_in
    if change and u < len(at.costs):
        at.joined[u] += change * _count_sources(state, u, w)
    if change and w < len(at.costs):
        at.joined[w] += change * count_targets(state, w, u)


@njit(cache=True, nogil=True)
def _count_sources(state: SparseState, u: int, w: int) -> int:
    """Return how many vertices have edges to both."""
    if state.vertices[u].num_in > state.vertices[w].num_in:
        u, w = w, u
    count, into = 0, state.vertices[u].first_in
    while into >= 0:
        count += find(state, state.edges[into].source, w) >= 0
        into = state.edges[into].next_in
    return count


@njit(cache=True, nogil=True)
def count_targets(state: SparseState, u: int, w: int) -> int:
    """Return how many vertices have edges from both."""
    if state.vertices[u].num_out > state.vertices[w].num_out:
        u, w = w, u
    count, out = 0, state.vertices[u].first_out
    while out >= 0:
        count += find(state, w, state.edges[out].target) >= 0
        out = state.edges[out].next_out
    return count


@njit(cache=True, nogil=True)
def _touch_sources(state: SparseState, at: Progress, u: int) -> None:
    into = state.vertices[u].first_in
    while into >= 0:
        touch(at, state.edges[into].source)
        into = state.edges[into].next_in


@njit(cache=True, nogil=True)
def _touch_targets(state: SparseState, at: Progress, w: int) -> None:
    out = state.vertices[w].first_out
    while out >= 0:
        touch(at, state.edges[out].target)
        out = state.edges[out].next_out
