"""What a command works on: a task by name, or any function of a module with arguments from a file."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from vertex_elim_env import tasks
from vertex_elim_env.errors import VertexEliminationError
from vertex_elim_env.graph import ComputationalGraph


class TargetError(VertexEliminationError, ValueError):
    """A command's target or arguments file can't be used."""


class Call(NamedTuple):
    """A JAX function, positional arguments, and which of them to differentiate with respect to."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    argnums: tuple[int, ...]


@dataclass(frozen=True)
class Target:
    """What a command works on.

    Attributes:
        name: the task's name or "module:function".
        graph: its graph.
        load: returns the function with its arguments; for a task, the first use of JAX.
    """

    name: str
    graph: ComputationalGraph
    load: Callable[[], Call]


def find_target(
    name: str,
    *,
    arguments_file: Path | None = None,
    argnums: Sequence[int] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Target:
    """Return the target that a command line names.

    Args:
        name: a task's name, or "module:function" with the module importable from here.
        arguments_file: JSON (a list of numbers and nested lists) or npz, for a function.
        argnums: for a function; all arguments by default.
        sizes: sizes to change, for a task.

    Raises:
        TargetError: if the function or its arguments can't be loaded.
        UnknownTaskError: if no task has the name.
    """
    if ":" not in name:
        if arguments_file is not None or argnums is not None:
            raise TargetError(
                f"{name} is a task, which has its own arguments; --args and --argnums go with module:function"
            )
        return target_of_task(tasks.get(name, **(sizes or {})))
    if arguments_file is None:
        raise TargetError(
            f"{name} is a function; name a JSON or npz file with its arguments by --args FILE"
        )
    function = _load_function(name)
    arguments = read_arguments(arguments_file)
    from vertex_elim_env.tracing import trace

    chosen = tuple(argnums) if argnums is not None else tuple(range(len(arguments)))
    graph = trace(function, *arguments, argnums=chosen)
    return Target(name, graph, lambda: Call(function, arguments, chosen))


def target_of_task(task: tasks.Task) -> Target:
    """Return a task as a target."""
    return Target(
        task.name, task.graph, lambda: Call(task.function, task.example_args, task.argnums)
    )


def _load_function(name: str) -> Callable[..., Any]:
    module_name, _, attribute = name.partition(":")
    if "" not in sys.path:
        sys.path.insert(0, "")  # as `python -m` has it, also for the console script
    try:
        function = getattr(importlib.import_module(module_name), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise TargetError(f"can't load {name!r}: {error}") from error
    if not callable(function):
        raise TargetError(f"{name!r} is a {type(function).__name__}, not a function")
    return function


def read_arguments(path: Path) -> tuple[np.ndarray, ...]:
    """Read positional arguments from a file.

    Args:
        path: a JSON file with a list, one entry an argument (floats become float32 arrays, whole
            numbers stay integers); or an npz file, its arrays in the order they were saved.

    Raises:
        TargetError: if the file is neither.
    """
    try:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                return tuple(arrays[name] for name in arrays.files)
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TargetError(f"can't read arguments from {path}: {error}") from error
    if not isinstance(rows, list):
        raise TargetError(
            f"{path} must hold a JSON list with one entry for each argument; got {type(rows).__name__}"
        )
    return tuple(_array(row, k, path) for k, row in enumerate(rows))


def _array(row: Any, number: int, path: Path) -> np.ndarray:
    try:
        array = np.asarray(row)
    except ValueError as error:
        raise TargetError(f"argument {number} of {path} is no array: {error}") from error
    if array.dtype.kind == "f":
        return array.astype(np.float32)
    if array.dtype.kind not in "iub":
        raise TargetError(f"argument {number} of {path} must hold numbers; got {str(row)[:60]!r}")
    return array
