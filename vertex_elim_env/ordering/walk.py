"""Walk: an order that is annealed window by window, from its beginning to its end, and again."""

# Scalars that numba takes from arrays look like arrays to a type checker.
# pyright: reportReturnType=false, reportArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray


class Walk(NamedTuple):
    """An order of n vertices that is annealed from its beginning to its end, and again.

    Attributes:
        order: the present order, int32 (n,).
        best: the best order so far, int32 (n,).
        costs: of the present order as far as it is known, of the best one, and of the vertices
            before ``place[0]``, and of those before the order, int64 (4,).
        place: where the walk is, and how long its windows are, int64 (2,).
        places: scratch, -1 everywhere, int32 (N,).
        log: scratch of a window, uint64 (P,).
        seed: uint64 (1,), never 0.
        is_exact: whether the graph after a set of eliminations never depends on their order.
        product_cost: as of a window.
        missing: the pair that the tables lack, int32 (2,).
    """

    order: NDArray[np.int32]
    best: NDArray[np.int32]
    costs: NDArray[np.int64]
    place: NDArray[np.int64]
    places: NDArray[np.int32]
    log: NDArray[np.uint64]
    seed: NDArray[np.uint64]
    is_exact: bool
    product_cost: int
    missing: NDArray[np.int32]


@njit(cache=True, nogil=True, inline="always")
def random(seed: NDArray[np.uint64]) -> float:
    """Uniform in [0, 1) by xorshift64*; seed uint64 (1,), never 0."""
    x = seed[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    seed[0] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)
