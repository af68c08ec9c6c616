"""Openings: the initial states of graphs, described once and used at every reset.

numba loads at the first step; until then a graph is described by the reference engine.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache, cached_property
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.engine import reference
from vertex_elim_env.engine.problem import EliminationProblem, elimination_problem
from vertex_elim_env.game.rule_book import RuleBook
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.observation import (
    VERTEX_FEATURES,
    Layout,
    Observer,
    static_features,
    structure_class,
    vertex_features,
)

if TYPE_CHECKING:
    from vertex_elim_env.engine.features import Beginning, LiveState, SparseState

MAX_OPENINGS = 64
MAX_DENSE_ROWS = 4_096
"""Larger graphs are stored sparsely: a matrix would take more than 32 megabytes."""
MAX_SHARED = 256
"""Games share the tables of an algebra until it holds more structures than this."""


def is_compiled() -> bool:
    """Whether the compiled loops are loaded."""
    return "vertex_elim_env.engine.features" in sys.modules


@cache
def _storages() -> tuple[ModuleType, ModuleType]:
    """The loops on rows of neighbours, and those on matrices."""
    from vertex_elim_env.engine.features import dense, sparse

    return sparse, dense


class Description(NamedTuple):
    """What an initial state's observation shows; arrays not to be changed."""

    features: NDArray[np.float32]  # (V, F)
    costs: NDArray[np.int64]  # (A,)


class Opening:
    """A graph as a game begins, its vertices laid out over rows.

    Attributes:
        problem: what is played.
        book: the rules that it goes by.
        layout: where the vertices lie.
        needs_adjacency: whether the matrix of the edges' classes is kept.
        is_dense: whether states are stored in matrices.
        sources, targets: rows of the edges' ends, int32 (E,), ascending.
        structures: ids of the edges' structures, int32 (E,).
        mask: 1 for the rows of eliminable vertices, int8 (A,).
    """

    def __init__(
        self, problem: EliminationProblem, book: RuleBook, layout: Layout, *, needs_adjacency: bool
    ) -> None:
        self.problem, self.book, self.layout = problem, book, layout
        self.needs_adjacency = needs_adjacency
        self.is_dense = needs_adjacency or layout.num_rows <= MAX_DENSE_ROWS
        order = np.lexsort((problem.targets, problem.sources))
        rows = layout.rows.astype(np.int32)
        self.sources, self.targets = rows[problem.sources[order]], rows[problem.targets[order]]
        self.structures = problem.structures[order]
        self.mask = np.zeros(layout.num_actions, np.int8)
        self.mask[: problem.num_eliminable] = 1

    @cached_property
    def description(self) -> Description:
        """Features and costs of the initial state."""
        return self._describe_compiled() if is_compiled() else self._describe()

    @property
    def adjacency(self) -> NDArray[np.int8]:
        """Class of the edge u -> w, 0 for none, int8 (V, V), fresh."""
        adjacency = np.zeros((self.layout.num_rows,) * 2, np.int8)
        adjacency[self.sources, self.targets] = self.classes
        return adjacency

    @property
    def classes(self) -> NDArray[np.int8]:
        """Classes of the edges, int8 (E,), fresh."""
        structures = self.problem.algebra.structures
        known = {k: structure_class(structures[k]) for k in np.unique(self.structures).tolist()}
        return np.asarray([known[k] for k in self.structures.tolist()], np.int8)

    @cached_property
    def penalty(self) -> float:
        """What an illegal action loses by default: the dearest initial vertex's cost, at least 1."""
        return float(max(1, int(self.description.costs.max())))

    @property
    def storage(self) -> ModuleType:
        """The compiled loops that suit the graph's size."""
        return _storages()[self.is_dense]

    def begin(self) -> LiveState | SparseState:
        """Return the state before any elimination, for the compiled loops."""
        return self.storage.begin(
            self.beginning,
            self.book.rules.classes,
            has_adjacency=self.needs_adjacency,
            is_described=True,
        )

    @property
    def beginning(self) -> Beginning:
        """What the compiled loops begin with."""
        return self._beginning(self.description)

    def _beginning(self, description: Description) -> Beginning:
        from vertex_elim_env.engine.features import Beginning

        return Beginning(
            self.sources,
            self.targets,
            self.structures,
            self.mask,
            description.costs,
            description.features,
        )

    def _describe(self) -> Description:
        problem, layout = self.problem, self.layout
        state = reference.initial_state(problem)
        features = np.zeros((layout.num_rows, len(VERTEX_FEATURES)), np.float32)
        features[layout.rows] = vertex_features(problem, state)
        costs = np.zeros(layout.num_actions, np.int64)
        costs[: problem.num_eliminable] = reference.candidate_costs(problem, state)
        return Description(features, costs)

    def _describe_compiled(self) -> Description:
        layout, static = self.layout, static_features(self.problem)
        rows = np.zeros((layout.num_rows, len(VERTEX_FEATURES)), np.float32)
        rows[layout.rows, : static.shape[1]] = static
        costs = np.zeros(layout.num_actions, np.int64)
        beginning = self._beginning(Description(rows, costs))
        live = self.storage.begin(
            beginning, self.book.rules.classes, has_adjacency=False, is_described=False
        )
        self.book.refresh(self.storage, live)
        return Description(live.features, live.costs)


class Openings:
    """Openings of graphs under one cost model for one observer, remembered, on shared tables."""

    def __init__(self, cost_model: str, observer: Observer) -> None:
        self._cost_model, self._observer = cost_model, observer
        self._book: RuleBook | None = None
        self._openings: dict[str, Opening] = {}

    def of(self, graph: ComputationalGraph) -> Opening:
        """Return the opening of a graph.

        Raises:
            ValueError: for an unknown cost model.
        """
        key = graph.fingerprint
        if key not in self._openings:
            if len(self._openings) >= MAX_OPENINGS:
                del self._openings[next(iter(self._openings))]
            self._openings[key] = self._open(graph)
        return self._openings[key]

    def _open(self, graph: ComputationalGraph) -> Opening:
        problem = elimination_problem(graph, self._cost_model)
        if self._book is None or len(self._book.algebra) > MAX_SHARED:
            self._book = RuleBook(problem.algebra)
        else:
            shared = self._book.algebra
            ids = np.asarray([shared.intern(s) for s in problem.algebra.structures], np.int32)
            structures = ids[problem.structures]
            problem = replace(problem, algebra=shared, structures=structures)
        layout, needs_adjacency = self._observer.layout(graph), self._observer.needs_adjacency
        return Opening(problem, self._book, layout, needs_adjacency=needs_adjacency)
