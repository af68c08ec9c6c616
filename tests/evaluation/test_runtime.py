"""python -m evaluation runtime: paired ratios, an honest best order, records that survive."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import vertex_elim_env as ve
from evaluation.runtime import command, main
from evaluation.runtime.attempts import Attempt, check_all, compile_all
from evaluation.runtime.candidates import (
    BASELINES,
    CROSS_BATCH,
    GIB,
    HELD_RESULTS,
    Candidate,
    Job,
    diagonal_blocks,
    result_bytes,
)
from evaluation.runtime.measurement import still_racing
from evaluation.runtime.ratios import (
    CHOICE_ROUNDS,
    REPORT_ROUNDS,
    best_of,
    geometric_mean,
    paired_ratio,
)
from evaluation.runtime.records import Measurement, Program, read_records
from evaluation.runtime.report import compile_ratio, mean_ratio
from vertex_elim_env.executor.candidates import SEARCHES, solution_of
from vertex_elim_env.executor.timing import Timing, summarize

TASKS = ("HumanHeartDipole", "MLP")
BATCH = 4
QUICK = ["--tasks", *TASKS, "--batches", str(BATCH), "--seconds", "0.1", "--tune-seconds", "0.1"]


# Ratios


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


def test_a_slow_candidate_leaves_the_race_only_where_time_is_short() -> None:
    kinds = {"jacfwd": "jax", "jacrev": "jax", "forward": "order", "late": "order", "all": "cross"}
    medians = {"jacfwd": 9.0, "jacrev": 2.0, "forward": 5.0, "late": 1.0, "all": 50.0}
    assert still_racing(medians, kinds, seconds=1e6) == list(medians)
    assert still_racing(medians, kinds, seconds=1.0) == ["jacrev", "late"]
    slow_orders = {**medians, "late": 20.0, "forward": 21.0}
    assert still_racing(slow_orders, kinds, seconds=1.0) == ["jacfwd", "jacrev", "forward", "late"]


# Jobs and attempts


def test_a_batch_shrinks_to_what_memory_holds() -> None:
    task = ve.tasks.get("MLP")
    size = result_bytes(task)
    assert Job.within(task, 512, 4 * GIB).batch_used == 512
    assert Job.within(task, 512, HELD_RESULTS * 100 * size).batch_used == 100
    assert Job.within(task, 512, 1).batch_used == 1


def test_the_blocks_on_the_diagonal_are_the_jacobians_of_the_rows() -> None:
    def f(x: Any, y: Any) -> Any:
        return jnp.sin(x) * y.sum(), y[0] * x.sum()

    x, y = np.linspace(0, 1, 12).reshape(4, 3), np.linspace(1, 2, 8).reshape(4, 2)
    whole = jax.jit(jax.jacrev(jax.vmap(f), (0, 1)))(x, y)
    rows = jax.jit(jax.vmap(jax.jacrev(f, (0, 1))))(x, y)
    blocks = diagonal_blocks(whole, (x, y))
    jax.tree.map(partial(np.testing.assert_allclose, rtol=1e-6), blocks, rows)


def candidate(name: str, kind: str, function: Any) -> Candidate:
    return Candidate(name, kind, function)


def test_equal_programs_are_compiled_once_and_failures_stay_alone() -> None:
    def fails(x: Any) -> Any:
        raise ZeroDivisionError("no such derivative\nsecond line")

    tries = [
        Attempt(candidate("jacrev", "jax", lambda x: 2 * x)),
        Attempt(candidate("fails", "order", fails)),
        Attempt(candidate("same", "order", lambda x: 2 * x)),
        Attempt(candidate("large", "order", lambda x: x[:, None] + x)),
    ]
    compile_all(tries, [np.ones(100, np.float32)], max_bytes=2_000)
    assert [each.status for each in tries] == ["timed", "failed", "timed", "skipped"]
    assert tries[1].note == "ZeroDivisionError: no such derivative"
    assert tries[2].original is tries[0]
    assert tries[2].compiled is tries[0].compiled
    program = tries[0].program
    assert program is not None
    assert program.lowered_ops == 3  # a constant, its broadcast, and the product
    assert program.compiled_ops >= 2
    assert program.flops == 100
    assert program.held_bytes == 800


def test_a_wrong_jacobian_is_not_timed_and_one_that_fails_is_recorded() -> None:
    def out_of_memory(x: Any) -> Any:
        raise MemoryError("too large")

    functions = {
        "jacrev": ("jax", lambda x: 2 * x),
        "right": ("order", lambda x: x + x),
        "wrong": ("order", lambda x: 2.1 * x),
        "NaN": ("order", lambda x: x * np.nan),
        "fails": ("order", out_of_memory),
    }
    tries = []
    for name, (kind, function) in functions.items():
        tries.append(Attempt(candidate(name, kind, function)))
        tries[-1].compiled = function
    tries.append(Attempt(candidate("as wrong", "tuned", functions["wrong"][1])))
    tries[-1].original = tries[2]
    check_all(tries, [np.ones((3000, 2), np.float32)])
    assert [each.status for each in tries] == ["timed"] * 2 + ["wrong"] * 2 + ["failed", "wrong"]
    assert tries[2].deviation == pytest.approx(0.05)
    assert tries[4].note == "MemoryError: too large"


def test_without_jax_s_own_nothing_is_called_right() -> None:
    attempt = Attempt(candidate("forward", "order", lambda x: x))
    attempt.compiled = attempt.candidate.function
    check_all([attempt], [np.ones(2)])
    assert attempt.status == "failed"
    assert "to compare with" in attempt.note


# The command


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
        assert record["settings"] == {"seconds": 0.1, "tune_seconds": 0.1, "max_gib": 4.0}


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


def test_means_are_over_tasks(records: list[dict[str, Any]]) -> None:
    tasks: dict[str, dict[str, Measurement]] = {}
    for record in records:
        tasks.setdefault(record["task"], {})[record["candidate"]] = Measurement.from_record(record)
    ratios = [found["auto"].ratio for found in tasks.values()]
    assert mean_ratio(tasks, "auto") == pytest.approx(
        statistics.geometric_mean(ratio.median for ratio in ratios if ratio is not None)
    )
    assert compile_ratio(tasks["MLP"], "vmap(jacrev)") == 1.0
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
