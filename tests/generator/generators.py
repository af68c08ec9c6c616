"""Hypothesis strategies for generators, shared by the tests."""

from __future__ import annotations

from hypothesis import strategies as st

from vertex_elim_env.generator import (
    TRAPS,
    Bounded,
    FamilyGenerator,
    Generator,
    GraphSet,
    LayeredDAGs,
    Mixture,
    RandomPrograms,
    Renumbered,
    SeriesParallelDAGs,
    Traps,
)

counts = st.integers(1, 5)
shares = st.floats(0, 1)
localities = st.floats(0, exclude_min=True)
TASKS = ("PropaneCombustion", "HumanHeartDipole", "MLP")

plain = st.one_of(
    st.builds(RandomPrograms, counts, st.integers(2, 25), localities),
    st.builds(LayeredDAGs, counts, counts, counts, counts, shares, shares),
    st.builds(SeriesParallelDAGs, counts, st.integers(1, 25), counts, shares),
    st.builds(
        Traps,
        st.lists(st.sampled_from(sorted(TRAPS)), min_size=1),
        st.integers(2, 3),
        st.integers(3, 4),
    ),
    st.lists(st.sampled_from(TASKS), min_size=1).map(lambda names: GraphSet.of_tasks(*names)),
    st.integers(1, 3).map(lambda most: FamilyGenerator("VanDerPol", steps=(1, most))),
    st.just(FamilyGenerator("RoeFlux")),
)
"""Every kind of generator but those made of others."""

generators: st.SearchStrategy[Generator] = st.recursive(
    plain,
    lambda parts: (
        st.builds(Renumbered, parts)
        | parts.map(lambda part: Bounded(part, part.limits))
        | st.lists(parts, min_size=1, max_size=3).map(lambda some: Mixture(tuple(some)))
    ),
    max_leaves=3,
)
