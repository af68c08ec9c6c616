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
CALIBRATION_CALLS = 3
"""Of so many calls the fastest decides how often a round calls: one alone may have been disturbed."""


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
    """Time compiled functions on the same arguments, taking turns: :func:`sample_interleaved`, summarised."""
    samples = sample_interleaved(candidates, arguments, seconds=seconds, min_rounds=min_rounds)
    return {name: summarize(values) for name, values in samples.items()}


def sample_interleaved(
    candidates: Mapping[str, Callable[..., Any]],
    arguments: Sequence[Any],
    *,
    seconds: float,
    min_rounds: int = 5,
) -> dict[str, list[float]]:
    """Time compiled functions on the same arguments, taking turns.

    Every round calls each candidate often enough to last about two milliseconds, and waits for
    every call: calls in flight side by side would flatter those that a round calls more often. The
    first call of each (compilation) is not counted.

    Args:
        candidates: functions by name; their results are waited for.
        arguments: passed to each.
        seconds: about how long all rounds together may take.
        min_rounds: at least so many rounds.

    Returns:
        Seconds of one call by name, an entry a round: the k-th entries of all candidates were
        measured side by side, so their ratios are free of slow drift.
    """
    repeats = {}
    for name, function in candidates.items():
        jax.block_until_ready(function(*arguments))
        repeats[name] = _num_repeats(function, arguments)
    samples: dict[str, list[float]] = {name: [] for name in candidates}
    start = time.perf_counter()
    names = list(candidates)
    while len(samples[names[0]]) < min_rounds or time.perf_counter() - start < seconds:
        for name in names:
            samples[name].append(_seconds(candidates[name], arguments, repeats[name]))
        names = names[1:] + names[:1]
    return samples


def _num_repeats(function: Callable[..., Any], arguments: Sequence[Any]) -> int:
    fastest = _seconds(function, arguments, 1)
    for _ in range(CALIBRATION_CALLS - 1):
        if fastest < 10 * MIN_SAMPLE_SECONDS:  # not worth more of a slow one's time
            fastest = min(fastest, _seconds(function, arguments, 1))
    return max(1, round(MIN_SAMPLE_SECONDS / max(fastest, 1e-7)))


def _seconds(function: Callable[..., Any], arguments: Sequence[Any], repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(function(*arguments))
    return (time.perf_counter() - start) / repeats


def summarize(values: Sequence[float]) -> Timing:
    """Return the median and quartiles of the samples of some rounds."""
    if len(values) == 1:
        return Timing(values[0], values[0], values[0], 1)
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
