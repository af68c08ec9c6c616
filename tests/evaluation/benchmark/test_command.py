"""The benchmark command: updates, and the difficulty report."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import vertex_elim_env as ve
from evaluation.benchmark import command, main
from evaluation.benchmark.difficulty import Difficulty
from evaluation.benchmark.jobs import Job
from evaluation.benchmark.results import write_results
from evaluation.benchmark.running import run
from evaluation.benchmark.solving import Interruption
from evaluation.benchmark.tables import summary
from vertex_elim_env import instances
from vertex_elim_env.errors import OrderError
from vertex_elim_env.tasks.best_known import BOUND_BY_PATHS, Library

QUICK = ["--instances", "Traps/*/3", "--cost-models", "multiplications", "--seconds", "0.02"]
TRAPS = instances.names("Traps/*/3")


def update(folder: Path, *options: str) -> int:
    return main(["--update", "--library", str(folder), *QUICK, *options])


def test_an_update_fills_a_library_that_verifies(tmp_path: Path) -> None:
    assert update(tmp_path, "--solvers", "forward") == 0
    before = {path.name: path.read_text() for path in Library(tmp_path).files()}
    assert len(before) == len(TRAPS)
    assert update(tmp_path, "--solvers", "markowitz-late", "annealing", "--seeds", "0", "1") == 0
    for path in Library(tmp_path).files():
        old, new = json.loads(before[path.name]), json.loads(path.read_text())
        assert new["cost"] <= old["cost"]
        assert new["instance"] != "Traps/markowitz/3" or new["cost"] == 60 < old["cost"]
    assert main(["--verify", "--library", str(tmp_path), *QUICK]) == 0


def test_an_update_of_what_is_missing_leaves_the_rest_alone(tmp_path: Path) -> None:
    assert update(tmp_path, "--solvers", "forward", "--instances", TRAPS[1]) == 0
    [path] = Library(tmp_path).files()
    before = path.read_text()
    assert update(tmp_path, "--missing", "--solvers", "reverse") == 0
    assert path.read_text() == before
    assert len(list(Library(tmp_path).files())) == len(TRAPS)


def test_an_update_takes_better_orders_from_records_and_no_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library, name = tmp_path / "library", "PropaneCombustion"
    assert update(library, "--solvers", "reverse", "--instances", name) == 0
    jobs = [Job(name, "multiplications", solver) for solver in ("markowitz-late", "forward")]
    write_results(tmp_path / "runs.jsonl", [run(job) for job in jobs])
    options = ["--instances", name, "--records", str(tmp_path / "runs.jsonl")]
    assert update(library, *options) == 0
    [path] = Library(library).files()
    assert (json.loads(path.read_text())["cost"], json.loads(path.read_text())["solver"]) == (
        88,
        "markowitz-late",
    )
    assert "88 >= 88, before 90 >= 88" in capsys.readouterr().out
    before = path.read_text()
    assert update(library, *options) == 0
    assert path.read_text() == before
    wrong = replace(run(jobs[0]), cost=1, lower_bound=0, order=(0,))
    write_results(tmp_path / "runs.jsonl", [wrong])
    with pytest.raises(OrderError, match="no permutation"):
        update(library, *options)


def test_an_update_takes_a_bound_from_the_solver_that_searched_for_it(tmp_path: Path) -> None:
    library, name = tmp_path / "library", "RoeFlux_1d"
    assert update(library, "--solvers", "markowitz-late", "--instances", name) == 0
    before = Library(library).read(instances.get(name).graph.fingerprint, "multiplications")
    assert before is not None and before.bound_by == BOUND_BY_PATHS
    found = run(Job(name, "multiplications", "reverse"))
    proved = before.lower_bound + 1
    for solver, bound in {"annealing": before.lower_bound, "exact": proved}.items():
        write_results(tmp_path / "runs.jsonl", [replace(found, solver=solver, lower_bound=proved)])
        assert update(library, "--records", str(tmp_path / "runs.jsonl")) == 0
        after = Library(library).read(before.fingerprint, "multiplications")
        assert after is not None and after.lower_bound == bound
        assert (after.order, after.cost) == (before.order, before.cost)
        assert after.bound_by == ("exact" if bound == proved else BOUND_BY_PATHS)
    wrong = replace(found, solver="exact", lower_bound=before.cost + 1)
    write_results(tmp_path / "runs.jsonl", [wrong])
    assert update(library, "--records", str(tmp_path / "runs.jsonl")) == 1, "above a known cost"


def test_an_update_builds_on_no_wrong_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert update(tmp_path, "--solvers", "forward") == 0
    path = next(Library(tmp_path).files())
    wrong = re.sub(
        r'"cost": \d+, "lower_bound": \d+', '"cost": 1, "lower_bound": 0', path.read_text()
    )
    path.write_text(wrong)
    assert update(tmp_path, "--solvers", "annealing") == 1
    assert f"{path.name}" in capsys.readouterr().err
    assert path.read_text() == wrong


def interrupting(solve: Callable[..., Any], *, after: int) -> Callable[..., Any]:
    """A solver that is interrupted in its n-th run, and answers with what it has."""
    runs = 0

    def run(*args: Any, **options: Any) -> Any:
        nonlocal runs
        runs += 1
        if runs == after:
            with suppress(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGINT)
        return solve(*args, **options)

    return run


def test_an_interrupted_update_keeps_what_it_found_and_is_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(command, "solve", interrupting(command.solve, after=2))
        assert update(tmp_path, "--solvers", "forward") == 130
    assert len(list(Library(tmp_path).files())) == 2
    assert update(tmp_path, "--missing", "--solvers", "forward") == 0
    assert len(list(Library(tmp_path).files())) == len(TRAPS)


def test_an_interruption_is_remembered_and_the_handler_put_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    interruption = Interruption()
    interruption.check()
    with interruption.watched(), pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
    assert interruption.is_asked and signal.getsignal(signal.SIGINT) is before
    with pytest.raises(KeyboardInterrupt):
        interruption.check()


def row(best_heuristic: int, best_known: int, bound: int) -> Difficulty:
    return Difficulty(
        "x", "random", "flops", 3, {"a": best_heuristic, "b": 999}, {"1": 100}, best_known, bound
    )


def test_instances_are_solved_easy_or_hard() -> None:
    assert row(150, 100, 100).category == "solved"
    assert row(101, 100, 90).category == "easy"
    assert row(102, 100, 99).category == "hard"
    assert row(0, 0, 0).category == "solved"
    assert row(120, 100, 90).gap(120) == pytest.approx(0.2)
    counts = summary([row(150, 100, 100), row(102, 100, 99)])
    assert "flops: 1 solved, 0 easy, 1 hard" in counts


def test_the_report_says_how_far_rules_and_searches_stay_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "difficulty.json"
    options = ["--difficulty", "--limits", "0.02", "0.05", "--json", str(path)]
    assert main([*options, *QUICK, "--library", str(tmp_path)]) == 0
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [row["instance"] for row in rows] == list(TRAPS)
    for found in rows:
        graph = instances.get(found["instance"]).graph
        assert set(found["heuristics"]) == set(command.RULES)
        assert set(found["searches"]) == {"0.02", "0.05"}
        assert found["lower_bound"] == ve.lower_bound(graph) <= found["best_known"]
        assert found["best_heuristic"] == min(found["heuristics"].values())
        assert found["gaps"]["heuristic"] >= 0
    assert "solved" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "one of the arguments"),
        (["--verify", "--update"], "not allowed with"),
        (["--verify", "--instances", "Nowhere"], "no instance is named 'Nowhere'"),
        (["--update", "--solvers", "magic"], "unknown solver 'magic'"),
        (["--update", "--seconds", "0"], "seconds must be positive"),
        (["--difficulty", "--limits", "-1"], "seconds must be positive"),
    ],
)
def test_wrong_options_get_a_sentence(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(options)
    assert refused.value.code == 2 and words in capsys.readouterr().err
