"""Running: a job, from the solver's answer to a verified result."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import vertex_elim_env as ve
from baselines import registry
from evaluation.benchmark.jobs import Job
from evaluation.benchmark.results import Result
from evaluation.benchmark.solvers import EVALUATION_OPTIONS, is_agent
from evaluation.benchmark.solving import solve
from evaluation.provenance import provenance
from vertex_elim_env import instances
from vertex_elim_env.engine import reference, sparse
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.errors import OrderError
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Improvement, Solution
from vertex_elim_env.tasks.best_known import Library

OPTIONS = {"exact": {"threads": 1}}
"""Of solvers that would take more than one core."""
MAX_BY_REFERENCE = 500
"""Vertices up to which the reference engine counts; it takes long for more, and the sparse engine counts alike."""


class Failure(NamedTuple):
    """A job that came to nothing, and why."""

    job: Job
    error: str


def attempt(job: Job) -> Result | Failure:
    """Run a job; whatever goes wrong is its failure, and the other jobs go on."""
    try:
        return run(job)
    except Exception as error:
        return Failure(job, f"{type(error).__name__}: {error}")


def run(job: Job) -> Result:
    """Run a job and verify what comes of it.

    Raises:
        OrderError: if the order is none, doesn't cost what the solver says, or costs less than a bound.
    """
    instance = instances.get(job.instance)
    solution = _solve(job, instance.graph)
    cost = count(instance.graph, solution)
    known = Library().read(instance.graph.fingerprint, job.cost_model)
    bound = max(
        _bound(job.instance, job.cost_model),
        solution.lower_bound,
        known.lower_bound if known is not None else 0,
    )
    if cost < bound:
        raise OrderError(f"{job.key}: a cost of {cost} is below the bound {bound}; one is wrong")
    return Result(
        instance=job.instance,
        cost_model=job.cost_model,
        solver=job.solver,
        seed=job.seed,
        budget_seconds=job.budget_seconds,
        budget_evaluations=job.budget_evaluations,
        collection=instance.collection,
        fingerprint=instance.graph.fingerprint,
        eliminable=instance.graph.num_eliminable,
        cost=cost,
        lower_bound=bound,
        best_known=known.cost if known is not None else None,
        seconds=round(solution.seconds, 4),
        evaluations=solution.evaluations,
        order=tuple(int(vertex) for vertex in solution.order),
        provenance=provenance(),
        trace=tuple(map(_point, solution.trace)) if is_agent(job.solver) else (),
    )


def _point(improvement: Improvement) -> tuple[float, int, int]:
    return round(improvement.seconds, 2), improvement.evaluations, improvement.cost


def count(graph: ComputationalGraph, solution: Solution) -> int:
    """Return what a solution's order costs, counted anew.

    Raises:
        OrderError: if it is no order of the graph, or the solver says that it costs something else.
    """
    if solution.fingerprint != graph.fingerprint:
        raise OrderError(f"{solution.method} solved another graph, {solution.fingerprint}")
    if sorted(solution.order) != list(range(graph.num_eliminable)):
        raise OrderError(f"{solution.method} gave no permutation of {graph.num_eliminable}")
    engine = reference if graph.num_eliminable <= MAX_BY_REFERENCE else sparse
    cost = engine.order_cost(elimination_problem(graph, solution.cost_model), solution.order)
    if cost != solution.cost:
        raise OrderError(f"{solution.method} says {solution.cost}, its order costs {cost}")
    return cost


def _solve(job: Job, graph: ComputationalGraph) -> Solution:
    options = dict(OPTIONS.get(job.solver, {}))
    if job.budget_evaluations is not None:
        options[EVALUATION_OPTIONS[job.solver]] = job.budget_evaluations
    if not options:
        return solve(job.solver, graph, job.cost_model, seed=job.seed, seconds=job.budget_seconds)
    solver = registry.make(job.solver, **options)
    return solver.solve(
        graph, seed=job.seed, time_limit=job.budget_seconds, cost_model=job.cost_model
    )


@lru_cache(maxsize=1_000)
def _bound(instance: str, cost_model: str) -> int:
    return ve.lower_bound(instances.get(instance).graph, cost_model)
