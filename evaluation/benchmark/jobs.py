"""Jobs: which solver runs on which instance, with which seed and budget; a job's key is a record's key."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from evaluation.benchmark.solvers import EVALUATION_OPTIONS, SEEDLESS, is_rule


@dataclass(frozen=True)
class Job:
    """One run of a solver.

    Attributes:
        instance: a name of ``vertex_elim_env.instances``.
        cost_model: what is counted.
        solver: a name of the registry.
        seed: of its random choices; 0 of a solver that makes none.
        budget_seconds, budget_evaluations: what it may spend; None and None of a rule, which ends by itself.
    """

    instance: str
    cost_model: str
    solver: str
    seed: int = 0
    budget_seconds: float | None = None
    budget_evaluations: int | None = None

    @property
    def key(self) -> str:
        """What no two records share."""
        budget = budget_name(self.budget_seconds, self.budget_evaluations)
        return f"{self.instance}|{self.cost_model}|{self.solver}|{budget}|{self.seed}"

    @property
    def command(self) -> str:
        """The command line that runs this job again."""
        words = ["python", "-m", "evaluation", "benchmark", "--out", "again"]
        words += ["--instances", self.instance, "--cost-models", self.cost_model]
        words += ["--solvers", self.solver, "--seeds", str(self.seed)]
        if self.budget_seconds is not None:
            words += ["--seconds", f"{self.budget_seconds:g}"]
        if self.budget_evaluations is not None:
            words += ["--evaluations", str(self.budget_evaluations)]
        return shlex.join([*words, "--alone"])


def budget_name(seconds: float | None, evaluations: int | None) -> str:
    """Return a budget in words."""
    if seconds is not None:
        return f"{seconds:g} s"
    return f"{evaluations:,} evaluations" if evaluations is not None else "rule"


def plan(
    *,
    instances: Sequence[str],
    cost_models: Sequence[str],
    solvers: Sequence[str],
    seeds: Sequence[int],
    seconds: Sequence[float],
    evaluations: Sequence[int] = (),
) -> list[Job]:
    """Return every job, without repetition: instance by instance, the quick ones of each first."""
    jobs: dict[str, Job] = {}
    for instance, cost_model in product(instances, cost_models):
        found = [
            Job(instance, cost_model, solver, seed, limit, count)
            for solver in solvers
            for seed, limit, count in _runs(solver, seeds, seconds, evaluations)
        ]
        found.sort(key=lambda job: job.budget_seconds or 0.0)
        jobs |= {job.key: job for job in found}
    return list(jobs.values())


def _runs(
    solver: str, seeds: Sequence[int], seconds: Sequence[float], evaluations: Sequence[int]
) -> Iterator[tuple[int, float | None, int | None]]:
    if is_rule(solver):
        yield 0, None, None
        return
    for seed in (0,) if solver in SEEDLESS else seeds:
        yield from ((seed, limit, None) for limit in seconds)
        if solver in EVALUATION_OPTIONS:
            yield from ((seed, None, count) for count in evaluations)
