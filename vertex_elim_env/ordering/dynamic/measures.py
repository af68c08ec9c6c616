"""The compiled loops of what rules measure of a vertex: its cost, and the damage that it does."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.algebra import UNKNOWN
from vertex_elim_env.engine.loops import DONE, MISSING_PRODUCT, MISSING_SUM, Tables
from vertex_elim_env.engine.sparse_loops import SparseState, find


@njit(cache=True, nogil=True)
def product_cost(
    state: SparseState, tables: Tables, j: int, missing: NDArray[np.int32]
) -> tuple[int, int]:
    """Return (status, cost of the products that eliminating j now would make)."""
    edges, vertices = state.edges, state.vertices
    total, into = 0, vertices[j].first_in
    while into >= 0:
        incoming, out = edges[into].structure, vertices[j].first_out
        while out >= 0:
            outgoing = edges[out].structure
            if tables.product[outgoing, incoming] == UNKNOWN:
                missing[0], missing[1] = outgoing, incoming
                return MISSING_PRODUCT, 0
            total += tables.cost[outgoing, incoming]
            out = edges[out].next_out
        into = edges[into].next_in
    return DONE, total


@njit(cache=True, nogil=True)
def damage(
    state: SparseState, tables: Tables, n: int, j: int, missing: NDArray[np.int32]
) -> tuple[int, int]:
    """Return (status, by how much eliminating j now would raise the product costs of its neighbours)."""
    edges, vertices = state.edges, state.vertices
    total, into = 0, vertices[j].first_in
    while into >= 0:
        u, incoming, out = edges[into].source, edges[into].structure, vertices[j].first_out
        status, lost = _cost_above(state, tables, n, u, 0, incoming, missing)
        if status != DONE:
            return status, 0
        total += lost
        while out >= 0:
            w, outgoing = edges[out].target, edges[out].structure
            through = tables.product[outgoing, incoming]
            if through == UNKNOWN:
                missing[0], missing[1] = outgoing, incoming
                return MISSING_PRODUCT, 0
            place = find(state, u, w)
            present = edges[place].structure if place >= 0 else 0
            edge = tables.sum[present, through]
            if edge == UNKNOWN:
                missing[0], missing[1] = present, through
                return MISSING_SUM, 0
            if edge != present:
                status, above = _cost_above(state, tables, n, u, edge, present, missing)
                if status != DONE:
                    return status, 0
                status, below = _cost_below(state, tables, n, w, edge, present, missing)
                if status != DONE:
                    return status, 0
                total += above + below
            out = edges[out].next_out
        into = edges[into].next_in
    out = vertices[j].first_out
    while out >= 0:
        status, lost = _cost_below(
            state, tables, n, edges[out].target, 0, edges[out].structure, missing
        )
        if status != DONE:
            return status, 0
        total += lost
        out = edges[out].next_out
    return DONE, total


@njit(cache=True, nogil=True)
def degree_damage(state: SparseState, n: int, j: int) -> int:
    """Return by how much eliminating j now would raise the Markowitz degrees of its neighbours.

    A predecessor u gains the successors of j that it lacks and loses j, each times its own predecessors.
    """
    edges, vertices = state.edges, state.vertices
    total, into = 0, vertices[j].first_in
    while into >= 0:
        u = edges[into].source
        num_above = vertices[u].num_in if u < n else 0
        total += num_above * (vertices[j].num_out - 1)
        out = vertices[j].first_out
        while out >= 0:
            w = edges[out].target
            if find(state, u, w) >= 0:
                total -= num_above + (vertices[w].num_out if w < n else 0)
            out = edges[out].next_out
        into = edges[into].next_in
    out = vertices[j].first_out
    while out >= 0:
        w = edges[out].target
        if w < n:
            total += vertices[w].num_out * (vertices[j].num_in - 1)
        out = edges[out].next_out
    return total


@njit(cache=True, nogil=True)
def _cost_above(
    state: SparseState,
    tables: Tables,
    n: int,
    u: int,
    after: int,
    before: int,
    missing: NDArray[np.int32],
) -> tuple[int, int]:
    """Return (status, by how much the cost of u rises as an edge that leaves it changes)."""
    if u >= n:
        return DONE, 0
    total, into = 0, state.vertices[u].first_in
    while into >= 0:
        incoming = state.edges[into].structure
        if _lacks(tables, after, incoming, missing) or _lacks(tables, before, incoming, missing):
            return MISSING_PRODUCT, 0
        total += tables.cost[after, incoming] - tables.cost[before, incoming]
        into = state.edges[into].next_in
    return DONE, total


@njit(cache=True, nogil=True)
def _cost_below(
    state: SparseState,
    tables: Tables,
    n: int,
    w: int,
    after: int,
    before: int,
    missing: NDArray[np.int32],
) -> tuple[int, int]:
    """Return (status, by how much the cost of w rises as an edge that enters it changes)."""
    if w >= n:
        return DONE, 0
    total, out = 0, state.vertices[w].first_out
    while out >= 0:
        outgoing = state.edges[out].structure
        if _lacks(tables, outgoing, after, missing) or _lacks(tables, outgoing, before, missing):
            return MISSING_PRODUCT, 0
        total += tables.cost[outgoing, after] - tables.cost[outgoing, before]
        out = state.edges[out].next_out
    return DONE, total


@njit(cache=True, nogil=True)
def _lacks(tables: Tables, left: int, right: int, missing: NDArray[np.int32]) -> bool:
    if tables.product[left, right] != UNKNOWN:
        return False
    missing[0], missing[1] = left, right
    return True
