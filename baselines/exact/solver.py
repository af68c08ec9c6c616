"""ExactSolver: the cheapest order with its proof, or the best one found and the gap."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import vertex_elim_env as ve
from baselines.exact.potentials import potentials_of
from baselines.exact.reductions import components, first_eliminations
from baselines.exact.search import search
from baselines.solver import Incumbent
from vertex_elim_env.bounds.bound import Relaxation, relaxation
from vertex_elim_env.bounds.clusters import LARGEST
from vertex_elim_env.bounds.pattern import ancestors, count_paths
from vertex_elim_env.bounds.selection import choose_clusters, conflicts_of, without
from vertex_elim_env.bounds.sharing import UNIT, Sharing, ascend
from vertex_elim_env.graph import ComputationalGraph, Edge, Vertex
from vertex_elim_env.ordering import Solution
from vertex_elim_env.structure import identity

CLUSTER_SIZES = (7, 10, 13, 15)
CAPACITIES = (300, 3_000, 30_000, 300_000)
"""Sets of one size that the searches have room for, one search after the other."""
ROUNDS = 300
HEURISTIC_EVALUATIONS = 200_000


class ExactSolver:
    """Reductions, components, subset dynamic programs on clusters, and a search over sets.

    For graphs of scalars. Others get the order of annealing and the bound of single vertices; so do
    "flops", whose additions no bound here counts: they are proved optimal where the two meet.
    """

    name = "exact"

    def __init__(self, *, threads: int = 2) -> None:
        """Choose over how many threads clusters and sets are spread."""
        self.threads = threads

    def solve(
        self,
        graph: ComputationalGraph,
        *,
        seed: int = 0,
        time_limit: float | None = None,
        cost_model: str = "multiplications",
    ) -> Solution:
        """Return an order and the best bound proved; see :class:`baselines.solver.Solver`."""
        _compile()
        best = Incumbent(graph, time_limit=time_limit, cost_model=cost_model)
        best.lower_bound = ve.lower_bound(graph, cost_model, rounds=0)
        seconds = None if time_limit is None else max(0.01, 0.1 * time_limit)
        found = ve.find_order(
            graph,
            time_limit=seconds,
            max_evaluations=HEURISTIC_EVALUATIONS,
            seed=seed,
            cost_model=cost_model,
        )
        best.offer(found.order, found.cost)
        view = relaxation(graph, cost_model)
        if view is not None:
            with best.until_interrupted():
                self._prove(best, view)
        return best.solution(self.name)

    def _prove(self, best: Incumbent, view: Relaxation) -> None:
        is_valued = bool((view.pattern.rows == view.pattern.valued).all())
        first = first_eliminations(view) if is_valued else []
        paid, left = sum(view.least[v] for v in first), reduced(view, first)
        parts = components(view, first)
        small = [part for part in parts if len(part) <= LARGEST]
        orders, known = [first], paid
        for part in small:
            cost, order = _solve_whole(left, part)
            known += cost
            orders.append(order)
        large = [part for part in parts if len(part) > LARGEST]
        if not large:
            best.lower_bound = max(best.lower_bound, known)
            best.offer([v for order in orders for v in order])
            return
        with ThreadPoolExecutor(self.threads) as pool:
            self._search(best, left, orders, known, large, is_valued, pool)

    def _search(
        self,
        best: Incumbent,
        left: Relaxation,
        orders: list[list[int]],
        known: int,
        large: list[list[int]],
        is_valued: bool,
        pool: ThreadPoolExecutor,
    ) -> None:
        """Bound and search what is left once the small components are solved."""
        done = [v for order in orders for v in order]
        left = reduced(left, [v for order in orders[1:] for v in order])
        sharing = self._share(best, left, known, pool)
        if sharing is None:
            sharing = left.sharing([part[:1] for part in large])
        potentials = potentials_of(left, sharing)
        for capacity in CAPACITIES:
            if best.is_done:
                break
            found = search(
                left.pattern,
                potentials,
                done,
                limit=(int(best.cost) - 1 - known) * UNIT,
                capacity=capacity,
                follows=is_valued,
                map_=functools.partial(pool.map),
                stop=lambda: best.is_done,
            )
            if found.order is not None:
                best.offer([*done, *found.order])
            proved = _whole(found.bound) + known
            best.lower_bound = max(best.lower_bound, min(proved, int(best.cost)))

    def _share(
        self, best: Incumbent, left: Relaxation, known: int, pool: ThreadPoolExecutor
    ) -> Sharing | None:
        """Raise the bound by ever larger clusters, for half of the time at most; return the best ones."""
        kept, proved = None, 0
        deadline = 0.5 * best.seconds_left

        def is_over(bound: int = 0) -> bool:
            return (
                best.is_done or best.seconds_left < deadline or _whole(bound) + known >= best.cost
            )

        for size in CLUSTER_SIZES:
            clusters = choose_clusters(left.pattern, conflicts_of(left.pattern, left.least), size)
            if not clusters or (kept is not None and is_over()):
                break
            sharing, before = left.sharing(clusters), -UNIT
            bound = 0
            while bound - before > UNIT // 10 and not (kept is not None and is_over(bound)):
                before = bound
                bound = ascend(
                    sharing,
                    rounds=ROUNDS,
                    goal=float(best.cost) - known,
                    map_=functools.partial(pool.map),
                    stop=is_over,
                )
                kept, proved = (sharing, bound) if bound > proved else (kept, proved)
                best.lower_bound = max(best.lower_bound, _whole(proved) + known)
        return kept


def _whole(amount: int) -> int:
    """Multiplications that an amount proves, of which there are only whole ones."""
    return -(-amount // UNIT)


def reduced(view: Relaxation, first: Sequence[int]) -> Relaxation:
    """Return what is left once vertices are eliminated; they count nothing any more."""
    if not first:
        return view
    pattern = without(view.pattern, first)
    gone, least = set(first), []
    scratch = np.empty((3, 2 * pattern.rows.shape[1]), np.int64)
    for j in range(len(view.least)):
        paths = [
            int(count_paths(pattern.rows[s], pattern.valued[s, j], j, pattern.ends[s], scratch))
            for s in (0, 1)
        ]
        least.append(0 if j in gone else paths[0] * paths[1])
    return Relaxation(pattern, ancestors(pattern), least)


@functools.lru_cache(maxsize=1)
def _compile() -> None:
    """Compile what a solver runs, on a small graph, before its clock starts."""
    kinds = ("input", "input", "eliminable", "eliminable", "output", "output")
    joins = ((0, 2), (1, 2), (2, 3), (1, 3), (3, 4), (3, 5), (2, 5))
    graph = ComputationalGraph(
        tuple(Vertex(kind, ()) for kind in kinds),
        tuple(Edge(u, w, identity(()), elementwise=True) for u, w in joins),
    )
    ve.find_order(graph, time_limit=None, max_evaluations=2)
    view = relaxation(graph, "multiplications")
    assert view is not None
    first_eliminations(view)
    sharing = view.sharing([(0, 1)])
    ascend(sharing, rounds=1)
    potentials = potentials_of(view, sharing)
    limit = 100 * UNIT
    search(view.pattern, potentials, [], limit=limit, capacity=9, follows=True)


def _solve_whole(view: Relaxation, part: list[int]) -> tuple[int, list[int]]:
    """Return the cost of a component's cheapest order, and that order, by its subsets."""
    sharing = view.sharing([part])
    total = sharing.evaluate() // UNIT - sharing.rest
    return total, sharing.clusters[0].vertices[sharing.orders[0]].tolist()
