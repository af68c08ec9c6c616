"""Publication: the records of a report, made small, and their tables as a folder's README."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from evaluation.benchmark import results
from evaluation.report.contents import to_document
from evaluation.report.markdown import to_markdown
from evaluation.report.sources import Sources, read_sources
from vertex_elim_env.files import write_text

README = "README.md"
HEADING = (
    "Written by `make results` from the records beside it; `python -m evaluation report --records "
    "evaluation/results --out DIR` makes the page with plots. How it is measured: "
    "[docs/benchmark.md](../../docs/benchmark.md)."
)


def publish(sources: Sources, folder: Path) -> None:
    """Write records and README in place of those that a folder held.

    What takes room and no table needs is left out: the rounds' samples, and the orders of training runs.
    """
    old = set(folder.glob("*.jsonl"))
    new = {
        folder / "runtime.jsonl": [
            {**row, "samples": []} for _, row in sources.measurements.values()
        ],
        folder / "throughput.jsonl": list(sources.speeds.values()),
        folder / "training.jsonl": [_without_orders(run) for run in sources.trainings.values()],
    }
    if sources.results:
        results.write_results(folder / results.FILE, sources.results.values())
    new = {path: rows for path, rows in new.items() if rows}
    for path, rows in new.items():
        write_text(path, _lines(rows))
    for path in old - set(new) - ({folder / results.FILE} if sources.results else set()):
        path.unlink()
    write_text(folder / README, tables(folder))


def tables(folder: Path) -> str:
    """Return the README that the records in a folder give."""
    return to_markdown(to_document(read_sources([folder])), heading=HEADING)


def _without_orders(run: Mapping[str, Any]) -> dict[str, Any]:
    records = {
        name: {key: value for key, value in record.items() if key != "order"}
        for name, record in run["records"].items()
    }
    return {**run, "records": records}


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
