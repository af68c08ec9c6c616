"""Params: everything that an episode is played by, as arrays of fixed shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from vertex_elim_env.engine import reference
from vertex_elim_env.engine.array import NUM_ORDERS, Rules, build_rules
from vertex_elim_env.engine.problem import EliminationProblem, elimination_problem
from vertex_elim_env.engine.tables import share_algebra
from vertex_elim_env.game.episode import STEPS_PER_VERTEX
from vertex_elim_env.generator import Limits, playable
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.observation import (
    STATIC_FEATURES,
    padded_rows,
    static_features,
    structure_class,
    structure_table,
)
from vertex_elim_env.reward import CostReward, Reward, make_reward

LEAST_STRUCTURES = 16


class Openings(NamedTuple):
    """G graphs as episodes on them begin, each padded to V rows, the first n of them actions.

    Attributes:
        edges: structure id of the edge u -> w, by row, 0 for none, int16 (G, V, V).
        is_eliminable: False for rows of padding, bool (G, n).
        features: the columns that never change, float32 (G, V, 6).
        max_steps: after which an episode is truncated, int32 (G,).
        penalties: what an illegal action loses, float32 (G,).
        scales: what costs are divided by to be rewards, float32 (G,).
    """

    edges: Array
    is_eliminable: Array
    features: Array
    max_steps: Array
    penalties: Array
    scales: Array


class Params(NamedTuple):
    """What every function of this package takes first: a pytree of arrays, no static part.

    Attributes:
        openings: the graphs that episodes begin with.
        rules: the algebra that they share, arrays (K, K).
        classes: of the K structures, as an observation names them, int8 (K,).
        structure_features: of the classes, float32 (127, 5).
        pays_at_end: whether nothing is paid until the end, bool ().
    """

    openings: Openings
    rules: Rules
    classes: Array
    structure_features: Array
    pays_at_end: Array

    @property
    def num_graphs(self) -> int:
        """G."""
        return self.openings.edges.shape[0]

    @property
    def num_actions(self) -> int:
        """n."""
        return self.openings.is_eliminable.shape[-1]

    @property
    def num_vertices(self) -> int:
        """V."""
        return self.openings.edges.shape[-1]


def make_params(
    graphs: ComputationalGraph | Sequence[ComputationalGraph],
    *,
    cost_model: str = "multiplications",
    reward: str | Reward = "step_cost",
    penalty: float | None = None,
    limits: tuple[int, int, int] | None = None,
    num_structures: int | None = None,
    num_orders: int = NUM_ORDERS,
    seed: int = 0,
) -> Params:
    """Return the arrays to play some graphs by; an episode draws one of them.

    Params of one shape share one trace, so that other graphs need no new compilation: give them the
    same ``limits``, ``num_structures`` and number of graphs.

    Args:
        graphs: one or more.
        cost_model: as of ``VertexEliminationEnv``.
        reward: "step_cost", "relative", "terminal" or a ``reward.CostReward``.
        penalty: for an illegal action; by default the dearest initial vertex's cost, at least 1.
        limits: the most eliminable vertices, inputs and outputs; by default those of the graphs.
        num_structures: K; by default the next power of two, at least 16.
        num_orders: orders played of each graph to meet the pairs of structures that matter.
        seed: of these orders.

    Raises:
        GraphError: for a graph without a game.
        ValueError: for a reward that is no multiple of costs, or limits too small.
        OverflowError: if an order could cost more than int32 holds, and jax_enable_x64 is off.
    """
    given = [graphs] if isinstance(graphs, ComputationalGraph) else list(graphs)
    if not given:
        raise ValueError("there must be a graph to play; got none")
    needed = Limits.largest(Limits.of(playable(graph)) for graph in given)
    space = needed if limits is None else Limits(*limits)
    if any(count < least for count, least in zip(space, needed, strict=True)):
        raise ValueError(f"the graphs need at least {needed}; got {space}")
    problems = share_algebra([elimination_problem(graph, cost_model) for graph in given])
    rules = _rules(problems, num_structures, num_orders=num_orders, seed=seed)
    paid = _cost_reward(reward)
    algebra, num_classes = problems[0].algebra, len(rules.product)
    classes = np.zeros(num_classes, np.int8)
    classes[: len(algebra)] = [structure_class(s) for s in algebra.structures]
    openings = [_opening(problem, space, paid, penalty) for problem in problems]
    return Params(
        openings=jax.tree.map(lambda *parts: jnp.stack(parts), *openings),
        rules=rules,
        classes=jnp.asarray(classes),
        structure_features=jnp.asarray(structure_table()),
        pays_at_end=jnp.asarray(paid.at_end),
    )


def _rules(
    problems: Sequence[EliminationProblem],
    num_structures: int | None,
    *,
    num_orders: int,
    seed: int,
) -> Rules:
    rules = build_rules(problems, num_orders=num_orders, seed=seed, num_structures=num_structures)
    if num_structures is not None:
        return rules
    room = max(LEAST_STRUCTURES, 1 << (len(rules.product) - 1).bit_length()) - len(rules.product)
    return jax.tree.map(lambda table: jnp.pad(table, (0, room)), rules)


def _cost_reward(reward: str | Reward) -> CostReward:
    made = make_reward(reward)
    if type(made).__call__ is not CostReward.__call__:
        raise ValueError(
            f"a pure environment pays costs, divided by a number: reward must be "
            f'"step_cost", "relative", "terminal" or a CostReward; got {reward!r}'
        )
    return made  # type: ignore[return-value]


def _opening(
    problem: EliminationProblem, limits: Limits, reward: CostReward, penalty: float | None
) -> Openings:
    graph, n = problem.graph, problem.num_eliminable
    rows = padded_rows(graph, limits)
    edges = np.zeros((limits.num_vertices,) * 2, np.int16)
    edges[rows[problem.sources], rows[problem.targets]] = problem.structures
    features = np.zeros((limits.num_vertices, len(STATIC_FEATURES)), np.float32)
    features[rows] = static_features(problem)
    costs = reference.candidate_costs(problem, reference.initial_state(problem))
    reward.start(graph, problem.algebra.cost_model)
    loss = float(max(1, int(costs.max()))) if penalty is None else float(penalty)
    return Openings(
        edges=jnp.asarray(edges),
        is_eliminable=jnp.arange(limits.num_eliminable) < n,
        features=jnp.asarray(features),
        max_steps=jnp.int32(STEPS_PER_VERTEX * n),
        penalties=jnp.float32(loss),
        scales=jnp.float32(reward.scale),
    )
