"""Random layered graphs: every layer reads the one before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vertex_elim_env.generator.base import Limits
from vertex_elim_env.generator.checks import check_counts, check_share
from vertex_elim_env.generator.scalar import kinds_in_order, scalar_graph
from vertex_elim_env.graph import ComputationalGraph


@dataclass(frozen=True)
class LayeredDAGs:
    """Random graphs in layers: inputs, hidden layers of eliminable vertices, outputs.

    Every vertex reads vertices of the layer before it, each with probability ``density`` and at
    least one; and one of every layer but the last is read, so that none is dead. With probability
    ``skip`` a vertex also reads one of the layers further up, as in residual networks.

    At density 1 without skips the graph is a chain of dense matrix products, whose best order dynamic
    programming finds (S. S. Godbole, "On efficient computation of matrix chain products", IEEE Trans.
    Comput. C-22, 1973); below it is the sparse chain that is hard (A. Griewank, U. Naumann,
    "Accumulating Jacobians as chained sparse matrix products", Math. Program. 95, 2003).

    Attributes:
        num_inputs: vertices of the first layer.
        num_layers: hidden layers.
        width: vertices of a hidden layer.
        num_outputs: vertices of the last layer.
        density: probability of an edge between neighbouring layers.
        skip: probability that a vertex reads one value from further up.
    """

    num_inputs: int = 4
    num_layers: int = 5
    width: int = 6
    num_outputs: int = 4
    density: float = 0.4
    skip: float = 0.1

    def __post_init__(self) -> None:
        check_counts(
            "layered graphs",
            num_inputs=self.num_inputs,
            num_layers=self.num_layers,
            width=self.width,
            num_outputs=self.num_outputs,
        )
        check_share("layered graphs", density=self.density, skip=self.skip)

    @property
    def limits(self) -> Limits:
        """What every graph has, exactly."""
        return Limits(self.num_layers * self.width, self.num_inputs, self.num_outputs)

    def sample(self, random: np.random.Generator) -> ComputationalGraph:
        """Return a random layered graph."""
        sizes = [self.num_inputs, *[self.width] * self.num_layers, self.num_outputs]
        starts = [0, *(int(start) for start in np.cumsum(sizes))]
        operands: list[set[int]] = [set() for _ in range(self.num_inputs)]
        for layer in range(1, len(sizes)):
            reads = _bipartite(random, sizes[layer], sizes[layer - 1], self.density)
            for row in reads:
                sources = {starts[layer - 1] + int(k) for k in row.nonzero()[0]}
                if layer > 1 and random.random() < self.skip:
                    sources.add(int(random.integers(starts[layer - 1])))
                operands.append(sources)
        kinds = kinds_in_order(self.num_inputs, self.limits.num_eliminable, self.num_outputs)
        return scalar_graph(kinds, operands, random)


def _bipartite(
    random: np.random.Generator, num_readers: int, num_read: int, density: float
) -> np.ndarray:
    """Which reader reads what, bool (num_readers, num_read): no row and no column is empty."""
    reads = random.random((num_readers, num_read)) < density
    for row in np.flatnonzero(~reads.any(axis=1)):
        reads[row, random.integers(num_read)] = True
    for column in np.flatnonzero(~reads.any(axis=0)):
        reads[random.integers(num_readers), column] = True
    return reads
