"""A case: a function whose jaxpr holds a primitive, and arguments for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

RNG = np.random.default_rng(0)


def uniform(*shape: int, low: float = 0.2, high: float = 0.8) -> np.ndarray:
    return RNG.uniform(low, high, shape).astype(np.float32)


@dataclass(frozen=True)
class Case:
    """A function whose jaxpr holds the named primitive, and arguments for it."""

    primitive: str
    function: Callable[..., Any]
    arguments: Sequence[Any]
    note: str = ""

    @property
    def argnums(self) -> tuple[int, ...]:
        """The arguments with a derivative."""
        kinds = [np.asarray(argument).dtype.kind for argument in self.arguments]
        return tuple(k for k, kind in enumerate(kinds) if kind == "f")

    def __str__(self) -> str:
        return f"{self.primitive}{' ' + self.note if self.note else ''}"
