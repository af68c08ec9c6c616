"""Ctrl-C ends a run after an iteration, whole; a second one raises; the run goes on as if it had not."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("equinox")
pytest.importorskip("tensorboard")
import jax.numpy as jnp
import numpy as np
from jax import Array

from baselines.networks import Best, checkpoint
from training.interruption import deferred_interruption
from training.options import RunOptions
from training.run import CHECKPOINT, open_run, train
from vertex_elim_env.functional import Params

ROOT = Path(__file__).parents[2]


class Count(NamedTuple):
    number: Array
    best: Best


class Progress:
    num_finished, mean_costs = np.ones(1), np.zeros(1)

    def scalars(self) -> Mapping[str, float]:
        return {}


class Counter:
    """Learns nothing; is sent a Ctrl-C in the middle of its second iteration, once."""

    name, num_steps_in_all, num_calls = "counter", 5, 0

    def begin(self, params: Params, seed: int) -> Count:
        n = params.num_actions
        best = Best(jnp.full(1, 151), jnp.arange(n)[None])  # forward mode
        return Count(jnp.int32(seed), best)

    def new_lesson(self, params: Params, state: Count, seed: int) -> Count:
        raise AssertionError("there is one lesson only")

    def iterate(self, params: Params, state: Count) -> tuple[Count, Progress]:
        self.num_calls += 1
        if self.num_calls == 2:
            signal.raise_signal(signal.SIGINT)
        return state._replace(number=3 * state.number + 1), Progress()

    def steps_per_iteration(self, params: Params) -> int:
        return 1


def saved(out: Path) -> tuple[int, dict[str, Any]]:
    path = out / CHECKPOINT
    state = checkpoint.load(path, Count(jnp.int32(0), None))  # type: ignore[arg-type]
    return int(state.number), checkpoint.read_description(path)


def test_an_interrupted_run_goes_on_as_if_it_had_not_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.run.report", lambda run, references: 0)
    agent = Counter()
    interrupted = RunOptions(task="PropaneCombustion", out=tmp_path / "a")
    assert train(agent, interrupted, config={}) == 0
    number, description = saved(interrupted.out)
    assert (number, description["num_iterations"], description["num_episodes"]) == (4, 2, 2)
    assert description["records"]["PropaneCombustion"]["cost"] == 151

    assert open_run(agent, interrupted, {}).num_iterations == 2
    assert train(agent, interrupted, config={}) == 0
    number, description = saved(interrupted.out)
    assert (number, description["num_iterations"], description["num_episodes"]) == (121, 5, 5)


class Slow(Counter):
    """Tells when an iteration begins, and takes its time."""

    num_steps_in_all, num_calls = 200, 10

    def iterate(self, params: Params, state: Count) -> tuple[Count, Progress]:
        print("begun", flush=True)
        time.sleep(0.01)
        return super().iterate(params, state)


def train_slowly(out: str) -> None:
    """What a process that is to be killed does."""
    train(Slow(), RunOptions(task="PropaneCombustion", out=Path(out)), config={})


def test_a_run_killed_at_any_moment_loses_at_most_an_iteration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = f"from {__name__} import train_slowly; train_slowly({str(tmp_path)!r})"
    moment = np.random.default_rng().integers(1, 12)
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(moment)]
        time.sleep(np.random.default_rng().uniform(0.0, 0.02))
        process.kill()
        lines += process.stdout.readlines()
    num_begun = sum(line == b"begun\n" for line in lines)
    assert num_begun >= moment
    num_saved = 0
    if (tmp_path / CHECKPOINT).exists():
        _, description = saved(tmp_path)
        num_saved = description["num_iterations"]
    assert num_begun - 1 <= num_saved <= num_begun

    monkeypatch.setattr("training.run.report", lambda run, references: 0)
    agent = Slow()
    options = RunOptions(task="PropaneCombustion", out=tmp_path)
    run = open_run(agent, options, {})
    assert run.num_iterations == num_saved
    for _ in range(3):
        run.advance()
    assert run.num_episodes == run.num_iterations == num_saved + 3
    number = 0
    for _ in range(run.num_iterations):
        number = (3 * number + 1) % 2**32
    assert int(run.state.number) % 2**32 == number, "as if it had never been killed"


def test_the_second_interruption_raises_and_the_handler_is_put_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), deferred_interruption() as is_asked:
        signal.raise_signal(signal.SIGINT)
        assert is_asked.is_set()
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_nothing_is_asked_without_an_interruption() -> None:
    with deferred_interruption() as is_asked:
        assert not is_asked.is_set()
