"""Writing a few members of a batch where they lie, rather than selecting among whole batches."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array
from jax.custom_batching import custom_vmap

from vertex_elim_env.engine.pairs import vary_alike


def replace_where(condition: Array, array: Array, sources: Array, index: Array) -> Array:
    """Return ``sources[index]`` if a condition is met, else the array.

    Args:
        condition: bool ().
        array: of any shape.
        sources: of that shape, with one more axis in front.
        index: int ().
    """
    return _replace_members(condition[None], array[None], sources, index[None])[0]


@custom_vmap
def _replace_members(condition: Array, array: Array, sources: Array, index: Array) -> Array:
    """The same for M arrays, bool (M,), (M, ...), (S, ...), int (M,); what stays is not touched."""
    condition, array, sources, index = vary_alike((condition, array, sources, index))
    members = jnp.nonzero(condition, size=len(condition), fill_value=0)[0]

    def write(k: Array, array: Array) -> Array:
        return array.at[members[k]].set(sources[index[members[k]]])

    return jax.lax.fori_loop(0, jnp.sum(condition, dtype=jnp.int32), write, array)


@_replace_members.def_vmap
def _replace_more_members(
    axis_size: int, in_batched: Any, condition: Array, array: Array, sources: Array, index: Array
) -> tuple[Array, bool]:
    condition, array, index = (
        x if is_batched else jnp.broadcast_to(x, (axis_size, *x.shape))
        for x, is_batched in (
            (condition, in_batched[0]),
            (array, in_batched[1]),
            (index, in_batched[3]),
        )
    )
    if in_batched[2]:  # each has sources of its own: they are numbered one after another
        index = index + jnp.arange(axis_size, dtype=index.dtype)[:, None] * sources.shape[1]
        sources = sources.reshape(axis_size * sources.shape[1], *sources.shape[2:])
    shape = array.shape
    merged = _replace_members(
        condition.reshape(shape[0] * shape[1]),
        array.reshape(shape[0] * shape[1], *shape[2:]),
        sources,
        index.reshape(shape[0] * shape[1]),
    )
    return merged.reshape(shape), True
