"""Run times compared fairly: candidates take turns, so that drift of the machine hits all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

MIN_SAMPLE_SECONDS = 2e-3


@dataclass(frozen=True)
class Timing:
    """Seconds of one call: median and quartiles over the rounds."""

    median: float
    lower_quartile: float
    upper_quartile: float
    rounds: int


def time_interleaved(
    candidates: Mapping[str, Callable[..., Any]],
    arguments: Sequence[Any],
    *,
    seconds: float,
    min_rounds: int = 5,
) -> dict[str, Timing]:
    """Time compiled functions on the same arguments, taking turns.

    Every round calls each candidate often enough to last about two milliseconds. The first call of
    each (compilation) is not counted.

    Args:
        candidates: functions by name; their results are waited for.
        arguments: passed to each.
        seconds: about how long all rounds together may take.
        min_rounds: at least so many rounds.
    """
    repeats = {}
    for name, function in candidates.items():
        jax.block_until_ready(function(*arguments))
        repeats[name] = max(
            1, round(MIN_SAMPLE_SECONDS / max(_seconds(function, arguments, 1), 1e-7))
        )
    samples: dict[str, list[float]] = {name: [] for name in candidates}
    start = time.perf_counter()
    names = list(candidates)
    while len(samples[names[0]]) < min_rounds or time.perf_counter() - start < seconds:
        for name in names:
            samples[name].append(_seconds(candidates[name], arguments, repeats[name]))
        names = names[1:] + names[:1]
    return {name: _summarize(values) for name, values in samples.items()}


def _seconds(function: Callable[..., Any], arguments: Sequence[Any], repeats: int) -> float:
    start = time.perf_counter()
    result = None
    for _ in range(repeats):
        result = function(*arguments)
    jax.block_until_ready(result)
    return (time.perf_counter() - start) / repeats


def _summarize(values: Sequence[float]) -> Timing:
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return Timing(median, lower, upper, len(values))


def batch_of(
    example_args: Sequence[np.ndarray], batch: int, seed: int = 0
) -> tuple[np.ndarray, ...]:
    """Return example arguments repeated along a new first axis, each entry varied by up to 0.1 %."""
    rng = np.random.default_rng(seed)
    return tuple(
        (x * (1 + 1e-3 * rng.uniform(-1, 1, (batch, *np.shape(x))))).astype(np.asarray(x).dtype)
        for x in example_args
    )


def relative_error(actual: Any, expected: Any) -> float:
    """Return the largest deviation between two trees, relative to each array's largest entry.

    NaN in the same place on both sides is no deviation; on one side only, it is infinite.
    """
    worst = 0.0
    for a, b in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
        if a.shape != b.shape or (np.isnan(a) != np.isnan(b)).any():
            return float("inf")
        scale = np.nanmax(np.abs(b), initial=0.0) or 1.0
        worst = max(worst, float(np.nanmax(np.abs(a - b), initial=0.0) / scale))
    return worst
