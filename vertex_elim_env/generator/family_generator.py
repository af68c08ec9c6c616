"""FamilyGenerator: graphs of a parametric family, its parameters drawn within ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from vertex_elim_env.generator.base import Limits, playable
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.tasks import families


class Range(NamedTuple):
    """The values that a parameter takes, ends included."""

    parameter: str
    low: int
    high: int


@dataclass(frozen=True, init=False)
class FamilyGenerator:
    """Draws a family's parameters uniformly and returns the graph of that member.

    A graph is traced when it is first drawn, which needs the extra ``jax``, and remembered.

    Attributes:
        family: the family's name.
        ranges: one for every parameter, in the family's order.

    >>> FamilyGenerator("MLP", layers=(1, 3), width=8).ranges[1]
    Range(parameter='width', low=8, high=8)
    """

    family: str
    ranges: tuple[Range, ...]

    def __init__(self, family: str, **ranges: int | tuple[int, int]) -> None:
        """Check the ranges.

        Args:
            family: one of ``families.names()``.
            ranges: for some parameters a value, or a pair of the least and the largest; the others
                take their usual range.

        Raises:
            UnknownTaskError: naming the nearest families.
            TypeError: for a parameter that the family does not have.
            ValueError: for values outside what the parameter allows, or an empty range.
        """
        member = families.get(family)
        ends = {
            name: (given, given) if isinstance(given, int) else given
            for name, given in ranges.items()
        }
        for name, pair in ends.items():
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise ValueError(
                    f"the range of {name} must be a whole number or a pair (least, largest); got {pair!r}"
                )
        for end in range(2):
            member.parameters_of(**{name: pair[end] for name, pair in ends.items()})
        rows = tuple(
            Range(p.name, *ends.get(p.name, (p.minimum, p.usual_maximum)))
            for p in member.parameters
        )
        for row in rows:
            if row.low > row.high:
                raise ValueError(
                    f"the range of {row.parameter} is empty: {row.low} is above {row.high}"
                )
        object.__setattr__(self, "family", family)
        object.__setattr__(self, "ranges", rows)

    @property
    def limits(self) -> Limits:
        """Those of the member with the largest parameters: a family grows with each of them."""
        return Limits.of(self._graph({row.parameter: row.high for row in self.ranges}))

    def sample(self, random: np.random.Generator) -> ComputationalGraph:
        """Return the graph of a random member."""
        return self._graph(
            {row.parameter: int(random.integers(row.low, row.high + 1)) for row in self.ranges}
        )

    def _graph(self, parameters: dict[str, int]) -> ComputationalGraph:
        return playable(families.get(self.family).graph(**parameters))
