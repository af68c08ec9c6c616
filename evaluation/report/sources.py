"""Sources: the records that a report is made from, read from files of any kind and numbered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluation.benchmark.results import Result
from evaluation.report.events import mean_costs

if TYPE_CHECKING:
    from evaluation.runtime.records import Measurement

SUMMARY = "summary.json"
"""What ``python -m training`` writes when a run is over."""


@dataclass(frozen=True)
class Sources:
    """Records by id, kind by kind.

    Attributes:
        results: of ``python -m evaluation benchmark``.
        measurements: of ``python -m evaluation runtime``, with the lines that they were read from.
        speeds: rows of ``python -m evaluation throughput``.
        trainings: summaries of ``python -m training``, with the learning curves under "curves".
    """

    results: Mapping[str, Result]
    measurements: Mapping[str, tuple[Measurement, Mapping[str, Any]]]
    speeds: Mapping[str, Mapping[str, Any]]
    trainings: Mapping[str, Mapping[str, Any]]


class SourceError(ValueError):
    """A file holds no records."""


def read_sources(paths: Sequence[Path]) -> Sources:
    """Read records from files, and from all such files in folders.

    A line that was cut off is left out, as the commands that write them do.

    Raises:
        SourceError: for a path that holds no records, or a line that is no record of these commands.
    """
    results: dict[str, Result] = {}
    measurements: dict[tuple[str, int, str], tuple[Measurement, Mapping[str, Any]]] = {}
    speeds: list[Mapping[str, Any]] = []
    trainings: list[Mapping[str, Any]] = []
    for path, row in _rows(paths):
        if "budget_seconds" in row:
            result = _checked(path, row, Result.from_json)
            results.setdefault(result.key, result)
        elif "candidate" in row:
            from evaluation.runtime.records import Measurement

            found = _checked(path, row, lambda text: Measurement.from_record(json.loads(text)))
            measurements[found.task, found.batch, found.candidate] = found, row
        elif "eliminations_per_second" in row or "steps_per_second" in row or "what" in row:
            speeds.append(row)
        elif "agent" in row and "rows" in row:
            curves = {} if "curves" in row else {"curves": mean_costs(path.parent)}
            trainings.append({**row, **curves})
        else:
            raise SourceError(f"{path}: no record of a benchmark, runtime, throughput or training")
    return Sources(
        results=_numbered("b", (results[key] for key in sorted(results))),
        measurements=_numbered("r", measurements.values()),
        speeds=_numbered("s", speeds),
        trainings=_numbered("t", trainings),
    )


def _numbered(letter: str, records: Iterable[Any]) -> dict[str, Any]:
    return {f"{letter}{number}": record for number, record in enumerate(records, start=1)}


def _checked(path: Path, row: Mapping[str, Any], read: Any) -> Any:
    try:
        return read(json.dumps(row))
    except ValueError as error:
        raise SourceError(f"{path}: {error}") from error


def _rows(paths: Sequence[Path]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for path in paths:
        files = sorted(_files(path))
        if not files:
            raise SourceError(f"{path} holds no records: no *.jsonl, no {SUMMARY}")
        for file in files:
            for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
                try:
                    row = json.loads(line)
                except ValueError:
                    continue
                if isinstance(row, dict):
                    yield file, row


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    yield from path.rglob("*.jsonl")
    yield from path.rglob(SUMMARY)
