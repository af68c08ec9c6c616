"""The suite: jobs, verified results, and records that survive a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import vertex_elim_env as ve
from baselines import registry
from evaluation.benchmark import main, running
from evaluation.benchmark.jobs import Job, plan
from evaluation.benchmark.results import (
    FILE,
    Result,
    append,
    appending,
    read_results,
    write_results,
)
from evaluation.benchmark.running import Failure, attempt, run
from evaluation.benchmark.solvers import (
    AGENTS,
    ALWAYS,
    EVALUATION_OPTIONS,
    RULES,
    SEARCHES,
    SEEDLESS,
    is_rule,
)
from evaluation.provenance import provenance
from vertex_elim_env import instances
from vertex_elim_env.errors import OrderError

ROOT = Path(__file__).parents[3]
TRAPS = instances.names("Traps/*/3")
JOB = Job("PropaneCombustion", "multiplications", "markowitz-late")


@pytest.fixture(scope="module")
def result() -> Result:
    return run(JOB)


def test_jobs_are_the_product_without_what_would_repeat() -> None:
    jobs = plan(
        instances=["MLP", "Encoder"],
        cost_models=["flops"],
        solvers=["forward", "beam", "annealing", "exact"],
        seeds=[0, 1, 2],
        seconds=[1.0, 2.0],
        evaluations=[10],
    )
    of_mlp = [job for job in jobs if job.instance == "MLP"]
    assert len(jobs) == 2 * len(of_mlp) == len({job.key for job in jobs})
    counts = {name: sum(job.solver == name for job in of_mlp) for name in RULES[:1]}
    assert counts == {"forward": 1}
    assert sum(job.solver == "beam" for job in of_mlp) == 2, "nothing in it is random"
    assert sum(job.solver == "annealing" for job in of_mlp) == 3 * (2 + 1)
    assert sum(job.solver == "exact" for job in of_mlp) == 3 * 2, "it counts no evaluations"
    assert of_mlp[0].solver == "forward" and of_mlp[0].budget_seconds is None


def test_the_lists_of_solvers_agree_with_the_registry() -> None:
    listed = {*RULES, *SEARCHES, *ALWAYS, *AGENTS, *SEEDLESS, *EVALUATION_OPTIONS}
    assert listed <= set(registry.names())
    assert all(map(is_rule, (*RULES, "portfolio")))
    assert not any(map(is_rule, (*SEARCHES, *SEEDLESS)))


@pytest.mark.parametrize("solver", ["lookahead", "beam"])
def test_what_is_called_seedless_ignores_its_seed(solver: str) -> None:
    graph = instances.get("HumanHeartDipole").graph
    orders = {registry.make(solver).solve(graph, seed=seed).order for seed in (0, 1)}
    assert len(orders) == 1


def test_a_job_s_command_runs_that_job(monkeypatch: pytest.MonkeyPatch) -> None:
    from evaluation.benchmark import command

    seen: list[Job] = []
    monkeypatch.setattr(command, "run_suite", lambda options, jobs: seen.extend(jobs) or 0)
    for job in (
        JOB,
        Job("RobotArm/joints=3", "flops", "annealing", 3, 0.5),
        Job("MLP", "nontrivial", "annealing", 1, None, 1000),
    ):
        seen.clear()
        assert main(job.command.split()[4:]) == 0
        assert seen == [job]


def test_a_result_is_verified_and_compared(result: Result) -> None:
    graph = instances.get(JOB.instance).graph
    assert result.job == JOB
    assert result.cost == ve.elimination_cost(graph, result.order) == 88
    assert (result.lower_bound, result.best_known, result.is_optimal) == (88, 88, True)
    assert (result.gap_to_bound, result.gap_to_best_known) == (0.0, 0.0)
    assert result.fingerprint == graph.fingerprint
    assert result.provenance == provenance()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cost": 90}, "says 90, its order costs 88"),
        ({"fingerprint": "0" * 32}, "another graph"),
        ({"order": (0,)}, "no permutation of 51"),
    ],
)
def test_a_wrong_answer_is_a_failure_and_no_result(
    change: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = running.solve(
        "markowitz-late", instances.get(JOB.instance).graph, JOB.cost_model, seed=0, seconds=None
    )
    monkeypatch.setattr(running, "solve", lambda *_, **__: replace(right, **change))
    failure = attempt(JOB)
    assert isinstance(failure, Failure) and failure.job == JOB
    assert words in failure.error


def test_a_cost_below_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_bound", lambda *_: 89)
    with pytest.raises(OrderError, match="below the bound 89"):
        run(JOB)


def test_results_are_read_as_they_were_written(result: Result, tmp_path: Path) -> None:
    other = replace(result, seed=1, budget_seconds=0.5)
    write_results(tmp_path / FILE, [other, result])
    assert read_results(tmp_path / FILE) == {result.key: result, other.key: other}
    row = json.loads((tmp_path / FILE).read_text().splitlines()[0])
    assert (row["gap_to_bound"], row["is_optimal"]) == (0.0, True)
    assert set(row["provenance"]) >= {"revision", "python", "numpy", "processor", "cores"}


def test_a_line_that_was_cut_off_is_none_and_spoils_no_other(
    result: Result, tmp_path: Path
) -> None:
    path, others = tmp_path / "new" / FILE, [replace(result, seed=seed) for seed in range(3)]
    with appending(path) as stream:
        append(stream, others[0])
        append(stream, others[1])
    path.write_bytes(path.read_bytes()[:-40])
    assert list(read_results(path)) == [others[0].key]
    with appending(path) as stream:
        append(stream, others[2])
        append(stream, others[1])
        append(stream, others[1])
    assert set(read_results(path)) == {other.key for other in others}


OPTIONS = [
    *("--instances", "Traps/*/3", "--cost-models", "nontrivial"),
    *("--solvers", "forward", "reverse", "large-neighbourhood"),
    *("--seeds", "0", "1", "--seconds", "0.05", "--processes", "2"),
]
EXPECTED = {
    job.key
    for job in plan(
        instances=TRAPS,
        cost_models=["nontrivial"],
        solvers=["forward", "reverse", "large-neighbourhood", "portfolio", "annealing"],
        seeds=[0, 1],
        seconds=[0.05],
    )
}


def children_of(pid: int) -> list[int]:
    """Of a process, where the system tells them."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in path.read_text().split()] if path.exists() else []


def has_ended(pid: int, *, seconds: float = 10.0) -> bool:
    """Whether a process ends in time; one that nobody has asked for its status has ended too."""
    path, deadline = Path(f"/proc/{pid}/stat"), time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not path.exists() or path.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_run_that_was_killed_ends_with_the_same_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / FILE
    command = [sys.executable, "-m", "evaluation", "benchmark", "--out", str(tmp_path), *OPTIONS]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None and len(read_results(path)) < 3:
        time.sleep(0.02)
    children = children_of(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    for child in children:
        assert has_ended(child), "workers end with their parent"
    before = read_results(path)
    assert 3 <= len(before) < len(EXPECTED)
    with path.open("ab") as stream:
        stream.write(b'{"instance": "Tr')
    assert main(["--out", str(tmp_path), *OPTIONS, "--processes", "1"]) == 0
    assert f"{len(before)} of {len(EXPECTED)} records are there" in capsys.readouterr().out
    after = read_results(path)
    assert set(after) == EXPECTED
    assert len(path.read_bytes().splitlines()) == len(EXPECTED)
    assert {key: after[key] for key in before} == before
    assert main(["--out", str(tmp_path), *OPTIONS]) == 0
    assert "0 jobs are left" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--seconds", "0"], "must be positive"),
        (["--processes", "0"], "must be positive"),
        (["--solvers", "magic"], "unknown solver 'magic'"),
        (["--instances", "Nowhere"], "no instance is named 'Nowhere'"),
        (["--alone", "--solvers", "beam", "--evaluations", "5"], "--evaluations needs one of"),
        (["--verify"], "not allowed with"),
    ],
)
def test_options_that_make_no_sense_get_a_sentence(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--out", str(tmp_path), *options])
    assert refused.value.code == 2 and words in capsys.readouterr().err
