"""Hypothesis strategies for structures and blocks, shared by the tests."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from vertex_elim_env.structure import Free, IndexMap, IndexSet, JacobianStructure, Link, build

SIZES = (2, 3, 4)


@st.composite
def shapes(draw: st.DrawFn, max_rank: int = 3) -> tuple[int, ...]:
    """A shape without axes of length 1."""
    return tuple(draw(st.lists(st.sampled_from(SIZES), max_size=max_rank)))


@st.composite
def index_maps(draw: st.DrawFn, out_size: int, in_size: int) -> IndexMap | None:
    """The identity where the sizes allow it, a shift, or any partial injection."""
    kind = draw(st.sampled_from(["identity", "shift", "any"]))
    if kind == "identity" and out_size == in_size:
        return None
    if kind == "shift":
        shift = draw(st.integers(-2, 2))
        pairs = [(k, k + shift) for k in range(out_size) if 0 <= k + shift < in_size]
    else:
        count = draw(st.integers(1, min(out_size, in_size)))
        out = draw(st.permutations(range(out_size)))[:count]
        pairs = list(zip(out, draw(st.permutations(range(in_size)))[:count], strict=True))
    pairs = pairs or [(0, 0)]
    return IndexMap.of([p[0] for p in pairs], [p[1] for p in pairs])


@st.composite
def frees(draw: st.DrawFn, axis: int, size: int, *, valued: bool) -> Free:
    """A free axis, active everywhere or on a few indices."""
    active = draw(st.none() | st.sets(st.integers(0, size - 1), min_size=1).map(IndexSet.of))
    return Free(axis, active, valued and draw(st.booleans()))


@st.composite
def structures(
    draw: st.DrawFn, out_shape: tuple[int, ...], in_shape: tuple[int, ...]
) -> JacobianStructure:
    """Any structure of a block between the two shapes."""
    valued = draw(st.booleans())
    free_in = list(range(len(in_shape)))
    links, out_free = [], []
    for axis, size in enumerate(out_shape):
        if free_in and draw(st.booleans()):
            into = free_in.pop(draw(st.integers(0, len(free_in) - 1)))
            index_map = draw(index_maps(size, in_shape[into]))
            links.append(Link(axis, into, index_map, valued and draw(st.booleans())))
        else:
            out_free.append(draw(frees(axis, size, valued=valued)))
    in_free = [draw(frees(axis, in_shape[axis], valued=valued)) for axis in free_in]
    coefficient = None if valued else draw(st.sampled_from([1, -1, 2, 3]))
    structure = build(out_shape, in_shape, links, out_free, in_free, coefficient)
    assert structure is not None
    return structure


def values_of(structure: JacobianStructure, seed: int) -> np.ndarray | None:
    """Small non-zero integers as float32 values of a structure, exact under sums and products."""
    if structure.is_pattern:
        return None
    rng = np.random.default_rng(seed)
    signs = rng.choice([-1.0, 1.0], structure.value_shape)
    return np.asarray(signs * rng.integers(1, 4, structure.value_shape), dtype=np.float32)
