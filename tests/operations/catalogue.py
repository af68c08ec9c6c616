"""Operations that random programs are made of, as source text, for every registered primitive."""

from __future__ import annotations

from tests.operations import (
    contractions,
    control,
    elementwise,
    indexing,
    layout,
    matrices,
    reductions,
    windows,
)
from tests.operations.operation import OPERATIONS, Operation

__all__ = ["OPERATIONS", "Operation"]

_REGISTERING = (
    contractions,
    control,
    elementwise,
    indexing,
    layout,
    matrices,
    reductions,
    windows,
)
