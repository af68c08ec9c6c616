"""How the values of a block lie among those of a wider structure.

Adding two blocks and making a block dense are both embeddings, into the structure of the sum and
into the dense one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.structure.index import map_arrays, positions, set_array
from vertex_elim_env.structure.jacobian import CACHED_PLANS, Free, JacobianStructure, Link
from vertex_elim_env.structure.sum import Pair, Term, links_by_pair


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


@lru_cache(maxsize=CACHED_PLANS)
def plan_embedding(block: JacobianStructure, target: JacobianStructure) -> Embedding:
    """Return how to lay the values of ``block`` out among those of ``target``, which covers it."""
    return _Embedding(block, target).plan()


class _Embedding:
    def __init__(self, block: JacobianStructure, target: JacobianStructure) -> None:
        self.block, self.target = block, target
        self.term = Term(block)
        self.target_links = links_by_pair(target)
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
        self._place_line(
            ("out", pair[0]), own.stored, place, *positions(out, own_out), len(own_out)
        )

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
