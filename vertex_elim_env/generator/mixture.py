"""Mixture: one of several generators, drawn by weight."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vertex_elim_env.generator.base import Generator, Limits
from vertex_elim_env.generator.checks import check_generator
from vertex_elim_env.graph import ComputationalGraph


@dataclass(frozen=True)
class Mixture:
    """Draws a generator by weight, then a graph from it.

    Attributes:
        generators: what to draw from.
        weights: one for each, of any positive sum; all equal if there are none.

    Raises:
        ValueError: if there is no generator, or the weights don't fit them.
        TypeError: for an object that is no generator.
    """

    generators: tuple[Generator, ...]
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "generators", tuple(self.generators))
        if not self.generators:
            raise ValueError("a mixture needs at least one generator")
        for generator in self.generators:
            check_generator(generator)
        weights = tuple(self.weights) or (1.0,) * len(self.generators)
        if len(weights) != len(self.generators) or not all(map(_is_weight, weights)):
            raise ValueError(
                f"a mixture of {len(self.generators)} generators needs as many positive weights; "
                f"got {self.weights!r}"
            )
        object.__setattr__(self, "weights", weights)

    @property
    def limits(self) -> Limits:
        """The largest numbers of vertices among the generators'."""
        return Limits.largest(generator.limits for generator in self.generators)

    def sample(self, random: np.random.Generator) -> ComputationalGraph:
        """Return a graph of one of the generators."""
        share = np.asarray(self.weights) / sum(self.weights)
        return self.generators[int(random.choice(len(share), p=share))].sample(random)


def _is_weight(weight: object) -> bool:
    return isinstance(weight, int | float) and 0 < weight < math.inf
