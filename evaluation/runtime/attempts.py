"""Attempts: candidates on their way from function to compiled program to checked Jacobian."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import jax

from evaluation.row import TOLERANCE
from evaluation.runtime.candidates import GIB, Candidate, diagonal_blocks
from evaluation.runtime.records import Program
from vertex_elim_env.executor.timing import relative_error

CHECKED_ROWS = 1024
"""Rows that are compared at a time: float64 copies are made of them."""

LOWERED_OP = re.compile(r"^\s+(?:%\S+ = )?\"?(?:stablehlo|chlo|call)\b", re.MULTILINE)
COMPILED_OP = re.compile(r"^\s+(?:ROOT )?%\S+ = ", re.MULTILINE)


@dataclass(eq=False)
class Attempt:
    """A candidate on its way from function to samples; a failure ends it with a status and a note."""

    candidate: Candidate
    status: str = "timed"
    note: str = ""
    lowered: Any = None
    text: str = ""
    trace_seconds: float = 0.0
    original: Attempt | None = None
    compiled: Any = None
    program: Program | None = None
    deviation: float | None = None
    samples: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.candidate.name

    @property
    def is_running(self) -> bool:
        return self.status == "timed"

    def end(self, status: str, note: str) -> None:
        self.status, self.note, self.compiled = status, note, None

    def fail(self, error: Exception) -> None:
        lines = str(error).strip().splitlines() or [""]
        self.end("failed", f"{type(error).__name__}: {lines[0]}")


def compile_all(
    attempts: Sequence[Attempt], arguments: Sequence[Any], max_bytes: float, workers: int
) -> None:
    """Compile different programs once each, some side by side; the others share them."""
    for attempt in attempts:
        lower(attempt, arguments)
    originals: dict[str, Attempt] = {}
    for attempt in attempts:
        if attempt.is_running:
            first = originals.setdefault(attempt.text, attempt)
            attempt.original = None if first is attempt else first
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(compile_one, originals.values()))
    for attempt in attempts:
        if attempt.is_running and attempt.original is not None:
            share(attempt, attempt.original)
        held = attempt.program.held_bytes if attempt.program else None
        if attempt.is_running and held is not None and held > max_bytes:
            attempt.end("skipped", f"a call holds {held / GIB:,.1f} GiB")
        attempt.lowered = None


def lower(attempt: Attempt, arguments: Sequence[Any]) -> None:
    if not attempt.is_running:
        return
    jax.clear_caches()  # or the first candidate would pay for what all trace
    start = time.perf_counter()
    try:
        attempt.lowered = jax.jit(attempt.candidate.function).lower(*arguments)
    except Exception as error:  # whatever goes wrong is this candidate's result
        attempt.fail(error)
        return
    attempt.trace_seconds = time.perf_counter() - start
    attempt.text = attempt.lowered.as_text()


def compile_one(attempt: Attempt) -> None:
    start = time.perf_counter()
    try:
        compiled = attempt.lowered.compile()
        seconds = time.perf_counter() - start
        costs, memory = compiled.cost_analysis() or {}, compiled.memory_analysis()
        attempt.program = Program(
            trace_seconds=attempt.trace_seconds,
            compile_seconds=seconds,
            flops=costs.get("flops"),
            bytes_accessed=costs.get("bytes accessed"),
            held_bytes=None if memory is None else _held_bytes(memory),
            lowered_ops=len(LOWERED_OP.findall(attempt.text)),
            compiled_ops=len(COMPILED_OP.findall(compiled.as_text())),
        )
        attempt.compiled = compiled
    except Exception as error:  # whatever goes wrong is this candidate's result
        attempt.fail(error)


def _held_bytes(memory: Any) -> int:
    return (
        memory.argument_size_in_bytes
        + memory.output_size_in_bytes
        + memory.temp_size_in_bytes
        - memory.alias_size_in_bytes
    )


def share(attempt: Attempt, original: Attempt) -> None:
    if original.program is None:
        attempt.end(original.status, original.note)
        return
    attempt.compiled = original.compiled
    attempt.program = replace(original.program, trace_seconds=attempt.trace_seconds)


def check_all(attempts: Sequence[Attempt], arguments: Sequence[Any]) -> None:
    """Run each program once and compare with JAX's; a wrong one is not timed."""
    expected: Any = None
    for attempt in attempts:
        if not attempt.is_running:
            continue
        if attempt.original is not None:
            attempt.deviation = attempt.original.deviation
            if not attempt.original.is_running:
                attempt.end(attempt.original.status, attempt.original.note)
            continue
        try:
            actual = jax.block_until_ready(attempt.compiled(*arguments))
            if attempt.candidate.kind == "cross-batch":
                actual = diagonal_blocks(actual, arguments)
            if expected is None:
                if attempt.candidate.kind != "jax":
                    attempt.end("failed", "JAX's own Jacobian, to compare with, could not be run")
                    continue
                expected = actual
            attempt.deviation = _deviation(actual, expected)
        except Exception as error:  # as memory that does not suffice
            attempt.fail(error)
            continue
        if not attempt.deviation <= TOLERANCE:
            attempt.end("wrong", f"it deviates from JAX's by {attempt.deviation:.1e}")


def _deviation(actual: Any, expected: Any) -> float:
    """The largest deviation, a part of the batch at a time."""
    batch = jax.tree.leaves(expected)[0].shape[0]
    parts = (slice(start, start + CHECKED_ROWS) for start in range(0, batch, CHECKED_ROWS))
    return max(
        relative_error(
            jax.tree.map(lambda x, part=part: x[part], actual),
            jax.tree.map(lambda x, part=part: x[part], expected),
        )
        for part in parts
    )
