"""Lower bounds on the cost of any elimination order, each with its proof in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vertex_elim_env.algebra import check_cost_model
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.graph import ComputationalGraph


def lower_bound(graph: ComputationalGraph, cost_model: str = "multiplications") -> int:
    """Return a number that no elimination order's cost is below; 0 where nothing is proved.

    For a scalar graph under "multiplications" every product costs 1, so eliminating j costs
    (predecessors of j then) x (successors of j then). Let k_in(j) be the largest number of paths
    from inputs to j that share no vertex but j. Whatever was eliminated before, each such path
    still ends in a predecessor of j that lies on it: eliminating a vertex of a path joins its two
    neighbours, so that the path shortens but never breaks, and its input is never eliminated. The
    paths being disjoint, these predecessors differ: there are at least k_in(j) of them, and
    likewise k_out(j) successors. Summed over j, k_in(j) * k_out(j) bounds the cost of every order.

    By Menger's theorem k_in and k_out are maximum flows with unit capacities at the vertices.

    Args:
        graph: the graph; with tensor vertices, or edges that cost nothing, the bound is 0.
        cost_model: the bound is proved for "multiplications"; for the others it is 0.

    Raises:
        ValueError: for an unknown cost model.

    >>> from vertex_elim_env import tasks
    >>> lower_bound(tasks.get("RoeFlux_1d").graph)
    223
    """
    if check_cost_model(cost_model) != "multiplications" or not _every_product_costs_one(graph):
        return 0
    index = graph.index_of
    successors: list[list[int]] = [[] for _ in range(graph.num_vertices)]
    predecessors: list[list[int]] = [[] for _ in range(graph.num_vertices)]
    for edge in graph.edges:
        successors[index[edge.source]].append(index[edge.target])
        predecessors[index[edge.target]].append(index[edge.source])
    n, num_inputs = graph.num_eliminable, graph.num_inputs
    inputs = range(n, n + num_inputs)
    outputs = range(n + num_inputs, graph.num_vertices)
    upward, downward = _compressed(predecessors), _compressed(successors)
    return sum(
        int(_count_paths(*upward, j, inputs.start, inputs.stop))
        * int(_count_paths(*downward, j, outputs.start, outputs.stop))
        for j in range(n)
    )


def _every_product_costs_one(graph: ComputationalGraph) -> bool:
    if any(vertex.shape for vertex in graph.vertices):
        return False
    structures = elimination_problem(graph).algebra.structures
    return all(structure is None or not structure.is_pattern for structure in structures)


def disjoint_paths(neighbours: Sequence[Sequence[int]], start: int, ends: range) -> int:
    """Return how many paths lead from a vertex to ends that share no vertex but that one.

    Each path ends at the first end it reaches.

    Args:
        neighbours: for every vertex, the vertices that a step leads to.
        start: where the paths begin.
        ends: vertices at which a path may end.
    """
    return int(_count_paths(*_compressed(neighbours), start, ends.start, ends.stop))


def _compressed(neighbours: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lists of neighbours one after another, int64 (E,), and where each begins, int64 (N + 1,)."""
    starts = np.cumsum([0, *(len(row) for row in neighbours)])
    return np.asarray([v for row in neighbours for v in row], np.int64), starts


@njit(cache=True, nogil=True)
def _count_paths(
    steps: NDArray[np.int64], starts: NDArray[np.int64], start: int, first_end: int, last_end: int
) -> int:
    """Augmenting paths (Ford and Fulkerson 1956) over vertices split into entrance and exit."""
    n = len(starts) - 1
    before = np.full(n, -1)  # the vertex before a vertex on the path through it
    parents = np.empty(
        2 * n, np.int64
    )  # of the search's nodes: 2 v is the entrance, 2 v + 1 the exit
    queue = np.empty(2 * n, np.int64)
    count = 0
    while True:
        end = _search(steps, starts, start, first_end, last_end, before, parents, queue)
        if end < 0:
            return count
        _reroute(end, start, parents, before)
        count += 1


@njit(cache=True, nogil=True)
def _search(
    steps: NDArray[np.int64],
    starts: NDArray[np.int64],
    start: int,
    first_end: int,
    last_end: int,
    before: NDArray[np.int64],
    parents: NDArray[np.int64],
    queue: NDArray[np.int64],
) -> int:
    """Find one more path, breadth first; return its last node, or -1.

    At the entrance of a vertex that lies on a path the search may only go back along that path, to
    the exit of the vertex before. At an exit it may take any edge that no path takes, or step back
    inside to the entrance.
    """
    parents[:] = -1
    head, tail = 0, 1
    queue[0] = parents[2 * start + 1] = 2 * start + 1
    while head < tail:
        node = queue[head]
        head += 1
        v = node // 2
        if node % 2:
            for k in range(starts[v], starts[v + 1]):
                w = steps[k]
                if before[w] != v and parents[2 * w] < 0:
                    parents[2 * w] = node
                    queue[tail] = 2 * w
                    tail += 1
            following = 2 * v if before[v] >= 0 else -1
        elif before[v] >= 0:
            following = 2 * before[v] + 1 if before[v] != start else -1
        elif first_end <= v < last_end:
            return node
        else:
            following = 2 * v + 1
        if following >= 0 and parents[following] < 0:
            parents[following] = node
            queue[tail] = following
            tail += 1
    return -1


@njit(cache=True, nogil=True)
def _reroute(end: int, start: int, parents: NDArray[np.int64], before: NDArray[np.int64]) -> None:
    """Add the edges found to the paths; edges that were gone back along leave them."""
    node = end
    while node != 2 * start + 1:  # first take away, so that an added edge is not lost
        parent = parents[node]
        if node % 2 and parent // 2 != node // 2:
            before[parent // 2] = -1
        node = parent
    node = end
    while node != 2 * start + 1:
        parent = parents[node]
        if node % 2 == 0 and parent // 2 != node // 2:
            before[node // 2] = parent // 2
        node = parent
