"""Agents in the report: rows by budget, and learning curves from their records."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evaluation.benchmark.jobs import Job
from evaluation.benchmark.results import Result
from evaluation.benchmark.running import run
from evaluation.report.agents_charts import Curve, learning_charts, mean_curve
from evaluation.report.agents_section import agents_sections
from evaluation.report.charts import profile_chart
from evaluation.report.comparison import Comparison, compare

AGENTS = ("ppo", "alphazero")


def results() -> list[Result]:
    """Rules as they are; agents' runs are made up, PPO's with two budgets."""
    found = [run(Job(name, "multiplications", "portfolio")) for name in ("MLP", "RoeFlux_1d")]
    for rule in tuple(found):
        ppo = replace(rule, solver="ppo", budget_seconds=40.0, evaluations=100)
        found += [
            history(ppo, seconds=40.0, costs={20.0: 2.0, 30.0: 1.5}),
            history(replace(ppo, seed=1), seconds=30.0, costs={24.0: 3.0}),
            history(
                replace(ppo, budget_seconds=600.0), seconds=300.0, costs={20.0: 2.0, 60.0: 1.2}
            ),
        ]
    alphazero = replace(found[1], solver="alphazero", budget_seconds=1_200.0)
    found.append(history(alphazero, seconds=600.0, costs={50.0: 1.25}))
    return found


def history(result: Result, *, seconds: float, costs: dict[float, float]) -> Result:
    """A run that found costs, in units of the library's, at some seconds; an episode a second."""
    known = result.best_known or 1
    trace = tuple((at, int(at), round(times * known)) for at, times in costs.items())
    return replace(
        result, cost=trace[-1][2], seconds=seconds, evaluations=int(seconds), trace=trace
    )


def compared(found: list[Result]) -> Comparison:
    [comparison] = compare({f"b{k}": result for k, result in enumerate(found)})
    return comparison


def test_runs_with_another_budget_are_another_row() -> None:
    [section] = agents_sections(compared(results()))
    [table] = section.tables
    assert table.columns[:4] == ("task", "agent", "budget", "runs")
    rows = [[cell.text for cell in row[:6]] for row in table.rows]
    assert rows == [
        ["RoeFlux_1d", "ppo", "40 s", "2", "663.5", "442"],
        ["RoeFlux_1d", "ppo", "600 s", "1", "354", "354"],
        ["RoeFlux_1d", "alphazero", "1200 s", "1", "369", "369"],
        ["MLP", "ppo", "40 s", "2", "639", "426"],
        ["MLP", "ppo", "600 s", "1", "341", "341"],
    ]


def test_only_what_was_run_stands_beside_agents() -> None:
    [section] = agents_sections(compared(results()))
    columns = section.tables[0].columns
    assert "best rule" in columns and "annealing" not in columns
    assert agents_sections(compared([r for r in results() if r.solver == "portfolio"])) == []


def test_variants_with_another_budget_are_another_row() -> None:
    variants = [replace(r, solver="ppo:steps=9") for r in results() if r.solver == "ppo"]
    [section] = agents_sections(compared([*results()[:2], *variants]))
    rows = [[cell.text for cell in row[:3]] for row in section.tables[0].rows]
    assert rows == [["ppo:steps=9", "40 s", "4"], ["ppo:steps=9", "600 s", "2"]]
    assert not section.figures


def test_agents_stand_in_the_profile_of_the_budget_that_most_searches_had() -> None:
    searched = [
        replace(rule, solver=solver, budget_seconds=seconds)
        for rule in results()
        if rule.solver == "portfolio"
        for solver in ("annealing", "beam")
        for seconds in (1.0, 4.0)
    ]
    comparison = compared([*results(), *searched])
    assert comparison.timed_budgets == ("1 s", "4 s", "40 s", "600 s")
    assert comparison.usual_budget == "4 s"
    pytest.importorskip("matplotlib")
    svg = profile_chart(comparison, "4 s").draw()
    names = ("annealing", "beam", "portfolio", "ppo, 40 s", "ppo, 600 s")
    assert all(f">{name}<" in svg for name in names)
    assert ">alphazero" not in svg, "it was not trained on every instance"


def test_a_mean_begins_where_all_have_begun_and_ended_runs_keep_their_last_value() -> None:
    first = Curve((1.0, 3.0, 9.0), (4.0, 2.0, 2.0))
    second = Curve((2.0, 5.0), (8.0, 6.0))
    assert mean_curve([first, second]) == ((2.0, 3.0, 5.0, 9.0), (6.0, 5.0, 4.0, 4.0))
    assert mean_curve([second]) == second


def test_agents_are_compared_on_what_all_of_them_were_trained_on() -> None:
    both, one = compared([r for r in results() if r.solver != "alphazero"]), compared(results())
    [minutes, steps] = learning_charts(both, AGENTS)
    assert minutes.title.endswith("over minutes") and steps.title.endswith("environment steps")
    assert minutes.description.startswith("Mean over the runs on 2 instances.")
    assert "Lowest at the end: ppo, 600 s, 20 %." in minutes.description
    assert learning_charts(one, AGENTS)[0].description.startswith(
        "Mean over the runs on one instance."
    )


def test_there_are_no_curves_without_histories_or_shared_instances() -> None:
    assert learning_charts(compared([replace(r, trace=()) for r in results()]), AGENTS) == ()
    apart = [r for r in results() if (r.solver, r.instance) != ("ppo", "RoeFlux_1d")]
    assert learning_charts(compared(apart), AGENTS) == ()


def test_the_curves_are_drawn_with_a_line_for_each_agent_and_budget() -> None:
    pytest.importorskip("matplotlib")
    for figure in learning_charts(compared(results()), AGENTS):
        svg = figure.draw()
        assert all(f">{label}<" in svg for label in ("ppo, 40 s", "ppo, 600 s", "best rule"))
        assert svg == figure.draw()
