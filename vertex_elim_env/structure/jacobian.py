"""JacobianStructure: what is known of a Jacobian before any number of it is computed.

An edge u -> v of the computational graph carries dv/du, of shape ``(*v.shape, *u.shape)``. Every
axis of v and of u is either linked (paired with one axis of the other side by a partial injection,
the entry being zero unless the indices correspond) or free (zero outside an active set). Linked
pairs and free axes are stored, or constant: values do not vary along them and are kept once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from vertex_elim_env.structure.index import IndexMap, IndexSet

CACHED_PLANS = 16_384
"""Plans of each kind that are remembered: a long program meets few pairs of structures, many times."""


class Link(NamedTuple):
    """A pair of axes, one of each side, linked by a partial injection (``None``: the identity)."""

    out: int
    into: int
    map: IndexMap | None
    stored: bool


class Free(NamedTuple):
    """A free axis, zero outside its active set (``None``: active everywhere)."""

    axis: int
    active: IndexSet | None
    stored: bool


@dataclass(frozen=True)
class JacobianStructure:
    """The structure of one Jacobian block, in canonical form: equal structures compare equal.

    Build one by :func:`build`, :func:`identity` or :func:`dense`, which bring it to that form.

    Attributes:
        out_shape: shape of v without axes of length 1.
        in_shape: shape of u without axes of length 1.
        links: linked pairs, ascending in the out axis; each has at least two index pairs.
        out_free: free axes of v, ascending.
        in_free: free axes of u, ascending.
        coefficient: the value of every non-zero entry where nothing is stored (a sign times a
            repetition count), or None where the block has values.
    """

    out_shape: tuple[int, ...]
    in_shape: tuple[int, ...]
    links: tuple[Link, ...]
    out_free: tuple[Free, ...]
    in_free: tuple[Free, ...]
    coefficient: int | None

    @property
    def is_unit(self) -> bool:
        """Whether the block is a pure pattern of +1 or of -1."""
        return self.coefficient in (1, -1)

    @property
    def is_pattern(self) -> bool:
        """Whether nothing is stored: every non-zero entry equals ``coefficient``."""
        return self.coefficient is not None

    @cached_property
    def _hash(self) -> int:
        return hash(
            (
                self.out_shape,
                self.in_shape,
                self.links,
                self.out_free,
                self.in_free,
                self.coefficient,
            )
        )

    def __hash__(self) -> int:
        return self._hash

    def size_of(self, axis: Link | Free, *, side: str = "out") -> int:
        """Return the number of index pairs of a link, or of active indices of a free axis.

        ``side`` ("out" or "in") says which side a free axis belongs to.
        """
        if isinstance(axis, Link):
            return self.out_shape[axis.out] if axis.map is None else len(axis.map)
        shape = self.out_shape if side == "out" else self.in_shape
        return shape[axis.axis] if axis.active is None else len(axis.active)

    @cached_property
    def value_axes(self) -> tuple[tuple[str, int], ...]:
        """The axes of the array of values: ("out", a) for stored links and free axes of v by axis,
        then ("in", b) for stored free axes of u."""
        outs = sorted(
            [link.out for link in self.links if link.stored]
            + [f.axis for f in self.out_free if f.stored]
        )
        return (*(("out", a) for a in outs), *(("in", f.axis) for f in self.in_free if f.stored))

    @cached_property
    def axes(self) -> tuple[tuple[str, int], ...]:
        """All axes in the order of ``value_axes``, constant ones too; a linked pair is ("out", a)."""
        outs = sorted([link.out for link in self.links] + [f.axis for f in self.out_free])
        return (*(("out", a) for a in outs), *(("in", f.axis) for f in self.in_free))

    @cached_property
    def value_shape(self) -> tuple[int, ...]:
        """Shape of the array of values, one length per entry of ``value_axes``."""
        sizes = {("out", link.out): self.size_of(link) for link in self.links}
        sizes |= {("out", f.axis): self.size_of(f) for f in self.out_free}
        sizes |= {("in", f.axis): self.size_of(f, side="in") for f in self.in_free}
        return tuple(sizes[axis] for axis in self.value_axes)

    @property
    def num_values(self) -> int:
        """Number of stored values (0 for a pure pattern)."""
        return 0 if self.is_pattern else math.prod(self.value_shape)

    @property
    def num_entries(self) -> int:
        """Number of entries that may be non-zero."""
        sizes = [self.size_of(link) for link in self.links]
        sizes += [self.size_of(f) for f in self.out_free]
        sizes += [self.size_of(f, side="in") for f in self.in_free]
        return math.prod(sizes)

    def link_of_out(self, axis: int) -> Link | None:
        """Return the link of an axis of v, or None if it is free."""
        return next((link for link in self.links if link.out == axis), None)

    def link_of_in(self, axis: int) -> Link | None:
        """Return the link of an axis of u, or None if it is free."""
        return next((link for link in self.links if link.into == axis), None)

    def stored_on_out(self) -> JacobianStructure:
        """Return the same support with values stored along every axis of v (a pattern only).

        This is how the published convention counts the unit edge of an elementwise operation.
        """
        if not self.is_pattern:
            return self
        return must_build(
            self.out_shape,
            self.in_shape,
            [link._replace(stored=True) for link in self.links],
            [f._replace(stored=True) for f in self.out_free],
            self.in_free,
            None,
        )

    def widened(self) -> JacobianStructure:
        """Return the dense structure of the same shapes: always right, never cheaper."""
        return dense(self.out_shape, self.in_shape)


def _canonical_free(free: Free, size: int) -> Free | None:
    if free.active is None:
        return free if size else None
    count = len(free.active)
    if count == 0:
        return None
    return free._replace(
        active=None if count == size else free.active, stored=free.stored and count > 1
    )


def _is_identity(index_map: IndexMap, out_size: int, in_size: int) -> bool:
    return out_size == in_size == len(index_map) and index_map.out_data == index_map.into_data


def build(
    out_shape: Iterable[int],
    in_shape: Iterable[int],
    links: Iterable[Link],
    out_free: Iterable[Free],
    in_free: Iterable[Free],
    coefficient: int | None,
) -> JacobianStructure | None:
    """Return the canonical structure, or None where every entry is zero (no edge at all).

    A link of one index pair becomes two free axes with one active index each; a free axis with one
    active index is never stored; full sets and full identities become ``None``.
    """
    out_shape, in_shape = tuple(out_shape), tuple(in_shape)
    kept: list[Link] = []
    out_frees, in_frees = list(out_free), list(in_free)
    for link in links:
        if link.map is None:
            if not out_shape[link.out]:
                return None
            kept.append(link)
        elif len(link.map) == 1:
            out_frees.append(Free(link.out, IndexSet(link.map.out_data), False))
            in_frees.append(Free(link.into, IndexSet(link.map.into_data), False))
        elif _is_identity(link.map, out_shape[link.out], in_shape[link.into]):
            kept.append(link._replace(map=None))
        elif len(link.map):
            kept.append(link)
        else:
            return None
    frees_out = [_canonical_free(f, out_shape[f.axis]) for f in out_frees]
    frees_in = [_canonical_free(f, in_shape[f.axis]) for f in in_frees]
    if coefficient == 0 or None in frees_out or None in frees_in:
        return None
    return JacobianStructure(
        out_shape,
        in_shape,
        tuple(sorted(kept, key=lambda link: link.out)),
        tuple(sorted((f for f in frees_out if f), key=lambda f: f.axis)),
        tuple(sorted((f for f in frees_in if f), key=lambda f: f.axis)),
        coefficient,
    )


def must_build(
    out_shape: Iterable[int],
    in_shape: Iterable[int],
    links: Iterable[Link],
    out_free: Iterable[Free],
    in_free: Iterable[Free],
    coefficient: int | None,
) -> JacobianStructure:
    """As :func:`build`, for a block that is known to have a non-zero entry."""
    structure = build(out_shape, in_shape, links, out_free, in_free, coefficient)
    assert structure is not None, "a block expected to be non-zero has no entry"
    return structure


def identity(shape: Iterable[int], *, coefficient: int | None = 1) -> JacobianStructure:
    """Return the identity of a shape: a pattern, or diagonal values where ``coefficient`` is None."""
    shape = tuple(shape)
    links = [Link(axis, axis, None, coefficient is None) for axis in range(len(shape))]
    return must_build(shape, shape, links, (), (), coefficient)


def dense(out_shape: Iterable[int], in_shape: Iterable[int]) -> JacobianStructure:
    """Return the structure with all axes free, active everywhere and stored."""
    out_shape, in_shape = tuple(out_shape), tuple(in_shape)
    out_free = [Free(axis, None, True) for axis in range(len(out_shape))]
    in_free = [Free(axis, None, True) for axis in range(len(in_shape))]
    return must_build(out_shape, in_shape, (), out_free, in_free, None)
