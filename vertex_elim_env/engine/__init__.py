"""The rules of the game, the same names three times: reference, compiled, array."""

from __future__ import annotations

from collections.abc import Sequence

from vertex_elim_env.engine import reference
from vertex_elim_env.engine.problem import EliminationProblem, check_order, elimination_problem
from vertex_elim_env.graph import ComputationalGraph

__all__ = ["EliminationProblem", "check_order", "elimination_cost", "elimination_problem"]


def elimination_cost(
    graph: ComputationalGraph, order: Sequence[int], cost_model: str = "multiplications"
) -> int:
    """Return what an elimination order costs, exactly, by the reference engine.

    Args:
        graph: the graph.
        order: a permutation of ``range(graph.num_eliminable)``.
        cost_model: "multiplications", "nontrivial" or "flops".

    Raises:
        OrderError: if the order is no permutation of the eliminable vertices.
        ValueError: for an unknown cost model.

    >>> from vertex_elim_env import tasks
    >>> graph = tasks.get("RoeFlux_1d").graph
    >>> elimination_cost(graph, range(98)), elimination_cost(graph, range(97, -1, -1))
    (620, 364)
    """
    return reference.order_cost(elimination_problem(graph, cost_model), order)
