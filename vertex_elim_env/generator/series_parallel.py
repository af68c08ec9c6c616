"""Random series-parallel graphs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vertex_elim_env.generator.base import Limits
from vertex_elim_env.generator.checks import check_counts, check_share
from vertex_elim_env.generator.scalar import kinds_in_order, scalar_graph
from vertex_elim_env.graph import ComputationalGraph


@dataclass(frozen=True)
class SeriesParallelDAGs:
    """Random (vertex) series-parallel graphs between a layer of inputs and one of outputs.

    A single vertex is series-parallel; so are two such graphs side by side, and two in series, where
    every sink of the first is read by every source of the second (J. Valdes, R. E. Tarjan, E. L.
    Lawler, "The recognition of series parallel digraphs", SIAM J. Comput. 11, 1982). They hold chains
    of dense matrix products, calls of functions within functions, and everything between.

    Attributes:
        num_inputs: number of inputs, all read by every source.
        num_eliminable: number of vertices between, the size of the series-parallel graph.
        num_outputs: number of outputs, each of which reads every sink.
        series: probability that two parts are put in series, not side by side.
    """

    num_inputs: int = 4
    num_eliminable: int = 30
    num_outputs: int = 4
    series: float = 0.5

    def __post_init__(self) -> None:
        check_counts(
            "series-parallel graphs",
            num_inputs=self.num_inputs,
            num_eliminable=self.num_eliminable,
            num_outputs=self.num_outputs,
        )
        check_share("series-parallel graphs", series=self.series)

    @property
    def limits(self) -> Limits:
        """What every graph has, exactly."""
        return Limits(self.num_eliminable, self.num_inputs, self.num_outputs)

    def sample(self, random: np.random.Generator) -> ComputationalGraph:
        """Return a random series-parallel graph."""
        first, last = self.num_inputs, self.num_inputs + self.num_eliminable
        operands: list[list[int]] = [[] for _ in range(last + self.num_outputs)]
        sources, sinks = self._compose(random, range(first, last), operands)
        _join(range(first), sources, operands)
        _join(sinks, range(last, len(operands)), operands)
        kinds = kinds_in_order(self.num_inputs, self.num_eliminable, self.num_outputs)
        return scalar_graph(kinds, operands, random)

    def _compose(
        self, random: np.random.Generator, part: range, operands: list[list[int]]
    ) -> tuple[list[int], list[int]]:
        """Join the vertices of a part at random, and return its sources and its sinks."""
        if len(part) == 1:
            return [part.start], [part.start]
        cut = int(random.integers(1, len(part)))
        in_series = random.random() < self.series
        sources, sinks = self._compose(random, part[:cut], operands)
        further_sources, further_sinks = self._compose(random, part[cut:], operands)
        if not in_series:
            return sources + further_sources, sinks + further_sinks
        _join(sinks, further_sources, operands)
        return sources, further_sinks


def _join(read: list[int] | range, readers: list[int] | range, operands: list[list[int]]) -> None:
    for reader in readers:
        operands[reader].extend(read)
