"""Lower bounds of single vertices, as a feature.

In plain Python, so that an environment is made and reset without numba, which ``bounds`` needs; one
search for a path is short here, because it runs deep before it runs wide.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.engine.problem import EliminationProblem

MAX_WORK = 2**23
"""Largest product of vertices and edges for which paths are counted (a second or two); past it the bounds are 0."""


def vertex_bounds(problem: EliminationProblem) -> NDArray[np.int64]:
    """Return a lower bound on what each vertex costs in any order, int64 (n,), 0 where none is proved.

    The terms of ``bounds.lower_bound``, which has the proof: paths from inputs to a vertex that
    share nothing else, times such paths from it to outputs.
    """
    graph, n = problem.graph, problem.num_eliminable
    result = np.zeros(n, np.int64)
    is_small = graph.num_vertices * graph.num_edges <= MAX_WORK
    if not is_small or not _every_product_costs_one(problem):
        return result
    successors: list[list[int]] = [[] for _ in range(graph.num_vertices)]
    predecessors: list[list[int]] = [[] for _ in range(graph.num_vertices)]
    for u, w in zip(problem.sources.tolist(), problem.targets.tolist(), strict=True):
        successors[u].append(w)
        predecessors[w].append(u)
    first_output = n + graph.num_inputs
    inputs, outputs = range(n, first_output), range(first_output, graph.num_vertices)
    for j in range(n):
        result[j] = _width(predecessors, j, inputs) * _width(successors, j, outputs)
    return result


def _width(neighbours: Sequence[Sequence[int]], j: int, ends: range) -> int:
    """Disjoint paths from an eliminable vertex; it lies on one from an input to an output."""
    return 1 if len(neighbours[j]) == 1 else disjoint_paths(neighbours, j, ends)


def _every_product_costs_one(problem: EliminationProblem) -> bool:
    if problem.algebra.cost_model != "multiplications":
        return False
    structures = (problem.algebra.structures[k] for k in np.unique(problem.structures).tolist())
    return not any(v.shape for v in problem.graph.vertices) and all(
        structure is not None and not structure.is_pattern for structure in structures
    )


def disjoint_paths(neighbours: Sequence[Sequence[int]], start: int, ends: range) -> int:
    """Return how many paths lead from a vertex to ends that share no vertex but that one.

    Args:
        neighbours: for every vertex, the vertices that a step leads to.
        start: where the paths begin.
        ends: vertices at which a path may end.
    """
    before: dict[int, int] = {}  # on the paths found: the vertex before a vertex
    count = 0
    while _augment(neighbours, start, ends, before):
        count += 1
    return count


def _augment(
    neighbours: Sequence[Sequence[int]], start: int, ends: range, before: dict[int, int]
) -> bool:
    """Find one more path, going back along those found where need be, and reroute them.

    A vertex is entered at 2 v and left at 2 v + 1 (Ford and Fulkerson 1956); at the entrance of one
    that lies on a path the search may only go back to the exit of the vertex before.
    """
    parents = {2 * start + 1: -1}
    stack = [2 * start + 1]
    while stack:
        node = stack.pop()
        v = node // 2
        if node % 2:
            steps = [2 * w for w in neighbours[v] if before.get(w) != v]
            steps += [2 * v] * (v in before)
        elif v in before:
            steps = [2 * before[v] + 1] * (before[v] != start)
        elif v in ends:
            _reroute(node, start, parents, before)
            return True
        else:
            steps = [node + 1]
        for step in steps:
            if step not in parents:
                parents[step] = node
                stack.append(step)
    return False


def _reroute(node: int, start: int, parents: dict[int, int], before: dict[int, int]) -> None:
    steps = []
    while node != 2 * start + 1:
        steps.append((parents[node], node))
        node = parents[node]
    across = [(a // 2, b // 2, b % 2) for a, b in steps if a // 2 != b // 2]
    for v, _, goes_back in across:
        if goes_back:
            before.pop(v, None)
    for u, w, goes_back in across:
        if not goes_back:
            before[w] = u
