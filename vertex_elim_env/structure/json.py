"""Structures as JSON values and back, every field checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from vertex_elim_env.errors import GraphError
from vertex_elim_env.structure.index import IndexMap, IndexSet
from vertex_elim_env.structure.jacobian import Free, JacobianStructure, Link, build

_KEYS = {"out", "in", "links", "out_free", "in_free", "coefficient"}


def structure_to_json(structure: JacobianStructure) -> dict[str, Any]:
    """Return a structure as a JSON object; index maps and sets as runs of consecutive indices."""
    return {
        "out": list(structure.out_shape),
        "in": list(structure.in_shape),
        "links": [
            [
                k.out,
                k.into,
                None if k.map is None else [_runs(k.map.out), _runs(k.map.into)],
                k.stored,
            ]
            for k in structure.links
        ],
        "out_free": [_free_to_json(f) for f in structure.out_free],
        "in_free": [_free_to_json(f) for f in structure.in_free],
        "coefficient": structure.coefficient,
    }


def structure_from_json(value: object) -> JacobianStructure:
    """Return the structure that :func:`structure_to_json` wrote.

    Raises:
        GraphError: if the value is no such object, or no canonical structure.
    """
    try:
        structure = _read(value)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise GraphError(
            f"not the structure of a Jacobian: {error} (in {str(value)[:80]})"
        ) from None
    if structure is None or structure_to_json(structure) != value:
        raise GraphError(f"not a structure in canonical form: {str(value)[:80]}")
    return structure


def _read(value: object) -> JacobianStructure | None:
    if not isinstance(value, dict) or set(value) != _KEYS:
        raise ValueError(f"expected an object with the keys {sorted(_KEYS)}")
    out_shape, in_shape = _shape(value["out"]), _shape(value["in"])
    coefficient = value["coefficient"]
    if coefficient is not None and type(coefficient) is not int:
        raise ValueError(f"coefficient {coefficient!r} must be a whole number or null")
    links = [_read_link(row) for row in value["links"]]
    frees = [[_read_free(row) for row in value[key]] for key in ("out_free", "in_free")]
    _check_axes(out_shape, [(k.out, k.map and k.map.out) for k in links], frees[0])
    _check_axes(in_shape, [(k.into, k.map and k.map.into) for k in links], frees[1])
    for k in links:
        if k.map is None and out_shape[k.out] != in_shape[k.into]:
            raise ValueError(
                f"axes of lengths {out_shape[k.out]} and {in_shape[k.into]} have no identity"
            )
    if coefficient is not None and any(axis.stored for axis in (*links, *frees[0], *frees[1])):
        raise ValueError("a pattern with a coefficient stores no axis")
    return build(out_shape, in_shape, links, frees[0], frees[1], coefficient)


def _check_axes(shape: tuple[int, ...], linked: list[tuple[int, Any]], frees: list[Free]) -> None:
    used = [*linked, *((f.axis, f.active and f.active.array) for f in frees)]
    if sorted(axis for axis, _ in used) != list(range(len(shape))):
        raise ValueError(f"every axis of {shape} must be linked or free, once")
    for axis, indices in used:
        if (
            indices is not None
            and len(indices)
            and not 0 <= indices.min() <= indices.max() < shape[axis]
        ):
            raise ValueError(f"axis {axis} of {shape} has an index out of range")


def _shape(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(size) is int and size >= 2 for size in value):
        raise ValueError(f"shape {value!r} must be a list of lengths of at least 2")
    return tuple(value)


def _stored(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"stored must be true or false, not {value!r}")
    return value


def _read_link(row: Any) -> Link:
    out, into, index_map, stored = row
    built = (
        None if index_map is None else IndexMap.of(_indices(index_map[0]), _indices(index_map[1]))
    )
    return Link(out, into, built, _stored(stored))


def _read_free(row: Any) -> Free:
    axis, active, stored = row
    return Free(axis, None if active is None else IndexSet.of(_indices(active)), _stored(stored))


def _free_to_json(free: Free) -> list[Any]:
    return [free.axis, None if free.active is None else _runs(free.active.array), free.stored]


def _runs(indices: np.ndarray) -> list[list[int]]:
    """Indices as [start, count] of runs that ascend by one."""
    starts = np.flatnonzero(np.diff(indices, prepend=-2) != 1)
    counts = np.diff(starts, append=len(indices))
    return [[int(indices[s]), int(c)] for s, c in zip(starts, counts, strict=True)]


def _indices(runs: Any) -> np.ndarray:
    if not all(len(run) == 2 and type(run[0]) is int and 0 < run[1] < 2**31 for run in runs):
        raise ValueError(f"indices must be runs [start, count]; got {str(runs)[:60]}")
    return np.concatenate([np.arange(start, start + count) for start, count in runs])
