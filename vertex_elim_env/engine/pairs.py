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
        return _count(self.predecessors), _count(self.successors)


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
    """
    num_in, num_out = neighbours.degrees
    if not len(num_in):
        return carry
    counts = num_in * num_out
    ends = jnp.cumsum(counts)
    starts, total = ends - counts, ends[-1]
    chunk = min(max(_LEAST_CHUNK, _CHUNK_PER_ROW * len(counts)), _MOST_CHUNK)
    nowhere = jnp.zeros(chunk, jnp.int32)

    def find(number: Array, row: Array) -> tuple[Array, Array]:
        source_rank, target_rank = jnp.divmod(number - starts[row], jnp.maximum(num_out[row], 1))
        return (
            _nth_member(neighbours.predecessors, row, source_rank),
            _nth_member(neighbours.successors, row, target_rank),
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

    return jax.lax.while_loop(lambda state: state[0] < total, take, (jnp.int32(0), carry))[1]


def _count(words: Array) -> Array:
    return jnp.sum(jax.lax.population_count(words), axis=-1, dtype=jnp.int32)


def _nth_member(sets: Array, row: Array, rank: Array) -> Array:
    """The members of given ranks, of the sets of the given rows, int32 (C,)."""
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
