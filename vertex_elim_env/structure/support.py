"""Where the entries of a Jacobian structure lie: as a list of places, or as a mask."""

from __future__ import annotations

import math

import numpy as np

from vertex_elim_env.structure.index import map_arrays, set_array
from vertex_elim_env.structure.jacobian import JacobianStructure


def entry_places(structure: JacobianStructure) -> tuple[np.ndarray, tuple[int, ...]]:
    """Return where entries may be non-zero, one number an entry.

    Returns:
        Row-major places in ``(*out_shape, *in_shape)``, int64 (num_entries,), and the shape of the
        entries along ``structure.axes``, whose row-major order is that of the places.
    """
    shape = structure.out_shape + structure.in_shape
    strides = [math.prod(shape[k + 1 :]) for k in range(len(shape))]
    rank = len(structure.out_shape)
    lines = {}
    for link in structure.links:
        out, into = map_arrays(link.map, structure.out_shape[link.out])
        line = out.astype(np.int64) * strides[link.out]
        lines["out", link.out] = line + into.astype(np.int64) * strides[rank + link.into]
    for side, offset, frees in (("out", 0, structure.out_free), ("in", rank, structure.in_free)):
        for free in frees:
            indices = set_array(free.active, shape[offset + free.axis]).astype(np.int64)
            lines[side, free.axis] = indices * strides[offset + free.axis]
    places = np.zeros((), np.int64)
    for axis in structure.axes:
        places = places[..., None] + lines[axis]
    return places.reshape(-1), places.shape


def support(structure: JacobianStructure) -> np.ndarray:
    """Return where entries may be non-zero, bool ``(*out_shape, *in_shape)``; for small blocks."""
    rank = len(structure.out_shape)
    shape = structure.out_shape + structure.in_shape
    mask = np.ones(shape, dtype=np.bool_)
    for link in structure.links:
        pair = np.zeros((shape[link.out], shape[rank + link.into]), dtype=np.bool_)
        size = structure.size_of(link)
        rows, columns = (
            (np.arange(size),) * 2 if link.map is None else (link.map.out, link.map.into)
        )
        pair[rows, columns] = True
        mask &= _along(pair, (link.out, rank + link.into), len(shape))
    for offset, frees in ((0, structure.out_free), (rank, structure.in_free)):
        for f in frees:
            if f.active is not None:
                line = np.zeros(shape[offset + f.axis], dtype=np.bool_)
                line[f.active.array] = True
                mask &= _along(line, (offset + f.axis,), len(shape))
    return mask


def _along(array: np.ndarray, axes: tuple[int, ...], rank: int) -> np.ndarray:
    """Broadcastable view of ``array`` whose axes lie at the ascending positions ``axes`` of ``rank``."""
    shape = [1] * rank
    for axis, length in zip(axes, array.shape, strict=True):
        shape[axis] = length
    return array.reshape(shape)
