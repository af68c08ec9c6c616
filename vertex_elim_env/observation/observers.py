"""Observers: what builds observations of one kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vertex_elim_env.generator import Limits
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.observation.features import structure_table
from vertex_elim_env.observation.layout import Layout, dict_space, graph_space


class Observable(Protocol):
    """A state that is described: its arrays change with it, and are copied by observers."""

    @property
    def features(self) -> NDArray[np.float32]:
        """Of the vertices, by row, float32 (V, 12)."""
        ...

    @property
    def adjacency(self) -> NDArray[np.int8]:
        """Class of the edge u -> w, 0 for none, int8 (V, V); kept if the observer needs it."""
        ...

    def links(self) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
        """Return source and target of the live edges, ascending, and their classes; (E, 2), (E,)."""
        ...


class Observer(Protocol):
    """Builds observations of one kind."""

    @property
    def needs_adjacency(self) -> bool:
        """Whether the matrix of classes is read."""
        ...

    @property
    def space(self) -> spaces.Space[Any]:
        """The space that observations lie in."""
        ...

    def layout(self, graph: ComputationalGraph) -> Layout:
        """Return where a graph's vertices lie."""
        ...

    def observe(self, state: Observable, mask: NDArray[np.int8]) -> Any:
        """Return an observation of fresh arrays; ``mask`` is int8 (n,)."""
        ...


class DictObserver:
    """Padded arrays of fixed shapes, each with finite bounds."""

    needs_adjacency = True

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.space = dict_space(limits)
        self._structure_table = structure_table()

    def layout(self, graph: ComputationalGraph) -> Layout:
        """Return the layout padded to the limits."""
        return Layout.padded(graph, self._limits)

    def observe(self, state: Observable, mask: NDArray[np.int8]) -> Mapping[str, NDArray[Any]]:
        """Return the four arrays."""
        return {
            "vertex_features": state.features.copy(),
            "adjacency": state.adjacency.copy(),
            "structure_features": self._structure_table.copy(),
            "action_mask": mask.copy(),
        }


class GraphObserver:
    """A ``spaces.Graph`` of all vertices and the live edges, for libraries that take graphs."""

    needs_adjacency = False

    def __init__(self) -> None:
        self.space = graph_space()
        self._structure_table = structure_table()

    def layout(self, graph: ComputationalGraph) -> Layout:
        """Return the layout without padding."""
        return Layout.compact(graph)

    def observe(self, state: Observable, mask: NDArray[np.int8]) -> spaces.GraphInstance:
        """Return nodes, features of the edges, and links (source, target)."""
        links, classes = state.links()
        return spaces.GraphInstance(
            nodes=state.features.copy(),
            edges=self._structure_table.take(classes, axis=0),
            edge_links=links,
        )
