"""Task: a function worth differentiating, with its graph and its best known costs."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import numpy as np

from vertex_elim_env.errors import UnknownTaskError, require
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.tasks import best_known
from vertex_elim_env.tasks.catalogue import CATALOGUE, TaskSpec
from vertex_elim_env.tasks.science.catalogue import SCIENCE

COLLECTIONS: Mapping[str, Mapping[str, TaskSpec]] = MappingProxyType(
    {"paper": CATALOGUE, "science": SCIENCE}
)
"""Tasks by collection and name; no name stands in two."""


def _load(reference: str) -> Callable[..., Any]:
    """Import what a "module:name" of the catalogue names; the tasks' modules import JAX."""
    require("jax", extra="jax")
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)


@dataclass(frozen=True)
class Task:
    """A function with example arguments, its graph, and what is known of its orders.

    Attributes:
        spec: the catalogue's entry: name, domain, description, sources, published counts.
        sizes: sizes that differ from the catalogue's, such as ``{"width": 16}``.
    """

    spec: TaskSpec
    sizes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def name(self) -> str:
        """The task's name."""
        return self.spec.name

    @property
    def batch(self) -> int:
        """How many evaluations the function makes side by side; 1 is the plain function."""
        return self.sizes.get("batch", 1)

    @property
    def _own_sizes(self) -> dict[str, int]:
        return {name: self.sizes.get(name, size) for name, size in self.spec.sizes.items()}

    @property
    def description(self) -> str:
        """What the function computes, in a paragraph."""
        return self.spec.description

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the function comes from."""
        return tuple(self.spec.sources)

    @cached_property
    def graph(self) -> ComputationalGraph:
        """The graph with respect to all arguments: frozen data, or traced when it is asked for."""
        if self.spec.is_frozen and not self.sizes:
            return ComputationalGraph.from_json(_data(f"frozen/{self.name}.json"))
        return self.traced_graph()

    def traced_graph(self) -> ComputationalGraph:
        """Trace the function anew with the installed JAX (the frozen graph must not change)."""
        require("jax", extra="jax")
        from vertex_elim_env.tracing import trace

        return trace(self.function, *self.example_args, argnums=self.argnums)

    @cached_property
    def function(self) -> Callable[..., Any]:
        """The JAX function; for a batch, vectorised over a first axis of every argument."""
        function = _load(self.spec.function)
        if self.spec.is_builder:
            function = function(**self._own_sizes)
        return require("jax", extra="jax").vmap(function) if self.batch > 1 else function

    @cached_property
    def example_args(self) -> tuple[np.ndarray, ...]:
        """Arguments at which the function and its derivatives are finite, float32 arrays."""
        arguments = tuple(_load(self.spec.example_args)(**self._own_sizes))
        if self.batch == 1:
            return arguments
        from vertex_elim_env.executor.timing import batch_of

        return batch_of(arguments, self.batch)

    @property
    def argnums(self) -> tuple[int, ...]:
        """All arguments: the graph is traced with respect to each."""
        return tuple(range(len(self.example_args)))

    @property
    def best_known(self) -> dict[str, int]:
        """The lowest cost on record for each cost model that has a record; for comparison only."""
        if self.sizes:
            return {}
        records = best_known.of_graph(self.graph.fingerprint)
        return {model: record.cost for model, record in records.items()}

    def __repr__(self) -> str:
        sizes = "".join(f", {key}={value}" for key, value in self.sizes.items())
        return f"Task({self.name}{sizes})"


def names(collection: str = "paper") -> tuple[str, ...]:
    """Return the names of the tasks of a collection.

    Args:
        collection: "paper", the ten of the paper in its order, whose graphs are frozen data; or
            "science", functions from science and engineering by domain, whose graphs are traced.

    Raises:
        ValueError: for an unknown collection.
    """
    if collection not in COLLECTIONS:
        raise ValueError(f"collection must be {' or '.join(COLLECTIONS)}; got {collection!r}")
    return tuple(COLLECTIONS[collection])


def get(name: str, **sizes: int) -> Task:
    """Return a task by name.

    Args:
        name: one of :func:`names`, of any collection.
        sizes: sizes to change, of those the catalogue lists for the task, and ``batch``, which every
            task has; its graph is then traced, which needs the extra ``jax``.

    Raises:
        UnknownTaskError: naming the nearest tasks.
        TypeError: for a size that the task does not have.
        ValueError: for a size below 1.

    >>> get("RoeFlux_1d").graph
    ComputationalGraph(6 inputs, 98 eliminable vertices, 3 outputs, 177 edges)
    """
    spec = _spec(name) if isinstance(name, str) else None
    if spec is None:
        known = [known for collection in COLLECTIONS.values() for known in collection]
        near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else f"tasks are {', '.join(CATALOGUE)}"
        raise UnknownTaskError(f"no task is named {name!r}; {hint}")
    defaults = {**spec.sizes, "batch": 1}
    for key, value in sizes.items():
        if key not in defaults:
            raise TypeError(f"{name} has no size {key!r}; its sizes are: {', '.join(defaults)}")
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(
                f"the size {key} of {name} must be a whole number of at least 1; got {value!r}"
            )
    changed = {key: value for key, value in sizes.items() if value != defaults[key]}
    return _task(name, tuple(sorted(changed.items())))


def of_graph(graph_fingerprint: str) -> Task | None:
    """Return the task whose graph has a fingerprint, if there is one.

    The graphs of the paper's tasks are at hand. Those of science are found by the names in the records of
    best known orders, and then traced, which needs the extra ``jax``.

    >>> of_graph(get("RoeFlux_1d").graph.fingerprint)
    Task(RoeFlux_1d)
    """
    named = {record.instance for record in best_known.of_graph(graph_fingerprint).values()}
    for name in (*CATALOGUE, *sorted(named & set(SCIENCE))):
        task = get(name)
        if task.graph.fingerprint == graph_fingerprint:
            return task
    return None


def _spec(name: str) -> TaskSpec | None:
    found = (collection.get(name) for collection in COLLECTIONS.values())
    return next((spec for spec in found if spec is not None), None)


@lru_cache(maxsize=256)
def _task(name: str, sizes: tuple[tuple[str, int], ...]) -> Task:
    spec = _spec(name)
    assert spec is not None, "get() looks the name up"
    return Task(spec, MappingProxyType(dict(sizes)))


def _data(path: str) -> str:
    return resources.files("vertex_elim_env.tasks").joinpath(path).read_text(encoding="utf-8")
