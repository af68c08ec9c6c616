"""The sum of two parallel Jacobian structures: the structure that covers both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from vertex_elim_env.structure.index import (
    IndexMap,
    IndexSet,
    has_repeats,
    map_arrays,
    positions,
    set_array,
)
from vertex_elim_env.structure.jacobian import CACHED_PLANS, Free, JacobianStructure, Link, build

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


@lru_cache(maxsize=CACHED_PLANS)
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


def links_by_pair(structure: JacobianStructure) -> dict[Pair, Link]:
    return {(link.out, link.into): link for link in structure.links}


def _single(frees: dict[int, Free], axis: int) -> int | None:
    """The one active index of a free axis, or None."""
    free = frees.get(axis)
    if free is None or free.active is None or len(free.active) != 1:
        return None
    return int(free.active.array[0])


class Term:
    """A structure with its axes by number, as a term of a sum."""

    def __init__(self, structure: JacobianStructure) -> None:
        self.structure = structure
        self.links = links_by_pair(structure)
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
        self.a, self.b = Term(a), Term(b)
        self.shapes = {"out": a.out_shape, "in": a.in_shape}
        self.overlap = 1
        # Patterns of one coefficient whose supports differ along one axis or pair only, and are
        # disjoint there, add up to a pattern again.
        self.keeps_pattern = a.coefficient is not None and a.coefficient == b.coefficient
        self.num_differing = 0

    def plan(self) -> SumPlan:
        links = [link for pair in self._candidate_pairs() if (link := self._unite_links(pair))]
        outs, intos = {link.out for link in links}, {link.into for link in links}
        out_free = [
            self._unite_free("out", k) for k in range(len(self.shapes["out"])) if k not in outs
        ]
        in_free = [
            self._unite_free("in", k) for k in range(len(self.shapes["in"])) if k not in intos
        ]
        if self.keeps_pattern and self.num_differing == 1:
            links = [link._replace(stored=False) for link in links]
            out_free = [f._replace(stored=False) for f in out_free]
            in_free = [f._replace(stored=False) for f in in_free]
            coefficient = self.a.structure.coefficient
            result = build(
                self.shapes["out"], self.shapes["in"], links, out_free, in_free, coefficient
            )
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
            if (
                free
                and first
                and second
                and _union(first, second, self._pair_size(pair)) is not None
            ):
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
        common = int(positions(first, second)[1].sum())
        same = len(first) == len(second) == common
        stored = a.stored or b.stored or not same
        if not same:
            self._differs(common)
        if stored:
            self.overlap *= common
            self.keeps_pattern &= not (a.stored or b.stored)
        return Free(
            axis, a.active if same else IndexSet.of(np.concatenate([first, second])), stored
        )

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
    if has_repeats(out) or has_repeats(into):
        return None
    return IndexMap.of(out, into), int(common.sum())
