"""Difficulty: how far rules and short searches stay behind the best order known, and the bound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evaluation.benchmark.solving import Interruption, solve
from vertex_elim_env.bounds import lower_bound
from vertex_elim_env.instances import Instance
from vertex_elim_env.ordering import Solution
from vertex_elim_env.tasks.best_known import Record

Category = Literal["solved", "easy", "hard"]
CATEGORIES: tuple[Category, ...] = ("solved", "easy", "hard")
EASY_PERCENT = 1
"""An instance is easy if a rule comes this near to the best order known, in hundredths of its cost."""


@dataclass(frozen=True)
class Difficulty:
    """What was found for an instance.

    Attributes:
        instance: its name.
        collection: where it belongs.
        cost_model: what was counted.
        eliminable: number of vertices to eliminate.
        heuristics: cost of every rule's order, rules that search nothing.
        searches: cost found by a search in so many seconds.
        best_known: the lowest cost on record or found now.
        lower_bound: the best bound on record or proved now, 0 where there is none.
    """

    instance: str
    collection: str
    cost_model: str
    eliminable: int
    heuristics: Mapping[str, int]
    searches: Mapping[str, int]
    best_known: int
    lower_bound: int

    @property
    def best_heuristic(self) -> int:
        """The lowest cost of the rules."""
        return min(self.heuristics.values())

    @property
    def category(self) -> Category:
        """Solved: the best order known is proved optimal. Easy: a rule is within 1% of it. Hard: the rest."""
        if self.best_known == self.lower_bound:
            return "solved"
        excess = self.best_heuristic - self.best_known
        return "easy" if 100 * excess <= EASY_PERCENT * self.best_known else "hard"

    def gap(self, cost: int) -> float:
        """How much more a cost is than the best known one, relative to it."""
        return cost / self.best_known - 1.0 if self.best_known else float(cost > 0)

    def record(self) -> dict[str, object]:
        """Return the row as JSON has it."""
        return {
            "instance": self.instance,
            "collection": self.collection,
            "cost_model": self.cost_model,
            "eliminable": self.eliminable,
            "category": self.category,
            "best_heuristic": self.best_heuristic,
            "heuristics": dict(self.heuristics),
            "searches": dict(self.searches),
            "best_known": self.best_known,
            "lower_bound": self.lower_bound,
            "gaps": {
                "heuristic": self.gap(self.best_heuristic),
                **{seconds: self.gap(cost) for seconds, cost in self.searches.items()},
            },
        }


def measure(
    instance: Instance,
    cost_model: str,
    record: Record | None,
    *,
    heuristics: Sequence[str],
    search: str,
    seconds: Sequence[float],
    seed: int,
    interruption: Interruption,
) -> Difficulty:
    """Run the rules and the search on an instance.

    Args:
        instance: the instance.
        cost_model: what to count.
        record: what is known of it; it enters the comparison only.
        heuristics: solvers of the registry that search nothing.
        search: a solver of the registry that stops at a time limit.
        seconds: its time limits.
        seed: of its random choices.
        interruption: raises KeyboardInterrupt between two runs where the user asked to stop.
    """
    graph = instance.graph

    def run(solver: str, limit: float | None) -> Solution:
        solution = solve(solver, graph, cost_model, seed=seed, seconds=limit)
        interruption.check()
        return solution

    rules = {name: run(name, None).cost for name in heuristics}
    found = {f"{limit:g}": run(search, limit) for limit in seconds}
    costs = [*rules.values(), *(solution.cost for solution in found.values())]
    bounds = [lower_bound(graph, cost_model), *(s.lower_bound for s in found.values())]
    if record is not None:
        costs.append(record.cost)
        bounds.append(record.lower_bound)
    return Difficulty(
        instance=instance.name,
        collection=instance.collection,
        cost_model=cost_model,
        eliminable=graph.num_eliminable,
        heuristics=rules,
        searches={limit: solution.cost for limit, solution in found.items()},
        best_known=min(costs),
        lower_bound=max(bounds),
    )
