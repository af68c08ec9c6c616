"""The report of run times: two tables for each batch size, and a picture of the ratios."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evaluation.runtime.candidates import BASELINES, CROSS_BATCH
from evaluation.runtime.ratios import geometric_mean
from evaluation.runtime.records import Measurement
from vertex_elim_env.errors import require

OURS = {"best order": "best elimination order", "auto": 'order="auto"', "tuned": "tuned"}
"""What is compared with JAX's better mode, by the candidate's name."""
TIMED = ("forward", "reverse", *OURS, *BASELINES.values(), CROSS_BATCH)
COLOURS = ("#38507c", "#5d9a6b", "#c4623c")

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
    """Print two tables for each batch size, and what was not timed."""
    for batch in batches_of(measurements):
        tasks = by_task(measurements, batch)
        console.print(times_table(tasks, batch, backend))
        console.print(ratios_table(tasks, batch, backend))
    tasks_of: dict[tuple[str, ...], list[str]] = {}
    for each in measurements:
        if each.status != "timed" and each.kind != "best":
            what = f"batch {each.batch}: {each.candidate} {each.status}"
            tasks_of.setdefault((what, each.note), []).append(each.task)
    for (what, note), names in tasks_of.items():
        console.print(f"{what}: {note} ({', '.join(names)})", markup=False, highlight=False)


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
    """Ratios of JAX's better mode to ours, with their quartiles, and what compiling takes."""
    table = Table(
        title=f"Better of {' and '.join(BASELINES.values())} / ours, batch {batch} on {backend}",
        caption="Medians of the rounds' paired ratios with quartiles; the best order was chosen by other rounds.\n"
        "flops: XLA's count of that better mode / best order. compile: tracing and XLA, ours / vmap(jacrev), "
        "search apart.",
    )
    table.add_column("task", no_wrap=True)
    for name in ("best order", "which", "auto", "tuned", "which", "flops"):
        table.add_column(name, justify="right")
    for name in OURS:
        table.add_column(f"compile\n{name}", justify="right")
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
            _number(_flops_ratio(found)),
            *(_number(compile_ratio(found, name)) for name in OURS),
        )
    means = {name: _number(mean_ratio(tasks, name)) for name in OURS}
    compiles = {name: [compile_ratio(found, name) for found in tasks.values()] for name in OURS}
    table.add_section()
    table.add_row(
        "geometric mean",
        means["best order"],
        "",
        means["auto"],
        means["tuned"],
        "",
        "",
        *(
            _number(geometric_mean(ratio for ratio in compiles[name] if ratio is not None))
            for name in OURS
        ),
        style="bold",
    )
    return table


def _quartiles(measurement: Measurement | None) -> tuple[float, float, float]:
    ratio = measurement.ratio if measurement is not None else None
    if ratio is None:
        return math.nan, math.nan, math.nan
    return ratio.lower_quartile, ratio.median, ratio.upper_quartile


def _with_quartiles(measurement: Measurement | None) -> str:
    lower, median, upper = _quartiles(measurement)
    return "-" if math.isnan(median) else f"{median:.2f} ({lower:.2f}-{upper:.2f})"


def _number(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.2f}"


def _flops_ratio(found: ByCandidate) -> float | None:
    best = found.get("best order")
    if best is None or best.ratio is None or best.program is None:
        return None
    theirs = found[best.ratio.baseline].program
    if theirs is None or not theirs.flops or not best.program.flops:
        return None
    return theirs.flops / best.program.flops


def plot_ratios(measurements: Sequence[Measurement], path: Path, backend: str) -> None:
    """Draw bars of the ratios with their quartiles, a row for each batch size.

    Args:
        measurements: of all tasks.
        path: the suffix decides the format, such as .svg, .pdf or .png.
        backend: named in the titles.

    Raises:
        MissingExtraError: without matplotlib (extra ``plot``).
        ValueError: for a suffix that names no format.
    """
    require("matplotlib", extra="plot")
    from matplotlib.figure import Figure

    batches = batches_of(measurements)
    figure = Figure(figsize=(11, 3.4 * max(1, len(batches))), layout="constrained")
    for axes, batch in zip(
        figure.subplots(len(batches), squeeze=False)[:, 0], batches, strict=True
    ):
        tasks = by_task(measurements, batch)
        _draw_bars(axes, tasks)
        axes.set_title(f"batch {batch} on {backend}")
        axes.set_ylabel("JAX's better mode / ours")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)


def _draw_bars(axes: Any, tasks: Mapping[str, ByCandidate]) -> None:
    width = 0.8 / len(OURS)
    for k, (name, label) in enumerate(OURS.items()):
        ratios = [_quartiles(found.get(name)) for found in tasks.values()]
        bars = [*ratios, (math.nan, mean_ratio(tasks, name), math.nan)]
        axes.bar(
            [place + (k - 1) * width for place in range(len(bars))],
            [median - 1 for _, median, _ in bars],
            width,
            bottom=1,
            color=COLOURS[k],
            label=label,
            yerr=[
                [median - lower for lower, median, _ in bars],
                [upper - median for _, median, upper in bars],
            ],
            error_kw={"elinewidth": 0.8, "capsize": 2},
        )
    axes.set_yscale("log", base=2)
    axes.yaxis.set_major_formatter("{x:g}")
    axes.axhline(1, color="black", linewidth=0.8)
    axes.set_xticks(range(len(tasks) + 1), [*tasks, "geometric mean"], rotation=20, ha="right")
    axes.grid(axis="y", linewidth=0.4, alpha=0.5)
    axes.set_axisbelow(True)
    axes.legend(fontsize="small")
