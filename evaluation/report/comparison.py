"""Comparison: how far solvers stay behind the best orders known, over instances, seeds and budgets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from evaluation.benchmark.results import Result
from evaluation.benchmark.solvers import is_rule
from vertex_elim_env import instances
from vertex_elim_env.algebra import COST_MODELS

Pair = tuple[str, str]
"""Solver and budget."""


@dataclass(frozen=True)
class Case:
    """An instance under a cost model: what is known, and what was found.

    Attributes:
        instance, cost_model: which.
        results: by id.
    """

    instance: str
    cost_model: str
    results: Mapping[str, Result]

    @cached_property
    def best_known(self) -> int:
        """The lowest cost, of the library and of all results."""
        costs = [result.cost for result in self.results.values()]
        library = [r.best_known for r in self.results.values() if r.best_known is not None]
        return min(costs + library)

    @cached_property
    def library(self) -> int | None:
        """The library's cost when the latest result was made, None if it had none."""
        known = [r.best_known for r in self.results.values() if r.best_known is not None]
        return min(known, default=None)

    @cached_property
    def lower_bound(self) -> int:
        """The best bound, 0 if nothing is proved."""
        return max(result.lower_bound for result in self.results.values())

    @property
    def is_better_than_known(self) -> bool:
        """Whether a result is better than the library."""
        return self.library is not None and self.best_known < self.library

    @property
    def eliminable(self) -> int:
        """Number of vertices to eliminate."""
        return next(iter(self.results.values())).eliminable

    @property
    def collection(self) -> str:
        """Where the instance belongs."""
        return next(iter(self.results.values())).collection

    def of(self, solver: str, budget: str | None = None) -> dict[str, Result]:
        """Return a solver's results by id, at one budget or at all."""
        return {
            name: result
            for name, result in self.results.items()
            if result.solver == solver and budget in (None, result.budget)
        }

    def gap(self, cost: int) -> float:
        """How much more a cost is than the best known one, relative to it."""
        return cost / self.best_known - 1.0 if self.best_known else float(cost > 0)

    def gap_to_bound(self, cost: int) -> float | None:
        """How much more a cost is than the bound, relative to it; None without a bound."""
        return cost / self.lower_bound - 1.0 if self.lower_bound else None


@dataclass(frozen=True)
class Comparison:
    """All cases under one cost model.

    Attributes:
        cost_model: what was counted.
        cases: by instance.
    """

    cost_model: str
    cases: Mapping[str, Case] = field(default_factory=dict)

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Every solver and budget that has a result for every instance: the others can't be compared."""
        found: dict[Pair, set[str]] = {}
        for name, case in self.cases.items():
            for result in case.results.values():
                found.setdefault((result.solver, result.budget), set()).add(name)
        return tuple(pair for pair, names in found.items() if len(names) == len(self.cases))

    @property
    def searches(self) -> tuple[Pair, ...]:
        """Those that have a budget, and the best of all rules."""
        return tuple(p for p in self.pairs if p[0] == "portfolio" or not is_rule(p[0]))

    @cached_property
    def timed_budgets(self) -> tuple[str, ...]:
        """Budgets in seconds, the shortest first."""
        seconds = {
            r.budget_seconds: r.budget
            for case in self.cases.values()
            for r in case.results.values()
            if r.budget_seconds is not None and (r.solver, r.budget) in self.pairs
        }
        return tuple(seconds[key] for key in sorted(seconds))

    @cached_property
    def budgets(self) -> tuple[str, ...]:
        """All budgets of searches: those in seconds first."""
        others = (budget for solver, budget in self.searches if not is_rule(solver))
        return tuple(dict.fromkeys((*self.timed_budgets, *others)))

    @property
    def usual_budget(self) -> str:
        """The one that most searches had: of several the longest of those in seconds, if there are such."""
        budgets = self.timed_budgets or self.budgets
        counts = Counter(budget for _, budget in self.searches)
        return max(reversed(budgets), key=lambda budget: counts[budget])

    def budgets_of(self, solver: str) -> list[str]:
        """A solver's budgets, the longest of those in seconds last, if there are such."""
        own = [budget for budget in self.budgets if (solver, budget) in self.pairs]
        timed = [budget for budget in own if budget in self.timed_budgets]
        return timed or own

    def results(self, pair: Pair) -> dict[str, Result]:
        """Return the results of a solver and budget, by id."""
        return {k: r for case in self.cases.values() for k, r in case.of(*pair).items()}

    def gaps(self, pair: Pair) -> list[list[float]]:
        """Return the gap to the best known cost of every run, instance by instance."""
        return [
            [case.gap(result.cost) for result in case.of(*pair).values()]
            for case in self.cases.values()
        ]


def compare(results: Mapping[str, Result]) -> tuple[Comparison, ...]:
    """Sort results by cost model and instance, in the catalogue's order."""
    places = {name: k for k, name in enumerate(instances.names())}
    found: dict[str, dict[str, dict[str, Result]]] = {}
    for name, result in sorted(
        results.items(), key=lambda item: places.get(item[1].instance, len(places))
    ):
        cases = found.setdefault(result.cost_model, {})
        cases.setdefault(result.instance, {})[name] = result
    return tuple(
        Comparison(model, {name: Case(name, model, own) for name, own in cases.items()})
        for model, cases in sorted(found.items(), key=lambda item: COST_MODELS.index(item[0]))
    )
