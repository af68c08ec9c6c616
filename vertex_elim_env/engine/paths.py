"""Paths u -> j -> w of many states at once in JAX: joined into edges, or only counted and costed.

A state's edges are a matrix of structure ids, [u, w] for the edge u -> w, 0 where there is none. The
functions take G problems of one shape and M states of each; under ``vmap`` more of either, so that
loops run until the work of the whole batch is done, not once for each state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, ParamSpec, TypeVar

import jax
import jax.numpy as jnp
from jax import Array
from jax.custom_batching import custom_vmap

from vertex_elim_env.engine.pairs import (
    MAX_PAIRS,
    Neighbours,
    Pairs,
    fold_pairs,
    most_pairs,
    pack,
    vary_alike,
)

_Arguments = ParamSpec("_Arguments")
_Results = TypeVar("_Results")

MARK = 2**14
"""Added to the id in a table where it is the answer for widened structures; still an int16."""


class Rules(NamedTuple):
    """An algebra as arrays; K structures.

    Attributes:
        product: id of p (v -> w) times q (u -> v) at ``[p, q]``, plus 2**14 where widened
            structures were asked instead, int16 (K, K).
        cost: what the product costs, int32 (int64 where totals need it) (K, K).
        sum: as ``product``, for parallel edges, int16 (K, K).
        sum_cost: what the sum costs, as ``cost``; None under cost models without additions.
    """

    product: Array
    cost: Array
    sum: Array
    sum_cost: Array | None


class Description(NamedTuple):
    """What a state's vertices are like; n eliminable ones among N, those that are gone have zeros.

    Attributes:
        in_degrees, out_degrees: live edges that enter and leave, int32 (N,).
        costs: what eliminating each now would cost, int32 or int64 (n,).
        fill_ins: pairs of predecessor and successor without an edge between them, int32 (n,).
    """

    in_degrees: Array
    out_degrees: Array
    costs: Array
    fill_ins: Array


def _merged(function: Callable[_Arguments, _Results]) -> Callable[_Arguments, _Results]:
    """A function of rules (G, ...) and arrays (G, M, ...) whose batches are longer G or M."""
    merged: Any = custom_vmap(function)

    @merged.def_vmap
    def batch(axis_size: int, in_batched: Any, rules: Rules, *arrays: Array) -> tuple[Any, Any]:
        def spread(values: Any, is_batched: Any) -> Any:
            return jax.tree.map(
                lambda x, known: x if known else jnp.broadcast_to(x, (axis_size, *x.shape)),
                values,
                is_batched,
            )

        spread_arrays = spread(list(arrays), list(in_batched[1:]))
        groups, members = spread_arrays[0].shape[1:3]
        if any(jax.tree.leaves(in_batched[0])):
            longer = jax.tree.map(_join_axes, [spread(rules, in_batched[0]), *spread_arrays])
            results = jax.tree.map(lambda x: _split_axis(x, (axis_size, groups)), merged(*longer))
        else:
            longer = [_join_axes(jnp.swapaxes(x, 0, 1), axis=1) for x in spread_arrays]
            results = jax.tree.map(
                lambda x: jnp.swapaxes(_split_axis(x, (axis_size, members), axis=1), 0, 1),
                merged(rules, *longer),
            )
        return results, jax.tree.map(lambda x: True, results)

    return merged


def _join_axes(x: Array, axis: int = 0) -> Array:
    size = x.shape[axis] * x.shape[axis + 1]
    return x.reshape(*x.shape[:axis], size, *x.shape[axis + 2 :])


def _split_axis(x: Array, sizes: tuple[int, int], axis: int = 0) -> Array:
    return x.reshape(*x.shape[:axis], *sizes, *x.shape[axis + 1 :])


def _look_up(table: Array, group: Array, rows: Array, columns: Array) -> Array:
    return table.at[group, rows, columns].get(mode="promise_in_bounds")


class _Paths(NamedTuple):
    """What joining each path of a chunk comes to: id of the new edge, cost, whether there was an edge."""

    joined: Array
    cost: Array
    is_present: Array
    num_widened: Array


def _follow(rules: Rules, group: Array, incoming: Array, outgoing: Array, present: Array) -> _Paths:
    through = _look_up(rules.product, group, outgoing, incoming)
    through_id = through & (MARK - 1)
    joined = _look_up(rules.sum, group, present, through_id)
    cost = _look_up(rules.cost, group, outgoing, incoming)
    if rules.sum_cost is not None:
        cost += _look_up(rules.sum_cost, group, present, through_id)
    num_widened = (through >= MARK).astype(jnp.int32) + (joined >= MARK)
    return _Paths(joined & (MARK - 1), cost, present != 0, num_widened)


@_merged
def join_paths(rules: Rules, edges: Array, vertices: Array) -> tuple[Array, Array, Array]:
    """Replace every path through a vertex by an edge, or join it to the edge that is there.

    Args:
        rules: of G problems, arrays (G, K, K).
        edges: int16 (G, M, N, N).
        vertices: one in each state, -1 for none, int32 (G, M).

    Returns:
        The edges, without those of the vertices; the costs, int32 or int64 (G, M); how many answers
        of the tables were those of widened structures, int32 (G, M).
    """
    (groups, members), size = vertices.shape, edges.shape[-1]
    edges, vertices = _join_axes(edges), _join_axes(vertices)
    states = jnp.arange(groups * members)
    is_any = vertices[:, None] >= 0
    incoming = jnp.where(is_any, edges[states, :, vertices], 0)
    outgoing = jnp.where(is_any, edges[states, vertices], 0)
    nothing = jnp.zeros(len(states), jnp.int32)

    def join(carry: tuple[Array, Array, Array], pairs: Pairs) -> tuple[Array, Array, Array]:
        edges, cost, widened = carry
        row, u, w = pairs.row, pairs.source, pairs.target
        group = row // members if groups > 1 else jnp.zeros_like(row)
        paths = _follow(rules, group, incoming[row, u], outgoing[row, w], edges[row, u, w])
        place = jnp.where(pairs.is_real, row, len(states))  # what is not real falls off the end
        return (
            edges.at[place, u, w].set(paths.joined, mode="drop"),
            cost.at[place].add(paths.cost, mode="drop"),
            widened.at[place].add(paths.num_widened, mode="drop"),
        )

    neighbours = Neighbours(pack(incoming != 0), pack(outgoing != 0))
    carry = edges, nothing.astype(rules.cost.dtype), nothing
    rules, carry = vary_alike((rules, carry))
    edges, cost, widened = fold_pairs(neighbours, join, carry)
    place = jnp.where(vertices >= 0, vertices, size)
    edges = edges.at[states, place].set(0, mode="drop").at[states, :, place].set(0, mode="drop")
    shape = groups, members
    return edges.reshape(*shape, size, size), cost.reshape(shape), widened.reshape(shape)


@_merged
def describe_paths(rules: Rules, edges: Array, mask: Array) -> Description:
    """Describe every vertex.

    Args:
        rules: of G problems, arrays (G, K, K).
        edges: int16 (G, M, N, N).
        mask: which of the first n vertices to look at, bool (G, M, n).
    """
    groups, members, n = mask.shape
    edges, mask = _join_axes(edges), _join_axes(mask)
    is_edge = edges != 0
    neighbours = Neighbours(pack(jnp.swapaxes(is_edge, 1, 2)), pack(is_edge))

    def describe(first: Array, num_vertices: int) -> tuple[Array, Array]:
        """Cost and fill-in of some vertices of every state, (R, num_vertices)."""
        is_looked_at = jax.lax.dynamic_slice_in_dim(mask, first, num_vertices, axis=1)

        def rows_of(sets: Array) -> Array:
            part = jax.lax.dynamic_slice_in_dim(sets, first, num_vertices, axis=1)
            return _join_axes(jnp.where(is_looked_at[..., None], part, 0))

        def add(carry: tuple[Array, Array], pairs: Pairs) -> tuple[Array, Array]:
            cost, fill_in = carry
            row, u, w = pairs.row, pairs.source, pairs.target
            state, j = row // num_vertices, first + row % num_vertices
            ends = edges[state, u, j], edges[state, j, w], edges[state, u, w]
            paths = _follow(rules, state // members, *ends)
            place = jnp.where(pairs.is_real, row, len(cost))
            return (
                cost.at[place].add(paths.cost, mode="drop"),
                fill_in.at[place].add(~paths.is_present, mode="drop"),
            )

        nothing = jnp.zeros(len(edges) * num_vertices, jnp.int32)
        carry = nothing.astype(rules.cost.dtype), nothing
        cost, fill_in = fold_pairs(jax.tree.map(rows_of, neighbours), add, carry)
        shape = len(edges), num_vertices
        return cost.reshape(shape), fill_in.reshape(shape)

    block = max(
        1,
        min(n, MAX_PAIRS // max(1, len(edges) * most_pairs(32 * neighbours.successors.shape[-1]))),
    )

    def fill(k: Array, found: tuple[Array, Array]) -> tuple[Array, Array]:
        first = jnp.minimum(k * block, n - block)  # the last block may overlap the one before it
        return jax.tree.map(
            lambda whole, part: jax.lax.dynamic_update_slice_in_dim(whole, part, first, axis=1),
            found,
            describe(first, block),
        )

    found = jnp.zeros(mask.shape, rules.cost.dtype), jnp.zeros(mask.shape, jnp.int32)
    rules, neighbours, found = vary_alike((rules, neighbours, found))
    if n:
        found = jax.lax.fori_loop(0, -(-n // block), fill, found)
    results = Description(*neighbours.degrees, *found)
    return jax.tree.map(lambda x: x.reshape(groups, members, *x.shape[1:]), results)
