"""Where the windows of a gather or scatter lie: which axis of theirs runs along which of the operand's.

Both relate an array of windows (what a gather returns, what a scatter writes) to an operand: a
window's entry lies, along every axis of the operand, at a start plus an offset in the window.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jax import lax
from numpy.typing import NDArray

from vertex_elim_env.primitives.rule import Equation


class Linked(NamedTuple):
    """An operand's axis runs along an axis of the windows: window index k lies at ``indices[k]``."""

    axis: int
    indices: NDArray[np.intp]


class Fixed(NamedTuple):
    """All windows lie at one index of an operand's axis."""

    at: int


class Open(NamedTuple):
    """An operand's axis that the start indices choose along in a way that is no injection, or unknown."""


Place = Linked | Fixed | Open


class Numbering(NamedTuple):
    """Dimension numbers of a gather or scatter, under one set of names.

    Attributes:
        window: axes of the windows' array that run inside of a window, ascending.
        dropped: axes of the operand without one, as windows have length 1 there.
        indexed: axes of the operand that the entries of an index vector are starts along.
        batched: axes of the operand paired with axes of the indices.
        index_batched: those axes of the indices.
        sizes: of a window, along every axis of the operand.
    """

    window: tuple[int, ...]
    dropped: tuple[int, ...]
    indexed: tuple[int, ...]
    batched: tuple[int, ...]
    index_batched: tuple[int, ...]
    sizes: tuple[int, ...]


def gather_numbering(eqn: Equation) -> Numbering:
    """Return a gather's dimension numbers."""
    d = eqn.params["dimension_numbers"]
    return Numbering(
        tuple(d.offset_dims),
        tuple(d.collapsed_slice_dims),
        tuple(d.start_index_map),
        tuple(d.operand_batching_dims),
        tuple(d.start_indices_batching_dims),
        tuple(eqn.params["slice_sizes"]),
    )


def scatter_numbering(eqn: Equation) -> Numbering:
    """Return a scatter's dimension numbers; operands are the array, the indices, the updates."""
    d = eqn.params["dimension_numbers"]
    window = tuple(d.update_window_dims)
    missing = {*d.inserted_window_dims, *d.operand_batching_dims}
    kept = [axis for axis in range(len(eqn.shape(0))) if axis not in missing]
    sizes = [1] * len(eqn.shape(0))
    for axis, place in zip(kept, window, strict=True):
        sizes[axis] = eqn.shape(2)[place]
    return Numbering(
        window,
        tuple(d.inserted_window_dims),
        tuple(d.scatter_dims_to_operand_dims),
        tuple(d.operand_batching_dims),
        tuple(d.scatter_indices_batching_dims),
        tuple(sizes),
    )


class Windows:
    """The places of a gather's or scatter's windows.

    Attributes:
        numbering: see :class:`Numbering`.
        shape: of the array of windows.
        index_axes: axes of the windows' array that the indices' axes run along, in their order.
        places: for every axis of the operand where the windows lie.
    """

    def __init__(self, eqn: Equation, numbering: Numbering, shape: Sequence[int]) -> None:
        self.numbering, self.shape = numbering, tuple(shape)
        self.operand_shape = eqn.shape(0)
        self.index_axes = tuple(k for k in range(len(shape)) if k not in numbering.window)
        self._starts = self._known_starts(eqn)
        places = [self._place(axis) for axis in range(len(self.operand_shape))]
        used = Counter(place.axis for place in places if isinstance(place, Linked))
        self.places: tuple[Place, ...] = tuple(
            Open() if isinstance(place, Linked) and used[place.axis] > 1 else place
            for place in places
        )

    @property
    def is_open(self) -> bool:
        """Whether any axis is not an index map."""
        return any(isinstance(place, Open) for place in self.places)

    def whole(self) -> dict[int, int]:
        """Return the axes that windows span from end to end: the operand's to the windows'."""
        found = {}
        for axis, place in enumerate(self.places):
            if isinstance(place, Linked):
                size = self.operand_shape[axis]
                if len(place.indices) == size and (place.indices == np.arange(size)).all():
                    found[axis] = place.axis
        return found

    def touched(self, axis: int) -> NDArray[np.intp] | None:
        """Return the indices of an operand's axis that windows cover, or None if unknown."""
        place = self.places[axis]
        if isinstance(place, Linked):
            return np.unique(place.indices)
        return np.asarray([place.at]) if isinstance(place, Fixed) else None

    def open_axis(self) -> int | None:
        """The one open axis, if windows have length 1 along it and span the others end to end."""
        opened = [k for k, place in enumerate(self.places) if isinstance(place, Open)]
        rest = [k for k in range(len(self.places)) if k not in opened]
        single = len(opened) == 1 and self.numbering.sizes[opened[0]] == 1
        paired = {*self.whole(), *(k for k in rest if self.operand_shape[k] == 1)}
        return opened[0] if single and paired >= {*rest} else None

    def _known_starts(self, eqn: Equation) -> NDArray[np.intp] | None:
        """Start indices (*index axes, len(indexed)), if known and every window lies inside."""
        indices = eqn.known[1]
        if indices is None:
            return None
        starts = indices.astype(np.intp)
        room = [self.operand_shape[k] - self.numbering.sizes[k] for k in self.numbering.indexed]
        if eqn.params["mode"] == lax.GatherScatterMode.CLIP:
            return np.clip(starts, 0, room)
        return starts if ((starts >= 0) & (starts <= room)).all() else None

    def _place(self, axis: int) -> Place:
        numbering = self.numbering
        if axis in numbering.batched:
            source = numbering.index_batched[numbering.batched.index(axis)]
            return self._linked(self.index_axes[source], np.arange(self.operand_shape[axis]))
        size, start = numbering.sizes[axis], 0
        if axis in numbering.indexed:
            if self.operand_shape[axis] == 1:
                return Fixed(0)
            if self._starts is None:
                return Open()
            starts = self._starts[..., numbering.indexed.index(axis)]
            varying = [k for k in range(starts.ndim) if (starts != starts.take([0], k)).any()]
            if not starts.size or len(varying) > 1 or (varying and size > 1):
                return Open()
            line = (
                np.moveaxis(starts, varying[0], 0).reshape(starts.shape[varying[0]], -1)[:, 0]
                if varying
                else None
            )
            if line is not None:
                return self._linked(self.index_axes[varying[0]], line)
            start = int(starts.flat[0])
        if size == 1:
            return Fixed(start)
        missing = {*numbering.dropped, *numbering.batched}
        kept = [k for k in range(len(self.operand_shape)) if k not in missing]
        return self._linked(numbering.window[kept.index(axis)], np.arange(start, start + size))

    def _linked(self, axis: int, indices: NDArray[np.intp]) -> Place:
        if len(indices) == 1:
            return Fixed(int(indices[0]))
        return Linked(axis, indices) if len(np.unique(indices)) == len(indices) else Open()
