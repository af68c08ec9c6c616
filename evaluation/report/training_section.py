"""The section of training runs: what agents learned, beside rules and the best known orders."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from evaluation.report.document import Cell, Figure, Section, Table, word
from evaluation.report.drawing import DASHES, NUM_SERIES, SERIES, drawing

Trainings = Mapping[str, Mapping[str, Any]]
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
    figures = (learning_chart(trainings),) if any(map(_traces, trainings.values())) else ()
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


def _curves(run: Mapping[str, Any]) -> dict[str, tuple[list[float], list[float]]]:
    """Minutes and gaps in percent, by graph."""
    known = {row["graph"]: row.get("best known", row.get("best")) for row in run["rows"]}
    curves = {}
    for name, trace in _traces(run).items():
        minutes = [seconds / 60 for seconds, _, _ in trace] + [run["seconds"] / 60]
        gaps = [100 * (cost / known[name] - 1) for _, _, cost in trace]
        curves[name] = minutes, [*gaps, gaps[-1]]
    return curves


def _draw_learning(trainings: Trainings) -> str:
    curves = [
        (f"{run['agent']}, {name}, seed {run['options']['seed']}", *curve)
        for run in trainings.values()
        for name, curve in _curves(run).items()
    ]
    with drawing("training") as canvas:
        for number, (label, minutes, gaps) in enumerate(curves):
            canvas.axes.step(
                minutes,
                gaps,
                where="post",
                color=SERIES[number % NUM_SERIES],
                linestyle=DASHES[number // NUM_SERIES % len(DASHES)],
                label=label,
            )
        canvas.axes.set_ylim(bottom=min(0, *(gaps[-1] for _, _, gaps in curves), 0))
        canvas.axes.yaxis.set_major_formatter("{x:g} %")
        canvas.axes.set_xlabel("minutes")
        canvas.axes.set_ylabel("best order above the best known")
        canvas.axes.grid()
        if len(curves) <= NUM_SERIES:
            canvas.axes.legend()
    return canvas.svg
