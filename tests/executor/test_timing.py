"""Fair timing: turns, quartiles, and deviations that can't hide."""

from __future__ import annotations

import time
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from vertex_elim_env.executor.timing import (
    batch_of,
    relative_error,
    sample_interleaved,
    summarize,
    time_interleaved,
)


def test_candidates_take_turns_and_the_slower_one_is_seen_as_slower() -> None:
    calls: list[str] = []

    def candidate(name: str, seconds: float) -> Any:
        def run(x: Any) -> Any:
            calls.append(name)
            time.sleep(seconds)
            return x

        return run

    candidates = {"slow": candidate("slow", 4e-3), "fast": candidate("fast", 2.1e-3)}
    times = time_interleaved(candidates, [jnp.ones(1)], seconds=0.05)
    assert times["slow"].median > times["fast"].median
    assert times["slow"].rounds == times["fast"].rounds >= 5
    for timing in times.values():
        assert timing.lower_quartile <= timing.median <= timing.upper_quartile
    assert calls[-4:] in (["slow", "fast", "fast", "slow"], ["fast", "slow", "slow", "fast"])


def test_one_disturbed_call_does_not_change_how_often_a_round_calls() -> None:
    calls: list[None] = []

    def disturbed(x: Any) -> Any:
        calls.append(None)
        time.sleep(1e-2 if len(calls) == 2 else 1e-4)  # the first after the warm-up
        return x

    (samples,) = sample_interleaved(
        {"disturbed": disturbed}, [jnp.ones(1)], seconds=0, min_rounds=2
    ).values()
    assert len(samples) == 2
    assert len(calls) > 2 * 5


def test_every_call_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    in_flight, most = 0, 0

    def start(x: Any) -> Any:
        nonlocal in_flight, most
        in_flight += 1
        most = max(most, in_flight)
        return x

    def wait(result: Any) -> Any:
        nonlocal in_flight
        in_flight -= 1
        return result

    monkeypatch.setattr("jax.block_until_ready", wait)
    sample_interleaved({"quick": start}, [None], seconds=0, min_rounds=2)
    assert most == 1


def test_one_sample_is_its_own_median() -> None:
    assert summarize([2.0]) == summarize([2.0]).__class__(2.0, 2.0, 2.0, 1)


def test_a_batch_varies_every_entry_a_little() -> None:
    x, y = np.float32(2.0), np.ones((3, 2), np.float32)
    batch_x, batch_y = batch_of([x, y], 5)
    assert (batch_x.shape, batch_y.shape) == ((5,), (5, 3, 2))
    assert batch_x.dtype == batch_y.dtype == np.float32
    np.testing.assert_allclose(batch_y, 1.0, atol=1.1e-3)
    assert len(np.unique(batch_x)) == 5


@pytest.mark.parametrize(
    ("actual", "expected", "error"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([1.0, 2.2], [1.0, 2.0], 0.1),
        ([float("nan"), 2.0], [float("nan"), 2.0], 0.0),
        ([float("nan"), 2.0], [1.0, 2.0], float("inf")),
        ([1.0, 2.0], [float("nan"), 2.0], float("inf")),
        ([1.0], [1.0, 2.0], float("inf")),
        ([0.5], [0.0], 0.5),
        ([], [], 0.0),
    ],
)
def test_deviations_are_relative_to_the_largest_entry(
    actual: list[float], expected: list[float], error: float
) -> None:
    assert relative_error(np.array(actual), np.array(expected)) == pytest.approx(error)
