"""Observers: what builds observations of one kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vertex_elim_env.algebra import Algebra
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.game import Game
from vertex_elim_env.generator import Limits
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.observation.features import (
    LARGEST_LOG,
    NUM_STRUCTURES,
    STATIC_FEATURES,
    STRUCTURE_FEATURES,
    VERTEX_FEATURES,
    static_features,
    structure_class,
    structure_table,
)


class Observer(Protocol):
    """Builds observations of one kind."""

    @property
    def space(self) -> spaces.Space[Any]:
        """The space that observations lie in."""
        ...

    def start(self, problem: EliminationProblem) -> None:
        """Prepare for an episode."""
        ...

    def observe(self, game: Game, mask: NDArray[np.int8]) -> Any:
        """Return a fresh observation."""
        ...


def dict_space(limits: Limits) -> spaces.Dict:
    """Return the space of observation="dict"."""
    rows, num_actions = limits.num_vertices, limits.num_eliminable
    return spaces.Dict(
        {
            "vertex_features": spaces.Box(
                0.0, LARGEST_LOG, (rows, len(VERTEX_FEATURES)), np.float32
            ),
            "adjacency": spaces.Box(0, NUM_STRUCTURES - 1, (rows, rows), np.int16),
            "structure_features": spaces.Box(
                0.0, LARGEST_LOG, (NUM_STRUCTURES, len(STRUCTURE_FEATURES)), np.float32
            ),
            "action_mask": spaces.MultiBinary(num_actions),
        }
    )


def graph_space() -> spaces.Graph:
    """Return the space of observation="graph"."""
    return spaces.Graph(
        node_space=spaces.Box(0.0, LARGEST_LOG, (len(VERTEX_FEATURES),), np.float32),
        edge_space=spaces.Box(0.0, LARGEST_LOG, (len(STRUCTURE_FEATURES),), np.float32),
    )


def padded_rows(graph: ComputationalGraph, limits: Limits) -> NDArray[np.intp]:
    """Return the row of every vertex index when each kind is padded to its limit, intp (N,)."""
    offsets = (0, limits.num_eliminable, limits.num_eliminable + limits.num_inputs)
    counts = (graph.num_eliminable, graph.num_inputs, graph.num_outputs)
    parts = [np.arange(count) + offset for offset, count in zip(offsets, counts, strict=True)]
    return np.concatenate(parts)


class VertexTable:
    """Vertex features of one problem: the static columns once, the others at every step."""

    def __init__(self, problem: EliminationProblem, rows: NDArray[np.intp], num_rows: int) -> None:
        self._num_rows, self._n = num_rows, problem.num_eliminable
        self._table = np.zeros((num_rows, len(VERTEX_FEATURES)), np.float32)
        self._table[rows, : len(STATIC_FEATURES)] = static_features(problem)

    def fill(
        self, game: Game, sources: NDArray[np.integer], targets: NDArray[np.integer]
    ) -> NDArray[np.float32]:
        """Return the features, float32 (rows, F), fresh.

        Args:
            game: the state.
            sources, targets: rows of the live edges' ends, ints (E,).
        """
        n, first = self._n, len(STATIC_FEATURES)
        counts, features = np.zeros((self._num_rows, 5)), self._table.copy()
        counts[:, 0] = np.bincount(targets, minlength=self._num_rows)
        counts[:, 1] = np.bincount(sources, minlength=self._num_rows)
        counts[:, 2] = counts[:, 0] * counts[:, 1]
        counts[:n, 3] = game.candidate_costs
        edges = np.zeros((self._num_rows,) * 2)
        edges[sources, targets] = 1
        counts[:n, 4] = (counts[:, 2] - ((edges.T @ edges) * edges).sum(1))[:n]
        features[:, first + 1 :] = np.log1p(counts)
        features[:n, first] = game.eliminated
        return features


class DictObserver:
    """Padded arrays of fixed shapes, each with finite bounds."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.space = dict_space(limits)
        self._structure_table = structure_table()

    def start(self, problem: EliminationProblem) -> None:
        """Lay the problem's vertices out over the rows."""
        self._rows = padded_rows(problem.graph, self.limits)
        self._table = VertexTable(problem, self._rows, self.limits.num_vertices)
        self._classes = Classes(problem.algebra)

    def observe(self, game: Game, mask: NDArray[np.int8]) -> Mapping[str, NDArray[Any]]:
        """Return the four arrays, fresh."""
        sources, targets, structures = game.edges
        sources, targets = self._rows[sources], self._rows[targets]
        adjacency = np.zeros((self.limits.num_vertices,) * 2, np.int16)
        adjacency[sources, targets] = self._classes.of(structures)
        return {
            "vertex_features": self._table.fill(game, sources, targets),
            "adjacency": adjacency,
            "structure_features": self._structure_table.copy(),
            "action_mask": mask.copy(),
        }


class Classes:
    """The classes of an algebra's structures, by id."""

    def __init__(self, algebra: Algebra) -> None:
        self._algebra = algebra
        self._classes = np.zeros(0, np.int16)

    def of(self, structures: NDArray[np.int32]) -> NDArray[np.int16]:
        """Return the classes of ids, int16, fresh."""
        if len(self._classes) < len(self._algebra):
            new = self._algebra.structures[len(self._classes) :]
            more = np.asarray([structure_class(s) for s in new], np.int16)
            self._classes = np.concatenate([self._classes, more])
        return self._classes[structures]


class GraphObserver:
    """A ``spaces.Graph`` of all vertices and the live edges, for libraries that take graphs."""

    def __init__(self) -> None:
        self.space = graph_space()
        self._structure_table = structure_table()

    def start(self, problem: EliminationProblem) -> None:
        """Prepare the table of the problem's vertices."""
        self._table = VertexTable(problem, np.arange(problem.num_vertices), problem.num_vertices)
        self._classes = Classes(problem.algebra)

    def observe(self, game: Game, mask: NDArray[np.int8]) -> spaces.GraphInstance:
        """Return nodes, edge features and links (source, target), fresh."""
        sources, targets, structures = game.edges
        return spaces.GraphInstance(
            nodes=self._table.fill(game, sources, targets),
            edges=self._structure_table[self._classes.of(structures)],
            edge_links=np.stack([sources, targets], axis=1),
        )
