"""Learning curves of agents from their results: the gap of the best order so far, over minutes and over steps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from statistics import fmean
from typing import NamedTuple

from evaluation.benchmark.results import Result
from evaluation.report.charts import series_of
from evaluation.report.comparison import Comparison, Pair
from evaluation.report.document import Figure, percent
from evaluation.report.drawing import DASHES, SERIES, SOFT, drawing


class Curve(NamedTuple):
    """A step function: from each place on the value beside it counts."""

    places: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, place: float) -> float:
        """The value at a place that is no less than the first."""
        return self.values[bisect_right(self.places, place) - 1]


Runs = Mapping[Pair, Sequence[tuple[Result, int]]]
"""Of every agent and budget, beside the best known cost."""
Place = Callable[[Result, float, int], float]
"""Where a moment of a run is on the axis, of its seconds and episodes."""


def learning_charts(comparison: Comparison, agents: Sequence[str]) -> tuple[Figure, ...]:
    """Return the curves over minutes and over environment steps; none where no run has a history.

    A line is the mean over an agent's runs with a budget, on the instances that all of them were trained
    on. It begins where all its runs have an order; a run that has ended keeps its last.
    """
    runs = _runs(comparison, agents)
    if not runs:
        return ()
    names = {result.instance for own in runs.values() for result, _ in own}
    rule = _best_rule(comparison, names)
    axes: dict[str, Place] = {
        "minutes": lambda result, seconds, episodes: seconds / 60,
        "environment steps": lambda result, seconds, episodes: episodes * result.eliminable,
    }
    figures = []
    for axis, place in axes.items():
        curves = {_label(pair): mean_curve(_curves(own, place)) for pair, own in runs.items()}
        last = {label: curve.values[-1] for label, curve in curves.items()}
        best = min(last, key=last.__getitem__)
        where = "one instance" if len(names) == 1 else f"{len(names)} instances"
        figures.append(
            Figure(
                f"The best order so far, over {axis}",
                f"Mean over the runs on {where}. Lowest at the end: {best}, {percent(last[best])}.",
                partial(_draw, f"agents-{axis[0]}-{comparison.cost_model}", axis, curves, rule),
            )
        )
    return tuple(figures)


def _runs(comparison: Comparison, agents: Sequence[str]) -> Runs:
    """The runs with a history, on instances that every agent and budget has such runs on."""
    found: dict[Pair, list[tuple[Result, int]]] = {}
    for case in comparison.cases.values():
        for result in case.results.values():
            if result.solver in agents and result.trace:
                pair = result.solver, result.budget
                found.setdefault(pair, []).append((result, case.best_known))
    names = [{result.instance for result, _ in own} for own in found.values()]
    shared = set.intersection(*names) if names else set[str]()
    return {
        pair: [(result, known) for result, known in own if result.instance in shared]
        for pair, own in sorted(found.items(), key=_agent_and_seconds)
        if shared
    }


def _agent_and_seconds(item: tuple[Pair, Sequence[tuple[Result, int]]]) -> tuple[str, float]:
    (solver, _), runs = item
    return solver, runs[0][0].budget_seconds or 0.0


def _best_rule(comparison: Comparison, names: Iterable[str]) -> float | None:
    """The mean gap of the best of all rules, None where it was not run on all of the instances."""
    cases = [comparison.cases[name] for name in sorted(names)]
    gaps = [[case.gap(r.cost) for r in case.of("portfolio").values()] for case in cases]
    return fmean(min(own) for own in gaps) if all(gaps) else None


def _curves(runs: Sequence[tuple[Result, int]], place: Place) -> list[Curve]:
    """Gaps to the best known cost, of every run."""
    curves = []
    for result, known in runs:
        moments = [*result.trace, (result.seconds, result.evaluations, result.cost)]
        places = tuple(place(result, seconds, episodes) for seconds, episodes, _ in moments)
        gaps = (cost / known - 1.0 if known else float(cost > 0) for _, _, cost in moments)
        curves.append(Curve(places, tuple(gaps)))
    return curves


def mean_curve(curves: Sequence[Curve]) -> Curve:
    """Return the mean of step functions where all have begun; one that has ended keeps its last value."""
    begin = max(curve.places[0] for curve in curves)
    places = sorted({begin, *(x for curve in curves for x in curve.places if x > begin)})
    return Curve(tuple(places), tuple(fmean(c.at(x) for c in curves) for x in places))


def _label(pair: Pair) -> str:
    return ", ".join(pair)


def _draw(name: str, axis: str, curves: Mapping[str, Curve], rule: float | None) -> str:
    colours = series_of(list(curves))
    with drawing(name, height=4.0) as canvas:
        for label, (places, gaps) in curves.items():
            canvas.axes.step(
                places,
                [100 * gap for gap in gaps],
                where="post",
                color=SERIES[colours[label]],
                linestyle=DASHES[colours[label] % len(DASHES)],
                label=label,
            )
        if rule is not None:
            canvas.axes.axhline(100 * rule, color=SOFT, lw=1, linestyle=":", label="best rule")
        canvas.axes.set_ylim(bottom=0)
        canvas.axes.set_xlim(left=0)
        canvas.axes.yaxis.set_major_formatter("{x:g} %")
        canvas.axes.xaxis.set_major_formatter("{x:,g}" if axis == "minutes" else "{x:,.0f}")
        canvas.axes.locator_params(axis="x", nbins=5)
        canvas.axes.set_xlabel(axis)
        canvas.axes.set_ylabel("best order above the best known")
        canvas.axes.grid()
        canvas.figure.legend(loc="outside lower center", ncols=1 if len(curves) < 2 else 2)
    return canvas.svg
