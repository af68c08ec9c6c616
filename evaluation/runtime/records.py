"""Records: what was measured of each way to a task's Jacobian, as JSON lines."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import jax
import numpy as np

import vertex_elim_env as ve
from evaluation.provenance import revision
from evaluation.runtime.ratios import Ratio
from vertex_elim_env.executor.timing import Timing
from vertex_elim_env.files import write_text

STATUSES = ("timed", "skipped", "failed", "wrong")
KINDS = ("jax", "order", "best", "auto", "tuned", "cross-batch")


@dataclass(frozen=True)
class Program:
    """A compiled program: what it took to make and what XLA counts in it.

    Attributes:
        trace_seconds: from the Python function to StableHLO, JAX's caches empty.
        compile_seconds: from there to machine code, while other candidates are compiled beside it.
        flops, bytes_accessed: XLA's own cost analysis of a call; None where the backend has none.
        held_bytes: arguments, results and temporaries of a call.
        lowered_ops: StableHLO operations handed to XLA.
        compiled_ops: instructions left after XLA's optimisation, those inside fusions too.
    """

    trace_seconds: float
    compile_seconds: float
    flops: float | None
    bytes_accessed: float | None
    held_bytes: int | None
    lowered_ops: int
    compiled_ops: int

    @property
    def seconds(self) -> float:
        """From the Python function to machine code."""
        return self.trace_seconds + self.compile_seconds


@dataclass(frozen=True)
class Measurement:
    """One way to a task's Jacobian at one batch size.

    Attributes:
        task: its name.
        batch: the size that was asked for.
        batch_used: the size that was measured: fewer where memory would not suffice.
        candidate: the way's name.
        kind: one of KINDS; "best" is the best elimination order of this task and batch.
        status: one of STATUSES.
        note: why it was not timed.
        choice: what it runs, such as the order that is best, or that ``ve.tune`` chose.
        cost: executed multiplications ("nontrivial") of one Jacobian; None where JAX's own runs.
        search_seconds: to find the order.
        deviation: from JAX's Jacobian, relative to the largest entry.
        same_program_as: the candidate that lowered to the same program, and was timed for both.
        program: how it compiled.
        timing: seconds of one call for the whole batch.
        ratio: of JAX's better mode to this; of the best order over rounds that did not choose it.
        samples: seconds of one call in every round; entry k of all candidates was measured side by
            side. Empty for the best order, whose samples are those of its choice.
    """

    task: str
    batch: int
    batch_used: int
    candidate: str
    kind: str
    status: str
    note: str = ""
    choice: str = ""
    cost: int | None = None
    search_seconds: float | None = None
    deviation: float | None = None
    same_program_as: str | None = None
    program: Program | None = None
    timing: Timing | None = None
    ratio: Ratio | None = None
    samples: tuple[float, ...] = ()

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Measurement:
        """Read what :func:`to_record` wrote.

        Raises:
            ValueError: if a field is missing or wrong.
        """
        try:
            values = {field.name: record[field.name] for field in fields(cls)}
            for name, nested in {"program": Program, "timing": Timing, "ratio": Ratio}.items():
                values[name] = None if values[name] is None else nested(**values[name])
            values["samples"] = tuple(map(float, values["samples"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"it has another form: {error}") from error
        if values["status"] not in STATUSES or values["kind"] not in KINDS:
            raise ValueError(f"unknown status {values['status']!r} or kind {values['kind']!r}")
        return cls(**values)


def environment() -> dict[str, Any]:
    """Return what the times depend on, as JSON data."""
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "backend": jax.default_backend(),
        "device": jax.devices()[0].device_kind,
        "jax": jax.__version__,
        "numpy": np.__version__,
        "vertex_elim_env": ve.__version__,
    }


def to_record(measurement: Measurement, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a measurement as JSON data, with what it was measured on and how."""
    return {
        **asdict(measurement),
        "settings": dict(settings),
        "revision": revision(),
        "environment": environment(),
    }


def write_records(path: Path, records: Sequence[Mapping[str, Any]]) -> None:
    """Write all records, one a line, in place of what the file held."""
    write_text(path, "".join(json.dumps(record) + "\n" for record in records))


def read_records(path: Path) -> list[dict[str, Any]]:
    """Read the records of an interrupted run on this machine; none if there is no file.

    Raises:
        ValueError: if a line is no record of this command, or was measured elsewhere.
    """
    if not path.exists():
        return []
    here, records = environment(), []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            record = json.loads(line)
            Measurement.from_record(record)
            there = record.get("environment", {})
            if different := [key for key in here if there.get(key) != here[key]]:
                raise ValueError(
                    f"it was measured with another {', '.join(different)}, and such times don't mix"
                )
        except (ValueError, AttributeError, TypeError) as error:
            raise ValueError(f"{path}, line {number}: no run to resume; {error}") from error
        records.append(record)
    return records
