"""Repertoire: random graphs that agents can be trained on, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from vertex_elim_env.generator import (
    Bounded,
    FamilyGenerator,
    Generator,
    LayeredDAGs,
    Limits,
    Mixture,
    RandomPrograms,
    SeriesParallelDAGs,
    Traps,
)

GeneratorName = Literal[
    "random-programs", "layered", "series-parallel", "traps", "programs-and-families"
]


class Source(NamedTuple):
    """Where graphs come from.

    Attributes:
        make: returns their generator.
        num_structures: room for their structures, so that new graphs need no compilation.
    """

    make: Callable[[], Generator]
    num_structures: int


def programs_and_families() -> Generator:
    """Scalar programs and graphs of all kinds, and unrolled dynamics, networks and stencils with tensors.

    No family that a task of the paper belongs to: none of robot arms, Roe's fluxes and perceptrons.
    """
    programs = (
        RandomPrograms(num_inputs=3, num_operations=30, locality=5.0),
        RandomPrograms(num_inputs=5, num_operations=60, locality=8.0),
        RandomPrograms(num_inputs=8, num_operations=90, locality=6.0),
        LayeredDAGs(num_layers=6, width=5),
        SeriesParallelDAGs(num_eliminable=40),
    )
    families = (
        FamilyGenerator("RNN", steps=(1, 6), width=(4, 8), features=4),
        FamilyGenerator("LSTM", steps=(1, 2), width=(4, 8), features=4),
        FamilyGenerator("VanDerPol", steps=(1, 2)),
        FamilyGenerator("Lorenz", steps=1),
        FamilyGenerator("Lorenz96", variables=(4, 8), steps=1),
        FamilyGenerator("NBody", bodies=(3, 6)),
        FamilyGenerator("NBody_scalar", bodies=(2, 3), dimensions=(1, 2)),
        FamilyGenerator("ThinFilm", layers=(1, 4)),
        FamilyGenerator("Heat", dimensions=(1, 2), size=(4, 6), steps=(1, 4)),
        FamilyGenerator("Burgers", dimensions=1, size=(4, 8), steps=(1, 4)),
        FamilyGenerator("Heat_scalar", dimensions=1, steps=(1, 3)),
        FamilyGenerator("Burgers_scalar", dimensions=1, steps=(1, 2)),
    )
    halves = Mixture((Mixture(programs), Mixture(families)), (2.0, 1.0))
    return Bounded(halves, Limits(num_eliminable=96, num_inputs=17, num_outputs=30))


SOURCES: Mapping[GeneratorName, Source] = MappingProxyType(
    {
        "random-programs": Source(RandomPrograms, 64),
        "layered": Source(LayeredDAGs, 64),
        "series-parallel": Source(SeriesParallelDAGs, 64),
        "traps": Source(Traps, 64),
        "programs-and-families": Source(programs_and_families, 2_048),
    }
)
"""By the name of the option ``--generator``."""
