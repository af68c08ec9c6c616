"""Functions of the catalogue evaluated in double precision."""

from __future__ import annotations

from typing import Any

import numpy as np

from vertex_elim_env import tasks


def arguments(name: str) -> list[np.ndarray]:
    """The example's arguments as float64."""
    return [np.asarray(x, np.float64) for x in tasks.get(name).example_args]


def values(name: str, *given: float) -> list[Any]:
    """Results at given arguments, at the example's where there are none."""
    called = [np.float64(x) for x in given] if given else arguments(name)
    result = tasks.get(name).function(*called)
    return [np.asarray(x) for x in (result if isinstance(result, tuple) else (result,))]
