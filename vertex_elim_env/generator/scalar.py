"""Graphs of scalars, from the operands of every vertex."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from vertex_elim_env.graph import ComputationalGraph, Edge, Kind, Vertex
from vertex_elim_env.structure import identity

UNIT_SHARE = 0.3
"""Share of a random graph's edges that are units, such as those of sums; they are free under "nontrivial"."""

VALUE, UNIT = identity((), coefficient=None), identity(())


def scalar_graph(
    kinds: Sequence[Kind],
    operands: Sequence[Iterable[int]],
    random: np.random.Generator | None = None,
) -> ComputationalGraph:
    """Return the graph of scalars in which every vertex reads its operands.

    Args:
        kinds: of every vertex, in program order.
        operands: for every vertex the positions that it reads, each before its own.
        random: draws which edges are units, a share of them; without it every edge has a value.
    """
    edges = tuple(
        Edge(
            source, target, VALUE if random is None or random.random() >= UNIT_SHARE else UNIT, True
        )
        for target, sources in enumerate(operands)
        for source in sorted(sources)
    )
    return ComputationalGraph(tuple(Vertex(kind, ()) for kind in kinds), edges)


def kinds_in_order(num_inputs: int, num_eliminable: int, num_outputs: int) -> list[Kind]:
    """Return the kinds of so many vertices: inputs first, outputs last."""
    counts: dict[Kind, int] = {
        "input": num_inputs,
        "eliminable": num_eliminable,
        "output": num_outputs,
    }
    return [kind for kind, count in counts.items() for _ in range(count)]
