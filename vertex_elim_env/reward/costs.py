"""Rewards made of costs."""

from __future__ import annotations

from collections.abc import Sequence

from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.graph import ComputationalGraph

MAX_KNOWN = 1_024


class CostReward:
    """Minus a cost in units of a scale: so simple that a batch of environments rewards itself by it.

    Attributes:
        at_end: whether nothing is paid until the end, and then the cost of the whole order.
        scale: what costs are divided by.
    """

    at_end = False

    def __init__(self) -> None:
        self.scale = 1.0

    def start(self, graph: ComputationalGraph, cost_model: str) -> None:
        """Nothing to prepare."""

    def __call__(
        self, *, step_cost: int, cost: int, terminated: bool, order: Sequence[int]
    ) -> float:
        """Return minus what is paid, divided by the scale."""
        if self.at_end:
            return -cost / self.scale if terminated else 0.0
        return -step_cost / self.scale


class StepCost(CostReward):
    """Minus the cost of the step: the return of an episode is minus the cost of its order."""


class TerminalCost(CostReward):
    """Nothing until the end, then minus the cost of the order."""

    at_end = True


class RelativeCost(CostReward):
    """Minus the cost of the step, in units of the cheapest order that a rule finds.

    The rules are those of ``ordering``: forward, reverse, and lowest Markowitz cost with either way
    to break ties. Returns of different graphs are then of one scale: -1 is as good as the best rule.
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, str], float] = {}

    def start(self, graph: ComputationalGraph, cost_model: str) -> None:
        """Cost the rules' orders, once for each graph."""
        key = graph.fingerprint, cost_model
        if key not in self._known:
            if len(self._known) >= MAX_KNOWN:
                del self._known[next(iter(self._known))]
            self._known[key] = float(max(1, best_rule_cost(graph, cost_model)))
        self.scale = self._known[key]


def best_rule_cost(graph: ComputationalGraph, cost_model: str) -> int:
    """Return the cost of the cheapest order among those of forward, reverse and Markowitz rules."""
    from vertex_elim_env.engine import sparse
    from vertex_elim_env.ordering.search import RULES

    problem = elimination_problem(graph, cost_model)
    orders = [rule(problem) for rule in RULES.values()]
    return min(sparse.order_cost(problem, order) for order in orders if order is not None)
