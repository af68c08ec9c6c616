"""From what a user passes as ``order`` to a permutation for the traced graph."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from vertex_elim_env.engine.problem import check_order
from vertex_elim_env.errors import OrderError
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution, find_order

OrderLike: TypeAlias = "str | Sequence[int] | Solution"

NAMED_ORDERS = ("auto", "forward", "reverse", "markowitz")
AUTO_SEED = 0
AUTO_ELIMINATIONS = 4_000_000
"""Eliminations that order="auto" spends on a search: a fixed budget, so that results repeat."""

_CACHE_SIZE = 4096


def check_order_name(order: str) -> None:
    """Refuse a name that no order bears.

    Raises:
        OrderError: naming those there are.
    """
    if order not in NAMED_ORDERS:
        raise OrderError(
            f"unknown order {order!r}; expected one of {', '.join(NAMED_ORDERS)}, a sequence of "
            "vertices or a Solution"
        )


def resolve_order(order: OrderLike, graph: ComputationalGraph) -> tuple[int, ...]:
    """Return the permutation that ``order`` means for a graph.

    Raises:
        OrderError: for an unknown name, a sequence that is no permutation, or a Solution that was
            found for another graph.
    """
    if isinstance(order, str):
        check_order_name(order)
        return _named_order(order, _ByFingerprint(graph))
    if isinstance(order, Solution):
        if order.fingerprint != graph.fingerprint:
            raise OrderError(
                f"the Solution is for the graph {order.fingerprint}, but the function traces to {graph.fingerprint}; "
                "find an order for this function, shapes and argnums"
            )
        return check_order(order.order, graph.num_eliminable)
    return check_order(order, graph.num_eliminable)


class _ByFingerprint:
    """A graph as a cache key: equal games share an entry, and no graph is kept by its id."""

    def __init__(self, graph: ComputationalGraph) -> None:
        self.graph = graph

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _ByFingerprint) and self.graph.fingerprint == other.graph.fingerprint
        )

    def __hash__(self) -> int:
        return hash(self.graph.fingerprint)


@lru_cache(maxsize=_CACHE_SIZE)
def _named_order(name: str, key: _ByFingerprint) -> tuple[int, ...]:
    graph = key.graph
    budget = max(50, min(40_000, AUTO_ELIMINATIONS // max(1, graph.num_eliminable)))
    solution = find_order(
        graph,
        method=name,
        cost_model="nontrivial",
        seed=AUTO_SEED,
        time_limit=None,
        max_evaluations=budget,
    )
    return solution.order
