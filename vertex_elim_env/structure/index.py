"""Exact index sets and index maps of one axis, hashable and in one spelling each.

Indices are int32 and kept as bytes, so that equal sets compare equal, hash once and cost four bytes
an index, also on axes with a million entries. A full set and a full identity are spelt ``None`` by
the structures that use them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Indices: TypeAlias = NDArray[np.int32]


def _pack(indices: Iterable[int] | NDArray[np.integer]) -> bytes:
    array = indices if isinstance(indices, np.ndarray) else np.fromiter(indices, dtype=np.int64)
    return np.ascontiguousarray(array, dtype=np.int32).tobytes()


def _unpack(data: bytes) -> Indices:
    return np.frombuffer(data, dtype=np.int32)


def distinct(indices: NDArray[np.integer]) -> Indices:
    """Return the distinct ones among non-negative indices, ascending, int32; time is their range."""
    present = np.zeros(int(indices.max(initial=-1)) + 1, dtype=np.bool_)
    present[indices] = True
    return np.flatnonzero(present).astype(np.int32)


def has_repeats(indices: NDArray[np.integer]) -> bool:
    """Whether a non-negative index appears twice."""
    return len(distinct(indices)) < len(indices)


@dataclass(frozen=True, slots=True)
class IndexSet:
    """The active indices of a free axis: sorted, distinct, int32."""

    data: bytes

    @classmethod
    def of(cls, indices: Iterable[int] | NDArray[np.integer]) -> IndexSet:
        """Return the set of the given non-negative indices, in any order, repeats allowed."""
        return cls(distinct(_unpack(_pack(indices))).tobytes())

    @property
    def array(self) -> Indices:
        """The indices, int32 (len(self),), ascending, read-only."""
        return _unpack(self.data)

    def __len__(self) -> int:
        return len(self.data) // 4

    def __repr__(self) -> str:
        return f"IndexSet.of({self.array.tolist()})"


@dataclass(frozen=True, slots=True)
class IndexMap:
    """A partial injection between two axes: pairs (out, into), ascending in out, int32."""

    out_data: bytes
    into_data: bytes

    @classmethod
    def of(
        cls,
        out: Iterable[int] | NDArray[np.integer],
        into: Iterable[int] | NDArray[np.integer],
    ) -> IndexMap:
        """Return the map that pairs ``out[k]`` with ``into[k]``.

        Raises:
            ValueError: if an index appears twice on one side, or the lengths differ.
        """
        rows, columns = _unpack(_pack(out)), _unpack(_pack(into))
        if len(rows) != len(columns):
            raise ValueError(
                f"an index map pairs {len(rows)} with {len(columns)} indices; both sides need the same number"
            )
        if has_repeats(rows) or has_repeats(columns):
            raise ValueError(
                "an index map repeats an index; a partial injection uses each index once"
            )
        rank = np.argsort(rows, kind="stable")
        return cls(rows[rank].tobytes(), columns[rank].tobytes())

    @property
    def out(self) -> Indices:
        """Indices on the side of the derivative's numerator, int32 (len(self),), ascending."""
        return _unpack(self.out_data)

    @property
    def into(self) -> Indices:
        """Indices on the side of the derivative's denominator, int32 (len(self),)."""
        return _unpack(self.into_data)

    def __len__(self) -> int:
        return len(self.out_data) // 4

    def __repr__(self) -> str:
        return f"IndexMap.of({self.out.tolist()}, {self.into.tolist()})"


def set_array(active: IndexSet | None, size: int) -> Indices:
    """Return a set's indices, where ``None`` stands for all of ``range(size)``; int32."""
    return np.arange(size, dtype=np.int32) if active is None else active.array


def map_arrays(index_map: IndexMap | None, size: int) -> tuple[Indices, Indices]:
    """Return a map's two sides, where ``None`` stands for the identity of ``size``; int32 each."""
    if index_map is None:
        identity = np.arange(size, dtype=np.int32)
        return identity, identity
    return index_map.out, index_map.into


def positions(
    wanted: Indices, sorted_indices: Indices
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Find ``wanted`` in an ascending array.

    Returns:
        Positions, intp (len(wanted),), 0 where absent, and whether each one is there, bool.
    """
    if not len(sorted_indices):
        return np.zeros(len(wanted), dtype=np.intp), np.zeros(len(wanted), dtype=np.bool_)
    where = np.minimum(np.searchsorted(sorted_indices, wanted), len(sorted_indices) - 1)
    found = sorted_indices[where] == wanted
    return np.where(found, where, 0), found
