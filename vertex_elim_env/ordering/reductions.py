"""Vertices that may as well be eliminated first, so that there is less left to search.

In a scalar graph in which every product costs the same, a vertex of Markowitz degree 1 or less loses
nothing by going first: the path through it has to be joined at some time, at the least it can cost now,
and no other vertex has more neighbours afterwards. Under the other cost models that is not so: a vertex
of one unit edge costs nothing at any time, and what a sum with it leaves may depend on when.
"""

from __future__ import annotations

import numpy as np

from vertex_elim_env.engine import compiled, sparse
from vertex_elim_env.engine.loops import DONE
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.engine.sparse_loops import NO_ROOM
from vertex_elim_env.ordering.dynamic.rules import product_cost
from vertex_elim_env.ordering.reduction_loops import reduce


def safe_beginning(problem: EliminationProblem) -> tuple[int, ...]:
    """Return vertices with which some optimal order begins; none where nothing is known."""
    if product_cost(problem) < 0 or any(vertex.shape for vertex in problem.graph.vertices):
        return ()
    order, missing = np.zeros(problem.num_eliminable, np.int32), np.zeros(2, np.int32)
    state, count = sparse.initial_state(problem), 0
    while True:
        status, count = reduce(state, compiled.tables_of(problem.algebra), order, count, missing)
        if status == DONE:
            return tuple(order[:count].tolist())
        assert status == NO_ROOM, "one structure makes one pair, and product_cost filled it"
        state = sparse.with_room(state, int(order[count]))
