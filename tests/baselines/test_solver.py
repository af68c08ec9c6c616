"""The best order so far, and the registry of solvers."""

from __future__ import annotations

import pytest

import vertex_elim_env as ve
from baselines import registry
from baselines.solver import Incumbent, Solver

GRAPH = ve.tasks.get("HumanHeartDipole").graph
FORWARD = range(GRAPH.num_eliminable)


def test_only_better_orders_are_kept_and_each_leaves_a_trace() -> None:
    best = Incumbent(GRAPH)
    assert best.offer(FORWARD)
    assert best.offer(FORWARD[::-1])
    assert not best.offer(FORWARD)
    solution = best.solution("by hand")
    assert solution.cost == ve.elimination_cost(GRAPH, FORWARD[::-1]) == 172
    assert [row.cost for row in solution.trace] == [240, 172]
    assert solution.evaluations == 3


def test_it_is_done_at_the_bound_or_when_time_is_up() -> None:
    best = Incumbent(GRAPH, lower_bound=172)
    assert not best.is_done
    best.offer(FORWARD[::-1])
    assert best.is_done
    assert best.solution("by hand").optimal
    assert Incumbent(GRAPH, time_limit=1e-9).is_done


def test_ctrl_c_ends_a_search_that_has_an_answer() -> None:
    best = Incumbent(GRAPH)
    with pytest.raises(KeyboardInterrupt), best.until_interrupted():
        raise KeyboardInterrupt
    best.offer(FORWARD)
    with best.until_interrupted():
        raise KeyboardInterrupt


@pytest.mark.parametrize("limit", [0, -1.0, float("nan"), float("inf")])
def test_a_limit_must_be_a_positive_number(limit: float) -> None:
    with pytest.raises(ValueError, match="time_limit must be a positive number of seconds"):
        Incumbent(GRAPH, time_limit=limit)


def test_an_unknown_solver_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="unknown solver 'none'"):
        registry.make("none")


@pytest.mark.parametrize("name", registry.names())
def test_every_solver_bears_the_name_it_is_registered_by(name: str) -> None:
    solver = registry.make(name)
    assert isinstance(solver, Solver)
    assert solver.name == name
