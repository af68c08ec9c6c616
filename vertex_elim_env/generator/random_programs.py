"""Random straight-line programs of scalars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vertex_elim_env.generator.base import Limits
from vertex_elim_env.generator.checks import check_counts
from vertex_elim_env.generator.scalar import kinds_in_order, scalar_graph
from vertex_elim_env.graph import ComputationalGraph


@dataclass(frozen=True)
class RandomPrograms:
    """Random scalar straight-line programs: every operation reads one or two earlier values.

    Operands are drawn with a bias to recent values, as in written programs; a value that nothing
    reads is made an output, so that no vertex is dead.

    Attributes:
        num_inputs: number of arguments.
        num_operations: number of operations, outputs among them.
        locality: mean distance to an operand, in operations; taken as 1 if it is less, and as
            ``num_operations`` if it is more, for then next to nothing would read an operation.
    """

    num_inputs: int = 4
    num_operations: int = 30
    locality: float = 8.0

    def __post_init__(self) -> None:
        check_counts("random programs", num_inputs=self.num_inputs)
        check_counts("random programs", minimum=2, num_operations=self.num_operations)
        if not self.locality > 0:
            raise ValueError(f"random programs need a positive locality; got {self.locality!r}")

    @property
    def limits(self) -> Limits:
        """Every operation but one may be eliminable, and every one but one an output."""
        return Limits(self.num_operations - 1, self.num_inputs, self.num_operations - 1)

    def sample(self, random: np.random.Generator) -> ComputationalGraph:
        """Return the graph of a random program with at least one vertex to eliminate."""
        while True:
            graph = self._program(random)
            if graph.num_eliminable:
                return graph

    def _program(self, random: np.random.Generator) -> ComputationalGraph:
        total = self.num_inputs + self.num_operations
        mean_distance = min(max(self.locality, 1.0), self.num_operations)
        operands: list[set[int]] = [set() for _ in range(self.num_inputs)]
        for k in range(self.num_inputs, total):
            distances = random.geometric(1.0 / mean_distance, size=int(random.integers(1, 3)))
            operands.append({int(max(0, k - d)) for d in distances})
        read = set[int]().union(*operands)
        kinds = kinds_in_order(self.num_inputs, self.num_operations, 0)
        for k in set(range(self.num_inputs, total)) - read:
            kinds[k] = "output"
        return scalar_graph(kinds, operands, random)
