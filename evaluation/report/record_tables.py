"""Record tables: every record that the report is made from, with the command that makes it again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from evaluation.report.document import Cell, RecordRow, RecordTable, percent, word
from evaluation.report.sources import Sources


def record_tables(sources: Sources) -> tuple[RecordTable, ...]:
    """Return a table for each kind of records that there are."""
    tables = (_benchmark(sources), _runtime(sources), _throughput(sources), _training(sources))
    return tuple(table for table in tables if table.rows)


def _number(value: float, text: str) -> Cell:
    return Cell(text, value)


def _benchmark(sources: Sources) -> RecordTable:
    rows = []
    for name, result in sources.results.items():
        gap = result.gap_to_best_known
        cells = (
            word(result.instance),
            word(result.cost_model),
            word(result.solver),
            word(result.budget),
            _number(result.seed, str(result.seed)),
            _number(result.cost, f"{result.cost:,}"),
            _number(result.lower_bound, f"{result.lower_bound:,}"),
            word("–") if gap is None else _number(gap, percent(gap)),
            _number(result.seconds, f"{result.seconds:.3f}"),
            _number(result.evaluations, f"{result.evaluations:,}"),
            word(result.provenance["revision"]),
        )
        rows.append(RecordRow(name, cells, result.job.command))
    columns = ("instance", "cost model", "solver", "budget", "seed", "cost", "bound")
    columns += ("gap to the library", "seconds", "evaluations", "revision")
    return RecordTable("Benchmark", columns, tuple(rows))


def _runtime(sources: Sources) -> RecordTable:
    rows = []
    for name, (found, record) in sources.measurements.items():
        micros = None if found.timing is None else found.timing.median * 1e6
        cells = (
            word(found.task),
            _number(found.batch, f"{found.batch:,}"),
            word(found.candidate),
            word(found.choice or "–"),
            word(found.status),
            word("–") if micros is None else _number(micros, f"{micros:,.1f}"),
            word("–") if found.cost is None else _number(found.cost, f"{found.cost:,}"),
            word(_machine(record)),
        )
        settings = record["settings"]
        words = ["runtime", "--tasks", found.task, "--batches", str(found.batch)]
        words += ["--seconds", str(settings["seconds"])]
        words += ["--tune-seconds", str(settings["tune_seconds"])]
        rows.append(RecordRow(name, cells, _command(words)))
    columns = ("task", "batch", "candidate", "choice", "status", "microseconds")
    columns += ("executed multiplications", "machine")
    return RecordTable("Run times", columns, tuple(rows))


def _throughput(sources: Sources) -> RecordTable:
    rows = []
    for name, row in sources.speeds.items():
        value = next(
            row[k] for k in ("eliminations_per_second", "steps_per_second", "seconds") if k in row
        )
        what = row.get("engine") or row.get("environment_name") or row["what"]
        cells = (
            word(row.get("task", "–")),
            word(what),
            _number(value, f"{value:,.2f}"),
            word(_machine(row)),
        )
        words = ["throughput", *(["--tasks", row["task"]] if "task" in row else [])]
        rows.append(RecordRow(name, cells, _command(words)))
    return RecordTable(
        "Throughput", ("task", "what", "a second, or seconds", "machine"), tuple(rows)
    )


def _training(sources: Sources) -> RecordTable:
    rows = []
    for name, run in sources.trainings.items():
        options = run["options"]
        graphs = ", ".join(row["graph"] for row in run["rows"])
        cells = (
            word(graphs),
            word(run["agent"]),
            _number(options["seed"], str(options["seed"])),
            _number(run["num_steps"], f"{run['num_steps']:,}"),
            _number(run["seconds"], f"{run['seconds']:,.0f}"),
        )
        words = ["python", "-m", "training", run["agent"], "--seed", str(options["seed"])]
        words += ["--task", options["task"]] if options.get("task") else []
        words += ["--cost-model", options["cost_model"]]
        words += ["--minutes", f"{run['seconds'] / 60:.1f}"]
        rows.append(RecordRow(name, cells, shlex.join(words)))
    return RecordTable("Training", ("graphs", "agent", "seed", "steps", "seconds"), tuple(rows))


def _machine(record: Mapping[str, Any]) -> str:
    environment = record.get("environment", {})
    known = ("device", "backend", "machine", "cores")
    return ", ".join(f"{environment[key]}" for key in known if key in environment) or "unknown"


def _command(words: list[str]) -> str:
    return shlex.join(["python", "-m", "evaluation", *words])
