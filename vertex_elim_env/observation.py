"""What an agent sees of a state: padded arrays for most RL libraries, or a graph of live edges."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vertex_elim_env.algebra import Algebra
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.game import Game
from vertex_elim_env.generator import Limits
from vertex_elim_env.structure import JacobianStructure

VERTEX_FEATURES = (
    "is_eliminable",  # 1 for a vertex that an order eliminates, also after it is gone
    "is_input",
    "is_output",
    "is_eliminated",
    "log_in_degree",  # log(1 + number of predecessors)
    "log_out_degree",  # log(1 + number of successors)
    "log_markowitz_degree",  # log(1 + predecessors x successors)
    "log_cost",  # log(1 + what eliminating it now would cost, in the cost model's unit)
    "position",  # place in program order among its kind, from 0 to 1
    "log_size",  # log(1 + number of entries of its array)
)
STRUCTURE_FEATURES = (
    "is_edge",  # 1 in every row that an id uses
    "is_pattern",  # nothing is stored: every non-zero entry is one static number
    "is_unit",  # that number is +1 or -1
    "is_diagonal",  # every axis of the target is linked to one of the source
    "log_num_values",  # log(1 + number of stored values)
    "log_num_entries",  # log(1 + number of entries that may be non-zero)
)
LARGEST_LOG = 64.0
NUM_STRUCTURES = 256
"""Rows of the table of structure features; id 0 means no edge."""
OTHER = NUM_STRUCTURES - 1
"""The id of all structures that appear after the table is full; of its features, only is_edge is set."""


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


def structure_features(structure: JacobianStructure) -> list[float]:
    """Return the features of a structure, in the order of ``STRUCTURE_FEATURES``."""
    return [
        1.0,
        float(structure.is_pattern),
        float(structure.is_unit),
        float(not structure.out_free and not structure.in_free),
        math.log1p(structure.num_values),
        math.log1p(structure.num_entries),
    ]


class VertexTable:
    """Vertex features of one problem: the static columns once, the others at every step."""

    def __init__(self, problem: EliminationProblem, rows: NDArray[np.intp], num_rows: int) -> None:
        graph = problem.graph
        self._num_rows, self._n = num_rows, graph.num_eliminable
        self._table = np.zeros((num_rows, len(VERTEX_FEATURES)), np.float32)
        self._counts = np.zeros((num_rows, 4))
        start = 0
        for column, count in enumerate((graph.num_eliminable, graph.num_inputs, graph.num_outputs)):
            here = rows[start : start + count]
            self._table[here, column] = 1.0
            self._table[here, 8] = np.linspace(0.0, 1.0, count) if count > 1 else 0.0
            start += count
        sizes = [math.prod(graph.vertices[position].shape) for position in graph.positions]
        self._table[rows, 9] = np.log1p(np.asarray(sizes, np.float64))

    def fill(
        self, game: Game, sources: NDArray[np.integer], targets: NDArray[np.integer]
    ) -> NDArray[np.float32]:
        """Return the features, float32 (rows, F), fresh.

        Args:
            game: the state.
            sources, targets: rows of the live edges' ends, ints (E,).
        """
        counts, features = self._counts, self._table.copy()
        counts[:, 0] = np.bincount(targets, minlength=self._num_rows)
        counts[:, 1] = np.bincount(sources, minlength=self._num_rows)
        counts[:, 2] = counts[:, 0] * counts[:, 1]
        counts[: self._n, 3] = game.candidate_costs
        features[:, 4:8] = np.log1p(counts)
        features[: self._n, 3] = game.eliminated
        return features


class DictObserver:
    """Padded arrays of fixed shapes, each with finite bounds.

    Rows are vertices: ``max_eliminable`` rows of eliminable ones, then inputs, then outputs, each
    part padded with zeros, so that row a is action a.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        rows, num_actions = limits.num_vertices, limits.num_eliminable
        self.space = spaces.Dict(
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

    def start(self, problem: EliminationProblem) -> None:
        """Lay the problem's vertices out over the rows and forget the ids of the last episode."""
        graph, limits = problem.graph, self.limits
        offsets = (0, limits.num_eliminable, limits.num_eliminable + limits.num_inputs)
        counts = (graph.num_eliminable, graph.num_inputs, graph.num_outputs)
        parts = [np.arange(count) + offset for offset, count in zip(offsets, counts, strict=True)]
        self._rows = np.concatenate(parts)
        self._is_padded = limits.num_vertices > problem.num_vertices
        self._table = VertexTable(problem, self._rows, limits.num_vertices)
        self._ids = EpisodeIds(problem.algebra)

    def observe(self, game: Game, mask: NDArray[np.int8]) -> Mapping[str, NDArray[Any]]:
        """Return the four arrays, fresh."""
        sources, targets, structures = game.edges
        if self._is_padded:
            sources, targets = self._rows[sources], self._rows[targets]
        adjacency = np.zeros((self.limits.num_vertices,) * 2, np.int16)
        adjacency[sources, targets] = self._ids.translate(structures)
        return {
            "vertex_features": self._table.fill(game, sources, targets),
            "adjacency": adjacency,
            "structure_features": self._ids.features.copy(),
            "action_mask": mask.copy(),
        }


class EpisodeIds:
    """Structure ids numbered by first appearance in an episode.

    The algebra numbers structures as it meets them over all episodes; an observation must not
    depend on earlier ones. Structures past ``OTHER - 1`` share the id ``OTHER``.
    """

    def __init__(self, algebra: Algebra) -> None:
        self._algebra = algebra
        self._number = np.zeros(64, np.int16)
        self._count = 1
        self.features = np.zeros((NUM_STRUCTURES, len(STRUCTURE_FEATURES)), np.float32)

    def translate(self, structures: NDArray[np.int32]) -> NDArray[np.int16]:
        """Return the ids of this episode for ids of the algebra, int16, fresh."""
        size = len(self._algebra)
        if size > len(self._number):
            self._number = np.concatenate(
                [self._number, np.zeros(2 * size - len(self._number), np.int16)]
            )
        result = self._number.take(structures)
        if self._count < size and not result.all():
            for k in structures[result == 0].tolist():
                if self._number[k] == 0:
                    self._add(k)
            result = self._number.take(structures)
        return result

    def _add(self, structure_id: int) -> None:
        number = self._number[structure_id] = min(self._count, OTHER)
        self._count += 1
        if number == OTHER:
            self.features[OTHER, 0] = 1.0
            return
        structure = self._algebra.structures[structure_id]
        assert structure is not None
        self.features[number] = structure_features(structure)


class GraphObserver:
    """A ``spaces.Graph`` of all vertices and the live edges, for libraries that take graphs.

    Nodes are in the order eliminable | inputs | outputs, without padding.
    """

    def __init__(self) -> None:
        self.space = spaces.Graph(
            node_space=spaces.Box(0.0, LARGEST_LOG, (len(VERTEX_FEATURES),), np.float32),
            edge_space=spaces.Box(0.0, LARGEST_LOG, (len(STRUCTURE_FEATURES),), np.float32),
        )

    def start(self, problem: EliminationProblem) -> None:
        """Prepare the table of the problem's vertices."""
        self._algebra = problem.algebra
        self._table = VertexTable(problem, np.arange(problem.num_vertices), problem.num_vertices)
        self._features = np.zeros((0, len(STRUCTURE_FEATURES)), np.float32)

    def observe(self, game: Game, mask: NDArray[np.int8]) -> spaces.GraphInstance:
        """Return nodes, edge features and links (source, target), fresh."""
        if len(self._features) < len(self._algebra):
            rows = [[0.0] * len(STRUCTURE_FEATURES)]
            rows += [structure_features(s) for s in self._algebra.structures[1:] if s is not None]
            self._features = np.asarray(rows, np.float32)
        sources, targets, structures = game.edges
        return spaces.GraphInstance(
            nodes=self._table.fill(game, sources, targets),
            edges=self._features[structures],
            edge_links=np.stack([sources, targets], axis=1),
        )
