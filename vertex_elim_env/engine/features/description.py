"""What is the same for every storage: the columns of a row of features."""

# pyright: reportReturnType=false

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from vertex_elim_env.engine.features.state import NUM_LIVE

_LOGS = np.log1p(np.arange(4_096))

if TYPE_CHECKING:

    def count_bits(word: Any) -> int:
        """Return the number of set bits of a uint64, as int64."""
        ...

else:

    @intrinsic
    def count_bits(typing_context, word):
        """Return the number of set bits of a uint64, as int64."""

        def generate(context, builder, signature, arguments):
            return builder.ctpop(arguments[0])

        return types.int64(types.uint64), generate


@njit(cache=True, nogil=True, inline="always")
def write_row(
    row: NDArray[np.float32],
    is_eliminated: bool,
    num_in: int,
    num_out: int,
    cost: int,
    fill_in: int,
) -> None:
    """Write the live columns of a vertex's row."""
    first = len(row) - NUM_LIVE
    row[first] = is_eliminated
    row[first + 1] = _log(num_in)
    row[first + 2] = _log(num_out)
    row[first + 3] = _log(num_in * num_out)
    row[first + 4] = _log(cost)
    row[first + 5] = _log(fill_in)


@njit(cache=True, nogil=True, inline="always")
def _log(number: int) -> float:
    """log(1 + number), remembered where it is small."""
    return _LOGS[number] if number < len(_LOGS) else math.log1p(number)
