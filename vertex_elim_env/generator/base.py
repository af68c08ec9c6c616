"""What a generator is: an object that draws graphs within fixed limits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import numpy as np

from vertex_elim_env.errors import GraphError
from vertex_elim_env.graph import ComputationalGraph


class Limits(NamedTuple):
    """The largest numbers of vertices of each kind that a generator yields."""

    num_eliminable: int
    num_inputs: int
    num_outputs: int

    @classmethod
    def of(cls, graph: ComputationalGraph) -> Limits:
        """Return the numbers of one graph."""
        return cls(graph.num_eliminable, graph.num_inputs, graph.num_outputs)

    @classmethod
    def largest(cls, limits: Iterable[Limits]) -> Limits:
        """Return the least limits within which all given ones lie."""
        return cls(*(max(column) for column in zip(*limits, strict=True)))

    @property
    def num_vertices(self) -> int:
        """Rows of an observation: each kind padded on its own."""
        return self.num_eliminable + self.num_inputs + self.num_outputs

    def admits(self, graph: ComputationalGraph) -> bool:
        """Whether a graph fits."""
        return all(count <= limit for count, limit in zip(Limits.of(graph), self, strict=True))


class Generator(Protocol):
    """Yields graphs within fixed limits."""

    @property
    def limits(self) -> Limits:
        """The largest numbers of vertices of each kind."""
        ...

    def sample(self, random: np.random.Generator) -> ComputationalGraph:
        """Return the graph of the next episode, the same for the same state of ``random``."""
        ...


def playable(graph: ComputationalGraph) -> ComputationalGraph:
    """Return a graph if there is a game to play on it.

    Raises:
        GraphError: if it has no vertex to eliminate.
    """
    if not isinstance(graph, ComputationalGraph):
        raise TypeError(
            f"expected a ComputationalGraph; got {type(graph).__name__}. Make one by trace or from_json"
        )
    if graph.num_eliminable == 0:
        raise GraphError(
            f"{graph!r} has no vertex to eliminate, so there is no game to play; its Jacobian is on its edges"
        )
    return graph
