"""Game: one episode's state on the compiled engine, and what an observation needs of it.

numba loads at the first step; until then the initial graph is described by the reference engine.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.engine import reference
from vertex_elim_env.engine.problem import EliminationProblem

if TYPE_CHECKING:
    from vertex_elim_env.engine.loops import State


class LiveEdges(NamedTuple):
    """The edges of a state, ascending by (source, target); vertices by index."""

    sources: NDArray[np.int32]  # (E,)
    targets: NDArray[np.int32]  # (E,)
    structures: NDArray[np.int32]  # (E,) ids of the problem's algebra


class Opening:
    """A problem's initial state, described once and used at every reset."""

    def __init__(self, problem: EliminationProblem) -> None:
        self.problem = problem
        by_source = np.lexsort((problem.targets, problem.sources))
        columns = problem.sources, problem.targets, problem.structures
        self.edges = LiveEdges(*(column[by_source] for column in columns))

    @cached_property
    def candidate_costs(self) -> NDArray[np.int64]:
        """What eliminating each vertex first would cost, int64 (n,)."""
        return reference.candidate_costs(self.problem, reference.initial_state(self.problem))

    @cached_property
    def state(self) -> State:
        """The compiled engine's initial state."""
        from vertex_elim_env.engine import compiled

        return compiled.initial_state(self.problem)


class Game:
    """An elimination in progress.

    Attributes:
        problem: the problem played.
        edges: the live edges.
        candidate_costs: what eliminating each vertex now would cost, int64 (n,).
        eliminated: which vertices are gone, bool (n,).
        order: the vertices eliminated so far.
        cost: what they cost, in the cost model's unit.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._state: State | None = None
        self.problem = opening.problem
        self.order: list[int] = []
        self.cost = 0
        self.edges = opening.edges
        self.candidate_costs = opening.candidate_costs
        self.eliminated = np.zeros(self.problem.num_eliminable, np.bool_)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to eliminate."""
        return len(self.order) == self.problem.num_eliminable

    def eliminate(self, vertex: int) -> int:
        """Eliminate a vertex that is left and return what it cost."""
        from vertex_elim_env.engine import compiled, loops

        if self._state is None:
            self._state = self._opening.state.copy()
        assert not self.eliminated[vertex], f"vertex {vertex} is eliminated already"
        # The candidates' costs were asked of this state, so the tables hold every pair needed now.
        tables, order = compiled.tables_of(self.problem.algebra), np.asarray([vertex], np.int32)
        missing = np.zeros(2, np.int32)
        status, cost = loops.run_order(self._state, tables, order, 0, 1, np.inf, missing)
        assert status == loops.DONE, f"an elimination stopped with status {status}"
        self.order.append(vertex)
        self.cost += cost
        self.eliminated = self._state.eliminated
        self.edges = LiveEdges(*loops.live_edges(self._state))
        self.candidate_costs = compiled.candidate_costs(self.problem, self._state)
        return cost
