"""Checkpoints: a pytree of arrays and a description, in one npz file without pickle, written atomically."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.errors import VertexEliminationError
from vertex_elim_env.files import write_bytes

_Tree = TypeVar("_Tree")
_DESCRIPTION = "description"


class CheckpointError(VertexEliminationError, ValueError):
    """A file is no checkpoint, or one of something else."""


def save(path: Path, tree: Any, description: Mapping[str, Any]) -> None:
    """Write arrays and a description that JSON can hold."""
    arrays: dict[str, Any] = {_DESCRIPTION: np.asarray(json.dumps(dict(description)))}
    arrays |= {name: np.asarray(_plain(leaf)) for name, leaf in _named_leaves(tree).items()}
    content = io.BytesIO()
    np.savez(content, **arrays)
    write_bytes(path, content.getvalue())


def read_description(path: Path) -> dict[str, Any]:
    """Return the description in a checkpoint.

    Raises:
        OSError: if the file can't be read.
        CheckpointError: if it is no checkpoint.
    """
    found = _read(path).get(_DESCRIPTION)
    if found is None:
        raise CheckpointError(f"{path} has no description, so it is no checkpoint")
    return json.loads(str(found))


def load(path: Path, like: _Tree, *, part: str = "") -> _Tree:
    """Return the arrays in a checkpoint.

    Args:
        path: the file.
        like: a tree of the same structure, whose leaves have the right shapes, types and devices.
        part: where in the saved tree it is, as ".network"; by default it is the whole.

    Raises:
        OSError: if the file can't be read.
        CheckpointError: if it is no checkpoint, or one of a tree of another form.
    """
    arrays = _read(path)
    leaves = []
    for name, leaf in _named_leaves(like).items():
        expected, found = _plain(leaf), arrays.get(part + name)
        if found is None or (found.shape, found.dtype) != (expected.shape, expected.dtype):
            was = "nothing" if found is None else f"{found.dtype} {found.shape}"
            raise CheckpointError(
                f"{path} was saved by a run of another form: {part + name} should be "
                f"{expected.dtype} {expected.shape}, the file has {was}"
            )
        array = jax.random.wrap_key_data(jnp.asarray(found)) if _is_key(leaf) else found
        leaves.append(jax.device_put(array, leaf.sharding))
    return jax.tree.unflatten(jax.tree.structure(like), leaves)


def _read(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            return dict(arrays)
    except (ValueError, EOFError, zipfile.BadZipFile, AttributeError) as error:
        raise CheckpointError(f"{path} is no checkpoint: {error}") from error


def _named_leaves(tree: Any) -> dict[str, Any]:
    leaves, _ = jax.tree_util.tree_flatten_with_path(tree)
    return {jax.tree_util.keystr(path): leaf for path, leaf in leaves}


def _is_key(leaf: Any) -> bool:
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def _plain(leaf: Any) -> Any:
    return jax.random.key_data(leaf) if _is_key(leaf) else leaf
