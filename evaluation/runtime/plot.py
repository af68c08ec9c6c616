"""The picture of the ratios: bars with quartiles for every task, a row for each batch size."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.runtime.records import Measurement
from evaluation.runtime.report import (
    OURS,
    ByCandidate,
    batches_of,
    by_task,
    mean_ratio,
    quartiles,
)
from vertex_elim_env.errors import require

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("#38507c", "#5d9a6b", "#c4623c")


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


def _draw_bars(axes: Axes, tasks: Mapping[str, ByCandidate]) -> None:
    width = 0.8 / len(OURS)
    for k, (name, label) in enumerate(OURS.items()):
        ratios = [quartiles(found.get(name)) for found in tasks.values()]
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
