"""From accumulated blocks to what the user gets: a tree of dense or sparse arrays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental.sparse import BCOO

from vertex_elim_env.block import Block, entries, to_dense
from vertex_elim_env.executor.accumulation import Terms
from vertex_elim_env.tracing import FlatFunction, TracedProgram


def jacobian_tree(
    flat: FlatFunction,
    traced: TracedProgram,
    blocks: dict[tuple[int, int], Terms],
    *,
    single: bool,
    sparse: bool,
) -> Any:
    """Return the tree of the outputs, each with a tree of the chosen arguments, of arrays.

    Args:
        flat: the function that was traced.
        traced: its program.
        blocks: what :func:`accumulate` returns.
        single: whether ``argnums`` was one int: then no tuple of arguments.
        sparse: whether the arrays are ``BCOO``, with the pattern that the structure knows.
    """
    make = sparse_entry if sparse else dense_entry
    rows = []
    for out in range(flat.num_outputs):
        shape = jnp.shape(traced.program.avals[traced.program.outputs[out]])
        entries = [
            make(blocks.get((traced.outputs[out], position), ()), shape, flat.leaves[k])  # type: ignore[arg-type]
            for k, position in zip(flat.wanted, traced.inputs, strict=True)
        ]
        rows.append(_by_argument(entries, flat.in_trees, single=single))
    return jax.tree.unflatten(flat.out_trees[0], rows)


def _by_argument(entries: Sequence[Any], trees: Sequence[Any], *, single: bool) -> Any:
    arguments, start = [], 0
    for tree in trees:
        arguments.append(jax.tree.unflatten(tree, entries[start : start + tree.num_leaves]))
        start += tree.num_leaves
    return arguments[0] if single else tuple(arguments)


def dense_entry(terms: Terms, out_shape: tuple[int, ...], leaf: Any) -> jax.Array:
    """Return the Jacobian of one output leaf by one argument leaf, ``(*out_shape, *leaf.shape)``."""
    shape, dtype = out_shape + jnp.shape(leaf), jnp.result_type(leaf)
    if not terms:  # also for integers, whose Jacobians are zeros as in JAX
        return jnp.zeros(shape, dtype)
    return reduce(jnp.add, map(to_dense, terms)).reshape(shape).astype(dtype)


def sparse_entry(terms: Terms, out_shape: tuple[int, ...], leaf: Any) -> BCOO:
    """Return the same as a ``BCOO`` of unique indices, all of them where a number may be non-zero."""
    shape, dtype = out_shape + jnp.shape(leaf), jnp.result_type(leaf)
    places, numbers = _gathered(terms)
    flat, where = np.unique(places, return_inverse=True)
    data = jnp.concatenate([jnp.zeros(0, dtype), *(n.astype(dtype) for n in numbers)])
    if len(flat) < len(places):
        data = jnp.zeros(len(flat), dtype).at[where.astype(np.int32)].add(data)
    elif (where != np.arange(len(places))).any():
        data = jnp.take(data, np.argsort(where).astype(np.int32), mode="clip", unique_indices=True)
    indices = np.stack(np.unravel_index(flat, shape), -1) if shape else np.zeros((len(flat), 0))
    return BCOO(
        (data, jnp.asarray(indices, jnp.int32)),
        shape=shape,
        indices_sorted=True,
        unique_indices=True,
    )


def _gathered(terms: Sequence[Block]) -> tuple[np.ndarray, list[jax.Array]]:
    """The row-major places of all terms' entries, int64, and their numbers, term by term."""
    found = [entries(term) for term in terms]
    places = [np.zeros(0, np.int64), *(places for places, _ in found)]
    return np.concatenate(places), [numbers for _, numbers in found]
