"""MilpSolver: elimination orders as a mixed-integer program, solved by HiGHS through SciPy.

A cross-check of the other exact solver, for small graphs of scalars whose products all cost 1: it
shares no code with it, and the bounds only where they are asked for. After J. Chen, P. Hovland,
T. Munson, J. Utke, "An integer programming approach to optimal derivative accumulation", in Recent
Advances in Algorithmic Differentiation (2012), with variables of our own:

- x[i, j] (binary, i < j, both eliminable): i comes before j. Three vertices make no cycle.
- d[u, w] in [0, 1], u an ancestor of w: the edge u -> w is there when the first of the two goes. It is
  1 for the graph's edges.
- t[u, j, w] in [0, 1]: the product for u -> j -> w is formed: both edges are there, and j goes before u
  and w. Then the edge u -> w is there as well: d[u, w] >= t[u, j, w].

The cost is the sum of the t, each of which is at least d[u, j] + d[j, w] + [j before u] + [j before w] - 3
(inputs and outputs count as last). With the x integer the least d and t are what an elimination
does, so an optimum of the program is one of the graph.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

import vertex_elim_env as ve
from baselines.solver import Incumbent
from vertex_elim_env.bounds.bound import Relaxation, relaxation
from vertex_elim_env.bounds.pattern import bits_of
from vertex_elim_env.errors import require
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution

MAX_ELIMINABLE = 40
"""Past so many vertices the program is not even written down: it has their cube of constraints."""
HEURISTIC_EVALUATIONS = 20_000
TOLERANCE = 1e-6
SOLVED = 0
"""SciPy's status of a program solved to the end."""


class MilpSolver:
    """Solves the program above; other graphs get the order of annealing and its bound."""

    name = "milp"

    def __init__(self, *, use_bounds: bool = True) -> None:
        """Choose whether each vertex's bound becomes a constraint, which takes far less time."""
        self.use_bounds = use_bounds

    def solve(
        self,
        graph: ComputationalGraph,
        *,
        seed: int = 0,
        time_limit: float | None = None,
        cost_model: str = "multiplications",
    ) -> Solution:
        """Return an order and the bound proved; see :class:`baselines.solver.Solver`.

        Raises:
            MissingExtraError: without SciPy, of the extra "exact".
        """
        optimize = require("scipy.optimize", extra="exact")
        best = Incumbent(graph, time_limit=time_limit, cost_model=cost_model)
        if self.use_bounds:
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
        is_small = 0 < graph.num_eliminable <= MAX_ELIMINABLE
        if view is not None and is_small and _is_counted(view, graph) and not best.is_done:
            with best.until_interrupted():
                _Program(view, use_bounds=self.use_bounds).solve(best, optimize)
        return best.solution(self.name)


def _is_counted(view: Relaxation, graph: ComputationalGraph) -> bool:
    """Whether every edge is reliable and valued, so that every product costs 1."""
    rows = view.pattern.valued[1]
    return int(np.bitwise_count(rows).sum()) == graph.num_edges


class _Program:
    """Variables and constraints, collected row by row."""

    def __init__(self, view: Relaxation, *, use_bounds: bool) -> None:
        self.n = len(view.least)
        self.columns: dict[tuple[Any, ...], int] = {}
        self.entries: list[tuple[int, int, float]] = []
        self.limits: list[float] = []
        for pair in itertools.combinations(range(self.n), 2):
            self.columns["x", *pair] = len(self.columns)
        self._order_rows()
        edges = {
            (u, w)
            for u in range(view.pattern.rows.shape[1])
            for w in bits_of(int.from_bytes(view.pattern.rows[1, u].tobytes(), "little"))
        }
        for j in range(self.n):
            products = [
                self._product_row(u, j, w, edges)
                for u in bits_of(view.relatives[0][j])
                for w in bits_of(view.relatives[1][j])
            ]
            if use_bounds:
                self._row([(column, 1.0) for column in products], view.least[j])

    def _row(self, terms: list[tuple[int, float]], at_least: float) -> None:
        self.entries += [(len(self.limits), column, value) for column, value in terms]
        self.limits.append(at_least)

    def _order_rows(self) -> None:
        """No cycle of three: 0 <= x[i, j] + x[j, k] - x[i, k] <= 1."""
        for i, j, k in itertools.combinations(range(self.n), 3):
            ij, jk, ik = (self.columns["x", *p] for p in ((i, j), (j, k), (i, k)))
            self._row([(ij, 1.0), (jk, 1.0), (ik, -1.0)], 0.0)
            self._row([(ij, -1.0), (jk, -1.0), (ik, 1.0)], -1.0)

    def _before(self, j: int, u: int) -> tuple[list[tuple[int, float]], float]:
        """[j before u] as terms and a constant."""
        if u >= self.n:
            return [], 1.0
        if j < u:
            return [(self.columns["x", j, u], 1.0)], 0.0
        return [(self.columns["x", u, j], -1.0)], 1.0

    def _edge(
        self, u: int, w: int, edges: set[tuple[int, int]]
    ) -> tuple[list[tuple[int, float]], float]:
        """d[u, w] as terms and a constant."""
        if (u, w) in edges:
            return [], 1.0
        return [(self.columns.setdefault(("d", u, w), len(self.columns)), 1.0)], 0.0

    def _product_row(self, u: int, j: int, w: int, edges: set[tuple[int, int]]) -> int:
        """Constrain t[u, j, w]; return its column."""
        column = self.columns.setdefault(("t", u, j, w), len(self.columns))
        parts = [
            self._edge(u, j, edges),
            self._edge(j, w, edges),
            self._before(j, u),
            self._before(j, w),
        ]
        terms = [(c, -value) for part, _ in parts for c, value in part]
        self._row([(column, 1.0), *terms], sum(constant for _, constant in parts) - 3.0)
        if (u < self.n or w < self.n) and (u, w) not in edges:
            self._row([*self._edge(u, w, edges)[0], (column, -1.0)], 0.0)
        return column

    def solve(self, best: Incumbent, optimize: Any) -> None:
        """Run HiGHS; offer what it finds and keep what it proves."""
        sparse = require("scipy.sparse", extra="exact")
        rows, columns, values = zip(*self.entries, strict=True)
        size = len(self.columns)
        matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(self.limits), size))
        is_order = np.array([key[0] == "x" for key in self.columns])
        options = {"mip_rel_gap": 0.0}
        if not math.isinf(best.seconds_left):
            options["time_limit"] = max(best.seconds_left, 0.01)
        result = optimize.milp(
            np.array([float(key[0] == "t") for key in self.columns]),
            constraints=optimize.LinearConstraint(matrix, np.array(self.limits), np.inf),
            integrality=is_order.astype(int),
            bounds=optimize.Bounds(0, 1),
            options=options,
        )
        if result.x is not None:
            ranks = np.zeros(self.n)
            for i, j in itertools.combinations(range(self.n), 2):
                ranks[j if result.x[self.columns["x", i, j]] > 0.5 else i] += 1
            best.offer(np.argsort(ranks, kind="stable").tolist())
        proved = result.fun if result.status == SOLVED else result.mip_dual_bound
        if proved is not None and math.isfinite(proved):
            whole = math.ceil(proved - TOLERANCE * max(1.0, proved))
            best.lower_bound = max(best.lower_bound, min(whole, int(best.cost)))
