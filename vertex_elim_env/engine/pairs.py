"""Ragged pairs in JAX: all (predecessor, successor) pairs of many vertices, in chunks of a static size.

Vertices differ in how many pairs they have, shapes may not. So the pairs of all vertices are numbered
one after another, and taken in chunks until none is left: the work goes by how many there are, not
by the largest degree that could come.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import jax
import jax.numpy as jnp
from jax import Array

Carry = TypeVar("Carry")
Tree = TypeVar("Tree")

_BITS = 32
_LEAST_CHUNK, _CHUNK_PER_ROW = 128, 4
_MOST_CHUNK = 2**16
MAX_PAIRS = 2**31 - 2**24
"""Pairs are numbered by int32, with room for a chunk."""


class Neighbours(NamedTuple):
    """The neighbours of S vertices as bit sets of W words each, uint32 (S, W)."""

    predecessors: Array
    successors: Array

    @property
    def degrees(self) -> tuple[Array, Array]:
        """How many of each, int32 (S,)."""
        return count_members(self.predecessors), count_members(self.successors)


class Pairs(NamedTuple):
    """A chunk of C pairs.

    Attributes:
        row: whose pair it is, int32 (C,).
        source, target: a predecessor and a successor, int32 (C,).
        is_real: False past the last pair; the other entries mean nothing then, bool (C,).
    """

    row: Array
    source: Array
    target: Array
    is_real: Array


def pack(members: Array) -> Array:
    """Return sets, bool (..., N), as words of bits, uint32 (..., W)."""
    num_words = max(1, -(-members.shape[-1] // _BITS))
    padding = [(0, 0)] * (members.ndim - 1) + [(0, num_words * _BITS - members.shape[-1])]
    bits = jnp.pad(members, padding).reshape(*members.shape[:-1], num_words, _BITS)
    weights = jnp.uint32(1) << jnp.arange(_BITS, dtype=jnp.uint32)
    return jnp.sum(jnp.where(bits, weights, jnp.uint32(0)), axis=-1, dtype=jnp.uint32)


def vary_alike(tree: Tree) -> Tree:
    """Return a pytree of whole numbers and truth values that all vary along the same axes of a mesh.

    ``shard_map`` asks that of what goes round a loop. Adding zeros made of all says it; XLA drops them.
    """
    parts = [jnp.sum(x.reshape(x.size)[:1], dtype=jnp.int32) for x in jax.tree.leaves(tree)]
    zero = jnp.sum(jnp.stack(parts)) * 0

    def vary(x: Array) -> Array:
        return x | (zero != 0) if x.dtype == jnp.bool_ else x + zero.astype(x.dtype)

    return jax.tree.map(vary, tree)


def most_pairs(num_vertices: int) -> int:
    """Return how many pairs one of so many vertices can have: it has no neighbour twice."""
    return max(1, (num_vertices // 2) * ((num_vertices + 1) // 2))


def fold_pairs(
    neighbours: Neighbours, step: Callable[[Carry, Pairs], Carry], carry: Carry
) -> Carry:
    """Go through all pairs of all vertices, each once, and return what the last step returned.

    Args:
        neighbours: of the vertices.
        step: takes a chunk of pairs.
        carry: what the first step gets.

    Raises:
        OverflowError: if there could be more pairs than int32 numbers.
    """
    num_rows, num_words = neighbours.predecessors.shape
    if num_rows * most_pairs(num_words * _BITS) > MAX_PAIRS:
        raise OverflowError(
            f"{num_rows} states of {num_words * _BITS} vertices could have more pairs of neighbours "
            "than the 2**31 that are numbered; take a smaller batch"
        )
    num_in, num_out = neighbours.degrees
    if not num_rows:
        return carry
    counts = num_in * num_out
    ends = jnp.cumsum(counts)
    starts, total = ends - counts, ends[-1]
    chunk = min(max(_LEAST_CHUNK, _CHUNK_PER_ROW * num_rows), _MOST_CHUNK)
    nowhere, begin = jnp.zeros(chunk, jnp.int32), jnp.int32(0)
    nowhere, begin, total, carry = vary_alike((nowhere, begin, total, carry))

    def find(number: Array, row: Array) -> tuple[Array, Array]:
        source_rank, target_rank = jnp.divmod(number - starts[row], jnp.maximum(num_out[row], 1))
        return (
            nth_member(neighbours.predecessors, row, source_rank),
            nth_member(neighbours.successors, row, target_rank),
        )

    def take(state: tuple[Array, Carry]) -> tuple[Array, Carry]:
        first, carry = state
        number = first + jnp.arange(chunk, dtype=jnp.int32)
        num_begun = nowhere.at[jnp.maximum(starts - first, 0)].add(1, mode="drop")
        row = jnp.cumsum(num_begun) - 1
        # A condition, always met, keeps XLA from working all of this out again for each of its uses.
        source, target = jax.lax.cond(
            first < total, find, lambda number, row: (nowhere, nowhere), number, row
        )
        return first + chunk, step(carry, Pairs(row, source, target, number < total))

    return jax.lax.while_loop(lambda state: state[0] < total, take, (begin, carry))[1]


def count_members(words: Array) -> Array:
    """Return how many members sets of words have, uint32 (..., W) -> int32 (...)."""
    return jnp.sum(jax.lax.population_count(words), axis=-1, dtype=jnp.int32)


def nth_member(sets: Array, row: Array, rank: Array) -> Array:
    """Return the members of given ranks, counted from 0, of the sets of given rows, int32 (C,).

    Args:
        sets: uint32 (S, W).
        row, rank: int32 (C,); what comes of a rank past the last member means nothing.
    """
    word, place = sets[row, 0], jnp.zeros_like(rank)
    for k in range(1, sets.shape[1]):
        count = jax.lax.population_count(word).astype(jnp.int32)
        is_later = (rank >= count) & (place == _BITS * (k - 1))
        rank = rank - jnp.where(is_later, count, 0)
        place = place + jnp.where(is_later, _BITS, 0)
        word = jnp.where(is_later, sets[row, k], word)
    width = _BITS // 2
    while width:
        low = word & jnp.uint32(2**width - 1)
        count = jax.lax.population_count(low).astype(jnp.int32)
        is_later = rank >= count
        rank = rank - jnp.where(is_later, count, 0)
        place = place + jnp.where(is_later, width, 0)
        word = jnp.where(is_later, word >> jnp.uint32(width), low)
        width //= 2
    return place
