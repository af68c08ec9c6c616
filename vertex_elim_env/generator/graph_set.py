"""GraphSet: one graph, or several to draw from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vertex_elim_env import tasks
from vertex_elim_env.errors import GraphError
from vertex_elim_env.generator.base import Limits, playable
from vertex_elim_env.graph import ComputationalGraph


@dataclass(frozen=True, init=False)
class GraphSet:
    """One graph, or several: an episode's is drawn uniformly.

    Attributes:
        graphs: the graphs, each with a vertex to eliminate.

    Raises:
        GraphError: for an empty set, or a graph without a vertex to eliminate.
    """

    graphs: tuple[ComputationalGraph, ...]

    def __init__(self, *graphs: ComputationalGraph) -> None:
        if not graphs:
            raise GraphError("a set of graphs needs at least one")
        object.__setattr__(self, "graphs", tuple(playable(graph) for graph in graphs))

    @classmethod
    def of_tasks(cls, *names: str) -> GraphSet:
        """Return the set of the tasks of these names, of all tasks if there are none.

        >>> GraphSet.of_tasks("HumanHeartDipole", "RoeFlux_1d").limits
        Limits(num_eliminable=98, num_inputs=8, num_outputs=8)
        """
        return cls(*(tasks.get(name).graph for name in names or tasks.names()))

    @property
    def limits(self) -> Limits:
        """The largest numbers of vertices among the graphs."""
        return Limits.largest(Limits.of(graph) for graph in self.graphs)

    def sample(self, random: np.random.Generator) -> ComputationalGraph:
        """Return one of the graphs."""
        if len(self.graphs) == 1:
            return self.graphs[0]
        return self.graphs[int(random.integers(len(self.graphs)))]

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self.graphs[:3]))
        return f"GraphSet({shown}{', ...' if len(self.graphs) > 3 else ''})"
