"""Search over sets of eliminations, with room for all of them or for the most promising."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from baselines.exact.layers import Sets, close, expand, follow
from baselines.exact.potentials import Potentials
from vertex_elim_env.bounds.clusters import NEVER
from vertex_elim_env.bounds.pattern import Pattern, eliminate, put

CHUNK = 500
"""Sets that are expanded between two looks at the clock."""

Map = Callable[[Callable[[int], Any], Iterable[int]], Iterable[Any]]


class Found(NamedTuple):
    """What a search found.

    Attributes:
        order: vertices in order, None where no set of all vertices stayed within the limit.
        bound: no order that begins as the search did has a total below it, UNIT to a multiplication.
        finished: whether the search came to its end before it was stopped.
    """

    order: list[int] | None
    bound: int
    finished: bool


def search(
    pattern: Pattern,
    potentials: Potentials,
    first: list[int],
    *,
    limit: int,
    capacity: int,
    follows: bool,
    map_: Map = map,
    stop: Callable[[], bool] = lambda: False,
) -> Found:
    """Search the sets that hold the first eliminations.

    Args:
        pattern: the graph, the first eliminations done.
        potentials: of what is left.
        first: the first eliminations, which cost nothing here.
        limit: totals above it are given up, UNIT to a multiplication.
        capacity: sets of one size that there is room for.
        follows: whether eliminations that may go at once do; every edge must be valued.
        map_: runs functions on several threads, perhaps.
        stop: whether to give up, asked often.
    """
    n = len(potentials.alone)
    start = _start(pattern, potentials, first)
    waiting = {len(first): [start]}
    trail: dict[int, Sets] = {}
    dropped = limit + 1
    for size in range(len(first), n):
        if size not in waiting:
            continue
        layer = _distinct(waiting.pop(size))
        if len(layer.sets) > capacity:
            ranks = np.argsort(layer.totals, kind="stable")
            dropped = min(dropped, int(layer.totals[ranks[capacity]]))
            layer = _rows(layer, ranks[:capacity])
        trail[size] = layer._replace(sets=layer.sets[:0])
        for children in _children(pattern, potentials, layer, limit, follows, map_, stop):
            for number in np.unique(children.sizes).tolist():
                part = _rows(children, np.flatnonzero(children.sizes == number))
                waiting.setdefault(number, []).append(part)
        if stop():
            return Found(None, int(start.totals[0]), False)
    if n not in waiting:
        return Found(None, dropped, True)
    last = _distinct(waiting[n])
    order = _order(pattern, first, trail, last, follows) if len(last.sets) else None
    return Found(order, min(dropped, int(last.totals.min(initial=NEVER))), True)


def _start(pattern: Pattern, potentials: Potentials, first: list[int]) -> Sets:
    gone = np.zeros((1, pattern.rows.shape[2]), np.uint64)
    for v in first:
        put(gone[0], v)
    total = int(potentials.rest[potentials.offsets].sum() + potentials.alone.sum())
    zero = np.zeros(1, np.int64)
    return Sets(gone, zero, np.array([total]), np.array([len(first)]), zero, zero, zero)


def _rows(sets: Sets, which: NDArray[np.intp]) -> Sets:
    return Sets._make(column[which] for column in sets)


def _distinct(parts: list[Sets]) -> Sets:
    """Join sets, keeping the cheapest of those that are equal."""
    joined = Sets._make(np.concatenate(columns) for columns in zip(*parts, strict=True))
    keys = [joined.sets[:, k] for k in range(joined.sets.shape[1])]
    order = np.lexsort((joined.costs, *keys))
    rows = joined.sets[order]
    is_first = np.ones(len(order), np.bool_)
    is_first[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    return _rows(joined, order[is_first])


def _children(
    pattern: Pattern,
    potentials: Potentials,
    layer: Sets,
    limit: int,
    follows: bool,
    map_: Map,
    stop: Callable[[], bool],
) -> list[Sets]:
    """Expand a layer; equal children are joined before what may go at once is looked for."""
    begins = range(0, len(layer.sets), CHUNK)
    parts: list[Sets] = list(
        map_(
            lambda begin: expand(
                pattern,
                potentials,
                layer,
                begin,
                begin if stop() else min(begin + CHUNK, len(layer.sets)),
                limit,
            ),
            begins,
        )
    )
    children = _distinct(parts)
    if not follows:
        return [children]
    count = len(children.sets)

    def close_chunk(begin: int) -> None:
        end = begin if stop() else min(begin + CHUNK, count)
        close(pattern, potentials, children, begin, end)

    list(map_(close_chunk, range(0, count, CHUNK)))
    return [_rows(children, np.flatnonzero(children.totals <= limit))]


def _order(
    pattern: Pattern, first: list[int], trail: dict[int, Sets], last: Sets, follows: bool
) -> list[int]:
    """Replay the decisions that led to the cheapest set of all vertices."""
    decisions: list[int] = []
    layer, row, size = last, int(np.argmin(last.costs)), -1
    while size != len(first):
        decisions.append(int(layer.decisions[row]))
        size, row = int(layer.parent_sizes[row]), int(layer.parents[row])
        layer = trail[size]
    n = int(last.sizes[0])
    rows, valued = pattern.rows.copy(), pattern.valued.copy()
    gone = np.zeros(rows.shape[2], np.uint64)
    for v in first:
        put(gone, v)
    order, count = np.empty(n, np.int64), 0
    scratch = np.empty((3, 2 * rows.shape[1]), np.int64)
    for decision in reversed(decisions):
        eliminate(rows, valued, decision)
        put(gone, decision)
        order[count] = decision
        count += 1
        if follows:
            _, count = follow(rows, valued, pattern.ends, gone, n, order, count, scratch)
    return order[:count].tolist()
