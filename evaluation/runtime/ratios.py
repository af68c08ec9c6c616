"""Ratios: how much faster than JAX's better mode, paired by round and chosen without optimism."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vertex_elim_env.executor.timing import summarize

ALL_ROUNDS = slice(None)
CHOICE_ROUNDS = slice(0, None, 2)
"""Rounds that choose the best of several candidates ..."""
REPORT_ROUNDS = slice(1, None, 2)
"""... and rounds that say how fast it is. The two alternate, so that drift hits both alike."""
HALF_WIDTH = 0.98
"""Ranks, by the root of their number, from the middle to the end of the median's 95 % interval: the
binomial distribution's 1.96 standard deviations (Conover, Practical Nonparametric Statistics, 3.2)."""


@dataclass(frozen=True)
class Ratio:
    """Seconds of a baseline by seconds of a candidate: median and quartiles of the rounds' ratios.

    Attributes:
        median: above 1 the candidate is faster.
        lower_quartile, upper_quartile: of the same ratios: how much the rounds differ.
        low, high: between these the true median lies with 95 % confidence, given enough rounds.
        rounds: how many were compared.
        baseline: the faster of the baselines, by its median over the same rounds.
    """

    median: float
    lower_quartile: float
    upper_quartile: float
    low: float
    high: float
    rounds: int
    baseline: str


def paired_ratio(
    baselines: Mapping[str, Sequence[float]],
    samples: Sequence[float],
    rounds: slice = ALL_ROUNDS,
) -> Ratio | None:
    """Compare a candidate with the faster baseline, round by round.

    Args:
        baselines: seconds in every round, by name; entry k of all was measured beside entry k of
            the candidate.
        samples: the candidate's. Where one took part in fewer rounds, they were the first ones.
        rounds: those that count.

    Returns:
        The ratio; None without a baseline or without a round.
    """
    medians = {name: statistics.median(row[rounds]) for name, row in baselines.items() if row}
    if not medians or not samples[rounds]:
        return None
    baseline = min(medians, key=medians.__getitem__)
    pairs = zip(baselines[baseline][rounds], samples[rounds], strict=False)
    ratios = sorted(theirs / ours for theirs, ours in pairs)
    summary = summarize(ratios)
    rank = max(0, math.floor(len(ratios) / 2 - HALF_WIDTH * math.sqrt(len(ratios))))
    return Ratio(
        median=summary.median,
        lower_quartile=summary.lower_quartile,
        upper_quartile=summary.upper_quartile,
        low=ratios[rank],
        high=ratios[-1 - rank],
        rounds=summary.rounds,
        baseline=baseline,
    )


def best_of(candidates: Mapping[str, Sequence[float]]) -> str | None:
    """Return the name with the lowest median over the rounds that choose, None if there is none."""
    chosen_by = {name: row[CHOICE_ROUNDS] for name, row in candidates.items() if row}
    return min(chosen_by, key=lambda name: statistics.median(chosen_by[name]), default=None)


def geometric_mean(ratios: Iterable[float]) -> float:
    """Return the geometric mean; NaN of none."""
    logarithms = [math.log(ratio) for ratio in ratios]
    return math.exp(statistics.fmean(logarithms)) if logarithms else math.nan
