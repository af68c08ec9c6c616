"""The report of run times: three tables for each batch size, and what they come to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from evaluation.runtime.candidates import BASELINES, CROSS_BATCH
from evaluation.runtime.ratios import geometric_mean
from evaluation.runtime.records import Measurement

OURS = {"best order": "best elimination order", "auto": 'order="auto"', "tuned": "tuned"}
"""What is compared with JAX's better mode, by the candidate's name."""
TIMED = ("forward", "reverse", *OURS, *BASELINES.values(), CROSS_BATCH)
COUNTED = ("jacrev", "best order", "auto")

ByCandidate = dict[str, Measurement]


def by_task(measurements: Sequence[Measurement], batch: int) -> dict[str, ByCandidate]:
    """Return the measurements for a batch size by task and candidate."""
    tasks: dict[str, ByCandidate] = {}
    for each in measurements:
        if each.batch == batch:
            tasks.setdefault(each.task, {})[each.candidate] = each
    return tasks


def batches_of(measurements: Sequence[Measurement]) -> list[int]:
    """Return the batch sizes that were asked for, in order."""
    return sorted({each.batch for each in measurements})


def mean_ratio(tasks: Mapping[str, ByCandidate], name: str) -> float:
    """Return the geometric mean over tasks of a candidate's ratio to JAX's better mode."""
    ratios = (found[name].ratio for found in tasks.values() if name in found)
    return geometric_mean(ratio.median for ratio in ratios if ratio is not None)


def compile_ratio(found: ByCandidate, name: str) -> float | None:
    """Return a candidate's seconds from function to machine code, by those of vmap(jacrev)."""
    own = found.get(BASELINES["jax.jacrev"])
    ours = found.get(name)
    if own is None or ours is None or own.program is None or ours.program is None:
        return None
    return ours.program.seconds / own.program.seconds


def print_report(console: Console, measurements: Sequence[Measurement], backend: str) -> None:
    """Print three tables for each batch size, their gist in a line, and what was not timed."""
    for batch in batches_of(measurements):
        tasks = by_task(measurements, batch)
        console.print(times_table(tasks, batch, backend))
        console.print(ratios_table(tasks, batch, backend))
        console.print(programs_table(tasks, batch, backend))
    for batch in batches_of(measurements):
        console.print(gist(by_task(measurements, batch), batch), highlight=False)
    tasks_of: dict[tuple[str, ...], list[str]] = {}
    for each in measurements:
        if each.status != "timed" and each.kind != "best":
            what = f"batch {each.batch}: {each.candidate} {each.status}"
            tasks_of.setdefault((what, each.note), []).append(each.task)
    for (what, note), names in tasks_of.items():
        console.print(f"{what}: {note} ({', '.join(names)})", markup=False, highlight=False)


def gist(tasks: Mapping[str, ByCandidate], batch: int) -> str:
    """Return the geometric means, and each one's least ratio with its confidence interval."""
    parts = []
    for name, label in OURS.items():
        found = {task: by_name[name].ratio for task, by_name in tasks.items() if name in by_name}
        ratios = {task: ratio for task, ratio in found.items() if ratio is not None}
        if ratios:
            task, least = min(ratios.items(), key=lambda item: item[1].median)
            parts.append(
                f"{label} {mean_ratio(tasks, name):.2f} "
                f"(least: {task} {least.median:.2f}, 95 % {least.low:.2f} to {least.high:.2f})"
            )
    return f"batch {batch}, geometric means: " + "; ".join(parts or ["none"])


def times_table(tasks: Mapping[str, ByCandidate], batch: int, backend: str) -> Table:
    """Median times of a Jacobian of the whole batch."""
    table = Table(
        title=f"A batch of {batch} Jacobians on {backend}: median microseconds, all taking turns",
        caption=f"{CROSS_BATCH}: another job, all outputs of the batch by all its inputs. -: see below.",
    )
    table.add_column("task", no_wrap=True)
    for name in TIMED:
        table.add_column(name, justify="right")
    for task, found in tasks.items():
        times = []
        for name in TIMED:
            timing = found[name].timing if name in found else None
            times.append("-" if timing is None else f"{timing.median * 1e6:,.0f}")
        used = next(iter(found.values())).batch_used
        table.add_row(task if used == batch else f"{task} (batch {used})", *times)
    return table


def ratios_table(tasks: Mapping[str, ByCandidate], batch: int, backend: str) -> Table:
    """Ratios of JAX's better mode to ours, with their quartiles."""
    table = Table(
        title=f"Better of {' and '.join(BASELINES.values())} / ours, batch {batch} on {backend}",
        caption="Medians of the rounds' paired ratios with quartiles; the best order was chosen by other rounds.",
    )
    table.add_column("task", no_wrap=True)
    for name in ("best order", "which", "auto", "tuned", "which"):
        table.add_column(name, justify="right", no_wrap=True)
    for task, found in tasks.items():
        ratios = {name: _with_quartiles(found.get(name)) for name in OURS}
        choices = {name: found[name].choice if name in found else "-" for name in OURS}
        table.add_row(
            task,
            ratios["best order"],
            choices["best order"],
            ratios["auto"],
            ratios["tuned"],
            choices["tuned"],
        )
    means = {name: _number(mean_ratio(tasks, name)) for name in OURS}
    table.add_section()
    row = ("geometric mean", means["best order"], "", means["auto"], means["tuned"], "")
    table.add_row(*row, style="bold")
    return table


def programs_table(tasks: Mapping[str, ByCandidate], batch: int, backend: str) -> Table:
    """What XLA counts in the programs, and what compiling them takes."""
    table = Table(
        title=f"The compiled programs, batch {batch} on {backend}",
        caption="flops, bytes: XLA's counts for vmap(jacrev), and its ratio to ours. compile: seconds of tracing "
        "and XLA for vmap(jacrev), and ours / it; searches are apart.",
    )
    table.add_column("task", no_wrap=True)
    columns = [f"{what}\n{name}" for what in ("flops", "bytes") for name in COUNTED]
    columns += [f"compile\n{name}" for name in ("jacrev", *OURS)]
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    for task, found in tasks.items():
        own = found.get(BASELINES["jax.jacrev"])
        seconds = own.program.seconds if own is not None and own.program is not None else None
        table.add_row(
            task,
            *(
                cell
                for what in ("flops", "bytes_accessed")
                for cell in (
                    _count(found.get(BASELINES["jax.jacrev"]), what),
                    _number(count_ratio(found, "best order", what)),
                    _number(count_ratio(found, "auto", what)),
                )
            ),
            _number(seconds),
            *(_number(compile_ratio(found, name)) for name in OURS),
        )
    compiles = (
        _number(
            geometric_mean(
                ratio
                for found in tasks.values()
                if (ratio := compile_ratio(found, name)) is not None
            )
        )
        for name in OURS
    )
    table.add_section()
    table.add_row("geometric mean", *[""] * 7, *compiles, style="bold")
    return table


def count_ratio(found: ByCandidate, name: str, what: str) -> float | None:
    """Return XLA's count for vmap(jacrev) by that for a candidate; None where either has none."""
    own, ours = (_program_count(found.get(n), what) for n in (BASELINES["jax.jacrev"], name))
    return own / ours if own and ours else None


def _program_count(measurement: Measurement | None, what: str) -> float | None:
    if measurement is None or measurement.program is None:
        return None
    return getattr(measurement.program, what)


def _count(measurement: Measurement | None, what: str) -> str:
    count = _program_count(measurement, what)
    return "-" if count is None else f"{count:.2e}"


def quartiles(measurement: Measurement | None) -> tuple[float, float, float]:
    """Return a ratio's lower quartile, median and upper quartile; NaN where there is none."""
    ratio = measurement.ratio if measurement is not None else None
    if ratio is None:
        return math.nan, math.nan, math.nan
    return ratio.lower_quartile, ratio.median, ratio.upper_quartile


def _with_quartiles(measurement: Measurement | None) -> str:
    lower, median, upper = quartiles(measurement)
    return "-" if math.isnan(median) else f"{median:.2f} ({lower:.2f}-{upper:.2f})"


def _number(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.2f}"
