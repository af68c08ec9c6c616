"""The rules of the game in plain Python: the specification that the fast engines are tested against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.algebra import NO_EDGE, UNKNOWN, Algebra
from vertex_elim_env.engine.problem import EliminationProblem, check_order


@dataclass
class State:
    """A graph on the way to its Jacobian.

    Attributes:
        predecessors: for every vertex, its in-edges as {u: structure id}.
        successors: for every vertex, its out-edges as {w: structure id}.
        eliminated: bool (n,).
    """

    predecessors: list[dict[int, int]]
    successors: list[dict[int, int]]
    eliminated: NDArray[np.bool_]


def initial_state(problem: EliminationProblem) -> State:
    """Return the state before any elimination."""
    predecessors: list[dict[int, int]] = [{} for _ in range(problem.num_vertices)]
    successors: list[dict[int, int]] = [{} for _ in range(problem.num_vertices)]
    rows = zip(problem.sources, problem.targets, problem.structures, strict=True)
    for u, v, structure in ((int(a), int(b), int(c)) for a, b, c in rows):
        predecessors[v][u] = successors[u][v] = structure
    return State(predecessors, successors, np.zeros(problem.num_eliminable, dtype=np.bool_))


def _product(algebra: Algebra, left: int, right: int) -> tuple[int, int]:
    result = int(algebra.product[left, right])
    if result == UNKNOWN:
        result = algebra.fill_product(left, right)
    return result, int(algebra.cost[left, right])


def _sum(algebra: Algebra, first: int, second: int) -> tuple[int, int]:
    result = int(algebra.sum[first, second])
    if result == UNKNOWN:
        result = algebra.fill_sum(first, second)
    return result, int(algebra.sum_cost[first, second])


def eliminate(problem: EliminationProblem, state: State, vertex: int) -> int:
    """Eliminate a vertex in place: every path u -> vertex -> w becomes, or joins, an edge u -> w.

    Returns:
        The cost, in the cost model's unit.

    Raises:
        ValueError: if the vertex is not one that is left to eliminate.
    """
    if not (0 <= vertex < problem.num_eliminable) or state.eliminated[vertex]:
        raise ValueError(
            f"vertex {vertex} can't be eliminated: it is no eliminable vertex, or eliminated already"
        )
    total = 0
    for u, incoming in state.predecessors[vertex].items():
        for w, outgoing in state.successors[vertex].items():
            through, cost = _product(problem.algebra, outgoing, incoming)
            present = state.predecessors[w].get(u, NO_EDGE)
            edge, sum_cost = _sum(problem.algebra, present, through)
            total += cost + sum_cost
            if edge == NO_EDGE:
                state.predecessors[w].pop(u, None)
                state.successors[u].pop(w, None)
            else:
                state.predecessors[w][u] = state.successors[u][w] = edge
    for u in state.predecessors[vertex]:
        del state.successors[u][vertex]
    for w in state.successors[vertex]:
        del state.predecessors[w][vertex]
    state.predecessors[vertex], state.successors[vertex] = {}, {}
    state.eliminated[vertex] = True
    return total


def order_cost(problem: EliminationProblem, order: Sequence[int]) -> int:
    """Return what it costs to eliminate the vertices in the given order.

    Raises:
        OrderError: if the order is no permutation of the eliminable vertices.
    """
    state = initial_state(problem)
    return sum(
        eliminate(problem, state, vertex) for vertex in check_order(order, problem.num_eliminable)
    )


def candidate_cost(problem: EliminationProblem, state: State, vertex: int) -> int:
    """Return what eliminating one vertex now would cost, 0 where it is eliminated already."""
    total = 0
    for u, incoming in state.predecessors[vertex].items():
        for w, outgoing in state.successors[vertex].items():
            through, cost = _product(problem.algebra, outgoing, incoming)
            _, sum_cost = _sum(problem.algebra, state.predecessors[w].get(u, NO_EDGE), through)
            total += cost + sum_cost
    return total


def candidate_costs(problem: EliminationProblem, state: State) -> NDArray[np.int64]:
    """Return what eliminating each vertex now would cost, int64 (n,), 0 for eliminated ones."""
    costs = [candidate_cost(problem, state, vertex) for vertex in range(problem.num_eliminable)]
    return np.asarray(costs, dtype=np.int64)


def legal_mask(problem: EliminationProblem, state: State) -> NDArray[np.bool_]:
    """Return which vertices are left to eliminate, bool (n,), a fresh array."""
    return ~state.eliminated
