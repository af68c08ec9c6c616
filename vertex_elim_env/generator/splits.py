"""Train, validation and test graphs that cannot leak into one another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from numbers import Real
from typing import Literal, NamedTuple, get_args

import numpy as np

from vertex_elim_env.errors import GraphError
from vertex_elim_env.generator.base import Generator, Limits
from vertex_elim_env.generator.checks import check_generator
from vertex_elim_env.generator.renumbered import numbering_free_digest
from vertex_elim_env.graph import ComputationalGraph

SplitName = Literal["train", "validation", "test"]
SPLIT_NAMES: tuple[SplitName, ...] = get_args(SplitName)
DEFAULT_FRACTIONS = (0.8, 0.1, 0.1)
TRIES = 50
"""Draws that a split of the whole would make; one of a fraction f makes 1/f times as many. A generator of
endlessly many graphs misses a split so often with probability exp(-50)."""


def split_of(
    graph: ComputationalGraph, fractions: tuple[float, float, float] = DEFAULT_FRACTIONS
) -> SplitName:
    """Return the split that a graph belongs to, by what it is alone.

    A hash of the graph, the same for all its numberings, is read as a number from 0 to 1; the
    fractions cut that interval. So graphs of one fingerprint, and renumbered copies of one graph, are
    in one split, whatever generator, seed or machine they come from.
    """
    digest = numbering_free_digest(graph)
    position = int(digest, 16) / 16 ** len(digest)
    ends = accumulate(fractions)
    for name, end in zip(SPLIT_NAMES, ends, strict=True):
        if position < end:
            return name
    return SPLIT_NAMES[-1]  # roundings may leave the last end just below 1


@dataclass(frozen=True)
class Split:
    """The graphs of a generator that belong to one split.

    Draws until a graph of its own comes, so the graphs keep the generator's distribution.

    Attributes:
        generator: what to draw from.
        name: "train", "validation" or "test".
        fractions: of train, validation and test, summing to 1; the same for all three.

    >>> from vertex_elim_env.generator import RandomPrograms
    >>> held_out = Split(RandomPrograms(), "test")
    >>> split_of(held_out.sample(np.random.default_rng(0)))
    'test'
    """

    generator: Generator
    name: SplitName
    fractions: tuple[float, float, float] = DEFAULT_FRACTIONS

    def __post_init__(self) -> None:
        check_generator(self.generator)
        if self.name not in SPLIT_NAMES:
            raise ValueError(f"a split is one of {', '.join(SPLIT_NAMES)}; got {self.name!r}")
        fractions = tuple(self.fractions)
        if (
            len(fractions) != len(SPLIT_NAMES)
            or not all(isinstance(f, Real) and 0 < f < 1 for f in fractions)
            or not math.isclose(sum(fractions), 1.0)
        ):
            raise ValueError(
                "the fractions of train, validation and test must be three positive numbers that sum "
                f"to 1; got {self.fractions!r}"
            )
        object.__setattr__(self, "fractions", fractions)

    @property
    def limits(self) -> Limits:
        """The generator's, so that all splits have the same spaces."""
        return self.generator.limits

    def sample(self, random: np.random.Generator) -> ComputationalGraph:
        """Return a graph of this split.

        Raises:
            GraphError: if none comes, as the generator has too few graphs.
        """
        fraction = self.fractions[SPLIT_NAMES.index(self.name)]
        tries = math.ceil(TRIES / fraction)
        for _ in range(tries):
            graph = self.generator.sample(random)
            if split_of(graph, self.fractions) == self.name:
                return graph
        raise GraphError(
            f"none of {tries} graphs of {self.generator!r} belongs to the {self.name} split, so it has "
            "too few different ones to be split; widen its ranges, add graphs, or choose larger fractions"
        )


class Splits(NamedTuple):
    """A generator's three splits."""

    train: Split
    validation: Split
    test: Split


def split(
    generator: Generator, fractions: tuple[float, float, float] = DEFAULT_FRACTIONS
) -> Splits:
    """Return a generator's train, validation and test splits: no graph is in two of them.

    Args:
        generator: what to split; :func:`split_of` says where each of its graphs belongs.
        fractions: of train, validation and test, positive and summing to 1.
    """
    return Splits(*(Split(generator, name, fractions) for name in SPLIT_NAMES))
