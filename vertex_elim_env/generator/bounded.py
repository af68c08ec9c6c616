"""Bounded: the graphs of a generator that fit within limits of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vertex_elim_env.errors import GraphError
from vertex_elim_env.generator.base import Generator, Limits
from vertex_elim_env.generator.checks import check_generator
from vertex_elim_env.graph import ComputationalGraph

TRIES = 1_000
"""Draws before it is said that nothing fits."""


@dataclass(frozen=True)
class Bounded:
    """Draws until a graph fits, so that arrays need no room for the few that are much larger.

    Attributes:
        generator: what to draw from.
        limits: the most eliminable vertices, inputs and outputs.

    >>> from vertex_elim_env.generator import RandomPrograms
    >>> small = Bounded(RandomPrograms(), Limits(20, 4, 10))
    >>> small.sample(np.random.default_rng(0)).num_eliminable <= 20
    True
    """

    generator: Generator
    limits: Limits

    def __post_init__(self) -> None:
        check_generator(self.generator)
        limits = tuple(self.limits)
        if len(limits) != 3 or not all(isinstance(k, int) and k >= 1 for k in limits):
            raise ValueError(
                "the limits must be three positive numbers, of eliminable vertices, inputs and outputs; "
                f"got {self.limits!r}"
            )
        object.__setattr__(self, "limits", Limits(*limits))

    def sample(self, random: np.random.Generator) -> ComputationalGraph:
        """Return the next graph that fits.

        Raises:
            GraphError: if none comes.
        """
        for _ in range(TRIES):
            graph = self.generator.sample(random)
            if self.limits.admits(graph):
                return graph
        raise GraphError(f"none of {TRIES} graphs of {self.generator!r} fits within {self.limits}")
