"""Sections of run times: Jacobians beside those of JAX, engines and environments."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from evaluation.report.document import Cell, Fact, Figure, Section, Table, word
from evaluation.report.drawing import SERIES, SOFT, drawing
from evaluation.runtime.candidates import BASELINES
from evaluation.runtime.ratios import geometric_mean
from evaluation.runtime.records import Measurement
from evaluation.runtime.report import OURS, ByCandidate, batches_of, by_task, mean_ratio, quartiles

Measured = Mapping[str, tuple[Measurement, Mapping[str, Any]]]
Speeds = Mapping[str, Mapping[str, Any]]
NONE = Cell("–")


def runtime_section(measured: Measured) -> Section:
    """Jacobians beside those of JAX: speed-ups with quartiles, and times, for each batch size."""
    ids = {(m.task, m.batch, m.candidate): name for name, (m, _) in measured.items()}
    measurements = [measurement for measurement, _ in measured.values()]
    batches = batches_of(measurements)
    backends = {record["environment"]["backend"] for _, record in measured.values()}
    figures, tables = [], []
    for batch in batches:
        tasks = by_task(measurements, batch)
        figures.append(ratio_chart(tasks, batch))
        tables.append(_times_table(tasks, batch, ids))
    return Section(
        "runtime",
        f"Run times of Jacobians on {', '.join(sorted(backends))}",
        (
            "Ours beside the faster of vmap(jacfwd) and vmap(jacrev), all taking turns: medians of the rounds' paired "
            "ratios with their quartiles. The best order was chosen by other rounds than those that are shown.",
        ),
        tuple(figures),
        tuple(tables),
    )


def ratio_chart(tasks: Mapping[str, ByCandidate], batch: int) -> Figure:
    """Return bars of the ratios of JAX's better mode to ours, with quartiles."""
    mean = mean_ratio(tasks, "best order")
    return Figure(
        f"Speed-up over JAX's better mode, batch {batch:,}",
        f"The best order is {mean:.2f} times as fast, in the geometric mean over {len(tasks)} tasks.",
        partial(_draw_ratios, tasks, batch),
    )


def _draw_ratios(tasks: Mapping[str, ByCandidate], batch: int) -> str:
    width, names = 0.8 / len(OURS), [*tasks, "geometric mean"]
    with drawing(f"runtime-{batch}", height=1.0 + 0.36 * len(names)) as canvas:
        for rank, (name, label) in enumerate(OURS.items()):
            bars = [quartiles(found.get(name)) for found in tasks.values()]
            bars.append((math.nan, mean_ratio(tasks, name), math.nan))
            shown = [(k, bar) for k, bar in enumerate(bars) if not math.isnan(bar[1])]
            places = [k + (rank - (len(OURS) - 1) / 2) * width for k, _ in shown]
            canvas.axes.barh(
                places,
                [median - 1 for _, (_, median, _) in shown],
                0.9 * width,
                left=1,
                color=SERIES[rank],
                label=label,
            )
            for place, (_, (lower, _, upper)) in zip(places, shown, strict=True):
                if not math.isnan(lower):
                    canvas.axes.plot([lower, upper], [place, place], color=SOFT, lw=1)
        canvas.axes.axvline(1, color=SOFT, lw=1)
        canvas.axes.set_xscale("log", base=2)
        canvas.axes.xaxis.set_major_formatter("{x:g} ×")
        canvas.axes.set_yticks(range(len(names)), names)
        canvas.axes.set_ylim(len(names) - 0.4, -0.6)
        canvas.axes.grid(axis="x")
        canvas.figure.legend(loc="outside lower center", ncols=len(OURS))
    return canvas.svg


def _times_table(
    tasks: Mapping[str, ByCandidate], batch: int, ids: Mapping[tuple[str, int, str], str]
) -> Table:
    timed = ("forward", "reverse", *OURS, *BASELINES.values())
    columns = ["task", *(f"{name}: speed-up" for name in OURS), *timed]
    rows = []
    for task, found in tasks.items():
        used = next(iter(found.values())).batch_used
        row = [word(task if used == batch else f"{task} (batch {used:,})")]
        for name in OURS:
            row.append(_ratio(found.get(name), ids.get((task, batch, name), "")))
        for name in timed:
            row.append(_time(found.get(name), ids.get((task, batch, name), "")))
        rows.append(tuple(row))
    means = [mean_ratio(tasks, name) for name in OURS]
    last = [NONE if math.isnan(mean) else Cell(f"{mean:.2f}", mean) for mean in means]
    rows.append((word("geometric mean"), *last, *[NONE] * len(timed)))
    return Table(
        f"A batch of {batch:,} Jacobians: speed-ups, and median microseconds",
        tuple(columns),
        tuple(rows),
        "In brackets the quartiles of the rounds.",
    )


def _time(measurement: Measurement | None, record: str) -> Cell:
    if measurement is None or measurement.timing is None:
        return NONE
    timing = measurement.timing
    low, high = timing.lower_quartile * 1e6, timing.upper_quartile * 1e6
    text = f"{timing.median * 1e6:,.0f} ({low:,.0f}–{high:,.0f})"
    return Cell(text, timing.median, (record,))


def _ratio(measurement: Measurement | None, record: str) -> Cell:
    lower, median, upper = quartiles(measurement)
    if math.isnan(median):
        return NONE
    choice = measurement.choice if measurement is not None else ""
    text = f"{median:.2f} ({lower:.2f}–{upper:.2f})"
    return Cell(text, median, (record,), is_strong=median > 1, note=choice)


def runtime_facts(measured: Measured) -> list[Fact]:
    """The geometric mean of the best orders' speed-ups over all tasks and batch sizes."""
    ratios = [m.ratio.median for m, _ in measured.values() if m.kind == "best" and m.ratio]
    if not ratios:
        return []
    words = "speed of the best orders' Jacobians, by JAX's better mode (geometric mean)"
    return [Fact(f"{geometric_mean(ratios):.2f} ×", words, "runtime")]


def throughput_section(speeds: Speeds) -> Section:
    """Eliminations and environment steps a second, and start-up seconds."""
    engines = {k: row for k, row in speeds.items() if "eliminations_per_second" in row}
    environments = {k: row for k, row in speeds.items() if "steps_per_second" in row}
    startups = {k: row for k, row in speeds.items() if "what" in row}
    tables = []
    if engines:
        shown = ("task", "orders", "engine", "batch", "eliminations_per_second", "ratio")
        title, note = "Eliminations a second", "Ratio: to the reference engine on the same orders."
        tables.append(_table(title, shown, engines, note))
    if environments:
        shown = ("task", "environment_name", "num_envs", "steps_per_second", "ratio")
        note = "Observations and masks included. Ratio: to the single environment as gym.make makes it."
        tables.append(_table("Environment steps a second", shown, environments, note))
    if startups:
        tables.append(_table("Start-up", ("what", "seconds"), startups, ""))
    return Section("throughput", "Throughput", (), (), tuple(tables))


def _table(title: str, columns: Sequence[str], rows: Speeds, note: str) -> Table:
    def cell(name: str, record: str, value: Any) -> Cell:
        if isinstance(value, float):
            text = f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
            return Cell(text, value, (record,), is_strong=name.endswith("per_second"))
        return Cell(str(value), value if isinstance(value, int) else None)

    titles = tuple(name.replace("_", " ") for name in columns)
    cells = (tuple(cell(name, k, row[name]) for name in columns) for k, row in rows.items())
    return Table(title, titles, tuple(cells), note)
