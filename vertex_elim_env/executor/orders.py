"""From what a user passes as ``order`` to a permutation for the traced graph."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from vertex_elim_env.engine.problem import check_order
from vertex_elim_env.errors import OrderError
from vertex_elim_env.executor.jax_modes import JAX_MODES
from vertex_elim_env.executor.memory import Key, current_memory, default_device
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution, find_order
from vertex_elim_env.tracing import TracedProgram
from vertex_elim_env.tracing.fingerprint import fingerprint_of

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


def memory_key(traced: TracedProgram, wanted: Sequence[int], num_outputs: int) -> Key:
    """Return what a traced function is remembered under, on the default device."""
    return Key(
        fingerprint_of(traced.program, wanted, num_outputs),
        traced.graph.fingerprint,
        traced.graph.num_eliminable,
        *default_device(),
    )


def settle_order(
    order: OrderLike, traced: TracedProgram, wanted: Sequence[int], num_outputs: int
) -> OrderLike:
    """Return what was tuned for a function in place of "auto", and any other order as it is.

    The batch is unknown here, as vmap hides it, so the latest tuning counts.
    """
    is_auto = isinstance(order, str) and order == "auto"
    if not is_auto or (memory := current_memory()) is None:
        return order
    tunings = memory.recall(memory_key(traced, wanted, num_outputs))
    return tunings[-1] if tunings else order


def jax_mode(order: OrderLike, graph: ComputationalGraph) -> str | None:
    """Return the mode of JAX's own that an order names, or None for an elimination order.

    Raises:
        OrderError: for a Solution that names one, but was found for another graph.
    """
    if not isinstance(order, Solution) or order.method not in JAX_MODES:
        return None
    _check_graph(order, graph)
    return order.method


def resolve_order(order: OrderLike, graph: ComputationalGraph) -> tuple[int, ...]:
    """Return the permutation that ``order`` means for a graph.

    Raises:
        OrderError: for an unknown name, a sequence that is no permutation, or a Solution that was
            found for another graph.
    """
    if isinstance(order, str):
        check_order_name(order)
        return search(graph, order).order
    if isinstance(order, Solution):
        _check_graph(order, graph)
        return check_order(order.order, graph.num_eliminable)
    return check_order(order, graph.num_eliminable)


def _check_graph(solution: Solution, graph: ComputationalGraph) -> None:
    if solution.fingerprint != graph.fingerprint:
        raise OrderError(
            f"the Solution is for the graph {solution.fingerprint}, but the function traces to {graph.fingerprint}; "
            "find an order for this function, shapes and argnums. An integer argument that is an index "
            "has another graph when it is traced: give trace a jax.ShapeDtypeStruct for one that jit traces"
        )


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


def search(graph: ComputationalGraph, method: str, cost_model: str = "nontrivial") -> Solution:
    """Return the order that a method finds with the fixed budget and seed, remembered for equal graphs."""
    return _named_order(method, _ByFingerprint(graph), cost_model)


@lru_cache(maxsize=_CACHE_SIZE)
def _named_order(method: str, key: _ByFingerprint, cost_model: str) -> Solution:
    graph = key.graph
    budget = max(50, min(40_000, AUTO_ELIMINATIONS // max(1, graph.num_eliminable)))
    return find_order(
        graph,
        method=method,
        cost_model=cost_model,
        seed=AUTO_SEED,
        time_limit=None,
        max_evaluations=budget,
    )
