"""Charts: inter-quartile means with intervals, performance profiles, the map of difficulty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from evaluation.benchmark.difficulty import CATEGORIES, Difficulty
from evaluation.benchmark.solvers import is_agent
from evaluation.report.comparison import Comparison, Pair
from evaluation.report.document import Figure, percent
from evaluation.report.drawing import DASHES, MARKERS, NUM_SERIES, SERIES, SOFT, drawing
from evaluation.report.labels import write_names
from evaluation.report.statistics import Estimate, profile

LEAST_SHOWN = 1e-3
"""Gap below which an axis of gaps is linear."""
LARGEST_SHOWN = 1.0
MOST_ON_A_LINE = 10.0
"""Percent that an axis of mean gaps shows without logarithms; agents and random orders lie far beyond searches."""
NUM_NAMED = 16
"""Instances whose names are written into the map; more would lie on each other."""


def series_of(solvers: Sequence[str]) -> dict[str, int]:
    """Return the number of each solver's colour, the same for the same solvers."""
    return {name: number % NUM_SERIES for number, name in enumerate(dict.fromkeys(solvers))}


def interval_chart(comparison: Comparison, estimates: Mapping[Pair, Estimate]) -> Figure:
    """Return every search's inter-quartile mean gap with its interval, budget by budget."""
    best = min(estimates, key=lambda pair: estimates[pair].value)
    return Figure(
        "Inter-quartile mean gap, with 95 % intervals",
        f"Lowest: {best[0]} with {best[1]}, {percent(estimates[best].value)}.",
        partial(_draw_intervals, comparison, estimates),
    )


def _draw_intervals(comparison: Comparison, estimates: Mapping[Pair, Estimate]) -> str:
    by_gap = sorted(comparison.searches, key=lambda pair: estimates[pair].value)
    solvers = list(dict.fromkeys(solver for solver, _ in by_gap))
    budgets = comparison.budgets
    colours = series_of([solver for solver, _ in comparison.searches])
    height = 1.2 + 0.52 * len(solvers)
    with drawing(f"intervals-{comparison.cost_model}", height=height) as canvas:
        for solver, budget in comparison.searches:
            found = estimates[solver, budget]
            own = [each for each in (*budgets, "rule") if (solver, each) in comparison.searches]
            y = solvers.index(solver) + (own.index(budget) - (len(own) - 1) / 2) * 0.2
            colour = SERIES[colours[solver]]
            canvas.axes.plot([100 * found.low, 100 * found.high], [y, y], color=colour, lw=3)
            marker = MARKERS[budgets.index(budget) % len(MARKERS)] if budget in budgets else "h"
            canvas.axes.plot(100 * found.value, y, marker, color=colour, ms=7, clip_on=False)
        for number, budget in enumerate(budgets):
            canvas.axes.plot([], [], MARKERS[number % len(MARKERS)], color=SOFT, label=budget)
        canvas.axes.set_yticks(range(len(solvers)), solvers)
        canvas.axes.set_ylim(len(solvers) - 0.5, -0.5)
        highest = max(100 * estimates[pair].high for pair in comparison.searches)
        if highest > MOST_ON_A_LINE:
            canvas.axes.set_xscale("symlog", linthresh=1, linscale=0.6)
            canvas.axes.set_xlim(-0.05, 1.3 * highest)
        else:
            canvas.axes.set_xlim(-0.03 * max(highest, 0.1), 1.06 * max(highest, 0.1))
        canvas.axes.xaxis.set_major_formatter("{x:g} %")
        canvas.axes.set_xlabel("cost above the best known")
        canvas.axes.grid(axis="x")
        canvas.figure.legend(loc="outside lower center", ncols=3)
    return canvas.svg


def profile_chart(comparison: Comparison, budget: str) -> Figure:
    """Return the share of runs within each gap, for all searches of a budget, agents and the best rule."""
    pairs = {
        (pair[0] if pair[1] in (budget, "rule") else ", ".join(pair)): pair
        for pair in comparison.searches
        if pair[1] in (budget, "rule") or is_agent(pair[0])
    }
    at_zero = {name: profile(comparison.gaps(pair), [0.0])[0] for name, pair in pairs.items()}
    best = max(at_zero, key=at_zero.__getitem__)
    return Figure(
        f"Performance profile at {budget}",
        f"{best} reaches the best known cost in {percent(at_zero[best])} of its runs.",
        partial(_draw_profile, comparison, pairs),
    )


def _draw_profile(comparison: Comparison, pairs: Mapping[str, Pair]) -> str:
    colours = series_of([solver for solver, _ in comparison.searches])
    thresholds = np.concatenate([[0.0], np.geomspace(1e-4, LARGEST_SHOWN, 161)])
    with drawing(f"profile-{comparison.cost_model}", height=4.0) as canvas:
        drawn: list[str] = []
        for name, (solver, budget) in pairs.items():
            shares = profile(comparison.gaps((solver, budget)), list(thresholds + 1e-12))
            dashes = colours[solver] + drawn.count(solver)  # an agent may have several budgets
            drawn.append(solver)
            canvas.axes.step(
                100 * thresholds,
                [100 * share for share in shares],
                where="post",
                color=SERIES[colours[solver]],
                linestyle=DASHES[dashes % len(DASHES)],
                label=name,
            )
        canvas.axes.set_xscale("symlog", linthresh=100 * LEAST_SHOWN, linscale=0.5)
        canvas.axes.set_xlim(0, 100 * LARGEST_SHOWN)
        ticks = (0, 0.1, 1, 10, 100)
        canvas.axes.set_xticks(ticks, [f"{tick:g} %" for tick in ticks])
        canvas.axes.set_ylim(0, 102)
        canvas.axes.yaxis.set_major_formatter("{x:g} %")
        canvas.axes.set_xlabel("cost above the best known, at most")
        canvas.axes.set_ylabel("share of runs")
        canvas.axes.grid()
        canvas.figure.legend(loc="outside lower center", ncols=3)
    return canvas.svg


def difficulty_chart(cost_model: str, rows: Sequence[Difficulty]) -> Figure:
    """Return the instances by size and by what rules leave to gain, solved, easy and hard ones apart."""
    counts = [f"{sum(row.category == c for row in rows)} {c}" for c in CATEGORIES]
    draw = partial(_draw_difficulty, cost_model, rows)
    return Figure("What rules leave to gain", f"{', '.join(counts)}.", draw)


def _draw_difficulty(cost_model: str, rows: Sequence[Difficulty]) -> str:
    with drawing(f"difficulty-{cost_model}", height=4.2) as canvas:
        for number, category in enumerate(CATEGORIES):
            own = [row for row in rows if row.category == category]
            canvas.axes.scatter(
                [row.eliminable for row in own],
                [100 * row.gap(row.best_heuristic) for row in own],
                s=64,
                color=SERIES[number],
                marker=MARKERS[number],
                label=f"{category} ({len(own)})",
                clip_on=False,
                zorder=3,
            )
        canvas.axes.set_yscale("symlog", linthresh=1, linscale=0.6)
        highest = max(100 * row.gap(row.best_heuristic) for row in rows)
        ticks = [tick for tick in (0, 1, 10, 100, 1_000, 10_000) if tick <= max(1, highest)]
        canvas.axes.set_yticks(ticks, [f"{tick:,} %" for tick in ticks])
        canvas.axes.set_ylim(-0.15, max(1.5, 1.8 * highest))
        canvas.axes.yaxis.minorticks_off()
        canvas.axes.set_xlabel("vertices to eliminate")
        canvas.axes.set_ylabel("best rule above the best known")
        canvas.axes.set_xlim(left=0)
        canvas.axes.margins(x=0.14)
        canvas.axes.grid()
        if len(rows) <= NUM_NAMED:
            points = {r.instance: (r.eliminable, 100 * r.gap(r.best_heuristic)) for r in rows}
            write_names(canvas, points)
        canvas.figure.legend(loc="outside lower center", ncols=len(CATEGORIES))
    return canvas.svg
