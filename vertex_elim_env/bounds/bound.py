"""lower_bound: a number that no elimination order's cost is below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vertex_elim_env.bounds.clusters import cluster_of
from vertex_elim_env.bounds.pattern import Pattern, ancestors, pattern_of
from vertex_elim_env.bounds.reliable import reliable_graph
from vertex_elim_env.bounds.selection import choose_clusters, conflicts_of
from vertex_elim_env.bounds.sharing import UNIT, Sharing, ascend
from vertex_elim_env.bounds.vertices import vertex_bounds
from vertex_elim_env.graph import ComputationalGraph

MAX_CLUSTERED = 200
"""Past so many eliminable vertices the bound is that of single vertices, which takes no time."""
CLUSTER_SIZE = 7


@dataclass(frozen=True, eq=False)
class Relaxation:
    """A graph of scalars as clusters see it.

    Attributes:
        pattern: its reliable edges.
        relatives: ancestors and descendants of every vertex, bit sets.
        least: what each vertex costs at least.
    """

    pattern: Pattern
    relatives: tuple[list[int], list[int]]
    least: Sequence[int]

    def sharing(self, clusters: Sequence[Sequence[int]]) -> Sharing:
        """Return clusters that share the cost of their vertices."""
        inside = {v for vertices in clusters for v in vertices}
        rest = sum(bound for v, bound in enumerate(self.least) if v not in inside)
        tables = [cluster_of(self.pattern, self.relatives, vertices) for vertices in clusters]
        return Sharing(tables, rest)


def relaxation(graph: ComputationalGraph, cost_model: str) -> Relaxation | None:
    """Return a graph as clusters see it, or None where a vertex is no scalar.

    Raises:
        ValueError: for an unknown cost model.
    """
    reliable = reliable_graph(graph, cost_model)
    if any(vertex.shape for vertex in graph.vertices):
        return None
    pattern = pattern_of(reliable)
    return Relaxation(pattern, ancestors(pattern), vertex_bounds(reliable))


def lower_bound(
    graph: ComputationalGraph, cost_model: str = "multiplications", *, rounds: int = 50
) -> int:
    """Return a number that no elimination order's cost is below.

    Every vertex costs at least a product of two maximum flows (``vertices.py``); these add up. For
    scalars, vertices that get in one another's way are bound together in overlapping clusters
    (``clusters.py``), which share the costs (``sharing.py``). Each of these files has its proof.

    Args:
        graph: the graph.
        cost_model: "multiplications" or "nontrivial"; "flops" gets the bound of "nontrivial".
        rounds: steps by which the clusters' shares are adjusted, a few milliseconds each; 0 leaves
            the bounds of single vertices.

    Raises:
        ValueError: for an unknown cost model.

    >>> from vertex_elim_env import tasks
    >>> lower_bound(tasks.get("RobotArm_6DOF").graph)
    221
    """
    single = sum(vertex_bounds(reliable_graph(graph, cost_model)))
    if rounds < 1 or graph.num_eliminable > MAX_CLUSTERED:
        return single
    view = relaxation(graph, cost_model)
    if view is None:
        return single
    clusters = choose_clusters(view.pattern, conflicts_of(view.pattern, view.least), CLUSTER_SIZE)
    if not clusters:
        return single
    shared = ascend(view.sharing(clusters), rounds=rounds)
    return max(single, -(-shared // UNIT))
