"""python -m evaluation runtime: a record for every candidate, resumed, drawn, and left tidy."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import pytest

import vertex_elim_env as ve
from evaluation.runtime import command, main
from evaluation.runtime.candidates import BASELINES, CROSS_BATCH, Job
from evaluation.runtime.ratios import REPORT_ROUNDS, best_of, paired_ratio
from evaluation.runtime.records import Measurement, Program, read_records
from evaluation.runtime.report import compile_ratio, count_ratio, gist, mean_ratio
from vertex_elim_env.executor.candidates import SEARCHES, solution_of
from vertex_elim_env.executor.timing import Timing, summarize

TASKS = ("HumanHeartDipole", "MLP")
BATCH = 4
QUICK = ["--tasks", *TASKS, "--batches", str(BATCH), "--seconds", "0.1", "--tune-seconds", "0.1"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the records and the picture of a quick run."""
    folder = tmp_path_factory.mktemp("runtime")
    options = ["--json", str(folder / "r.jsonl"), "--plot", str(folder / "deep" / "r.svg")]
    assert main([*QUICK, *options]) == 0
    return folder


@pytest.fixture
def records(finished: Path) -> list[dict[str, Any]]:
    """What the quick run wrote."""
    return [json.loads(line) for line in (finished / "r.jsonl").read_text().splitlines()]


def test_every_candidate_of_every_task_has_a_record(records: list[dict[str, Any]]) -> None:
    for task in TASKS:
        found = {record["candidate"]: record for record in records if record["task"] == task}
        orders = {name for name, record in found.items() if record["kind"] == "order"}
        assert orders <= set(SEARCHES)
        assert set(found) - orders == {
            *BASELINES.values(),
            "best order",
            "auto",
            "tuned",
            CROSS_BATCH,
        }
        assert found["best order"]["choice"] in orders
        assert found["tuned"]["choice"] in {*SEARCHES, *BASELINES}
        assert found["forward"]["cost"] == ve.elimination_cost(
            ve.tasks.get(task).graph, range(ve.tasks.get(task).graph.num_eliminable), "nontrivial"
        )


def test_a_record_holds_what_was_measured_and_on_what(records: list[dict[str, Any]]) -> None:
    for record in records:
        assert (record["status"], record["note"]) == ("timed", "")
        assert record["batch"] == record["batch_used"] == BATCH
        assert record["deviation"] < 1e-4
        program = Program(**record["program"])
        assert min(program.trace_seconds, program.compile_seconds, program.held_bytes or 0) > 0
        assert min(program.flops or 0, program.bytes_accessed or 0) > 0
        assert min(program.lowered_ops, program.compiled_ops) > 10
        timing = Timing(**record["timing"])
        assert 0 < timing.lower_quartile <= timing.median <= timing.upper_quartile
        assert record["environment"]["backend"] == jax.default_backend()
        assert record["settings"] == {
            "seconds": 0.1,
            "tune_seconds": 0.1,
            "max_gib": 4.0,
            "workers": os.cpu_count(),
        }


def test_ratios_and_timings_follow_from_the_recorded_samples(records: list[dict[str, Any]]) -> None:
    for task in TASKS:
        found = {r["candidate"]: Measurement.from_record(r) for r in records if r["task"] == task}
        baselines = {name: found[name].samples for name in BASELINES.values()}
        for each in found.values():
            is_best = each.kind == "best"
            rounds = REPORT_ROUNDS if is_best else slice(None)
            samples = found[each.choice].samples if is_best else each.samples
            assert each.timing is not None
            assert each.timing.median == pytest.approx(summarize(samples[rounds]).median, rel=1e-3)
            if each.kind in ("jax", "cross-batch"):
                assert each.ratio is None
                continue
            again = paired_ratio(baselines, samples, rounds)
            assert each.ratio is not None
            assert again is not None
            assert each.ratio.median == pytest.approx(again.median, rel=1e-3)
            assert each.ratio.rounds == again.rounds == len(samples[rounds])
        orders = {n: m.samples for n, m in found.items() if m.kind == "order"}
        assert found["best order"].choice == best_of(orders)


def test_the_gist_is_the_means_over_tasks_and_the_least_of_them(
    records: list[dict[str, Any]],
) -> None:
    tasks: dict[str, dict[str, Measurement]] = {}
    for record in records:
        tasks.setdefault(record["task"], {})[record["candidate"]] = Measurement.from_record(record)
    ratios = {task: found["auto"].ratio for task, found in tasks.items()}
    medians = {task: ratio.median for task, ratio in ratios.items() if ratio is not None}
    assert set(medians) == set(TASKS)
    mean, least = statistics.geometric_mean(medians.values()), min(medians, key=medians.__getitem__)
    assert mean_ratio(tasks, "auto") == pytest.approx(mean)
    expected = f'order="auto" {mean:.2f} (least: {least} {medians[least]:.2f}, 95 % '
    assert expected in gist(tasks, BATCH)
    assert compile_ratio(tasks["MLP"], "vmap(jacrev)") == 1.0
    assert count_ratio(tasks["MLP"], "vmap(jacrev)", "flops") == 1.0
    assert compile_ratio({}, "auto") is None


def test_the_picture_is_drawn(finished: Path, records: list[dict[str, Any]]) -> None:
    picture = (finished / "deep" / "r.svg").read_text()
    assert picture.startswith("<?xml")
    assert f"batch {BATCH} on {jax.default_backend()}" in picture
    assert all(name in picture for name in (*TASKS, "geometric mean"))


def fake_measure(job: Job, **options: Any) -> list[Measurement]:
    """One measurement, made up."""
    name = job.task.name
    return [Measurement(name, job.batch, job.batch_used, "auto", "auto", "failed", note="made up")]


@pytest.fixture
def copied(finished: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the records, to go on with."""
    path = tmp_path / "copy.jsonl"
    path.write_text((finished / "r.jsonl").read_text())
    yield path
    assert list(tmp_path.iterdir()) == [path], "nothing half-written is left"


def test_what_is_there_is_not_measured_again(
    copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = copied.read_text()
    monkeypatch.setattr(command, "measure", fake_measure)
    resume = [*QUICK, "--json", str(copied), "--resume"]
    assert main(resume) == 0
    assert copied.read_text() == before
    assert main([*resume, "--batches", str(BATCH), "8"]) == 1
    assert copied.read_text().startswith(before)
    added = [json.loads(line) for line in copied.read_text()[len(before) :].splitlines()]
    assert [(record["task"], record["batch"]) for record in added] == [(t, 8) for t in TASKS]
    printed = capsys.readouterr().out
    assert "batch 8: auto failed: made up (HumanHeartDipole, MLP)" in printed


def test_an_interrupted_run_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(job: Job, **options: Any) -> list[Measurement]:
        if job.task.name == TASKS[1]:
            raise KeyboardInterrupt
        return [replace(fake_measure(job)[0], status="skipped")]

    monkeypatch.setattr(command, "measure", interrupted)
    path = tmp_path / "r.jsonl"
    assert main([*QUICK, "--json", str(path)]) == command.INTERRUPTED
    assert [record["task"] for record in read_records(path)] == [TASKS[0]]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"environment": {"backend": "abacus"}}, "measured with another"),
        ({"status": "lost"}, "unknown status 'lost'"),
        ({"timing": {"median": 1.0}}, "another form"),
    ],
)
def test_records_of_another_making_are_not_resumed(
    change: dict[str, Any], complaint: str, copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *rest = copied.read_text().splitlines()
    text = "\n".join([json.dumps({**json.loads(first), **change}), *rest]) + "\n"
    copied.write_text(text)
    assert main([*QUICK, "--json", str(copied), "--resume"]) == 2
    message = capsys.readouterr().err
    assert complaint in message
    assert "line 1" in message
    assert copied.read_text() == text


def test_a_tuning_that_fails_is_recorded_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **options: Any) -> Any:
        raise ValueError("out of tune")

    monkeypatch.setattr(ve, "tune", fails)
    monkeypatch.setattr(
        "evaluation.runtime.candidates.orders_of",
        lambda graph: {"reverse": solution_of("reverse", graph)},
    )
    path = tmp_path / "r.jsonl"
    assert main(["--tasks", "MLP", *QUICK[3:], "--json", str(path)]) == 1
    found = {record["candidate"]: record for record in read_records(path)}
    assert (found["tuned"]["status"], found["tuned"]["note"]) == (
        "failed",
        "ValueError: out of tune",
    )
    assert all(record["status"] == "timed" for name, record in found.items() if name != "tuned")


def test_jax_s_mode_around_vmap_is_left_out_on_demand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "evaluation.runtime.candidates.orders_of",
        lambda graph: {"reverse": solution_of("reverse", graph)},
    )
    path = tmp_path / "r.jsonl"
    assert main(["--tasks", "MLP", *QUICK[3:], "--no-cross-batch", "--json", str(path)]) == 0
    found = {record["candidate"]: record for record in read_records(path)}
    assert (found[CROSS_BATCH]["status"], found[CROSS_BATCH]["program"]) == ("skipped", None)
    assert all(record["status"] == "timed" for n, record in found.items() if n != CROSS_BATCH)


def test_the_run_leaves_no_trace_in_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(command.FOLDER_VARIABLE, "somewhere")
    before = jax.config.jax_compilation_cache_dir  # pyright: ignore[reportAttributeAccessIssue]
    with command.forgetting(), command.compiling_once():
        assert os.environ[command.FOLDER_VARIABLE] == ""
        folder = Path(jax.config.jax_compilation_cache_dir)  # pyright: ignore[reportAttributeAccessIssue]
        jax.jit(lambda x: x + 41)(1.0)
        assert list(folder.iterdir())
    assert os.environ[command.FOLDER_VARIABLE] == "somewhere"
    assert jax.config.jax_compilation_cache_dir == before  # pyright: ignore[reportAttributeAccessIssue]
    assert not folder.exists()


@pytest.mark.parametrize("wrong", [["--batches", "0"], ["--seconds", "nan"], ["--resume"]])
def test_wrong_options_end_with_usage(wrong: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(wrong)
