"""The rules of the game in JAX: fixed shapes, pure functions, for jit, vmap and scan.

An edge matrix holds the structure id of every edge, 0 where there is none; eliminating a vertex looks
up, in tables, a product for each of its pairs of predecessor and successor, and a sum with the edge
that is there. A batch of states takes as long as its pairs together. A pair of structures that the
tables' warm-up did not meet is answered as if dense: the cost may then be too high, never too low,
and ``State.num_widened`` counts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.core import Tracer
from numpy.typing import NDArray

from vertex_elim_env.algebra import COST_RULES
from vertex_elim_env.engine.paths import MARK, Description, Rules, describe_paths, join_paths
from vertex_elim_env.engine.problem import EliminationProblem, check_order
from vertex_elim_env.engine.tables import NUM_ORDERS, complete_tables


class State(NamedTuple):
    """A graph on the way to its Jacobian; N vertices, n of them eliminable.

    Attributes:
        edges: structure id of the edge u -> w at ``[u, w]``, 0 where there is none, int16 (N, N).
        eliminated: bool (n,).
        num_widened: how often a pair of structures was answered as if dense, int32 ().
    """

    edges: Array
    eliminated: Array
    num_widened: Array


class Tables(NamedTuple):
    """A problem as arrays: the rules, and the state before any elimination."""

    rules: Rules
    initial: State


def build_tables(
    problem: EliminationProblem, *, num_orders: int = NUM_ORDERS, seed: int = 0
) -> Tables:
    """Return a problem as arrays, after a warm-up of its tables.

    Args:
        problem: the problem.
        num_orders: orders played to meet the pairs of structures that matter; more orders leave
            fewer pairs to be widened.
        seed: of these orders.

    Raises:
        OverflowError: as of :func:`build_rules`.
    """
    return Tables(build_rules([problem], num_orders=num_orders, seed=seed), _initial(problem))


def build_rules(
    problems: Sequence[EliminationProblem],
    *,
    num_orders: int = NUM_ORDERS,
    seed: int = 0,
    num_structures: int | None = None,
) -> Rules:
    """Return the algebra that problems share as arrays, after a warm-up of its tables.

    Args:
        problems: of one algebra.
        num_orders, seed: as of :func:`build_tables`.
        num_structures: K, to make room for more structures than there are; by default just enough.

    Raises:
        OverflowError: if an order's cost could pass 2**31 and jax_enable_x64 is off, or if there
            are more structures than ids.
    """
    complete = complete_tables(problems, num_orders=num_orders, seed=seed)
    room = num_structures or len(complete.product)
    if not len(complete.product) <= room <= MARK:
        raise OverflowError(
            f"{len(complete.product)} structures are more than the {min(room, MARK)} that there is room for"
            + ("; give a larger num_structures" if room < MARK else "; use the compiled engine")
        )
    number = jnp.int32 if complete.largest_total < 2**31 else jnp.int64
    if number is jnp.int64 and jax.dtypes.canonicalize_dtype(np.int64) != np.int64:
        raise OverflowError(
            f"an order of this graph could cost up to {complete.largest_total}, past the 2**31 - 1 "
            "of int32; set jax.config.update('jax_enable_x64', True), or use the compiled engine"
        )

    def array_of(table: NDArray[np.integer], dtype: Any) -> Array:
        return jnp.asarray(np.pad(table, (0, room - len(table))), dtype)

    pays_additions = COST_RULES[problems[0].algebra.cost_model].pays_additions
    return Rules(
        product=array_of(complete.product + MARK * complete.is_widened_product, jnp.int16),
        cost=array_of(complete.cost, number),
        sum=array_of(complete.sum + MARK * complete.is_widened_sum, jnp.int16),
        sum_cost=array_of(complete.sum_cost, number) if pays_additions else None,
    )


def _initial(problem: EliminationProblem) -> State:
    edges = np.zeros((problem.num_vertices,) * 2, np.int16)
    edges[problem.sources, problem.targets] = problem.structures
    return State(jnp.asarray(edges), jnp.zeros(problem.num_eliminable, jnp.bool_), jnp.int32(0))


def initial_state(tables: Tables) -> State:
    """Return the state before any elimination."""
    return tables.initial


@jax.jit
def eliminate(tables: Tables, state: State, vertex: Array | int) -> tuple[State, Array]:
    """Eliminate a vertex: every path u -> vertex -> w becomes, or joins, an edge u -> w.

    Args:
        tables: the problem.
        state: the state, left as it is.
        vertex: int (), one that is left to eliminate. One that is eliminated already changes
            nothing and costs 0: a traced function can't raise.

    Returns:
        The next state, and the cost in the cost model's unit, int32 or int64 ().
    """
    vertex = jnp.asarray(vertex, jnp.int32)
    edges, cost, widened = join_paths(
        _one(tables.rules), state.edges[None, None], vertex[None, None]
    )
    eliminated = state.eliminated | (jnp.arange(len(state.eliminated)) == vertex)
    return State(edges[0, 0], eliminated, state.num_widened + widened[0, 0]), cost[0, 0]


@jax.jit
def play(tables: Tables, order: Array) -> tuple[State, Array]:
    """Eliminate the vertices of an order, ints (m,), from the start.

    Returns:
        The state after it, and the total cost, int32 or int64 ().
    """
    state, costs = jax.lax.scan(
        lambda state, vertex: eliminate(tables, state, vertex),
        tables.initial,
        jnp.asarray(order, jnp.int32),
    )
    return state, jnp.sum(costs, dtype=tables.rules.cost.dtype)


def order_cost(tables: Tables, order: Array) -> Array:
    """Return what it costs to eliminate the vertices in the given order, int32 or int64 ().

    Args:
        tables: the problem.
        order: a permutation of ``range(n)``, ints (n,).

    Raises:
        OrderError: if the order is known and no permutation (a traced order is not checked).
    """
    if not isinstance(order, Tracer):
        check_order(np.asarray(order), len(tables.initial.eliminated))
    return play(tables, jnp.asarray(order, jnp.int32))[1]


def order_costs(tables: Tables, orders: Array) -> Array:
    """Return what each of several orders costs, ints (B, n) -> int32 or int64 (B,).

    Raises:
        OrderError: if the orders are known and one is no permutation.
    """
    if not isinstance(orders, Tracer):
        for order in np.asarray(orders):
            check_order(order, len(tables.initial.eliminated))
    return _play_batch(tables, jnp.asarray(orders, jnp.int32))


@jax.jit
def _play_batch(tables: Tables, orders: Array) -> Array:
    return jax.vmap(play, in_axes=(None, 0))(tables, orders)[1]


@jax.jit
def describe(tables: Tables, state: State) -> Description:
    """Return degrees, costs and fill-in of every vertex."""
    mask = ~state.eliminated[None, None]
    description = describe_paths(_one(tables.rules), state.edges[None, None], mask)
    return jax.tree.map(lambda x: x[0, 0], description)


def candidate_costs(tables: Tables, state: State) -> Array:
    """Return what eliminating each vertex now would cost, int32 or int64 (n,), 0 once gone."""
    return describe(tables, state).costs


@jax.jit
def legal_mask(tables: Tables, state: State) -> Array:
    """Return which vertices are left to eliminate, bool (n,)."""
    return ~state.eliminated


def _one(rules: Rules) -> Rules:
    """A batch of one."""
    return jax.tree.map(lambda table: table[None], rules)
