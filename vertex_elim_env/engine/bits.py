"""One machine instruction that numba does not offer by name: the number of the lowest set bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

if TYPE_CHECKING:

    def lowest_bit(word: Any) -> int:
        """Return the position of the lowest set bit of a non-zero uint64, as int64."""
        ...

else:

    @intrinsic
    def lowest_bit(typing_context, word):
        """Return the position of the lowest set bit of a non-zero uint64, as int64."""

        def generate(context, builder, signature, arguments):
            return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

        return types.int64(types.uint64), generate
