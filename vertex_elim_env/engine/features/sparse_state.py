"""A described state on rows of neighbours, and how it begins: memory is proportional to the edges."""

# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.engine.features.rows import GROWTH, Rows, count_common, make_rows
from vertex_elim_env.engine.features.state import Beginning, all_bits


class SparseState(NamedTuple):
    """A graph on the way to its Jacobian; V rows, A of them actions.

    Attributes:
        successors: the targets of every vertex's edges, with the ids of their structures.
        predecessors: the sources of the edges that enter it.
        mask, costs, features, stale: as of ``LiveState``.
        joined: of the pairs (predecessor, successor) of a vertex that is left to eliminate, how many
            an edge joins, int64 (A,).
    """

    successors: Rows
    predecessors: Rows
    mask: NDArray[np.int8]
    costs: NDArray[np.int64]
    features: NDArray[np.float32]
    stale: NDArray[np.uint64]
    joined: NDArray[np.int64]

    def copy(self) -> SparseState:
        """Return an independent copy."""
        return SparseState(*(part.copy() for part in self))


def begin(
    beginning: Beginning, classes: NDArray[np.int8], *, has_adjacency: bool, is_described: bool
) -> SparseState:
    """Return the state of a beginning; unless its costs and features are known, all rows are stale.

    There is no matrix of classes here: ``has_adjacency`` must be False.
    """
    assert not has_adjacency, "an adjacency matrix takes the dense storage"
    sources, targets, structures, mask, costs, features = beginning
    num_rows = len(features)
    stale = np.zeros_like(all_bits(num_rows)) if is_described else all_bits(num_rows)
    live = SparseState(
        make_rows(sources, targets, structures, num_rows),
        make_rows(targets, sources, None, num_rows),
        mask.copy(),
        costs.copy(),
        features.copy(),
        stale,
        np.zeros(len(mask), np.int64),
    )
    _count_joined(live)
    return live


@njit(cache=True, nogil=True)
def _count_joined(live: SparseState) -> None:
    above, below = live.predecessors, live.successors
    for v in range(len(live.mask)):
        for a in range(above.begin[v], above.begin[v] + above.length[v]):
            live.joined[v] += count_common(below, v, below, above.members[a])


def with_room(live: SparseState, j: int) -> SparseState:
    """Return the same state in pools that have room for eliminating j, and as much again as they hold."""
    above, below = live.predecessors, live.successors
    sources, targets = above.row(j), below.row(j)
    return live._replace(
        successors=_grown(below, sources, len(targets)),
        predecessors=_grown(above, targets, len(sources)),
    )


def _grown(rows: Rows, growing: NDArray[np.int32], extra: int) -> Rows:
    needed = GROWTH * int((rows.length[growing] + extra).sum())
    return rows.with_room(needed + int(rows.length.sum()) + len(rows.length))


@njit(cache=True, nogil=True)
def links(live: SparseState) -> tuple[NDArray[np.int32], NDArray[np.int16]]:
    """Return source and target row of every live edge, ascending, int32 (E, 2), and structures, int16 (E,)."""
    rows = live.successors
    num_edges = rows.length.sum()
    ends, structures = np.empty((num_edges, 2), np.int32), np.empty(num_edges, np.int16)
    k = 0
    for u in range(len(rows.length)):
        for a in range(rows.begin[u], rows.begin[u] + rows.length[u]):
            ends[k, 0], ends[k, 1], structures[k] = u, rows.members[a], rows.values[a]
            k += 1
    return ends, structures
