"""Improvement: search an instance anew, and keep what is better than the record."""

from __future__ import annotations

from dataclasses import replace

import vertex_elim_env as ve
from evaluation.benchmark.results import Result
from evaluation.benchmark.solvers import PROVERS
from vertex_elim_env.engine import reference
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.errors import OrderError
from vertex_elim_env.instances import Instance
from vertex_elim_env.ordering import Solution
from vertex_elim_env.tasks.best_known import BOUND_BY_PATHS, Record, RecordError


def improved(
    instance: Instance,
    record: Record | None,
    solution: Solution,
    *,
    solver: str,
    seed: int,
    seconds: float | None,
) -> Record:
    """Return the better of a record and a new solution, and the better of their bounds.

    Costs are counted by the reference engine, whatever the solver says; of equal ones the old stays.

    Raises:
        RecordError: if the solution is for another graph, or its bound is above a known cost.
    """
    graph, cost_model = instance.graph, solution.cost_model
    if solution.fingerprint != graph.fingerprint:
        raise RecordError(f"{solver} solved {solution.fingerprint}, not {instance.name}")
    cost = reference.order_cost(elimination_problem(graph, cost_model), solution.order)
    best = record
    if record is None or cost < record.cost:
        best = Record(
            instance=instance.name,
            fingerprint=graph.fingerprint,
            cost_model=cost_model,
            cost=cost,
            lower_bound=record.lower_bound if record else 0,
            bound_by=record.bound_by if record else BOUND_BY_PATHS,
            solver=solver,
            seed=seed,
            seconds=seconds or 0.0,
            order=tuple(int(vertex) for vertex in solution.order),
        )
    assert best is not None, "a solution without a record is the best known"
    proved = ve.lower_bound(graph, cost_model)
    if best.bound_by == BOUND_BY_PATHS:  # what it proves now counts, not what it once did
        best = replace(best, lower_bound=0)
    best = bounded(best, proved, BOUND_BY_PATHS)
    return bounded(best, solution.lower_bound, solver)


def adopted(instance: Instance, record: Record | None, result: Result) -> Record:
    """Return the better of a record and what a run of the benchmark found.

    The cost is counted anew. A bound is taken from a solver that searches for one, with its name, by
    which ``--verify --prove`` has it proved again.

    Raises:
        RecordError: if the result is for another graph, or its bound is above a known cost.
        OrderError: if its order is none.
    """
    if sorted(result.order) != list(range(instance.graph.num_eliminable)):
        raise OrderError(f"{result.key}: no permutation of {instance.graph.num_eliminable}")
    solution = Solution(
        order=result.order,
        cost=result.cost,
        lower_bound=result.lower_bound if result.solver in PROVERS else 0,  # else another proved it
        cost_model=result.cost_model,
        fingerprint=result.fingerprint,
        method=result.solver,
    )
    return improved(
        instance,
        record,
        solution,
        solver=result.solver,
        seed=result.seed,
        seconds=result.budget_seconds,
    )


def bounded(record: Record, bound: int, bound_by: str) -> Record:
    """Return a record with a bound, if it is better than its own or as good and simpler to prove.

    Raises:
        RecordError: if the bound is above the record's cost: one of them is wrong.
    """
    if bound > record.cost:
        raise RecordError(
            f"{record.instance}, {record.cost_model}: {bound_by} proves {bound}, above the known cost {record.cost}"
        )
    is_simpler = bound == record.lower_bound and bound_by == BOUND_BY_PATHS
    if bound > record.lower_bound or is_simpler:
        return replace(record, lower_bound=bound, bound_by=bound_by)
    return record
