"""The catalogue of instances: tasks, families at several sizes, random graphs, and traps.

Listing it makes no graph, and needs no JAX.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache, partial
from types import MappingProxyType

import numpy as np

from vertex_elim_env import tasks
from vertex_elim_env.errors import UnknownTaskError
from vertex_elim_env.generator import (
    TRAPS,
    Generator,
    LayeredDAGs,
    RandomPrograms,
    SeriesParallelDAGs,
)
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.instances.instance import Instance
from vertex_elim_env.tasks import families

FAMILY_SIZES: Mapping[str, tuple[Mapping[str, int], ...]] = MappingProxyType(
    {
        "RobotArm": ({"joints": 3}, {"joints": 5}, {"joints": 7}, {"joints": 12}),
        "RoeFlux": ({"dimensions": 1}, {"dimensions": 2}, {"dimensions": 3}),
        "MLP": ({"layers": 1}, {"layers": 3}, {"layers": 5, "width": 16}),
        "RNN": ({"steps": 2}, {"steps": 5}, {"steps": 10}),
        "LSTM": ({"steps": 1}, {"steps": 3}, {"steps": 5}),
        "VanDerPol": ({"steps": 1}, {"steps": 3}, {"steps": 6}),
        "Lorenz": ({"steps": 1}, {"steps": 2}, {"steps": 4}),
        "Lorenz96": ({"steps": 1}, {"steps": 2}, {"variables": 12, "steps": 3}),
        "Lorenz96_scalar": ({"steps": 1}, {"variables": 6, "steps": 2}),
        "NBody": ({"bodies": 3}, {"bodies": 6, "dimensions": 3}),
        "NBody_scalar": ({"bodies": 2}, {"bodies": 3}, {"bodies": 4, "dimensions": 3}),
        "ThinFilm": ({"layers": 2}, {"layers": 5}, {"layers": 10}, {"layers": 20}),
        "Heat": ({"steps": 3}, {"dimensions": 2, "steps": 2}),
        "Heat_scalar": ({"steps": 2}, {"size": 8, "steps": 3}),
        "Burgers": ({"steps": 3}, {"dimensions": 2, "steps": 2}),
        "Burgers_scalar": ({"steps": 2}, {"size": 8, "steps": 2}),
    }
)
"""Members of every family; parameters that are not named take their default."""

RANDOM_GRAPHS: Mapping[str, Generator] = MappingProxyType(
    {
        "RandomPrograms/30": RandomPrograms(num_inputs=4, num_operations=30),
        "RandomPrograms/60": RandomPrograms(num_inputs=6, num_operations=60),
        "RandomPrograms/120": RandomPrograms(num_inputs=8, num_operations=120, locality=16.0),
        "RandomPrograms/wide": RandomPrograms(num_inputs=8, num_operations=60, locality=60.0),
        "LayeredDAGs/30": LayeredDAGs(),
        "LayeredDAGs/dense": LayeredDAGs(num_layers=6, width=8, density=0.7, skip=0.0),
        "LayeredDAGs/sparse": LayeredDAGs(num_layers=10, width=8, density=0.2, skip=0.2),
        "SeriesParallelDAGs/30": SeriesParallelDAGs(),
        "SeriesParallelDAGs/80": SeriesParallelDAGs(num_eliminable=80),
    }
)
"""Generators of random graphs, by the name of what they draw."""

RANDOM_SEEDS = range(3)
TRAP_SIZES = (3, 6)


def _tasks(collection: str) -> Iterator[Instance]:
    for name in tasks.names(collection):
        task = tasks.get(name)
        yield Instance(name, collection, task.spec.domain, lambda task=task: task.graph)


def _families() -> Iterator[Instance]:
    for name, members in FAMILY_SIZES.items():
        family = families.get(name)
        for sizes in members:
            text = ",".join(f"{key}={value}" for key, value in sizes.items())
            yield Instance(
                f"{name}/{text}", "families", family.domain, partial(family.graph, **sizes)
            )


def _random() -> Iterator[Instance]:
    for name, generator in RANDOM_GRAPHS.items():
        for seed in RANDOM_SEEDS:
            make = partial(_sampled, generator, seed)
            yield Instance(f"{name}/seed={seed}", "random", "random graphs", make)


def _sampled(generator: Generator, seed: int) -> ComputationalGraph:
    return generator.sample(np.random.default_rng(seed))


def _traps() -> Iterator[Instance]:
    for name, trap in TRAPS.items():
        for size in TRAP_SIZES:
            yield Instance(f"Traps/{name}/{size}", "traps", "traps", partial(trap, size))


COLLECTIONS: Mapping[str, Callable[[], Iterator[Instance]]] = MappingProxyType(
    {
        "paper": partial(_tasks, "paper"),
        "science": partial(_tasks, "science"),
        "families": _families,
        "random": _random,
        "traps": _traps,
    }
)
"""What the instances are collected in."""


@lru_cache(maxsize=1)
def _instances() -> Mapping[str, Instance]:
    found = [instance for collection in COLLECTIONS.values() for instance in collection()]
    return MappingProxyType({instance.name: instance for instance in found})


def names(*patterns: str) -> tuple[str, ...]:
    """Return the names of instances, in the catalogue's order.

    Args:
        patterns: collections, names, or patterns of names in the manner of file names; all by default.

    Raises:
        UnknownTaskError: for a pattern that no instance has.

    >>> names("Traps/portfolio/*")
    ('Traps/portfolio/3', 'Traps/portfolio/6')
    >>> names("paper")[:2]
    ('PropaneCombustion', 'HumanHeartDipole')
    """
    chosen: set[str] = set()
    for pattern in patterns:
        found = {
            name
            for name, instance in _instances().items()
            if instance.collection == pattern or fnmatchcase(name, pattern)
        }
        if not found:
            raise _unknown(pattern)
        chosen |= found
    return tuple(name for name in _instances() if not patterns or name in chosen)


def get(name: str) -> Instance:
    """Return an instance by name.

    Raises:
        UnknownTaskError: naming the nearest instances.

    >>> get("Traps/forward/3").graph
    ComputationalGraph(3 inputs, 3 eliminable vertices, 1 outputs, 6 edges)
    """
    instance = _instances().get(name) if isinstance(name, str) else None
    if instance is None:
        raise _unknown(name)
    return instance


def _unknown(name: object) -> UnknownTaskError:
    known = (*COLLECTIONS, *_instances())
    near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.4)
    hint = (
        f"did you mean {' or '.join(near)}?" if near else f"collections: {', '.join(COLLECTIONS)}"
    )
    return UnknownTaskError(f"no instance is named {name!r}; {hint}")
