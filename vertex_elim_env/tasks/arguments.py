"""Example arguments as data: float32 arrays from numbers and lists."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def float32_arrays(*values: ArrayLike) -> tuple[np.ndarray, ...]:
    """Return every value as a float32 array, numbers as arrays of rank 0."""
    return tuple(np.asarray(value, np.float32) for value in values)
