"""Replay: an elimination step by step, with what each costs and does to the edges, and its rivals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vertex_elim_env.algebra import NO_EDGE
from vertex_elim_env.engine import (
    EliminationProblem,
    check_order,
    elimination_problem,
    reference,
)
from vertex_elim_env.graph import ComputationalGraph

WORTHLESS, ALWAYS_FOLLOWED = 10, 1_000_000
"""A rule is no rival whose order costs more than so many times the one shown, and more than this."""

Pair = tuple[int, int]
"""An edge by its ends, vertices by index."""


@dataclass(frozen=True)
class Step:
    """The elimination of one vertex.

    Attributes:
        vertex: which.
        cost: what it costs, in the cost model's unit.
        total: what the elimination has cost with it.
        removed: the edges that went with the vertex.
        added: edges where there was none before, the fill-in.
        joined: edges that were there before and took up a product.
    """

    vertex: int
    cost: int
    total: int
    removed: tuple[Pair, ...] = ()
    added: tuple[Pair, ...] = ()
    joined: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Replay:
    """An elimination of a graph, as far as its order goes.

    Attributes:
        graph: the graph.
        cost_model: the cost model's name, which is the unit of costs.
        name: of the graph, for people.
        steps: the eliminations in order.
        rivals: for rules by name, what they had cost after each of their steps.
    """

    graph: ComputationalGraph
    cost_model: str
    name: str
    steps: tuple[Step, ...]
    rivals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, ...]:
        """The vertices eliminated."""
        return tuple(step.vertex for step in self.steps)

    @property
    def cost(self) -> int:
        """What the elimination costs."""
        return self.steps[-1].total if self.steps else 0

    def edges_after(self, num_steps: int) -> list[Pair]:
        """Return the edges that are live after so many steps, ascending."""
        index = self.graph.index_of
        live = {(index[e.source], index[e.target]) for e in self.graph.edges}
        for step in self.steps[:num_steps]:
            live.difference_update(step.removed)
            live.update(step.added)
        return sorted(live)


def replay(
    graph: ComputationalGraph,
    order: Sequence[int],
    cost_model: str = "multiplications",
    *,
    name: str = "",
) -> Replay:
    """Play an order and note every step, and what forward, reverse and Markowitz orders cost.

    On a large graph an order by rule that costs more than ten times as much is left out.

    Args:
        graph: the graph.
        order: a permutation of its eliminable vertices.
        cost_model: "multiplications", "nontrivial" or "flops".
        name: of the graph, for people.

    Raises:
        OrderError: if the order is no permutation.
        ValueError: for an unknown cost model.

    >>> from vertex_elim_env import tasks
    >>> story = replay(tasks.get("HumanHeartDipole").graph, range(78))
    >>> story.cost, story.steps[77].total, story.rivals["reverse"][-1]
    (240, 240, 172)
    """
    from vertex_elim_env.ordering import RULES  # needs numba, which pictures of a state do without

    vertices = check_order(order, graph.num_eliminable)
    problem = elimination_problem(graph, cost_model)
    steps = played(problem, vertices)
    limit = max(WORTHLESS * steps[-1].total, ALWAYS_FOLLOWED) if steps else 0
    orders = {name: rule(problem, limit) for name, rule in RULES.items()}
    totals = {name: _totals(problem, rival, limit) for name, rival in orders.items() if rival}
    rivals = {name: sums for name, sums in totals.items() if sums is not None}
    return Replay(graph, cost_model, name, steps, rivals)


def played(problem: EliminationProblem, vertices: Sequence[int]) -> tuple[Step, ...]:
    """Return the steps of an order, or of the beginning of one."""
    state, steps, total = reference.initial_state(problem), [], 0
    for vertex in vertices:
        step = _step(problem, state, vertex, total)
        total = step.total
        steps.append(step)
    return tuple(steps)


def _step(problem: EliminationProblem, state: reference.State, vertex: int, total: int) -> Step:
    above, below = dict(state.predecessors[vertex]), dict(state.successors[vertex])
    present = {(u, w) for u in above for w in below if w in state.successors[u]}
    cost = reference.eliminate(problem, state, vertex)
    product = problem.algebra.product
    passed = [
        (u, w)
        for u, incoming in above.items()
        for w, outgoing in below.items()
        if product[outgoing, incoming] != NO_EDGE
    ]
    return Step(
        vertex,
        cost,
        total + cost,
        removed=(*((u, vertex) for u in above), *((vertex, w) for w in below)),
        added=tuple(pair for pair in passed if pair not in present),
        joined=tuple(pair for pair in passed if pair in present),
    )


def _totals(
    problem: EliminationProblem, order: Sequence[int], limit: int
) -> tuple[int, ...] | None:
    """What an order has cost after each step; None where it costs more than the limit."""
    state, totals, total = reference.initial_state(problem), [], 0
    for vertex in order:
        total += reference.eliminate(problem, state, vertex)
        totals.append(total)
        if total > limit:
            return None
    return tuple(totals)
