"""Instance: a graph with a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from vertex_elim_env.graph import ComputationalGraph


@dataclass(frozen=True)
class Instance:
    """A graph with a name, made when it is first asked for.

    Attributes:
        name: such as "RoeFlux_1d", "ThinFilm/layers=8" or "RandomPrograms/60/seed=1".
        collection: "paper", "science", "families", "random" or "traps".
        domain: the field that it comes from.
        make: what makes the graph.
    """

    name: str
    collection: str
    domain: str
    make: Callable[[], ComputationalGraph] = field(repr=False, compare=False)

    @cached_property
    def graph(self) -> ComputationalGraph:
        """The graph; one that is traced needs the extra ``jax``."""
        return self.make()
