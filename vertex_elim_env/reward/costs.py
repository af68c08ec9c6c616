"""Rewards made of costs."""

from __future__ import annotations

from collections.abc import Sequence

from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.graph import ComputationalGraph

MAX_KNOWN = 1_024


class StepCost:
    """Minus the cost of the step: the return of an episode is minus the cost of its order."""

    def start(self, graph: ComputationalGraph, cost_model: str) -> None:
        """Nothing to prepare."""

    def __call__(
        self, *, step_cost: int, cost: int, terminated: bool, order: Sequence[int]
    ) -> float:
        """Return ``-step_cost``."""
        return float(-step_cost)


class RelativeCost:
    """Minus the cost of the step, in units of the cheapest order that a rule finds.

    The rules are those of ``ordering``: forward, reverse, and lowest Markowitz cost with either way
    to break ties. Returns of different graphs are then of one scale: -1 is as good as the best rule.
    """

    def __init__(self) -> None:
        self._scale = 1.0
        self._known: dict[tuple[str, str], float] = {}

    def start(self, graph: ComputationalGraph, cost_model: str) -> None:
        """Cost the rules' orders, once for each graph."""
        key = graph.fingerprint, cost_model
        if key not in self._known:
            if len(self._known) >= MAX_KNOWN:
                del self._known[next(iter(self._known))]
            self._known[key] = float(max(1, best_rule_cost(graph, cost_model)))
        self._scale = self._known[key]

    def __call__(
        self, *, step_cost: int, cost: int, terminated: bool, order: Sequence[int]
    ) -> float:
        """Return ``-step_cost`` divided by the cost of the best rule's order."""
        return -step_cost / self._scale


def best_rule_cost(graph: ComputationalGraph, cost_model: str) -> int:
    """Return the cost of the cheapest order among those of forward, reverse and Markowitz rules."""
    from vertex_elim_env.engine import compiled, reference
    from vertex_elim_env.ordering.search import RULES

    problem = elimination_problem(graph, cost_model)
    is_large = problem.num_vertices > compiled.MAX_VERTICES
    cost_of = reference.order_cost if is_large else compiled.order_cost
    return min(cost_of(problem, rule(problem)) for rule in RULES.values())


class TerminalCost:
    """Nothing until the end, then minus the cost of the order."""

    def start(self, graph: ComputationalGraph, cost_model: str) -> None:
        """Nothing to prepare."""

    def __call__(
        self, *, step_cost: int, cost: int, terminated: bool, order: Sequence[int]
    ) -> float:
        """Return ``-cost`` at the last step, else 0."""
        return float(-cost) if terminated else 0.0
