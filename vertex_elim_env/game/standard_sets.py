"""Standard sets of graphs, by name: what the registered environments draw from."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from vertex_elim_env.generator import (
    FamilyGenerator,
    Generator,
    GraphSet,
    LayeredDAGs,
    Mixture,
    RandomPrograms,
    SeriesParallelDAGs,
    Split,
    Traps,
)

FAMILY_RANGES: Mapping[str, Mapping[str, int | tuple[int, int]]] = MappingProxyType(
    {
        "RobotArm": {"joints": (2, 6)},
        "RoeFlux": {},
        "MLP": {"layers": (1, 4)},
        "RNN": {"steps": (1, 6)},
        "LSTM": {"steps": (1, 2)},
        "VanDerPol": {"steps": (1, 3)},
        "Lorenz": {"steps": (1, 2)},
        "NBody_scalar": {"bodies": (2, 3)},
        "ThinFilm": {"layers": (1, 8)},
        "Heat": {},
        "Burgers": {"steps": (1, 4)},
    }
)
"""Parameters of the families that are drawn from, so that graphs have up to about 150 vertices to eliminate."""


def paper_tasks() -> Generator:
    """Return the paper's ten tasks."""
    return GraphSet.of_tasks()


def random_programs() -> Generator:
    """Return random scalar straight-line programs of the size of the paper's scalar tasks."""
    return RandomPrograms(num_inputs=6, num_operations=60)


def random_graphs() -> Generator:
    """Return random programs, layered and series-parallel graphs in equal shares."""
    return Mixture((random_programs(), LayeredDAGs(), SeriesParallelDAGs()))


def parametric_families() -> Generator:
    """Return functions of many fields at many sizes; tracing them needs the extra ``jax``."""
    return Mixture(tuple(FamilyGenerator(name, **ranges) for name, ranges in FAMILY_RANGES.items()))


def traps() -> Generator:
    """Return graphs on which greedy rules fail."""
    return Traps()


STANDARD_SETS: Mapping[str, Callable[[], Generator]] = MappingProxyType(
    {
        "paper": paper_tasks,
        "random": random_programs,
        "graphs": random_graphs,
        "families": parametric_families,
        "traps": traps,
    }
)
"""The sets by name, as functions without arguments."""


def named_generator(generator: Generator | str | None, split: str | None) -> Generator | None:
    """Return the generator that a name means, or the one given, or one split of it.

    Args:
        generator: a generator, one of :data:`STANDARD_SETS`, or None.
        split: "train", "validation" or "test", or None for all graphs.

    Raises:
        ValueError: for an unknown set or split, or a split of nothing.
    """
    if isinstance(generator, str):
        if generator not in STANDARD_SETS:
            near = difflib.get_close_matches(generator, STANDARD_SETS, n=1, cutoff=0.4)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(
                f"unknown generator {generator!r}, expected one of {', '.join(STANDARD_SETS)} "
                f"or a Generator{hint}"
            )
        generator = STANDARD_SETS[generator]()
    if split is None:
        return generator
    if generator is None:
        raise ValueError(f"split={split!r} needs a generator to be split; got a single graph")
    return Split(generator, split)  # type: ignore[arg-type]
