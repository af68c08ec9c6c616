"""A described state on an edge matrix and bit sets of neighbours, and how it begins."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine.bits import lowest_bit
from vertex_elim_env.engine.loops import ONE

NUM_LIVE = 6
"""The last columns of a row of features: is_eliminated, and log(1 + x) of the live edges that enter,
that leave, their product, the cost, and the fill-in."""


class Rules(NamedTuple):
    """The algebra's tables as these loops read them; K structures.

    Attributes:
        product, sum: ids, int32 (K, K).
        cost, sum_cost: int64 (K, K).
        classes: of the structures as an observation names them, int8 (K,).
        pays_additions: whether ``sum_cost`` holds costs.
        uniform_cost: where there is one structure, which products and sums keep, and sums are
            free: what its product costs; else -1.
    """

    product: NDArray[np.int32]
    cost: NDArray[np.int64]
    sum: NDArray[np.int32]
    sum_cost: NDArray[np.int64]
    classes: NDArray[np.int8]
    pays_additions: bool
    uniform_cost: int


class Beginning(NamedTuple):
    """What a state begins as; E edges, ascending by (source, target).

    Attributes:
        sources, targets: rows of the edges' ends, int32 (E,).
        structures: their ids, int32 (E,).
        mask: 1 for the rows of eliminable vertices, int8 (A,).
        costs: what eliminating each first would cost, int64 (A,).
        features: of the vertices, float32 (V, F).
    """

    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    structures: NDArray[np.int32]
    mask: NDArray[np.int8]
    costs: NDArray[np.int64]
    features: NDArray[np.float32]


class LiveState(NamedTuple):
    """A graph on the way to its Jacobian; V rows, A of them actions, W = ceil(V / 64) words a bit set.

    With one more axis in front, a batch of states.

    Attributes:
        edges: structure id of the edge u -> w, 0 where there is none, int16 (V, V).
        adjacency: its class, int8 (V, V), or (0, 0) where it is not kept.
        successors, predecessors: bit sets, uint64 (V, W).
        mask: 1 for a vertex that is left to eliminate, int8 (A,).
        costs: what eliminating it now would cost, else 0, int64 (A,).
        features: of the vertices, the last ``NUM_LIVE`` columns kept up to date, float32 (V, F).
        stale: bit set of the rows to be described anew, uint64 (W,).
    """

    edges: NDArray[np.int16]
    adjacency: NDArray[np.int8]
    successors: NDArray[np.uint64]
    predecessors: NDArray[np.uint64]
    mask: NDArray[np.int8]
    costs: NDArray[np.int64]
    features: NDArray[np.float32]
    stale: NDArray[np.uint64]

    def copy(self) -> LiveState:
        """Return an independent copy."""
        return LiveState(*(array.copy() for array in self))

    def member(self, number: int) -> LiveState:
        """Return one state of a batch, which changes with it."""
        return LiveState(*(array[number] for array in self))


def empty_state(
    batch: tuple[int, ...],
    num_rows: int,
    num_actions: int,
    num_features: int,
    *,
    has_adjacency: bool,
) -> LiveState:
    """Return a state, or a batch of such, for :func:`start` to overwrite."""
    words, side = max(1, -(-num_rows // 64)), num_rows if has_adjacency else 0
    return LiveState(
        np.zeros((*batch, num_rows, num_rows), np.int16),
        np.zeros((*batch, side, side), np.int8),
        np.zeros((*batch, num_rows, words), np.uint64),
        np.zeros((*batch, num_rows, words), np.uint64),
        np.zeros((*batch, num_actions), np.int8),
        np.zeros((*batch, num_actions), np.int64),
        np.zeros((*batch, num_rows, num_features), np.float32),
        np.zeros((*batch, words), np.uint64),
    )


def start(
    live: LiveState, beginning: Beginning, classes: NDArray[np.int8], *, is_described: bool
) -> None:
    """Overwrite a state by a beginning; unless its costs and features are known, all rows are stale."""
    sources, targets, structures, mask, costs, features = beginning
    for array in (live.edges, live.adjacency, live.successors, live.predecessors, live.stale):
        array.fill(0)
    live.mask[:], live.costs[:], live.features[:] = mask, costs, features
    _lay(live, sources, targets, structures, classes)
    if not is_described:
        live.stale[:] = all_bits(len(features))


def all_bits(count: int) -> NDArray[np.uint64]:
    """Return the bit set of the numbers below a count, uint64 (W,)."""
    bits = np.zeros(max(1, -(-count // 64)) * 64, np.uint8)
    bits[:count] = 1
    return np.packbits(bits, bitorder="little").view("<u8").astype(np.uint64)


@njit(cache=True, nogil=True)
def _lay(
    live: LiveState,
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    structures: NDArray[np.int32],
    classes: NDArray[np.int8],
) -> None:
    """Write edges into a state without any."""
    for k in range(len(sources)):
        u, w = sources[k], targets[k]
        live.edges[u, w] = structures[k]
        if len(live.adjacency):
            live.adjacency[u, w] = classes[structures[k]]
        live.successors[u, w // 64] |= ONE << np.uint64(w % 64)
        live.predecessors[w, u // 64] |= ONE << np.uint64(u % 64)


@njit(cache=True, nogil=True)
def links(live: LiveState) -> tuple[NDArray[np.int32], NDArray[np.int16]]:
    """Return source and target row of every live edge, ascending, int32 (E, 2), and structures, int16 (E,)."""
    count = 0
    for word in live.successors.flat:
        rest = word
        while rest:
            count += 1
            rest &= rest - ONE
    ends, structures = np.empty((count, 2), np.int32), np.empty(count, np.int16)
    k = 0
    for u in range(len(live.successors)):
        for a in range(live.successors.shape[1]):
            rest = live.successors[u, a]
            while rest:
                w = 64 * a + lowest_bit(rest)
                rest &= rest - ONE
                ends[k, 0], ends[k, 1], structures[k] = u, w, live.edges[u, w]
                k += 1
    return ends, structures
