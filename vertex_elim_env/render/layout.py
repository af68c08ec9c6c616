"""Layered layouts: inputs left, outputs right, every vertex near its neighbours."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.graph import ComputationalGraph

NUM_SWEEPS = 30


@lru_cache(maxsize=16)
def layered_layout(graph: ComputationalGraph) -> NDArray[np.float64]:
    """Return a place for every vertex index, x and y in [0, 1], float64 (N, 2), not to be written to.

    x is the longest distance from an input; outputs stand in the last column. y comes from sweeps
    that put every vertex at the mean of its neighbours (K. Sugiyama, S. Tagawa, M. Toda, 1981), and
    then, column by column, as near to that as a least distance to the next vertex allows. Inputs and
    outputs stand evenly over the height at last, because every edge of the Jacobian joins two of them.
    """
    columns = _columns(graph)
    deepest = int(columns.max(initial=0))
    members = [np.flatnonzero(columns == column) for column in range(deepest + 1)]
    num_rows = max((len(column) for column in members[1:-1]), default=1)
    gap = 1 / max(1, num_rows - 1)
    sources = np.asarray([graph.index_of[e.source] for e in graph.edges], np.intp)
    targets = np.asarray([graph.index_of[e.target] for e in graph.edges], np.intp)
    count = graph.num_vertices
    degree = np.bincount(sources, minlength=count) + np.bincount(targets, minlength=count)
    y = np.full(count, 0.5)
    for column in members:
        y[column] = 0.5 + (np.arange(len(column)) - (len(column) - 1) / 2) * gap
    for _ in range(NUM_SWEEPS):
        pull = np.bincount(sources, y[targets], count) + np.bincount(targets, y[sources], count)
        wish = np.where(degree > 0, (pull / np.maximum(degree, 1) + y) / 2, y)
        for column in members:
            y[column] = _spread(wish[column], gap)
    y = _stretch(y)
    first_input, first_output = graph.num_eliminable, graph.num_eliminable + graph.num_inputs
    for ends in (slice(first_input, first_output), slice(first_output, None)):
        y[ends] = _evenly(y[ends])
    places = np.stack([columns / max(1, deepest), y], axis=1)
    places.flags.writeable = False
    return places


def _columns(graph: ComputationalGraph) -> NDArray[np.int64]:
    depth = [0] * graph.num_vertices
    for e in graph.edges:  # ascending targets: every source's depth is final
        depth[e.target] = max(depth[e.target], depth[e.source] + 1)
    deepest = max(1, *depth) if depth else 1
    for position in graph.positions_of("output"):
        depth[position] = deepest
    return np.asarray([depth[position] for position in graph.positions], np.int64)


def _spread(wish: NDArray[np.float64], gap: float) -> NDArray[np.float64]:
    """The places nearest to those wished for that keep their order and a distance, in [0, 1].

    Least squares under an order: pool what is out of it (M. Ayer et al., 1955).
    """
    order = np.argsort(wish, kind="stable")
    pools: list[tuple[float, int]] = []  # mean and number
    for place in (wish[order] - gap * np.arange(len(wish))).tolist():
        mean, size = place, 1
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean = (mean * size + before * count) / (size + count)
            size += count
        pools.append((mean, size))
    level = np.concatenate([np.full(size, mean) for mean, size in pools] or [np.empty(0)])
    room = 1 - gap * (len(wish) - 1)
    result = np.empty(len(wish))
    result[order] = np.clip(level, 0, max(0.0, room)) + gap * np.arange(len(wish))
    return result


def _evenly(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same order at even distances."""
    places = np.empty(len(y))
    places[np.argsort(y, kind="stable")] = (np.arange(len(y)) + 0.5) / max(1, len(y))
    return places


def _stretch(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Use the whole height."""
    if not len(y) or np.ptp(y) < 1e-9:
        return np.full_like(y, 0.5)
    return (y - y.min()) / np.ptp(y)
