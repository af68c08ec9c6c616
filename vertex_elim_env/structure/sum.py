"""The sum of two parallel Jacobian structures, and how a block is laid out in a wider structure.

``plan_sum(A, B)`` finds the structure that covers both; ``plan_embedding(S, R)`` says where the
values of S lie among those of a structure R that covers it. Sums and densifying are both embeddings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.structure.index import (
    IndexMap,
    IndexSet,
    map_arrays,
    positions,
    set_array,
)
from vertex_elim_env.structure.jacobian import Free, JacobianStructure, Link, build

Pair: TypeAlias = tuple[int, int]  # (axis of v, axis of u)


@dataclass(frozen=True, eq=False)
class SumPlan:
    """A sum of structures.

    Attributes:
        structure: the result, or None where everything cancels (no edge).
        additions: entries of the result's values at which both terms are added, counted on the
            rectangle that each term covers.
    """

    structure: JacobianStructure | None
    additions: int


def plan_sum(a: JacobianStructure, b: JacobianStructure) -> SumPlan:
    """Return the plan of ``a + b`` for two blocks between the same vertices.

    A pair linked in both stays linked where the union of the maps is an injection; any other pair
    is materialised (both axes free and stored). Active sets unite.

    Raises:
        ValueError: if the shapes differ.
    """
    if (a.out_shape, a.in_shape) != (b.out_shape, b.in_shape):
        raise ValueError(
            f"a sum needs two blocks of one shape; got {a.out_shape} x {a.in_shape} and {b.out_shape} x {b.in_shape}"
        )
    if a.coefficient is not None and b.coefficient is not None and _same_support(a, b):
        total = a.coefficient + b.coefficient
        return SumPlan(build(a.out_shape, a.in_shape, a.links, a.out_free, a.in_free, total), 0)
    return _Sum(a, b).plan()


def _same_support(a: JacobianStructure, b: JacobianStructure) -> bool:
    return (a.links, a.out_free, a.in_free) == (b.links, b.out_free, b.in_free)


def _links(structure: JacobianStructure) -> dict[Pair, Link]:
    return {(link.out, link.into): link for link in structure.links}


def _single(frees: dict[int, Free], axis: int) -> int | None:
    """The one active index of a free axis, or None."""
    free = frees.get(axis)
    if free is None or free.active is None or len(free.active) != 1:
        return None
    return int(free.active.array[0])


class _Term:
    """One term of a sum, its axes by number."""

    def __init__(self, structure: JacobianStructure) -> None:
        self.structure = structure
        self.links = _links(structure)
        self.out_free = {f.axis: f for f in structure.out_free}
        self.in_free = {f.axis: f for f in structure.in_free}

    def link_at(self, pair: Pair) -> Link | None:
        """The link of a pair; two axes with one active index each can be read as one."""
        if pair in self.links:
            return self.links[pair]
        out, into = _single(self.out_free, pair[0]), _single(self.in_free, pair[1])
        if out is None or into is None:
            return None
        return Link(*pair, IndexMap.of([out], [into]), False)

    def active(self, side: str, axis: int) -> Free:
        """The axis seen as free: a linked axis is active where its map has a pair, and stored."""
        frees = self.out_free if side == "out" else self.in_free
        if axis in frees:
            return frees[axis]
        links = self.links.values()
        link = next(k for k in links if axis == (k.out if side == "out" else k.into))
        if link.map is None:
            return Free(axis, None, True)
        data = link.map.out_data if side == "out" else np.sort(link.map.into).tobytes()
        return Free(axis, IndexSet(data), True)


class _Sum:
    def __init__(self, a: JacobianStructure, b: JacobianStructure) -> None:
        self.a, self.b = _Term(a), _Term(b)
        self.shapes = {"out": a.out_shape, "in": a.in_shape}
        self.overlap = 1
        # Patterns of one coefficient whose supports differ along one axis or pair only, and are
        # disjoint there, add up to a pattern again.
        self.keeps_pattern = a.coefficient is not None and a.coefficient == b.coefficient
        self.num_differing = 0

    def plan(self) -> SumPlan:
        links = [link for pair in self._candidate_pairs() if (link := self._unite_links(pair))]
        outs, intos = {link.out for link in links}, {link.into for link in links}
        out_free = [self._unite_free("out", k) for k in range(len(self.shapes["out"])) if k not in outs]
        in_free = [self._unite_free("in", k) for k in range(len(self.shapes["in"])) if k not in intos]
        if self.keeps_pattern and self.num_differing == 1:
            links = [link._replace(stored=False) for link in links]
            out_free = [f._replace(stored=False) for f in out_free]
            in_free = [f._replace(stored=False) for f in in_free]
            coefficient = self.a.structure.coefficient
            result = build(self.shapes["out"], self.shapes["in"], links, out_free, in_free, coefficient)
            return SumPlan(result, 0)
        result = build(self.shapes["out"], self.shapes["in"], links, out_free, in_free, None)
        return SumPlan(result, self.overlap)

    def _candidate_pairs(self) -> list[Pair]:
        """Pairs that are linked in both terms, first come first served, ascending."""
        pairs = {*self.a.links, *self.b.links}
        linked_out, linked_in = {p[0] for p in pairs}, {p[1] for p in pairs}
        for out in self.a.out_free.keys() - linked_out:
            for into in self.a.in_free.keys() - linked_in:
                singles = self.a.link_at((out, into)), self.b.link_at((out, into))
                if all(singles) and self._differ_on_both_sides(*singles):
                    pairs.add((out, into))
        kept: list[Pair] = []
        for pair in sorted(pairs):
            first, second = self.a.link_at(pair), self.b.link_at(pair)
            free = not any(pair[0] == k[0] or pair[1] == k[1] for k in kept)
            if free and first and second and _union(first, second, self._pair_size(pair)) is not None:
                kept.append(pair)
        return kept

    @staticmethod
    def _differ_on_both_sides(a: Link | None, b: Link | None) -> bool:
        assert a is not None and b is not None and a.map is not None and b.map is not None
        return a.map.out_data != b.map.out_data and a.map.into_data != b.map.into_data

    def _pair_size(self, pair: Pair) -> int:
        return self.shapes["out"][pair[0]]

    def _unite_links(self, pair: Pair) -> Link:
        a, b = self.a.link_at(pair), self.b.link_at(pair)
        assert a is not None and b is not None
        union = _union(a, b, self._pair_size(pair))
        assert union is not None
        index_map, common = union
        same = a.map == b.map
        stored = a.stored or b.stored or not same
        if not same:
            self._differs(common)
        if stored:
            self.overlap *= common
        return Link(*pair, index_map, stored)

    def _unite_free(self, side: str, axis: int) -> Free:
        size = self.shapes[side][axis]
        a, b = self.a.active(side, axis), self.b.active(side, axis)
        first, second = set_array(a.active, size), set_array(b.active, size)
        common = int(np.isin(first, second, assume_unique=True).sum())
        same = len(first) == len(second) == common
        stored = a.stored or b.stored or not same
        if not same:
            self._differs(common)
        if stored:
            self.overlap *= common
            self.keeps_pattern &= not (a.stored or b.stored)
        return Free(axis, a.active if same else IndexSet.of(np.union1d(first, second)), stored)

    def _differs(self, common: int) -> None:
        self.num_differing += 1
        self.keeps_pattern &= common == 0


def _union(a: Link, b: Link, size: int) -> tuple[IndexMap | None, int] | None:
    """The union of two maps and the number of common pairs, or None if it is no injection."""
    if a.map == b.map:
        return a.map, size if a.map is None else len(a.map)
    a_out, a_in = map_arrays(a.map, size)
    b_out, b_in = map_arrays(b.map, size)
    where, found = positions(b_out, a_out)
    common = found & (a_in[where] == b_in)
    out, into = np.concatenate([a_out, b_out[~common]]), np.concatenate([a_in, b_in[~common]])
    if len(np.unique(out)) < len(out) or len(np.unique(into)) < len(into):
        return None
    return IndexMap.of(out, into), int(common.sum())


@dataclass(frozen=True, eq=False)
class Embedding:
    """Where the values of a block lie among the values of a wider structure.

    Attributes:
        axes: for every value axis of the block, the value axis of the target that runs along it.
        gathers: for every value axis of the block, the position in it of each index of that target
            axis, intp, or None where they are the same.
        masks: where the block is active, as (target value axes ascending, bool array over them).
        shape: shape of the target's values.
    """

    axes: tuple[int, ...]
    gathers: tuple[NDArray[np.intp] | None, ...]
    masks: tuple[tuple[tuple[int, ...], NDArray[np.bool_]], ...]
    shape: tuple[int, ...]


def plan_embedding(block: JacobianStructure, target: JacobianStructure) -> Embedding:
    """Return how to lay the values of ``block`` out among those of ``target``, which covers it."""
    return _Embedding(block, target).plan()


class _Embedding:
    def __init__(self, block: JacobianStructure, target: JacobianStructure) -> None:
        self.block, self.target = block, target
        self.term = _Term(block)
        self.target_links = _links(target)
        self.place = {axis: k for k, axis in enumerate(target.value_axes)}
        self.axes: dict[tuple[str, int], int] = {}
        self.gathers: dict[tuple[str, int], NDArray[np.intp] | None] = {}
        self.masks: list[tuple[tuple[int, ...], NDArray[np.bool_]]] = []

    def plan(self) -> Embedding:
        for pair, link in self.target_links.items():
            self._along_link(pair, link)
        linked_out = {pair[0] for pair in self.target_links}
        linked_in = {pair[1] for pair in self.target_links}
        for pair, link in self.term.links.items():
            if pair not in self.target_links:
                self._materialise(link)
        for side, frees, linked in (
            ("out", self.block.out_free, linked_out),
            ("in", self.block.in_free, linked_in),
        ):
            for free in frees:
                if free.axis not in linked:
                    self._along_free(side, free)
        order = self.block.value_axes
        return Embedding(
            tuple(self.axes[axis] for axis in order),
            tuple(self.gathers[axis] for axis in order),
            tuple(self.masks),
            self.target.value_shape,
        )

    def _put(self, source: tuple[str, int], place: int, where: NDArray[np.intp], size: int) -> None:
        same = len(where) == size and np.array_equal(where, np.arange(size))
        self.axes[source], self.gathers[source] = place, None if same else where

    def _along_link(self, pair: Pair, link: Link) -> None:
        if not link.stored:
            return
        own = self.term.link_at(pair)
        assert own is not None, "the target of an embedding must cover the block"
        size = self.block.out_shape[pair[0]]
        out, _ = map_arrays(link.map, size)
        own_out, _ = map_arrays(own.map, size)
        place = self.place[("out", pair[0])]
        self._place_line(("out", pair[0]), own.stored, place, *positions(out, own_out), len(own_out))

    def _along_free(self, side: str, free: Free) -> None:
        key = (side, free.axis)
        if key not in self.place:
            return
        shape = self.block.out_shape if side == "out" else self.block.in_shape
        frees = self.target.out_free if side == "out" else self.target.in_free
        target = next(f for f in frees if f.axis == free.axis)
        own = set_array(free.active, shape[free.axis])
        found = positions(set_array(target.active, shape[free.axis]), own)
        self._place_line(key, free.stored, self.place[key], *found, len(own))

    def _place_line(
        self,
        source: tuple[str, int],
        stored: bool,
        place: int,
        where: NDArray[np.intp],
        found: NDArray[np.bool_],
        size: int,
    ) -> None:
        if stored:
            self._put(source, place, where, size)
        if not found.all():
            self.masks.append(((place,), found))

    def _materialise(self, link: Link) -> None:
        """Lay a linked pair out over the two free axes that the target has in its place."""
        out, into = self.place[("out", link.out)], self.place[("in", link.into)]
        size = self.block.out_shape[link.out]
        own_out, own_in = map_arrays(link.map, size)
        frees_out = {f.axis: f for f in self.target.out_free}
        frees_in = {f.axis: f for f in self.target.in_free}
        rows = set_array(frees_out[link.out].active, size)
        columns = set_array(frees_in[link.into].active, self.block.in_shape[link.into])
        where, _ = positions(rows, own_out)
        if link.stored:
            self._put(("out", link.out), out, where, len(own_out))
        mask = np.zeros((len(rows), len(columns)), dtype=np.bool_)
        mask[np.searchsorted(rows, own_out), np.searchsorted(columns, own_in)] = True
        self.masks.append(((out, into), mask))


def num_entries(structure: JacobianStructure) -> int:
    """Return the number of entries that may be non-zero."""
    sizes = [structure.size_of(link) for link in structure.links]
    sizes += [structure.size_of(f) for f in structure.out_free]
    sizes += [structure.size_of(f, side="in") for f in structure.in_free]
    return math.prod(sizes)
