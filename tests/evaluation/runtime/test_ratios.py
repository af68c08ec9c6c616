"""Ratios: paired by round, and the best of several chosen by other rounds than those reported."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

from evaluation.runtime.measurement import still_racing
from evaluation.runtime.ratios import (
    CHOICE_ROUNDS,
    REPORT_ROUNDS,
    best_of,
    geometric_mean,
    paired_ratio,
)


def test_drift_that_hits_a_whole_round_leaves_the_ratio_alone() -> None:
    drift = np.geomspace(1, 30, 20)
    ratio = paired_ratio({"jacrev": list(3 * drift)}, list(2 * drift))
    assert ratio is not None
    assert (ratio.median, ratio.lower_quartile, ratio.upper_quartile) == pytest.approx((1.5,) * 3)
    assert ratio.rounds == 20


def test_the_baseline_is_the_faster_one_over_the_same_rounds() -> None:
    baselines = {"jacfwd": [1.0, 9.0] * 4, "jacrev": [5.0, 4.0] * 4}
    in_choice = paired_ratio(baselines, [2.0] * 8, CHOICE_ROUNDS)
    in_report = paired_ratio(baselines, [2.0] * 8, REPORT_ROUNDS)
    assert in_choice is not None
    assert in_report is not None
    assert (in_choice.baseline, in_choice.median) == ("jacfwd", 0.5)
    assert (in_report.baseline, in_report.median) == ("jacrev", 2.0)


def test_a_candidate_that_left_early_is_paired_with_the_first_rounds() -> None:
    ratio = paired_ratio({"jacrev": [4.0, 6.0, 100.0, 100.0]}, [2.0, 3.0])
    assert ratio is not None
    assert (ratio.median, ratio.rounds) == (2.0, 2)
    assert paired_ratio({}, [1.0]) is None
    assert paired_ratio({"jacrev": [1.0]}, []) is None


def test_rounds_that_choose_do_not_report() -> None:
    rounds = list(range(11))
    assert sorted(rounds[CHOICE_ROUNDS] + rounds[REPORT_ROUNDS]) == rounds
    lucky = [1.0, 4.0] * 5
    assert best_of({"lucky": lucky, "steady": [2.0] * 10, "failed": []}) == "lucky"
    ratio = paired_ratio({"jacrev": [2.0] * 10}, lucky, REPORT_ROUNDS)
    assert ratio is not None
    assert ratio.median == 0.5
    assert best_of({}) is None


def test_being_chosen_among_equals_does_not_flatter() -> None:
    rng = np.random.default_rng(0)
    honest, naive = [], []
    for _ in range(200):
        noise = {str(k): list(rng.lognormal(0, 0.2, 12)) for k in range(8)}
        baseline = {"jacrev": [1.0] * 12}
        best = best_of(noise)
        assert best is not None
        ratio = paired_ratio(baseline, noise[best], REPORT_ROUNDS)
        assert ratio is not None
        honest.append(ratio.median)
        naive.append(1 / min(map(statistics.median, noise.values())))
    assert geometric_mean(honest) == pytest.approx(1, abs=0.02)
    assert geometric_mean(naive) > 1.05


def test_the_interval_holds_the_true_median_nineteen_times_in_twenty() -> None:
    rng, held = np.random.default_rng(0), 0
    for _ in range(400):
        ratio = paired_ratio({"jacrev": list(rng.lognormal(0, 0.5, 40))}, [1.0] * 40)
        assert ratio is not None
        assert ratio.low <= ratio.median <= ratio.high
        held += ratio.low <= 1 <= ratio.high
    assert 0.92 <= held / 400 <= 0.99


def test_a_slow_candidate_leaves_the_race_only_where_time_is_short() -> None:
    kinds = {"jacfwd": "jax", "jacrev": "jax", "forward": "order", "late": "order", "all": "cross"}
    medians = {"jacfwd": 9.0, "jacrev": 2.0, "forward": 5.0, "late": 1.0, "all": 50.0}
    assert still_racing(medians, kinds, seconds=1e6) == list(medians)
    assert still_racing(medians, kinds, seconds=1.0) == ["jacrev", "late"]
    slow_orders = {**medians, "late": 20.0, "forward": 21.0}
    assert still_racing(slow_orders, kinds, seconds=1.0) == ["jacfwd", "jacrev", "forward", "late"]
