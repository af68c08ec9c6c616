"""Graphs on which greedy rules fail: each rule arbitrarily worse than the best order.

All are scalar and their costs those of "multiplications"; the gaps hold for every valid numbering.
Layers that read each other completely make a chain of dense matrix products; of its dimensions the
first are the inputs and the last the outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from vertex_elim_env.generator.base import Limits
from vertex_elim_env.generator.checks import check_counts
from vertex_elim_env.generator.scalar import kinds_in_order, scalar_graph
from vertex_elim_env.graph import ComputationalGraph, Kind


def forward_trap(size: int) -> ComputationalGraph:
    """Return a graph on which forward mode costs at least size/2 times as much as reverse mode.

    k = size inputs meet in the first vertex of a chain of k vertices that ends in one output.
    Forward mode drags k predecessors along the chain: k * k. Reverse mode eliminates the chain
    from its end, at 1 a vertex, and its first vertex at last, at k: 2 k - 1. That is optimal: a vertex
    costs at least (disjoint paths to it) x (disjoint paths from it), which adds up to the same.
    """
    _check(size)
    return _chains(_chain([size, *[1] * size, 1]))


def reverse_trap(size: int) -> ComputationalGraph:
    """Return a graph on which reverse mode costs at least size/2 times as much as forward mode.

    The forward trap with its edges turned round.
    """
    _check(size)
    return _chains(_chain([1, *[1] * size, size]))


def hourglass_trap(size: int) -> ComputationalGraph:
    """Return a graph on which forward and reverse mode both cost at least size/2 times the optimum.

    k = size inputs meet in a chain of k * k vertices that fans out to k outputs. Both modes drag k
    edges along the whole chain: k^3 + k^2 - k. Eliminating from the inside, at 1 a vertex, leaves its
    two ends: k^2 - 2 + k + k^2, which is optimal, as the bound by disjoint paths is k for an end and 1
    for others, and the last vertex to go costs k * k.
    """
    _check(size)
    return _chains(_chain([size, *[1] * size**2, size]))


def markowitz_trap(size: int) -> ComputationalGraph:
    """Return a graph on which the lowest Markowitz degree leads to at least size/2 times the optimum.

    With k = size: k inputs, read by one vertex v, read by k vertices u, each read by all k^2 + 1
    outputs. The degree of v is k * k, that of a u is 1 * (k^2 + 1), so the rule takes v, without a tie
    to break otherwise. Then every u has k predecessors: k^2 + k * k (k^2 + 1) = k^4 + 2 k^2 in all.
    The other way round a u costs k^2 + 1 and then v k (k^2 + 1): 2 k^3 + 2 k. That is optimal: with
    0 < s <= k of the u before v the total is s (k^2 + 1) + k (k - s + k^2 + 1) + (k - s) k (k^2 + 1),
    which falls as s grows.

    Lowest relative Markowitz degree and least fill-in fail alike: every vertex lies between all inputs
    and all outputs, so the one orders as the degree does; and v brings k * k edges, a u k^2 + 1.
    """
    _check(size)
    return _chains(_chain([size, 1, size, size**2 + 1]))


def portfolio_trap(size: int) -> ComputationalGraph:
    """Return a graph on which forward, reverse and the lowest Markowitz degree all fail.

    A Markowitz trap beside its mirror image. On the first, forward mode is as bad as the rule, on
    the second reverse mode; so each costs at least size/4 times the optimum, and the best of them too.
    """
    _check(size)
    sizes = [size, 1, size, size**2 + 1]
    return _chains(_chain(sizes), _chain(sizes[::-1]))


TRAPS: Mapping[str, Callable[[int], ComputationalGraph]] = MappingProxyType(
    {
        "forward": forward_trap,
        "reverse": reverse_trap,
        "hourglass": hourglass_trap,
        "markowitz": markowitz_trap,
        "portfolio": portfolio_trap,
    }
)
"""Every trap by name, as a function of its size: the gap grows in proportion to it."""


@dataclass(frozen=True)
class Traps:
    """Draws a trap and its size.

    Attributes:
        names: which of :data:`TRAPS`; all by default.
        min_size: the least size drawn.
        max_size: the largest.

    Raises:
        ValueError: for an unknown trap, or sizes that are no range from 2 on.
    """

    names: tuple[str, ...] = tuple(TRAPS)
    min_size: int = 2
    max_size: int = 6

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.names))
        unknown = [name for name in self.names if name not in TRAPS]
        if unknown or not self.names:
            raise ValueError(f"traps are {', '.join(TRAPS)}; got {', '.join(unknown) or 'none'}")
        _check(self.min_size)
        check_counts("traps", minimum=self.min_size, max_size=self.max_size)

    @property
    def limits(self) -> Limits:
        """Those of the largest graphs: every trap grows with its size."""
        return Limits.largest(Limits.of(TRAPS[name](self.max_size)) for name in self.names)

    def sample(self, random: np.random.Generator) -> ComputationalGraph:
        """Return a trap of a size, both drawn uniformly."""
        name = self.names[int(random.integers(len(self.names)))]
        return TRAPS[name](int(random.integers(self.min_size, self.max_size + 1)))


def _check(size: int) -> None:
    check_counts("traps", minimum=2, size=size)


Layout = tuple[list[Kind], list[range]]
"""Kinds and operands of the vertices of a graph."""


def _chain(sizes: Sequence[int]) -> Layout:
    """Layers of these sizes, inputs first and outputs last, each read completely by the next."""
    operands: list[range] = []
    before = range(0)
    for size in sizes:
        start = len(operands)
        operands += [before] * size
        before = range(start, start + size)
    return kinds_in_order(sizes[0], sum(sizes[1:-1]), sizes[-1]), operands


def _chains(*layouts: Layout) -> ComputationalGraph:
    """The graph that consists of chains side by side."""
    kinds: list[Kind] = []
    operands: list[range] = []
    for more_kinds, more_operands in layouts:
        start = len(kinds)
        kinds += more_kinds
        operands += [range(row.start + start, row.stop + start) for row in more_operands]
    return scalar_graph(kinds, operands)
