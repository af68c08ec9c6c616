"""Recycler: fresh arrays whose memory is taken again when nobody holds them any more.

The system hands out new memory page by page, each page at the price of a fault; for megabytes a step
that is more than the copying itself.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
from numpy.typing import NDArray


class _Lease:
    """What arrays of lent memory have as their base: it goes when the last of them goes."""

    def __init__(self, memory: NDArray[Any]) -> None:
        self.__array_interface__ = memory.__array_interface__


class Recycler:
    """Lends arrays of one shape and type."""

    def __init__(self, like: NDArray[Any]) -> None:
        self._like, self._spare = like, list[NDArray[Any]]()

    def lend(self) -> NDArray[Any]:
        """Return an array to be overwritten, shared with nobody.

        Its memory is taken again when it and all views of it are gone.
        """
        memory = self._spare.pop() if self._spare else np.empty_like(self._like)
        lease = _Lease(memory)
        weakref.finalize(lease, self._spare.append, memory).atexit = False
        return np.asarray(lease)
