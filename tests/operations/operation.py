"""What an operation of a random program is: a draw of source text from its operands' shapes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
Shape: TypeAlias = tuple[int, ...]
Draw: TypeAlias = st.DrawFn
Source: TypeAlias = Callable[..., "str | None"]
"""Of a draw and one shape for each operand: an expression in a, b, c, or None if none fits."""

OPERANDS = "abc"
OPERATIONS: dict[str, Operation] = {}


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        name: unique.
        kind: operations of one kind are drawn alike often.
        arity: number of operands.
        source: draws the expression.
    """

    name: str
    kind: str
    arity: int
    source: Source


def operation(kind: str, arity: int = 1) -> Callable[[Source], Source]:
    """Register a function that draws an expression, under its own name."""

    def decorate(source: Source) -> Source:
        add(source.__name__.strip("_"), kind, arity, source)
        return source

    return decorate


def add(name: str, kind: str, arity: int, source: Source) -> None:
    """Register an operation."""
    assert name not in OPERATIONS, f"two operations named {name}"
    OPERATIONS[name] = Operation(name, kind, arity, source)


def fitted(name: str, shape: Shape, wanted: Shape) -> str:
    """The source of an operand brought to a shape."""
    return name if shape == wanted else f"fit({name}, {wanted})"


def axis_of(draw: Draw, shape: Shape) -> int:
    return draw(st.integers(0, len(shape) - 1))


def chosen(draw: Draw, options: Sequence[T]) -> T:
    return draw(st.sampled_from(list(options)))


def subset(draw: Draw, options: Sequence[int], most: int | None = None) -> list[int]:
    """Some of the options, in their order."""
    if not options:
        return []
    found = draw(st.lists(st.sampled_from(list(options)), unique=True, max_size=most))
    return sorted(found)


def indices(draw: Draw, shape: Shape, length: int, unique: bool = False) -> str:
    """The source of an index array of a shape, known or unknown, each index below a length."""
    count = math.prod(shape)
    numbers = draw(
        st.lists(st.integers(0, length - 1), min_size=count, max_size=count, unique=unique)
    )
    array = f"np.array({numbers}).reshape({shape})"
    return array if draw(st.booleans()) else f"unknown({array}, a)"
