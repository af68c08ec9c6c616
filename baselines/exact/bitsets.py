"""Predecessors and successors as Python integers, one bit a vertex."""

from __future__ import annotations

from collections.abc import Sequence

from vertex_elim_env.bounds.pattern import Pattern
from vertex_elim_env.bounds.selection import without


def predecessors_and_successors(
    pattern: Pattern, gone: Sequence[int] = ()
) -> tuple[list[int], list[int]]:
    """Return the predecessors and the successors of every vertex, once some are eliminated."""
    rows = (without(pattern, gone) if gone else pattern).rows
    preds, succs = (
        [int.from_bytes(row.tobytes(), "little") for row in rows[side]] for side in (0, 1)
    )
    return preds, succs
