"""Statistics over seeds and instances: inter-quartile mean, stratified bootstrap, performance profile.

R. Agarwal, M. Schwarzer, P. S. Castro, A. Courville, M. G. Bellemare, Deep reinforcement learning at the
edge of the statistical precipice, NeurIPS 2021 (the rliable library); profiles: E. D. Dolan, J. J. Moré,
Benchmarking optimization software with performance profiles, Math. Program. 91, 2002.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

RESAMPLES = 2_000
CONFIDENCE = 0.95

Strata = Sequence[Sequence[float]]
"""Scores of the runs of each instance."""


class Estimate(NamedTuple):
    """A value and its 95% interval; where no instance has two runs the interval is the value."""

    value: float
    low: float
    high: float


def interquartile_mean(scores: ArrayLike) -> NDArray[np.float64]:
    """Return the mean of the middle half of the last axis: a quarter is cut at either end, rounded down."""
    ordered = np.sort(np.asarray(scores, np.float64), axis=-1)
    cut = ordered.shape[-1] // 4
    return ordered[..., cut : ordered.shape[-1] - cut].mean(axis=-1)


def estimate(strata: Strata, *, seed: int = 0, resamples: int = RESAMPLES) -> Estimate:
    """Return the inter-quartile mean of all runs, with the percentile interval of a stratified bootstrap.

    Args:
        strata: the scores of each instance's runs; every resample draws as many of each anew.
        seed: of the draws.
        resamples: how many.
    """
    pooled = np.concatenate([np.asarray(runs, np.float64) for runs in strata])
    value = float(interquartile_mean(pooled))
    if all(len(runs) < 2 for runs in strata):
        return Estimate(value, value, value)
    rng = np.random.default_rng(seed)
    drawn = [
        np.asarray(runs, np.float64)[rng.integers(len(runs), size=(resamples, len(runs)))]
        for runs in strata
    ]
    means = interquartile_mean(np.concatenate(drawn, axis=1))
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(means, [tail, 100 - tail])
    return Estimate(value, float(low), float(high))


def profile(strata: Strata, thresholds: Sequence[float]) -> list[float]:
    """Return the share of runs with a score up to each threshold, every instance counting alike."""
    shares = [[np.mean(np.asarray(runs) <= t) for t in thresholds] for runs in strata]
    return [float(share) for share in np.mean(shares, axis=0)]
