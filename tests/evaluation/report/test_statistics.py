"""Statistics: inter-quartile means, bootstrap intervals, profiles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.report.statistics import estimate, interquartile_mean, profile

STRATA = st.lists(
    st.lists(st.floats(0, 10, allow_nan=False), min_size=1, max_size=5), min_size=1, max_size=6
)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([3.0], 3.0),
        ([1.0, 2.0], 1.5),
        ([0.0, 1.0, 3.0, 1_000.0], 2.0),
        ([9.0, 1.0, 2.0, 3.0, 4.0, 0.0, 5.0, 6.0], 3.5),
    ],
)
def test_the_mean_is_of_the_middle_half(scores: list[float], expected: float) -> None:
    assert interquartile_mean(scores) == expected


@given(STRATA)
def test_an_interval_lies_within_what_was_scored_and_repeats(strata: list[list[float]]) -> None:
    found = estimate(strata, resamples=50)
    pooled = [score for runs in strata for score in runs]
    slack = 1e-9
    assert min(pooled) - slack <= found.low <= found.high + slack <= max(pooled) + 2 * slack
    assert found.value == pytest.approx(float(interquartile_mean(pooled)))
    assert estimate(strata, resamples=50) == found


def test_without_a_second_run_there_is_no_interval() -> None:
    assert estimate([[1.0], [2.0], [4.0]]) == (pytest.approx(7 / 3),) * 3


def test_resampling_stays_within_an_instance() -> None:
    """Two instances far apart: draws over both together would differ widely, within each they can't."""
    assert estimate([[0.0] * 4, [100.0] * 4]) == (50.0, 50.0, 50.0)


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    hits = 0
    for seed in range(200):
        found = estimate(rng.normal(1.0, 1.0, (10, 8)).tolist(), seed=seed, resamples=200)
        hits += found.low <= 1.0 <= found.high
    assert 0.88 <= hits / 200 <= 0.99


@given(STRATA)
def test_a_profile_rises_to_one(strata: list[list[float]]) -> None:
    shares = profile(strata, [0.0, 1.0, 5.0, 10.0])
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


def test_every_instance_counts_alike_in_a_profile() -> None:
    assert profile([[0.0], [1.0, 1.0, 1.0]], [0.0]) == [0.5]
