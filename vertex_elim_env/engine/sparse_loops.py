"""The compiled loops on linked edges: memory by the number of edges, an elimination by its paths.

Every edge is a record in the list of edges that leave its source and in that of edges that enter its
target; a hash table finds it by its ends. So neither the number of vertices nor the degree of a hub
matters to an elimination, only how many paths it joins. A loop that meets a pair of structures that
the tables lack, or has no room for new edges, stops before the elimination changes anything.
"""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.algebra import UNKNOWN
from vertex_elim_env.engine.loops import DONE, MISSING_PRODUCT, MISSING_SUM, TOO_DEAR, Tables

NO_ROOM = 4
"""A status: the pool of edges is too small for the next elimination."""

NONE = -1

EDGE = np.dtype(
    [
        (name, np.int32)
        for name in (
            "source",
            "target",
            "structure",
            "next_out",
            "previous_out",
            "next_in",
            "previous_in",
            "next_in_bucket",
        )
    ]
)
"""An edge; links are places in the pool, -1 at an end. Free records are linked by their bucket."""

VERTEX = np.dtype([(name, np.int32) for name in ("first_out", "first_in", "num_out", "num_in")])


class SparseState(NamedTuple):
    """A graph on the way to its Jacobian; N vertices, room for C edges.

    Attributes:
        edges: the pool, EDGE (C,).
        vertices: VERTEX (N,).
        buckets: the first edge of every bucket, int32 (a power of two,).
        free: the first free record, and how many there are, int64 (2,).
        eliminated: bool (n,).
    """

    edges: Any
    vertices: Any
    buckets: NDArray[np.int32]
    free: NDArray[np.int64]
    eliminated: NDArray[np.bool_]

    def copy(self) -> SparseState:
        """Return an independent copy."""
        return SparseState(*(part.copy() for part in self))


@njit(cache=True, nogil=True, inline="always")
def _bucket(state: SparseState, u: int, w: int) -> int:
    mixed = np.uint64(u) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(w) * np.uint64(
        0xC2B2AE3D27D4EB4F
    )
    return np.int64((mixed >> np.uint64(32)) & np.uint64(len(state.buckets) - 1))


@njit(cache=True, nogil=True)
def find(state: SparseState, u: int, w: int) -> int:
    """Return the place of the edge u -> w, or -1."""
    e = state.buckets[_bucket(state, u, w)]
    while e >= 0 and not (state.edges[e].source == u and state.edges[e].target == w):
        e = state.edges[e].next_in_bucket
    return e


@njit(cache=True, nogil=True)
def add(state: SparseState, u: int, w: int, structure: int) -> None:
    """Add an edge that is not there; the pool must have room."""
    edges, vertices = state.edges, state.vertices
    e, bucket = state.free[0], _bucket(state, u, w)
    state.free[0] = edges[e].next_in_bucket
    state.free[1] -= 1
    first_out, first_in = vertices[u].first_out, vertices[w].first_in
    edges[e].source, edges[e].target, edges[e].structure = u, w, structure
    edges[e].previous_out, edges[e].next_out = NONE, first_out
    edges[e].previous_in, edges[e].next_in = NONE, first_in
    if first_out >= 0:
        edges[first_out].previous_out = e
    if first_in >= 0:
        edges[first_in].previous_in = e
    vertices[u].first_out = vertices[w].first_in = e
    vertices[u].num_out += 1
    vertices[w].num_in += 1
    edges[e].next_in_bucket = state.buckets[bucket]
    state.buckets[bucket] = e


@njit(cache=True, nogil=True)
def drop(state: SparseState, e: int) -> None:
    """Take an edge away."""
    edges, vertices, buckets = state.edges, state.vertices, state.buckets
    u, w = edges[e].source, edges[e].target
    before, after = edges[e].previous_out, edges[e].next_out
    if before >= 0:
        edges[before].next_out = after
    else:
        vertices[u].first_out = after
    if after >= 0:
        edges[after].previous_out = before
    before, after = edges[e].previous_in, edges[e].next_in
    if before >= 0:
        edges[before].next_in = after
    else:
        vertices[w].first_in = after
    if after >= 0:
        edges[after].previous_in = before
    vertices[u].num_out -= 1
    vertices[w].num_in -= 1
    bucket = _bucket(state, u, w)
    place = buckets[bucket]
    if place == e:
        buckets[bucket] = edges[e].next_in_bucket
    else:
        while edges[place].next_in_bucket != e:
            place = edges[place].next_in_bucket
        edges[place].next_in_bucket = edges[e].next_in_bucket
    edges[e].next_in_bucket = state.free[0]
    state.free[0] = e
    state.free[1] += 1


@njit(cache=True, nogil=True)
def fill(
    state: SparseState,
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    structures: NDArray[np.int32],
) -> None:
    """Write edges into fresh arrays; the lists keep their order."""
    state.buckets[:] = NONE
    for e in range(len(state.edges)):
        state.edges[e].next_in_bucket = e + 1
    state.edges[len(state.edges) - 1].next_in_bucket = NONE
    state.free[0], state.free[1] = 0, len(state.edges)
    for v in range(len(state.vertices)):
        state.vertices[v].first_out = state.vertices[v].first_in = NONE
        state.vertices[v].num_out = state.vertices[v].num_in = 0
    for k in range(len(sources) - 1, -1, -1):
        add(state, sources[k], targets[k], structures[k])


@njit(cache=True, nogil=True)
def live_edges(
    state: SparseState,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return source, target and structure of every live edge, int32 (E,) each, by source."""
    count = len(state.edges) - state.free[1]
    sources, targets = np.empty(count, np.int32), np.empty(count, np.int32)
    structures = np.empty(count, np.int32)
    k = 0
    for u in range(len(state.vertices)):
        e = state.vertices[u].first_out
        while e >= 0:
            sources[k], targets[k] = u, state.edges[e].target
            structures[k] = state.edges[e].structure
            k += 1
            e = state.edges[e].next_out
    return sources, targets, structures


@njit(cache=True, nogil=True)
def plan(
    state: SparseState, tables: Tables, j: int, missing: NDArray[np.int32]
) -> tuple[int, int, NDArray[np.int32], NDArray[np.int32]]:
    """Say what eliminating j would do; changes nothing.

    Returns:
        (status, cost, places of the edges u -> w that are there or -1, structures that they would
        have). The pairs go by the lists of j: for every edge that enters, every edge that leaves.
    """
    edges, vertices = state.edges, state.vertices
    num_pairs = vertices[j].num_in * vertices[j].num_out
    found, made = np.empty(num_pairs, np.int32), np.empty(num_pairs, np.int32)
    k, total, num_new = 0, 0, 0
    into = vertices[j].first_in
    while into >= 0:
        u, incoming = edges[into].source, edges[into].structure
        out = vertices[j].first_out
        while out >= 0:
            outgoing = edges[out].structure
            through = tables.product[outgoing, incoming]
            if through == UNKNOWN:
                missing[0], missing[1] = outgoing, incoming
                return MISSING_PRODUCT, 0, found, made
            total += tables.cost[outgoing, incoming]
            place = find(state, u, edges[out].target)
            present = edges[place].structure if place >= 0 else 0
            edge = tables.sum[present, through]
            if edge == UNKNOWN:
                missing[0], missing[1] = present, through
                return MISSING_SUM, 0, found, made
            total += tables.sum_cost[present, through]
            found[k], made[k] = place, edge
            num_new += place < 0 and edge != 0
            k += 1
            out = edges[out].next_out
        into = edges[into].next_in
    return NO_ROOM if num_new > state.free[1] else DONE, total, found, made


@njit(cache=True, nogil=True)
def put(state: SparseState, u: int, w: int, place: int, structure: int) -> None:
    """Set the edge u -> w, which is at a place or nowhere (-1), to a structure or to none (0)."""
    if place >= 0 and structure != 0:
        state.edges[place].structure = structure
    elif place >= 0:
        drop(state, place)
    elif structure != 0:
        add(state, u, w, structure)


@njit(cache=True, nogil=True)
def detach(state: SparseState, j: int) -> None:
    """Take all edges of j away."""
    while state.vertices[j].first_in >= 0:
        drop(state, state.vertices[j].first_in)
    while state.vertices[j].first_out >= 0:
        drop(state, state.vertices[j].first_out)
    state.eliminated[j] = True


@njit(cache=True, nogil=True)
def run_order(
    state: SparseState,
    tables: Tables,
    order: NDArray[np.int32],
    begin: int,
    end: int,
    limit: float,
    missing: NDArray[np.int32],
) -> tuple[int, int, int]:
    """Eliminate ``order[begin:end]`` in place, as long as the cost stays within ``limit``.

    Returns:
        (status, cost, where in the order it stopped: every vertex before is eliminated).
    """
    edges, vertices = state.edges, state.vertices
    total = 0
    for at in range(begin, end):
        j = order[at]
        status, cost, found, made = plan(state, tables, j, missing)
        if status != DONE:
            return status, total, at
        k, into = 0, vertices[j].first_in
        while into >= 0:
            out = vertices[j].first_out
            while out >= 0:
                put(state, edges[into].source, edges[out].target, found[k], made[k])
                k += 1
                out = edges[out].next_out
            into = edges[into].next_in
        detach(state, j)
        total += cost
        if total > limit:
            return TOO_DEAR, total, at + 1
    return DONE, total, end
