"""Family: a function worth differentiating for every size, with its graph."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from vertex_elim_env.errors import require
from vertex_elim_env.graph import ComputationalGraph, is_count


class Parameter(NamedTuple):
    """A size of a family.

    Attributes:
        name: its keyword.
        meaning: what it counts.
        default: the value where none is given.
        minimum: the least for which the function makes sense.
        usual_maximum: the largest that a generator draws unless told otherwise.
        maximum: the largest for which the function makes sense; None without end.
    """

    name: str
    meaning: str
    default: int
    minimum: int
    usual_maximum: int
    maximum: int | None = None


@dataclass(frozen=True)
class Family:
    """A function worth differentiating for every size.

    Its graph has no fewer vertices of any kind when a parameter is larger. Functions and arguments
    are named, not imported, so that a family can be looked at without JAX.

    Attributes:
        name: the family's name.
        domain: the field it comes from.
        description: what the function computes.
        sources: citations.
        builder: "module:name" of what takes the parameters and returns the JAX function.
        arguments: "module:name" of what takes the parameters and returns float32 arrays.
        parameters: the sizes that can be chosen.
    """

    name: str
    domain: str
    description: str
    sources: tuple[str, ...]
    builder: str
    arguments: str
    parameters: tuple[Parameter, ...]

    def parameters_of(self, **given: int) -> dict[str, int]:
        """Return the value of every parameter, defaults where none is given.

        Raises:
            TypeError: for a parameter that the family does not have.
            ValueError: for a value that makes no sense.
        """
        known = [parameter.name for parameter in self.parameters]
        for name in given:
            if name not in known:
                raise TypeError(
                    f"{self.name} has no parameter {name!r}; its parameters are: {', '.join(known)}"
                )
        values = {p.name: given.get(p.name, p.default) for p in self.parameters}
        for p in self.parameters:
            value = values[p.name]
            if not is_count(value) or not p.minimum <= value <= (p.maximum or value):
                upper = f" to {p.maximum}" if p.maximum else " on"
                raise ValueError(
                    f"{p.name} of {self.name} must be a whole number from {p.minimum}{upper}; got {value!r}"
                )
        return values

    def function(self, **parameters: int) -> Callable[..., Any]:
        """Return the JAX function of these parameters.

        Raises:
            MissingExtraError: if JAX is not installed.
        """
        return _named(self.builder)(**self.parameters_of(**parameters))

    def example_args(self, **parameters: int) -> tuple[np.ndarray, ...]:
        """Return float32 arrays at which the function and its derivatives are finite."""
        return tuple(_named(self.arguments)(**self.parameters_of(**parameters)))

    def graph(self, **parameters: int) -> ComputationalGraph:
        """Return the graph with respect to all arguments, traced once in a process.

        >>> from vertex_elim_env.tasks import families
        >>> families.get("ThinFilm").graph(layers=2)
        ComputationalGraph(5 inputs, 39 eliminable vertices, 1 outputs, 67 edges)
        """
        return _traced(self, tuple(self.parameters_of(**parameters).items()))

    def __repr__(self) -> str:
        return f"Family({self.name}, {', '.join(p.name for p in self.parameters)})"


@lru_cache(maxsize=512)
def _traced(family: Family, parameters: tuple[tuple[str, int], ...]) -> ComputationalGraph:
    require("jax", extra="jax")
    from vertex_elim_env.tracing import trace

    sizes = dict(parameters)
    arguments = family.example_args(**sizes)
    return trace(family.function(**sizes), *arguments, argnums=range(len(arguments)))


def _named(reference: str) -> Callable[..., Any]:
    """What a "module:name" means; the families' modules import JAX."""
    require("jax", extra="jax")
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)
