"""The exact optimum of a small graph, by trying everything: the yardstick of searches."""

from __future__ import annotations

import copy
import math

from vertex_elim_env.engine import reference
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.graph import ComputationalGraph


def exact_optimum(graph: ComputationalGraph, cost_model: str = "multiplications") -> int:
    """The lowest cost of any order; orders that lead to one graph are followed once."""
    problem = elimination_problem(graph, cost_model)
    level = {(): (0, reference.initial_state(problem))}
    for _ in range(graph.num_eliminable):
        following: dict[tuple[object, ...], tuple[int, reference.State]] = {}
        for cost, state in level.values():
            for vertex in (~state.eliminated).nonzero()[0]:
                after = copy.deepcopy(state)
                total = cost + reference.eliminate(problem, after, int(vertex))
                key = (
                    after.eliminated.tobytes(),
                    *(tuple(sorted(row.items())) for row in after.successors),
                )
                if total < following.get(key, (math.inf,))[0]:
                    following[key] = total, after
        level = following
    return min(cost for cost, _ in level.values())
