"""Rows of ascending numbers in one pool: the neighbours of every vertex of a large graph.

A row that outgrows its place moves to the end of the pool with room to grow. Loops can't replace
arrays, so they ask whether there is room before they change anything.
"""

# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

GROWTH = 2
"""How often its present length a row has room for after it moved."""


class Rows(NamedTuple):
    """V rows; row v is ``members[begin[v] : begin[v] + length[v]]``, with room for ``room[v]``.

    Attributes:
        members: the pool, int32 (P,).
        values: one number for each member, int16 (P,), or (0,) where there are none; P > 0.
        begin, length, room: int64 (V,).
        end: where the free part of the pool begins, int64 (1,).
    """

    members: NDArray[np.int32]
    values: NDArray[np.int16]
    begin: NDArray[np.int64]
    length: NDArray[np.int64]
    room: NDArray[np.int64]
    end: NDArray[np.int64]

    def copy(self) -> Rows:
        """Return an independent copy."""
        return Rows(*(array.copy() for array in self))

    def row(self, v: int) -> NDArray[np.int32]:
        """Return the members of row v, which change with it."""
        return self.members[self.begin[v] : self.begin[v] + self.length[v]]

    def with_room(self, num_members: int) -> Rows:
        """Return the same rows in a pool that has room for as many more members, without gaps."""
        lengths = self.length
        begin = np.cumsum(lengths) - lengths
        total = int(lengths.sum())
        places = np.repeat(self.begin - begin, lengths) + np.arange(total)
        members = np.zeros(total + max(1, num_members), np.int32)
        members[:total] = self.members[places]
        values = np.zeros(len(members) if len(self.values) else 0, np.int16)
        if len(values):
            values[:total] = self.values[places]
        return Rows(members, values, begin, lengths.copy(), lengths.copy(), np.asarray([total]))


def make_rows(
    keys: NDArray[np.int32],
    members: NDArray[np.int32],
    values: NDArray[np.integer] | None,
    num_rows: int,
) -> Rows:
    """Return rows of members by their keys, with a value for each member, or none."""
    order = np.lexsort((members, keys))
    length = np.bincount(keys, minlength=num_rows).astype(np.int64)
    begin, end = np.cumsum(length) - length, np.asarray([len(keys)])
    free = np.zeros(1, np.int32)
    pool = np.concatenate([members[order], free]).astype(np.int32)
    kept = np.zeros(0) if values is None else np.concatenate([values[order], free])
    return Rows(pool, kept.astype(np.int16), begin, length, length.copy(), end)


@njit(cache=True, nogil=True)
def find(rows: Rows, v: int, member: int) -> int:
    """Return the place in the pool of a member of row v, or -1."""
    low, high = rows.begin[v], rows.begin[v] + rows.length[v]
    while low < high:
        middle = (low + high) // 2
        if rows.members[middle] < member:
            low = middle + 1
        else:
            high = middle
    if low < rows.begin[v] + rows.length[v] and rows.members[low] == member:
        return low
    return -1


@njit(cache=True, nogil=True)
def seek(rows: Rows, v: int, place: int, member: int) -> int:
    """Return the first place of row v, from a given one on, whose member is not less; near ones fast."""
    end = rows.begin[v] + rows.length[v]
    stride = 1
    while place + stride < end and rows.members[place + stride] < member:
        place += stride
        stride *= 2
    high = min(place + stride, end)
    while place < high:
        middle = (place + high) // 2
        if rows.members[middle] < member:
            place = middle + 1
        else:
            high = middle
    return place


@njit(cache=True, nogil=True)
def count_common(first: Rows, u: int, second: Rows, w: int) -> int:
    """Return how many members a row of one and a row of another have in common."""
    if first.length[u] > second.length[w]:
        first, u, second, w = second, w, first, u
    place, end, count = second.begin[w], second.begin[w] + second.length[w], 0
    for a in range(first.begin[u], first.begin[u] + first.length[u]):
        place = seek(second, w, place, first.members[a])
        if place == end:
            break
        count += second.members[place] == first.members[a]
    return count


@njit(cache=True, nogil=True)
def reserve(rows: Rows, v: int, extra: int) -> bool:
    """Make room for more members in row v; False, and nothing changed, where the pool has none."""
    needed = rows.length[v] + extra
    if needed <= rows.room[v]:
        return True
    begin, end, room = rows.begin[v], rows.end[0], GROWTH * needed
    if end + room > len(rows.members):
        return False
    for k in range(rows.length[v]):
        rows.members[end + k] = rows.members[begin + k]
        if len(rows.values):
            rows.values[end + k] = rows.values[begin + k]
    rows.begin[v], rows.room[v], rows.end[0] = end, room, end + room
    return True


@njit(cache=True, nogil=True)
def insert(rows: Rows, v: int, member: int, value: int) -> None:
    """Add a member to row v, which has room."""
    begin = rows.begin[v]
    k = begin + rows.length[v]
    while k > begin and rows.members[k - 1] > member:
        rows.members[k] = rows.members[k - 1]
        if len(rows.values):
            rows.values[k] = rows.values[k - 1]
        k -= 1
    rows.members[k] = member
    if len(rows.values):
        rows.values[k] = value
    rows.length[v] += 1


@njit(cache=True, nogil=True)
def remove(rows: Rows, v: int, member: int) -> None:
    """Take a member of row v away."""
    k, end = find(rows, v, member), rows.begin[v] + rows.length[v]
    for a in range(k + 1, end):
        rows.members[a - 1] = rows.members[a]
        if len(rows.values):
            rows.values[a - 1] = rows.values[a]
    rows.length[v] -= 1
