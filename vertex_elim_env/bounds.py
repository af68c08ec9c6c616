"""Lower bounds on the cost of any elimination order, each with its proof in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

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
    return sum(
        disjoint_paths(predecessors, j, inputs) * disjoint_paths(successors, j, outputs)
        for j in range(n)
    )


def _every_product_costs_one(graph: ComputationalGraph) -> bool:
    if any(vertex.shape for vertex in graph.vertices):
        return False
    structures = elimination_problem(graph).algebra.structures
    return all(structure is None or not structure.is_pattern for structure in structures)


def disjoint_paths(neighbours: Sequence[Sequence[int]], start: int, ends: range) -> int:
    """Return how many paths lead from a vertex to ends that share no vertex but that one.

    Each path ends at the first end it reaches. Augmenting paths (Ford and Fulkerson 1956) over
    vertices split into an entrance and an exit, which one path may join.
    """
    on_path: dict[int, int] = {}  # vertex -> the vertex after it on its path
    before: dict[int, int] = {}  # vertex -> the vertex before it on its path
    count = 0
    while _augment(neighbours, start, ends, on_path, before):
        count += 1
    return count


def _augment(
    neighbours: Sequence[Sequence[int]],
    start: int,
    ends: range,
    after: dict[int, int],
    before: dict[int, int],
) -> bool:
    """Find one more path by breadth-first search and reroute the others; False if there is none.

    Nodes of the search are (vertex, at_exit). At the entrance of a vertex that lies on a path, the
    search may only go back along that path, to the exit of the vertex before; at an exit it may
    take any edge that no path takes, or step back inside to the entrance.
    """
    source = (start, True)
    parents: dict[tuple[int, bool], tuple[int, bool] | None] = {source: None}
    queue: deque[tuple[int, bool]] = deque([source])
    while queue:
        vertex, at_exit = node = queue.popleft()
        if at_exit:
            steps = [(v, False) for v in neighbours[vertex] if before.get(v) != vertex]
            if vertex in before:
                steps.append((vertex, False))
        elif vertex in before:
            steps = [(before[vertex], True)] if before[vertex] != start else []
        elif vertex in ends:
            _reroute(node, parents, after, before)
            return True
        else:
            steps = [(vertex, True)]
        for step in steps:
            if step not in parents:
                parents[step] = node
                queue.append(step)
    return False


def _reroute(
    node: tuple[int, bool],
    parents: dict[tuple[int, bool], tuple[int, bool] | None],
    after: dict[int, int],
    before: dict[int, int],
) -> None:
    """Add the edges found to the paths, and take away those that were gone back along."""
    added, removed = [], []
    while (parent := parents[node]) is not None:
        if parent[1] and not node[1] and parent[0] != node[0]:
            added.append((parent[0], node[0]))
        elif not parent[1] and node[1] and parent[0] != node[0]:
            removed.append((node[0], parent[0]))
        node = parent
    for u, v in removed:
        if after.get(u) == v:
            del after[u]
        if before.get(v) == u:
            del before[v]
    for u, v in added:
        after[u], before[v] = v, u
