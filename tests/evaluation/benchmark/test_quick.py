"""A quick run: an agent and run times beside rules and searches, taken up again as the rest is."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evaluation import runtime
from evaluation.benchmark import command, main, quick, suite
from evaluation.benchmark.jobs import Job
from evaluation.benchmark.results import FILE, Result, read_results
from evaluation.benchmark.running import run
from vertex_elim_env import tasks

ONE = ["--quick", "--instances", "MLP", "Traps/forward/3", "--processes", "1"]
RULE = Job("MLP", "multiplications", "reverse")


def jobs_of(monkeypatch: pytest.MonkeyPatch, *options: str) -> list[Job]:
    """The jobs of a command line, of which none is run."""
    seen: list[Job] = []
    with monkeypatch.context() as patched:
        patched.setattr(command, "run_suite", lambda options, jobs: seen.extend(jobs) or 0)
        assert main(["--out", "nowhere", *options]) == 0
    return seen


def test_a_quick_run_trains_an_agent_on_every_task_before_the_searches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("equinox")
    jobs = jobs_of(monkeypatch, "--quick")
    names = tasks.names("paper")
    assert [job.instance for job in jobs[: len(names)]] == list(names)
    assert {(job.solver, job.seed) for job in jobs[: len(names)]} == {("ppo", 0)}
    rest = jobs[len(names) :]
    assert {job.seed for job in rest if job.solver == "annealing"} == {0, 1, 2}
    assert not any(job.solver == "ppo" for job in rest)


def test_all_its_searches_and_trainings_take_six_minutes_of_two_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of the tasks that no bound ends at once; run times have what is left of the ten minutes."""
    ended = ("PropaneCombustion", "HumanHeartDipole", "RobotArm_6DOF")
    jobs = jobs_of(monkeypatch, "--quick")
    seconds = [
        j.budget_seconds or 0.0 for j in jobs if j.solver == "ppo" or j.instance not in ended
    ]
    assert sum(seconds) / 2 < 6 * 60


def test_a_command_line_that_names_solvers_gets_those_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs = jobs_of(monkeypatch, "--quick", "--solvers", "beam", "--instances", "MLP")
    assert {job.solver for job in jobs} == {"beam", "portfolio", "annealing"}


def test_long_and_short_trainings_are_different_records(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("equinox")
    jobs = jobs_of(monkeypatch, "--quick", "--agents", "--instances", "MLP")
    budgets = {job.budget_seconds for job in jobs if job.solver == "ppo"}
    assert budgets == {60 * quick.TRAINING.minutes, 600.0}
    assert len({job.key for job in jobs}) == len(set(jobs))


@pytest.fixture
def timed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Command lines of the runtime command, which isn't run; every job comes to the result of a rule."""
    pytest.importorskip("equinox")
    seen: list[list[str]] = []
    found = run(RULE)

    def outcomes(jobs: Sequence[Job], processes: int) -> Iterator[Result]:
        for job in jobs:
            yield replace(found, **vars(job))

    monkeypatch.setattr(suite, "outcomes", outcomes)
    monkeypatch.setattr(runtime, "main", lambda argv: seen.append(list(argv)) or 0)
    return seen


def test_run_times_come_after_the_jobs_into_the_same_folder(
    timed: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--out", str(tmp_path), *ONE]) == 0
    [words] = timed
    assert words[:2] == ["--tasks", "MLP"] and words[2] == "--json", "a trap is no task"
    options = runtime.command.parse(words)
    assert options.json == tmp_path / "runtime.jsonl"
    assert (options.batches, options.workers, options.resume) == ([512], 1, True)
    out = capsys.readouterr().out
    assert f"report --records {tmp_path} --out" in out and "without" not in out
    assert "ppo" in {result.solver for result in read_results(tmp_path / FILE).values()}


def test_a_second_start_goes_on_with_the_run_times(
    timed: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "main", lambda argv: suite.INTERRUPTED)
    assert main(["--out", str(tmp_path), *ONE]) == suite.INTERRUPTED
    before = (tmp_path / FILE).read_bytes()
    monkeypatch.setattr(runtime, "main", lambda argv: timed.append(list(argv)) or 1)
    assert main(["--out", str(tmp_path), *ONE]) == 1, "a wrong Jacobian fails the run"
    assert len(timed) == 1
    assert (tmp_path / FILE).read_bytes() == before


def test_an_interrupted_run_measures_no_run_times(
    timed: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(jobs: Sequence[Job], processes: int) -> Iterator[Result]:
        yield run(RULE)
        raise KeyboardInterrupt

    monkeypatch.setattr(suite, "outcomes", interrupted)
    assert main(["--out", str(tmp_path), *ONE]) == suite.INTERRUPTED
    assert timed == [] and len(read_results(tmp_path / FILE)) == 1


@pytest.mark.parametrize(
    ("module", "sentence", "num_timed"),
    [("equinox", "without the training of agents: ", 1), ("jax", "without run times: ", 0)],
)
def test_what_an_extra_is_missing_for_is_left_out_with_a_sentence(
    module: str,
    sentence: str,
    num_timed: int,
    timed: list[list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    assert main(["--out", str(tmp_path), *ONE]) == 0
    assert sentence in capsys.readouterr().out
    assert len(timed) == num_timed
    solvers: set[Any] = {result.solver for result in read_results(tmp_path / FILE).values()}
    assert "ppo" not in solvers and "annealing" in solvers
