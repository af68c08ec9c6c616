"""The rules of the game in JAX: fixed shapes, pure functions, for jit, vmap and scan.

An edge matrix holds the structure id of every edge, 0 where there is none; eliminating a vertex is
one product of its column and its row, and one sum with the matrix, both looked up in tables. A pair
of structures that the tables' warm-up did not meet is answered as if dense: the cost may then be
too high, never too low, and ``State.num_widened`` counts it.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.core import Tracer

from vertex_elim_env.engine.problem import EliminationProblem, check_order
from vertex_elim_env.engine.tables import NUM_ORDERS, complete_tables

_MARK = 2**14
"""Added to the id in a table where it is the answer for widened structures; still an int16."""
_MOST_SELECTED = 8


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
    """A problem as arrays; K structures.

    Attributes:
        product: id of p (v -> w) times q (u -> v) at ``[p, q]``, plus 2**14 where widened
            structures were asked instead, int16 (K, K).
        cost: what the product costs, int32 (int64 where totals need it) (K, K).
        sum: as ``product``, for parallel edges, int16 (K, K).
        sum_cost: what the sum costs, as ``cost``; None under cost models without additions.
        initial: the state before any elimination.
    """

    product: Array
    cost: Array
    sum: Array
    sum_cost: Array | None
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
        OverflowError: if an order's cost could pass 2**31 and jax_enable_x64 is off, or if there
            are more than 2**14 structures.
    """
    complete = complete_tables(problem, num_orders=num_orders, seed=seed)
    if len(complete.product) > _MARK:
        raise OverflowError(
            f"{len(complete.product)} structures are more than the {_MARK} that the array engine "
            "numbers; use the compiled engine for this graph"
        )
    number = jnp.int32 if complete.largest_total < 2**31 else jnp.int64
    if number is jnp.int64 and jax.dtypes.canonicalize_dtype(np.int64) != np.int64:
        raise OverflowError(
            f"an order of this graph could cost up to {complete.largest_total}, past the 2**31 - 1 "
            "of int32; set jax.config.update('jax_enable_x64', True), or use the compiled engine"
        )
    has_additions = bool(complete.sum_cost.any())
    return Tables(
        product=jnp.asarray(complete.product + _MARK * complete.is_widened_product, jnp.int16),
        cost=jnp.asarray(complete.cost, number),
        sum=jnp.asarray(complete.sum + _MARK * complete.is_widened_sum, jnp.int16),
        sum_cost=jnp.asarray(complete.sum_cost, number) if has_additions else None,
        initial=_initial(problem),
    )


def _initial(problem: EliminationProblem) -> State:
    edges = np.zeros((problem.num_vertices,) * 2, np.int16)
    edges[problem.sources, problem.targets] = problem.structures
    return State(jnp.asarray(edges), jnp.zeros(problem.num_eliminable, jnp.bool_), jnp.int32(0))


def initial_state(tables: Tables) -> State:
    """Return the state before any elimination."""
    return tables.initial


def _look_up(table: Array, rows: Array, columns: Array) -> Array:
    """The entries ``table[rows, columns]``: of a small table by selecting, which vectorises."""
    if len(table) > _MOST_SELECTED:
        flat = rows.astype(jnp.int32) * table.shape[1] + columns
        return table.ravel().at[flat].get(mode="promise_in_bounds")
    answer = jnp.zeros((), table.dtype)
    for p in range(len(table)):
        of_row = table[p, 0]
        for q in range(1, len(table)):
            of_row = jnp.where(columns == q, table[p, q], of_row)
        answer = jnp.where(rows == p, of_row, answer)
    return answer


def _split(answer: Array) -> tuple[Array, Array]:
    """Ids, and the number of answers that are those of widened structures."""
    return answer & (_MARK - 1), jnp.sum(answer >= _MARK, dtype=jnp.int32)


def _join(tables: Tables, edges: Array, vertex: Array) -> tuple[Array, Array, Array]:
    """The edge matrix joined by every path through a vertex, the cost, and the widenings."""
    incoming, outgoing = edges[:, vertex, None], edges[None, vertex, :]
    through, widened_products = _split(_look_up(tables.product, outgoing, incoming))
    joined, widened_sums = _split(_look_up(tables.sum, edges, through))
    cost_of_outgoing = jnp.sum(tables.cost[:, edges[:, vertex]], axis=1, dtype=tables.cost.dtype)
    cost = jnp.sum(cost_of_outgoing[edges[vertex]], dtype=tables.cost.dtype)
    if tables.sum_cost is not None:
        cost += jnp.sum(_look_up(tables.sum_cost, edges, through), dtype=tables.cost.dtype)
    return joined, cost, widened_products + widened_sums


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
    joined, cost, widened = _join(tables, state.edges, vertex)
    # Overwriting a row and a column, not masking them, keeps XLA from computing all of it twice.
    edges = joined.at[vertex, :].set(0).at[:, vertex].set(0)
    eliminated = state.eliminated | (jnp.arange(len(state.eliminated)) == vertex)
    return State(edges, eliminated, state.num_widened + widened), cost


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
    return state, jnp.sum(costs, dtype=tables.cost.dtype)


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
def candidate_costs(tables: Tables, state: State) -> Array:
    """Return what eliminating each vertex now would cost, int32 or int64 (n,), 0 once gone."""
    vertices = jnp.arange(len(state.eliminated))
    if tables.sum_cost is not None:
        return jax.lax.map(lambda vertex: _join(tables, state.edges, vertex)[1], vertices)
    # Without additions a cost depends on how many edges of each structure enter and leave, only.
    count = jnp.zeros((len(vertices), len(tables.cost)), tables.cost.dtype)
    rows, n = vertices[:, None], len(vertices)
    leaving = count.at[rows, state.edges[:n]].add(1)
    entering = count.at[rows, state.edges[:, :n].T].add(1)
    return jnp.sum((leaving @ tables.cost) * entering, axis=1, dtype=tables.cost.dtype)


@jax.jit
def legal_mask(tables: Tables, state: State) -> Array:
    """Return which vertices are left to eliminate, bool (n,)."""
    return ~state.eliminated
