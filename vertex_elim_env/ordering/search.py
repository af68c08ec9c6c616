"""find_order: one door to every way of finding an elimination order."""

from __future__ import annotations

import difflib
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from vertex_elim_env.bounds import lower_bound
from vertex_elim_env.engine import elimination_cost, sparse
from vertex_elim_env.engine.problem import EliminationProblem, elimination_problem
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import greedy
from vertex_elim_env.ordering.annealing import CYCLE_MOVES, CYCLE_SECONDS, Annealer
from vertex_elim_env.ordering.compilation import small_graph
from vertex_elim_env.ordering.reductions import safe_beginning
from vertex_elim_env.ordering.solution import Improvement, Solution

MAX_BOUNDED = 2_000
"""Graphs with more eliminable vertices get no lower bound from find_order: it would take too long."""

Rule = Callable[..., tuple[int, ...] | None]
"""From a problem, and a limit to its cost, to an order; None where the order would cost more."""

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "forward": greedy.forward,
        "reverse": greedy.reverse,
        "markowitz-early": greedy.markowitz_early,
        "markowitz-late": greedy.markowitz_late,
    }
)
"""Orders without search, by name."""

WORTHLESS = 4
"""A rule whose order costs more than this many times the best one's is no start of a search."""

METHODS = ("auto", *RULES, "markowitz", "annealing")


@dataclass
class _Budget:
    """What is left of a search: seconds, evaluations, or both; the clock starts when it is made."""

    seconds: float | None
    evaluations: int | None
    start: float = field(default_factory=time.perf_counter)

    @property
    def elapsed(self) -> float:
        return time.perf_counter() - self.start

    def left(self) -> float | None:
        return None if self.seconds is None else self.seconds - self.elapsed


def find_order(
    graph: ComputationalGraph,
    method: str = "auto",
    time_limit: float | None = 1.0,
    seed: int = 0,
    cost_model: str = "multiplications",
    *,
    max_evaluations: int | None = None,
) -> Solution:
    """Find an elimination order of low cost.

    Args:
        graph: the graph.
        method: "forward", "reverse", "markowitz-early" and "markowitz-late" (ties to the earliest or
            latest vertex), "markowitz" (the better of the two), "annealing" (simulated annealing
            from the best of these), or "auto" (the same).
        time_limit: seconds for a search, compilation apart; None for no limit but evaluations.
        seed: of a search's random moves. With ``time_limit=None`` the result repeats exactly.
        cost_model: "multiplications", "nontrivial" or "flops".
        max_evaluations: number of orders that a search may evaluate.

    Returns:
        The best order found; ``optimal`` where it meets a proved lower bound. The bound is the one
        that takes no time, of single vertices; ``lower_bound`` proves more. A search that is
        interrupted by Ctrl-C returns the best order so far.

    Raises:
        ValueError: for an unknown method or cost model, or a limit that is not positive.

    >>> from vertex_elim_env import tasks
    >>> solution = find_order(tasks.get("HumanHeartDipole").graph, method="markowitz")
    >>> solution.cost, solution.lower_bound, solution.optimal
    (148, 148, True)
    """
    _check_arguments(method, time_limit, max_evaluations)
    problem = elimination_problem(graph, cost_model)
    if method in RULES:
        start = time.perf_counter()
        order = RULES[method](problem)
        assert order is not None, "without a limit a rule has an order"
        return _solution(problem, order, method, time.perf_counter() - start, 1, ())
    compile_loops()
    budget = _Budget(time_limit, max_evaluations)
    candidates: dict[str, tuple[int, ...]] = {}
    costs: dict[str, int] = {}
    for name, rule in RULES.items():
        if method != "markowitz" or "markowitz" in name:
            order = rule(problem, WORTHLESS * min(costs.values(), default=math.inf))
            if order is not None:
                candidates[name], costs[name] = order, sparse.order_cost(problem, order)
    ranking = sorted(candidates, key=costs.__getitem__)
    if method == "markowitz" or problem.num_eliminable < 2:
        evaluations = len(candidates)
        return _solution(problem, candidates[ranking[0]], method, budget.elapsed, evaluations, ())
    bound = _bound(graph, cost_model)
    annealer = Annealer(problem, seed, safe_beginning(problem))
    for name in ranking:
        annealer.offer(candidates[name])
    trace = [Improvement(budget.elapsed, len(candidates), annealer.best_cost)]
    starts = [candidates[name] for name in ranking]
    try:
        for cost in _anneal(annealer, starts, budget, bound):
            if cost < trace[-1].cost:
                trace.append(Improvement(budget.elapsed, len(candidates) + annealer.moves, cost))
    except KeyboardInterrupt:
        pass  # anytime: the best order so far is the answer
    evaluations = len(candidates) + annealer.moves
    return _solution(problem, annealer.best, method, budget.elapsed, evaluations, tuple(trace))


def _anneal(
    annealer: Annealer, starts: list[tuple[int, ...]], budget: _Budget, bound: int
) -> Iterator[int]:
    """Cool again and again: from the best rule, then by turns from the best so far and other rules."""
    moves_left, number = budget.evaluations, 0
    while annealer.best_cost > bound and annealer.num_annealed > 1:
        left = budget.left()
        if (left is not None and left <= 0) or (moves_left is not None and moves_left <= 0):
            return
        seconds = None if left is None else _share(left, CYCLE_SECONDS)
        moves = None if moves_left is None else int(_share(moves_left, CYCLE_MOVES))
        if seconds is not None and moves is not None:
            moves = None  # the clock cools; the moves only stop
        again = number % 2 == 1
        start = annealer.best if number == 0 or again else starts[(number // 2) % len(starts)]
        before = annealer.moves
        for cost in annealer.cycle(start, seconds=seconds, moves=moves, heat=0.5 if again else 1.0):
            yield cost
            out_of_moves = moves_left is not None and annealer.moves - before >= moves_left
            if cost <= bound or out_of_moves:
                return
        if moves_left is not None:
            moves_left -= annealer.moves - before
        number += 1


def _share(left: float, cycle: float) -> float:
    """How much of a budget the next cooling takes: a cycle's worth, or all that is left."""
    return left if left < 2 * cycle else cycle


@lru_cache(maxsize=1)
def compile_loops() -> None:
    """Compile what a search runs, on a graph of two vertices, before its clock starts."""
    graph = small_graph()
    problem = elimination_problem(graph)
    for rule in RULES.values():
        rule(problem)
    lower_bound(graph, rounds=0)
    safe_beginning(problem)
    annealer = Annealer(problem, 0)
    for _ in annealer.cycle(annealer.best, seconds=None, moves=2):
        pass


def _bound(graph: ComputationalGraph, cost_model: str) -> int:
    if graph.num_eliminable > MAX_BOUNDED:
        return 0
    return lower_bound(graph, cost_model, rounds=0)


def _solution(
    problem: EliminationProblem,
    order: tuple[int, ...],
    method: str,
    seconds: float,
    evaluations: int,
    trace: tuple[Improvement, ...],
) -> Solution:
    model = problem.algebra.cost_model
    cost = elimination_cost(problem.graph, order, model)
    return Solution(
        order=order,
        cost=cost,
        lower_bound=_bound(problem.graph, model),
        cost_model=model,
        fingerprint=problem.graph.fingerprint,
        method=method,
        seconds=seconds,
        evaluations=evaluations,
        trace=trace or (Improvement(seconds, evaluations, cost),),
    )


def _check_arguments(method: str, time_limit: float | None, max_evaluations: int | None) -> None:
    if method not in METHODS:
        near = difflib.get_close_matches(str(method), METHODS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"unknown method {method!r}, expected one of {', '.join(METHODS)}{hint}")
    if time_limit is None and max_evaluations is None:
        raise ValueError("time_limit and max_evaluations are both None; a search needs one of them")
    if time_limit is not None and not (math.isfinite(time_limit) and time_limit > 0):
        raise ValueError(
            f"time_limit must be a positive number of seconds or None; got {time_limit!r}"
        )
    if max_evaluations is not None and max_evaluations < 1:
        raise ValueError(f"max_evaluations must be at least 1 or None; got {max_evaluations!r}")
