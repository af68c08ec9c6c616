"""The section of training runs: what agents learned, beside rules and the best known orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from evaluation.report.document import Cell, Figure, Section, Table, word
from evaluation.report.drawing import DASHES, NUM_SERIES, SERIES, Canvas, drawing

Trainings = Mapping[str, Mapping[str, Any]]
Curve = tuple[list[float], list[float]]
"""Where, and gaps in percent."""
COLUMNS = (
    ("greedy", "trained"),
    ("sampled_mean", "trained"),
    ("sampled_best", "trained"),
    ("greedy", "untrained"),
    ("sampled_mean", "untrained"),
)


def training_section(trainings: Trainings) -> Section:
    """Every run's evaluation, and how its best order became cheaper."""
    columns = ["graph", "agent", "seed", "steps", "minutes", "best"]
    columns += [f"{name.replace('_', ' ')}, {which}" for name, which in COLUMNS]
    rows = [
        _row(record, run, row, [*columns, "rules", "best known"])
        for record, run in trainings.items()
        for row in run["rows"]
    ]
    table = Table(
        "Training runs",
        (*columns, "rules", "best known"),
        tuple(rows),
        "Greedy: the likeliest choice at every step. Rules: the best of all rules, for comparison.",
    )
    is_known = any(map(_traces, trainings.values())), any(r["curves"] for r in trainings.values())
    charts = (learning_chart, mean_chart)
    figures = tuple(
        chart(trainings) for chart, known in zip(charts, is_known, strict=True) if known
    )
    text = ("Agents' own play, evaluated through Gymnasium when training was over.",)
    return Section("training", "Training", text, figures, (table,))


def _row(
    record: str, run: Mapping[str, Any], row: Mapping[str, Any], columns: list[str]
) -> tuple[Cell, ...]:
    def number(value: float | None) -> Cell:
        if value is None:
            return Cell("–")
        text = f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
        return Cell(text, value, (record,))

    cells = (
        word(row["graph"]),
        word(run["agent"]),
        number(run["options"]["seed"]),
        number(run["num_steps"]),
        number(round(run["seconds"] / 60, 1)),
        number(row.get("best")),
        *(number(row[which][name]) for name, which in COLUMNS),
        number(row.get("rules")),
        number(row.get("best known")),
    )
    assert len(cells) == len(columns), "a cell a column"
    return cells


def _traces(run: Mapping[str, Any]) -> dict[str, list[list[float]]]:
    return {name: record["trace"] for name, record in run["records"].items() if record["trace"]}


def learning_chart(trainings: Trainings) -> Figure:
    """Return every run's best cost so far over the minutes, relative to the best known cost."""
    last = [gaps[-1] for run in trainings.values() for _, gaps in _curves(run).values()]
    return Figure(
        "The best order played so far",
        f"At the end at most {max(last):.1f} % above the best known.",
        partial(_draw_learning, trainings),
    )


def _known(run: Mapping[str, Any]) -> dict[str, int]:
    return {row["graph"]: row.get("best known", row.get("best")) for row in run["rows"]}


def _curves(run: Mapping[str, Any]) -> dict[str, Curve]:
    """Minutes and gaps in percent, by graph."""
    known, curves = _known(run), {}
    for name, trace in _traces(run).items():
        minutes = [seconds / 60 for seconds, _, _ in trace] + [run["seconds"] / 60]
        gaps = [100 * (cost / known[name] - 1) for _, _, cost in trace]
        curves[name] = minutes, [*gaps, gaps[-1]]
    return curves


def _draw_learning(trainings: Trainings) -> str:
    curves = {
        _label(run, name): curve
        for run in trainings.values()
        for name, curve in _curves(run).items()
    }
    with _curves_drawn("training-best", curves, drawstyle="steps-post") as canvas:
        canvas.axes.set_ylim(bottom=min(0, *(gaps[-1] for _, gaps in curves.values()), 0))
        canvas.axes.set_xlabel("minutes")
        canvas.axes.set_ylabel("best order above the best known")
    return canvas.svg


def mean_chart(trainings: Trainings) -> Figure:
    """Return the mean cost of every run's episodes over the steps, relative to the best known cost."""
    curves = {
        _label(run, name): (
            [step for step, _ in curve],
            [100 * (cost / _known(run)[name] - 1) for _, cost in curve],
        )
        for run in trainings.values()
        for name, curve in run["curves"].items()
    }
    first = max(gaps[0] for _, gaps in curves.values())
    last = max(gaps[-1] for _, gaps in curves.values())
    return Figure(
        "The mean of the orders played",
        f"From at most {first:.1f} % above the best known to at most {last:.1f} %.",
        partial(_draw_means, curves),
    )


def _draw_means(curves: Mapping[str, Curve]) -> str:
    with _curves_drawn("training-mean", curves) as canvas:
        canvas.axes.set_ylim(bottom=0)
        canvas.axes.xaxis.set_major_formatter("{x:,.0f}")
        canvas.axes.locator_params(axis="x", nbins=5)
        canvas.axes.set_xlabel("environment steps")
        canvas.axes.set_ylabel("mean order above the best known")
    return canvas.svg


def _label(run: Mapping[str, Any], name: str) -> str:
    return f"{run['agent']}, {name}, seed {run['options']['seed']}"


@contextmanager
def _curves_drawn(name: str, curves: Mapping[str, Curve], **options: Any) -> Iterator[Canvas]:
    """Draw curves, colours by turns, and open the canvas for what is about its axes."""
    with drawing(name, height=4.0) as canvas:
        for number, (label, (places, gaps)) in enumerate(curves.items()):
            colour, dashes = SERIES[number % NUM_SERIES], DASHES[number // NUM_SERIES % len(DASHES)]
            canvas.axes.plot(places, gaps, color=colour, linestyle=dashes, label=label, **options)
        canvas.axes.yaxis.set_major_formatter("{x:g} %")
        canvas.axes.grid()
        if len(curves) <= NUM_SERIES:
            canvas.figure.legend(loc="outside lower center", ncols=1 if len(curves) < 3 else 2)
        yield canvas
