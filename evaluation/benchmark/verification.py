"""Verification: every record proved from scratch, on a graph made anew."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import vertex_elim_env as ve
from baselines import registry
from vertex_elim_env import instances
from vertex_elim_env.engine import reference
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.errors import VertexEliminationError
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.tasks.best_known import BOUND_BY_PATHS, Record
from vertex_elim_env.tasks.best_known.library import read_file


def fault(path: Path, *, prove_seconds: float | None = None) -> str | None:
    """Return what is wrong with a record's file, None if nothing is.

    The graph is made from its instance and must have the record's fingerprint; the order must be valid
    and cost what the record says by the reference engine; the bound must be at most that, and be
    proved again by ``lower_bound``.

    Args:
        path: the file.
        prove_seconds: time in which a solver that proved a bound by search must prove it again; None
            to take its word for it.
    """
    try:
        record = read_file(path)
        graph = instances.get(record.instance).graph
        if graph.fingerprint != record.fingerprint:
            return f"{path.name}: {record.instance} has the fingerprint {graph.fingerprint}"
        wrong = wrong_cost(record, graph) or _wrong_bound(record, graph, prove_seconds)
    except VertexEliminationError as error:
        text = str(error)
        return text if text.startswith(path.name) else f"{path.name}: {text}"
    return f"{path.name} ({record.instance}): {wrong}" if wrong else None


def wrong_cost(record: Record, graph: ComputationalGraph) -> str | None:
    """Return what is wrong with a record's order and cost on its graph, None if nothing is."""
    if sorted(record.order) != list(range(graph.num_eliminable)):
        return f"its order is no permutation of the {graph.num_eliminable} vertices"
    cost = reference.order_cost(elimination_problem(graph, record.cost_model), record.order)
    return None if cost == record.cost else f"it says {record.cost}, its order costs {cost}"


def _wrong_bound(
    record: Record, graph: ComputationalGraph, prove_seconds: float | None
) -> str | None:
    if record.lower_bound > record.cost:
        return f"its bound {record.lower_bound} is above its cost {record.cost}"
    proved = ve.lower_bound(graph, record.cost_model)
    if proved > record.cost:
        return f"lower_bound proves {proved}, above its cost {record.cost}"
    if record.bound_by != BOUND_BY_PATHS:
        if record.bound_by not in registry.names():
            return f"its bound is by {record.bound_by!r}, which is no solver"
        if prove_seconds is not None:
            solver = registry.make(record.bound_by)
            solution = solver.solve(graph, time_limit=prove_seconds, cost_model=record.cost_model)
            proved = max(proved, solution.lower_bound)
        else:
            proved = max(proved, record.lower_bound)
    if proved < record.lower_bound:
        return f"its bound {record.lower_bound} can't be proved; {record.bound_by} proves {proved}"
    return None


def missing(
    names: tuple[str, ...], cost_models: tuple[str, ...], files: Mapping[str, Path]
) -> list[tuple[str, str]]:
    """Return the instances and cost models that have no record."""
    return [
        (name, model)
        for name in names
        for model in cost_models
        if f"{instances.get(name).graph.fingerprint}.{model}.json" not in files
    ]
