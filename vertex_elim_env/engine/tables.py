"""The algebra's tables with an answer for every pair of structures, for engines that can't stop.

An engine on an accelerator can't ask Python about a pair that was never met. So the tables are
warmed up by playing orders, and each pair still missing is answered as if both of its structures
were widened to dense ones: right, dearer than need be, and marked, so that it can be counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product as pairs_of
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.algebra import MAX_STRUCTURES, UNKNOWN, Algebra
from vertex_elim_env.engine import compiled
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.structure import dense

Shape: TypeAlias = tuple[int, ...]
NUM_ORDERS = 256
"""Orders played by default to warm the tables up, half of them random and half nearly greedy."""
MAX_FILLS = 20_000
"""Pairs of structures that were met, but not with each other, and are worked out all the same."""


class CompleteTables(NamedTuple):
    """Tables of K structures without an unknown entry among pairs that can meet.

    Attributes:
        product, sum: ids, int32 (K, K).
        cost, sum_cost: in the cost model's unit, int64 (K, K).
        is_widened_product, is_widened_sum: where widened structures were asked instead,
            bool (K, K).
        largest_total: a number that no order's total cost passes.
    """

    product: NDArray[np.int32]
    cost: NDArray[np.int64]
    sum: NDArray[np.int32]
    sum_cost: NDArray[np.int64]
    is_widened_product: NDArray[np.bool_]
    is_widened_sum: NDArray[np.bool_]
    largest_total: int


def share_algebra(problems: Sequence[EliminationProblem]) -> list[EliminationProblem]:
    """Return the problems with the algebra of the first one, so that ids mean the same in all."""
    algebra = problems[0].algebra
    shared = [problems[0]]
    for problem in problems[1:]:
        ids = np.asarray([algebra.intern(s) for s in problem.algebra.structures], np.int32)
        shared.append(replace(problem, algebra=algebra, structures=ids[problem.structures]))
    return shared


def complete_tables(
    problems: Sequence[EliminationProblem], *, num_orders: int = NUM_ORDERS, seed: int = 0
) -> CompleteTables:
    """Warm up the problems' algebra, then answer every pair of structures that is still missing.

    Args:
        problems: of one algebra, which learns what the warm-up meets.
        num_orders: how many orders to play of each, besides forward, reverse and the greedy ones.
        seed: of these orders.
    """
    for problem in problems:
        warm_up(problem, num_orders=num_orders, seed=seed)
    algebra = problems[0].algebra
    shapes = set().union(*(_related_shapes(problem) for problem in problems))
    _fill_met(algebra, shapes)
    for out_shape, in_shape in shapes:
        algebra.intern(dense(out_shape, in_shape))
    groups, widened = _ids_by_shapes(algebra)
    for (p_out, p_in), (q_out, q_in) in pairs_of(shapes, repeat=2):
        if p_in == q_out and (p_out, q_in) in shapes:
            _fill_once(algebra, widened[p_out, p_in], widened[q_out, q_in])
    count = len(algebra)
    tables = CompleteTables(
        product=algebra.product[:count, :count].copy(),
        cost=algebra.cost[:count, :count].copy(),
        sum=algebra.sum[:count, :count].copy(),
        sum_cost=algebra.sum_cost[:count, :count].copy(),
        is_widened_product=np.zeros((count, count), np.bool_),
        is_widened_sum=np.zeros((count, count), np.bool_),
        largest_total=0,
    )
    products = tables.product, tables.cost, tables.is_widened_product
    sums = tables.sum, tables.sum_cost, tables.is_widened_sum
    for pair, ids in groups.items():
        _complete(*sums, ids, ids, (widened[pair], widened[pair]))
        for other, others in groups.items():
            if pair[1] == other[0] and (pair[0], other[1]) in shapes:
                _complete(*products, ids, others, (widened[pair], widened[other]))
    largest = max(_largest_total(problem, tables, groups) for problem in problems)
    return tables._replace(largest_total=largest)


def warm_up(problem: EliminationProblem, *, num_orders: int = NUM_ORDERS, seed: int = 0) -> None:
    """Fill the algebra's tables by playing forward, reverse, (nearly) greedy and random orders."""
    n, rng = problem.num_eliminable, np.random.default_rng(seed)
    random = [rng.permutation(n) for _ in range(num_orders // 2)]
    compiled.order_costs(problem, [np.arange(n), np.arange(n)[::-1], *random])
    tie_rules = [np.arange(n) * 1e-9, -np.arange(n) * 1e-9]
    noises = [
        rng.gumbel(size=n) * rng.uniform(0.1, 2.0) for _ in range(num_orders - num_orders // 2)
    ]
    for noise in tie_rules + noises:
        state = compiled.initial_state(problem)
        for _ in range(n):
            score = np.log1p(compiled.candidate_costs(problem, state)) + noise
            vertex = int(np.argmin(np.where(compiled.legal_mask(problem, state), score, np.inf)))
            compiled.eliminate(problem, state, vertex)


def _related_shapes(problem: EliminationProblem) -> set[tuple[Shape, Shape]]:
    """The (shape of w, shape of u) of every pair of vertices that a path u -> w joins."""
    graph = problem.graph
    ancestors = _ancestors(problem)
    shape = [graph.vertices[position].shape for position in graph.positions]
    return {(shape[w], shape[u]) for w, u in zip(*np.nonzero(ancestors), strict=True)}


def _ancestors(problem: EliminationProblem) -> NDArray[np.bool_]:
    """Whether a path leads from u to w, bool (w, u), by vertex index."""
    ancestors = np.zeros((problem.num_vertices,) * 2, np.bool_)
    for u, w in zip(problem.sources, problem.targets, strict=True):  # ascending in w's position
        ancestors[w] |= ancestors[u]
        ancestors[w, u] = True
    return ancestors


def _ids_by_shapes(
    algebra: Algebra,
) -> tuple[dict[tuple[Shape, Shape], NDArray[np.intp]], dict[tuple[Shape, Shape], int]]:
    groups: dict[tuple[Shape, Shape], list[int]] = {}
    widened: dict[tuple[Shape, Shape], int] = {}
    for number, structure in enumerate(algebra.structures):
        if structure is not None:
            key = structure.out_shape, structure.in_shape
            groups.setdefault(key, []).append(number)
            if structure == structure.widened():
                widened[key] = number
    return {key: np.asarray(ids) for key, ids in groups.items()}, widened


def _fill_met(algebra: Algebra, shapes: set[tuple[Shape, Shape]]) -> None:
    """Fill pairs of structures met apart: an order that was not played may join them."""
    met, left = list(enumerate(algebra.structures))[1:], MAX_FILLS
    room = (MAX_STRUCTURES - len(algebra)) // 2  # what is filled here must not crowd a search out
    for (a, p), (b, q) in pairs_of(met, repeat=2):
        assert p is not None and q is not None
        if left <= 0 or len(algebra) - len(met) > room:
            return
        if (
            p.in_shape == q.out_shape
            and (p.out_shape, q.in_shape) in shapes
            and algebra.product[a, b] == UNKNOWN
        ):
            algebra.fill_product(a, b)
            left -= 1
        if (p.out_shape, p.in_shape) == (q.out_shape, q.in_shape) and algebra.sum[a, b] == UNKNOWN:
            algebra.fill_sum(a, b)
            left -= 1


def _fill_once(algebra: Algebra, left: int, right: int) -> None:
    if algebra.product[left, right] == UNKNOWN:
        algebra.fill_product(left, right)
    result = int(algebra.product[left, right])
    if algebra.sum[result, result] == UNKNOWN:
        algebra.fill_sum(result, result)


def _complete(
    result: NDArray[np.int32],
    cost: NDArray[np.int64],
    mark: NDArray[np.bool_],
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    stand_ins: tuple[int, int],
) -> None:
    """Answer a block's unknown entries as the pair of widened structures is answered."""
    block = np.ix_(rows, columns)
    unknown = result[block] == UNKNOWN
    mark[block] = unknown
    cost[block] = np.where(unknown, cost[stand_ins], cost[block])
    result[block] = np.where(unknown, result[stand_ins], result[block])


def _largest_total(
    problem: EliminationProblem,
    tables: CompleteTables,
    groups: dict[tuple[Shape, Shape], NDArray[np.intp]],
) -> int:
    """A vertex j costs at most the dearest u -> j -> w, for each ancestor u and descendant w."""
    graph, ancestors = problem.graph, _ancestors(problem)
    shapes = [graph.vertices[position].shape for position in graph.positions]
    kinds = list(dict.fromkeys(shapes))
    of_kind = np.asarray([[shape == kind for kind in kinds] for shape in shapes], np.int64)
    num_ancestors, num_descendants = ancestors @ of_kind, ancestors.T @ of_kind
    total = 0
    for j in range(problem.num_eliminable):
        for c, a in zip(*np.nonzero(np.outer(num_descendants[j], num_ancestors[j])), strict=True):
            left, right = groups[kinds[c], shapes[j]], groups[shapes[j], kinds[a]]
            ends = groups[kinds[c], kinds[a]]
            dearest = int(tables.cost[np.ix_(left, right)].max()) + int(
                tables.sum_cost[np.ix_(ends, ends)].max()
            )
            total += dearest * int(num_descendants[j, c]) * int(num_ancestors[j, a])
    return total
