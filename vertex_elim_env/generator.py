"""Where the graph of an episode comes from: one graph, a set of them, or random programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from vertex_elim_env import tasks
from vertex_elim_env.errors import GraphError
from vertex_elim_env.graph import ComputationalGraph, Edge, Vertex
from vertex_elim_env.structure import identity

DEFAULT_TASK = "RoeFlux_1d"


class Limits(NamedTuple):
    """The largest numbers of vertices of each kind that a generator yields."""

    num_eliminable: int
    num_inputs: int
    num_outputs: int

    @property
    def num_vertices(self) -> int:
        """Rows of an observation: each kind padded on its own."""
        return self.num_eliminable + self.num_inputs + self.num_outputs

    def admits(self, graph: ComputationalGraph) -> bool:
        """Whether a graph fits."""
        return (
            graph.num_eliminable <= self.num_eliminable
            and graph.num_inputs <= self.num_inputs
            and graph.num_outputs <= self.num_outputs
        )


class Generator(Protocol):
    """Yields graphs within fixed limits."""

    @property
    def limits(self) -> Limits:
        """The largest numbers of vertices of each kind."""
        ...

    def sample(self, random: np.random.Generator) -> ComputationalGraph:
        """Return the graph of the next episode."""
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


class GraphSet:
    """One graph, or several: an episode's is drawn uniformly.

    Raises:
        GraphError: for an empty set, or a graph without a vertex to eliminate.
    """

    def __init__(self, *graphs: ComputationalGraph) -> None:
        if not graphs:
            raise GraphError("a set of graphs needs at least one")
        self.graphs: Sequence[ComputationalGraph] = tuple(playable(graph) for graph in graphs)

    @property
    def limits(self) -> Limits:
        """The largest numbers of vertices among the graphs."""
        return Limits(
            max(graph.num_eliminable for graph in self.graphs),
            max(graph.num_inputs for graph in self.graphs),
            max(graph.num_outputs for graph in self.graphs),
        )

    def sample(self, random: np.random.Generator) -> ComputationalGraph:
        """Return one of the graphs."""
        if len(self.graphs) == 1:
            return self.graphs[0]
        return self.graphs[int(random.integers(len(self.graphs)))]


@dataclass(frozen=True)
class RandomPrograms:
    """Random scalar straight-line programs: every operation reads one or two earlier values.

    Operands are drawn with a bias to recent values, as in written programs; a value that nothing
    reads is made an output, so that no vertex is dead.

    Attributes:
        num_inputs: number of arguments.
        num_operations: number of operations, outputs among them.
        locality: mean distance to an operand, in operations.
    """

    num_inputs: int = 4
    num_operations: int = 30
    locality: float = 8.0

    def __post_init__(self) -> None:
        if self.num_inputs < 1 or self.num_operations < 2 or not self.locality > 0:
            raise ValueError(
                f"random programs need an input, two operations and a positive locality; got {self}"
            )

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
        operands: list[set[int]] = []
        for k in range(self.num_inputs, total):
            distances = random.geometric(
                1.0 / max(self.locality, 1.0), size=int(random.integers(1, 3))
            )
            operands.append({int(max(0, k - d)) for d in distances})
        read = set[int]().union(*operands)
        kinds = ["input"] * self.num_inputs
        kinds += ["eliminable" if k in read else "output" for k in range(self.num_inputs, total)]
        value, unit = identity((), coefficient=None), identity(())
        vertices = tuple(Vertex(kind, ()) for kind in kinds)  # type: ignore[arg-type]
        edges = tuple(
            Edge(source, self.num_inputs + k, unit if random.random() < 0.3 else value, True)
            for k, sources in enumerate(operands)
            for source in sorted(sources)
        )
        return ComputationalGraph(vertices, edges)


def choose_generator(
    task: str | None, graph: ComputationalGraph | None, generator: Generator | None
) -> Generator:
    """Return the generator that an environment's options mean, a default task if they are None.

    Raises:
        ValueError: if more than one is given.
        TypeError: for an object that is no generator.
    """
    given = [
        name
        for name, value in (("task", task), ("graph", graph), ("generator", generator))
        if value is not None
    ]
    if len(given) > 1:
        raise ValueError(f"give one of task, graph and generator; got {' and '.join(given)}")
    if generator is not None:
        if not hasattr(generator, "sample") or not hasattr(generator, "limits"):
            raise TypeError(f"a generator needs sample() and limits; got {generator!r}")
        return generator
    return GraphSet(graph if graph is not None else tasks.get(task or DEFAULT_TASK).graph)
