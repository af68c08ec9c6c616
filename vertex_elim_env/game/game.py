"""Game: an elimination in progress on the compiled engine, with what an observation needs of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.game.opening import Opening, is_compiled

if TYPE_CHECKING:
    from vertex_elim_env.engine.features import LiveState, SparseState


class LiveEdges(NamedTuple):
    """The edges of a state, ascending by (source, target); vertices by index."""

    sources: NDArray[np.int32]  # (E,)
    targets: NDArray[np.int32]  # (E,)
    structures: NDArray[np.int32]  # (E,) ids of the problem's algebra


class Game:
    """An elimination in progress.

    Attributes:
        opening: what it began as.
        problem: the problem played.
        order: the vertices eliminated so far.
        cost: what they cost, in the cost model's unit.
    """

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.problem = opening.problem
        self.order: list[int] = []
        self.cost = 0
        self._live: LiveState | SparseState | None = opening.begin() if is_compiled() else None

    @classmethod
    def going_on(
        cls, opening: Opening, live: LiveState | SparseState | None, order: list[int], cost: int
    ) -> Game:
        """Return a game that has come so far; it plays on in ``live``."""
        game = cls.__new__(cls)
        game.opening, game.problem = opening, opening.problem
        game.order, game.cost, game._live = order, cost, live
        return game

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to eliminate."""
        return len(self.order) == self.problem.num_eliminable

    @property
    def features(self) -> NDArray[np.float32]:
        """Features of the vertices, by row, float32 (V, F); they change with the state."""
        return self._live.features if self._live else self.opening.description.features

    @property
    def adjacency(self) -> NDArray[np.int8]:
        """Class of the edge u -> w, by row, 0 for none, int8 (V, V); it changes with the state."""
        if self._live is None:
            return self.opening.adjacency
        assert self.opening.needs_adjacency, "the matrix is kept for the observers that need it"
        return self._live.adjacency  # type: ignore[union-attr]

    @property
    def mask(self) -> NDArray[np.int8]:
        """1 for a row that is left to eliminate, int8 (A,); it changes with the state."""
        return self._live.mask if self._live else self.opening.mask

    @property
    def eliminated(self) -> NDArray[np.bool_]:
        """Which vertices are gone, bool (n,), fresh."""
        return self.mask[: self.problem.num_eliminable] == 0

    @property
    def candidate_costs(self) -> NDArray[np.int64]:
        """What eliminating each vertex now would cost, int64 (n,), fresh."""
        costs = self._live.costs if self._live else self.opening.description.costs
        return costs[: self.problem.num_eliminable].copy()

    @property
    def edges(self) -> LiveEdges:
        """The live edges, fresh."""
        index = np.zeros(self.opening.layout.num_rows, np.int32)
        index[self.opening.layout.rows] = np.arange(self.problem.num_vertices)
        links, structures = self._links()
        sources, targets = index[links].T
        return LiveEdges(sources, targets, structures.astype(np.int32))

    def links(self) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
        """Return rows of source and target of the live edges, ascending, and their classes."""
        links, structures = self._links()
        if self._live is None:
            return links, self.opening.classes
        return links, self.opening.book.rules.classes[structures]

    def _links(self) -> tuple[NDArray[np.int32], NDArray[np.integer]]:
        if self._live is None:
            opening = self.opening
            return np.stack([opening.sources, opening.targets], axis=1), opening.structures
        return self.opening.storage.links(self._live)

    def eliminate(self, vertex: int) -> int:
        """Eliminate a vertex that is left and return what it cost."""
        opening, live = self.opening, self._live
        if live is None:
            live = opening.begin()
        assert live.mask[vertex], f"vertex {vertex} is eliminated already"
        cost = int(live.costs[vertex])
        self._live = opening.book.step(opening.storage, live, vertex)
        self.order.append(vertex)
        self.cost += cost
        return cost

    def copy(self) -> Game:
        """Return an independent game in the same state."""
        live = self._live.copy() if self._live else None
        return Game.going_on(self.opening, live, self.order.copy(), self.cost)
