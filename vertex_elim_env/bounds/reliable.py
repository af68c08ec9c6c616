"""ReliableGraph: the edges that no elimination can lose, and the least that products with them cost.

An edge u -> v that comes about by eliminations is the sum of the products along all paths from u to
v through eliminated vertices. What is proved of it here is proved of one path:

- An edge is *whole* if its links are bijections and its free axes active everywhere. A product of
  whole edges is whole, and so is its sum with anything: no entry of it is known to be zero, and the
  edge can't be empty.
- An edge is *valued* if it is no pattern. A product with a valued factor is valued, and so is a sum
  with a valued term; only patterns cancel. Two patterns cancel only if their paths bear opposite
  signs; a pattern that lies on no pure-pattern path between two vertices that are joined by
  pure-pattern paths of both signs never does.

*Reliable* edges are whole, and valued or never cancelled. So a path of reliable edges stays: whatever
is eliminated, the path shortens to the vertices left, and its edges are there, valued if one of
those they came from is. An axis stored in the first or the last factor of a product stays stored
at that end (product.py keeps it, sum.py stores whatever one term stores). Hence, with e the path's
edge into j, f its edge out of j, u the vertex before j and w the one behind it on what is left of
the path, eliminating j costs for this pair at least the product of

- the sizes of the axes of j stored in e and in f both (summed over or not, each is multiplied out);
- the sizes of the free axes of u stored in the path's edge out of u, and of w in that into w.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.engine.problem import EliminationProblem, elimination_problem
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.structure import Free, JacobianStructure


@dataclass(frozen=True, eq=False)
class ReliableGraph:
    """The reliable edges of a graph under a cost model; vertices bear their index.

    Attributes:
        num_eliminable, num_inputs, num_vertices: of the graph.
        sources, targets: the edges, int64 (E,).
        valued: which edges are valued, bool (E,).
        before: per vertex u, the least that it adds as a factor where it precedes, int64 (N,).
        behind: per vertex w, the least that it adds as a factor where it succeeds, int64 (N,).
        within: per vertex j, the least that its own axes add as a factor, int64 (N,).
    """

    num_eliminable: int
    num_inputs: int
    num_vertices: int
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    valued: NDArray[np.bool_]
    before: NDArray[np.int64]
    behind: NDArray[np.int64]
    within: NDArray[np.int64]

    @property
    def inputs(self) -> range:
        """Indices of the inputs."""
        return range(self.num_eliminable, self.num_eliminable + self.num_inputs)

    @property
    def outputs(self) -> range:
        """Indices of the outputs."""
        return range(self.num_eliminable + self.num_inputs, self.num_vertices)

    @property
    def is_unit(self) -> bool:
        """Whether every factor is 1, as in graphs of scalars."""
        return bool((self.before == 1).all() and (self.behind == 1).all())


def reliable_graph(graph: ComputationalGraph, cost_model: str) -> ReliableGraph:
    """Return the reliable edges of a graph as a cost model counts them.

    Under "flops" they are those of "nontrivial": flops add additions to the same products.

    Raises:
        ValueError: for an unknown cost model.
    """
    problem = elimination_problem(graph, cost_model)
    structures = problem.algebra.structures
    whole = np.asarray([s is not None and _is_whole(s) for s in structures])
    valued = np.asarray([s is not None and not s.is_pattern for s in structures])
    kept = whole[problem.structures] & (valued[problem.structures] | ~_may_cancel(problem))
    sources = problem.sources[kept].astype(np.int64)
    targets = problem.targets[kept].astype(np.int64)
    ids = problem.structures[kept]
    before, behind, within = _factors(problem, sources, targets, ids, valued[ids])
    return ReliableGraph(
        graph.num_eliminable,
        graph.num_inputs,
        graph.num_vertices,
        sources,
        targets,
        valued[ids],
        before,
        behind,
        within,
    )


def _is_whole(structure: JacobianStructure) -> bool:
    shapes = structure.out_shape, structure.in_shape
    links = all(
        link.map is None or len(link.map) == shapes[0][link.out] == shapes[1][link.into]
        for link in structure.links
    )
    return links and all(f.active is None for f in (*structure.out_free, *structure.in_free))


def _may_cancel(problem: EliminationProblem) -> NDArray[np.bool_]:
    """Which edges are patterns on a pure-pattern path beside one of the other sign, bool (E,).

    For every vertex u, bit sets say where pure-pattern paths of positive and of negative sign lead.
    """
    structures = problem.algebra.structures
    sign = [
        0 if s is None or s.coefficient is None else (1 if s.coefficient > 0 else -1)
        for s in structures
    ]
    edges = list(
        zip(
            problem.sources.tolist(),
            problem.targets.tolist(),
            problem.structures.tolist(),
            strict=True,
        )
    )
    result = np.zeros(len(edges), np.bool_)
    if not any(sign[k] < 0 for _, _, k in edges):
        return result
    reached = _signed_reach(problem, edges, sign)
    for k, (a, b, structure) in enumerate(edges):
        if sign[structure]:
            ends = 1 << b | reached[0][b] | reached[1][b]
            result[k] = any(
                both & ends
                for u, both in enumerate(p & m for p, m in zip(*reached, strict=True))
                if both and (u == a or (reached[0][u] | reached[1][u]) >> a & 1)
            )
    return result


def _signed_reach(
    problem: EliminationProblem, edges: list[tuple[int, int, int]], sign: list[int]
) -> tuple[list[int], list[int]]:
    """Per vertex, where pure-pattern paths of positive, and of negative sign lead, as bit sets."""
    position = problem.graph.positions
    plus, minus = [0] * problem.num_vertices, [0] * problem.num_vertices
    for u, w, structure in sorted(edges, key=lambda e: -position[e[0]]):
        if sign[structure] > 0:
            plus[u] |= 1 << w | plus[w]
            minus[u] |= minus[w]
        elif sign[structure] < 0:
            minus[u] |= 1 << w | plus[w]
            plus[u] |= minus[w]
    return plus, minus


def _stored(structure: JacobianStructure, side: str) -> dict[int, int]:
    """Sizes of the stored axes at one end, linked or free, by axis."""
    shape = structure.out_shape if side == "out" else structure.in_shape
    frees = structure.out_free if side == "out" else structure.in_free
    axes = [link.out if side == "out" else link.into for link in structure.links if link.stored]
    return {axis: shape[axis] for axis in (*axes, *(f.axis for f in frees if f.stored))}


def _free_size(frees: tuple[Free, ...], shape: tuple[int, ...]) -> int:
    return math.prod(shape[f.axis] for f in frees if f.stored)


def _factors(
    problem: EliminationProblem,
    sources: NDArray[np.int64],
    targets: NDArray[np.int64],
    ids: NDArray[np.int32],
    valued: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the factors ``before``, ``behind`` and ``within`` of :class:`ReliableGraph`."""
    size = problem.num_vertices
    before, behind, within = ([math.inf] * size for _ in range(3))
    into: list[set[int]] = [set() for _ in range(size)]
    out_of: list[set[int]] = [set() for _ in range(size)]
    for u, w, k, is_valued in zip(
        sources.tolist(), targets.tolist(), ids.tolist(), valued, strict=True
    ):
        structure = problem.algebra.structures[k]
        assert structure is not None
        before[u] = min(before[u], _free_size(structure.in_free, structure.in_shape))
        behind[w] = min(behind[w], _free_size(structure.out_free, structure.out_shape))
        if is_valued:
            into[w].add(k)
            out_of[u].add(k)
    structures: list[JacobianStructure] = problem.algebra.structures  # type: ignore[assignment]
    for j in range(problem.num_eliminable):
        for e in into[j]:
            first = _stored(structures[e], "out")
            for f in out_of[j]:
                both = first.keys() & _stored(structures[f], "in").keys()
                within[j] = min(within[j], math.prod(first[axis] for axis in both))
    as_array = lambda row: np.asarray([1 if x == math.inf else x for x in row], np.int64)  # noqa: E731
    return as_array(before), as_array(behind), as_array(within)
