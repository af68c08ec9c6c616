"""Result: what a job came to, verified, beside what is known; results are JSON lines in a file.

A line is appended at once and forced to the disk. A line that is cut off is as good as none: its job runs
again. So a run may be killed at any moment, and what is started again ends with the same keys.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any

from evaluation.benchmark.jobs import Job, budget_name
from vertex_elim_env.files import write_text

FILE = "benchmark.jsonl"
"""In the folder of a run."""


@dataclass(frozen=True)
class Result:
    """What a solver found.

    Attributes:
        instance, cost_model, solver, seed, budget_seconds, budget_evaluations: the job.
        collection: of the instance.
        fingerprint: of its graph.
        eliminable: number of vertices to eliminate.
        cost: of the order, counted anew.
        lower_bound: the best bound proved: by ``lower_bound``, the solver, or the library; 0 if there is none.
        best_known: the library's cost when the job ran, None if it had none.
        seconds: that the solver took, on the clock.
        evaluations: orders that it evaluated, in whole or in part.
        order: permutation of ``range(eliminable)``.
        provenance: code, versions, machine.
        trace: of a solver that learns, how its best order became cheaper: seconds, evaluations, cost.
    """

    instance: str
    cost_model: str
    solver: str
    seed: int
    budget_seconds: float | None
    budget_evaluations: int | None
    collection: str
    fingerprint: str
    eliminable: int
    cost: int
    lower_bound: int
    best_known: int | None
    seconds: float
    evaluations: int
    order: tuple[int, ...]
    provenance: Mapping[str, Any]
    trace: tuple[tuple[float, int, int], ...] = ()

    @property
    def job(self) -> Job:
        """The job that it comes from."""
        return Job(*(getattr(self, field.name) for field in fields(Job)))

    @property
    def key(self) -> str:
        """The job's key."""
        return self.job.key

    @property
    def budget(self) -> str:
        """The budget in words."""
        return budget_name(self.budget_seconds, self.budget_evaluations)

    @property
    def gap_to_bound(self) -> float | None:
        """How much more the order costs than the bound, relative to it; None without a bound."""
        return self.cost / self.lower_bound - 1.0 if self.lower_bound else None

    @property
    def gap_to_best_known(self) -> float | None:
        """How much more it costs than the library's order; negative where it is the better one."""
        return self.cost / self.best_known - 1.0 if self.best_known else None

    @property
    def is_optimal(self) -> bool:
        """Whether the order is proved optimal."""
        return self.cost == self.lower_bound

    def to_json(self) -> str:
        """Return the result as a line of JSON, with what follows from it for other readers."""
        derived = {
            "gap_to_bound": self.gap_to_bound,
            "gap_to_best_known": self.gap_to_best_known,
            "is_optimal": self.is_optimal,
        }
        content = {**asdict(self), **derived}
        if not self.trace:
            del content["trace"]
        return json.dumps(content, separators=(",", ":")) + "\n"

    @classmethod
    def from_json(cls, line: str) -> Result:
        """Read what :meth:`to_json` wrote.

        Raises:
            ValueError: if the line is no result.
        """
        try:
            content = json.loads(line)
            values = {f.name: content[f.name] for f in fields(cls) if f.name != "trace"}
            values["order"] = tuple(values["order"])
            return cls(**values, trace=tuple(tuple(row) for row in content.get("trace", ())))
        except (KeyError, TypeError) as error:
            raise ValueError(f"no result of a benchmark: {error!r}") from error


def read_results(path: Path) -> dict[str, Result]:
    """Return the results in a file by key; none if there is no file, nor of a line that was cut off."""
    found: dict[str, Result] = {}
    if not path.exists():
        return found
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            result = Result.from_json(line)
        except ValueError:
            continue
        found.setdefault(result.key, result)
    return found


def write_results(path: Path, results: Iterable[Result]) -> None:
    """Write results by key in place of what the file held."""
    write_text(path, "".join(r.to_json() for r in sorted(results, key=lambda r: r.key)))


@contextmanager
def appending(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to append lines to; after one that was cut off a new one begins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as stream:
        if stream.seek(0, os.SEEK_END):
            stream.seek(-1, os.SEEK_END)
            if stream.read(1) != b"\n":
                stream.write(b"\n")
        yield stream


def append(stream: IO[bytes], result: Result) -> None:
    """Append a result, and return when the disk has it."""
    stream.write(result.to_json().encode())
    stream.flush()
    os.fsync(stream.fileno())
