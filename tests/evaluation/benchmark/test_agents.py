"""The agents' comparison: which runs it makes, and the tables that they become."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from baselines import registry
from evaluation.benchmark import main
from evaluation.benchmark.agents import (
    ABLATIONS,
    BESIDE,
    COURSES,
    SCALAR,
    UNTRAINED,
    agent_jobs,
    is_variant,
)
from evaluation.benchmark.jobs import Job
from evaluation.benchmark.results import FILE, Result, read_results, write_results
from evaluation.benchmark.running import run
from evaluation.benchmark.solvers import RULES, is_agent
from evaluation.report.agents_section import printed
from evaluation.report.comparison import compare
from evaluation.report.contents import to_document
from evaluation.report.sources import read_sources
from vertex_elim_env import tasks

MODELS = ("multiplications",)


def test_every_paper_task_has_an_agent_and_all_that_stands_beside_it() -> None:
    jobs = agent_jobs(COURSES, cost_models=MODELS)
    for name in tasks.names("paper"):
        own = {job.solver for job in jobs if job.instance == name}
        assert own >= {"ppo", "portfolio", *RULES, *BESIDE}
        assert ({"alphazero", "maskable-ppo"} <= own) == (name in SCALAR)
    seeds = [job.seed for job in jobs if (job.instance, job.solver) == ("RandomG", "ppo")]
    assert seeds == [0, 1, 2]
    assert len({job.key for job in jobs}) == len(jobs)


def test_long_runs_come_first_and_those_beside_take_seconds() -> None:
    budgets = [job.budget_seconds or 0.0 for job in agent_jobs(COURSES, cost_models=MODELS)]
    assert budgets == sorted(budgets, reverse=True)
    assert {600.0, 1200.0, 10.0, 0.0} == set(budgets)


def test_a_command_line_changes_what_is_played_by_whom_and_how_long() -> None:
    jobs = agent_jobs(
        COURSES, instances=("MLP", "Traps/x"), cost_models=MODELS, seeds=(5,), minutes=0.5
    )
    agents = [job for job in jobs if is_agent(job.solver) and job.solver != UNTRAINED]
    assert {(job.instance, job.solver) for job in agents} == {
        (instance, solver)
        for instance in ("MLP", "Traps/x")
        for solver in ("ppo", "alphazero", "maskable-ppo")
    }
    assert all((job.seed, job.budget_seconds) == (5, 30.0) for job in agents)


@pytest.mark.parametrize("course", (*COURSES, *ABLATIONS), ids=lambda course: course.solver)
def test_a_course_names_a_solver_there_is(course: object) -> None:
    solver = course.solver  # type: ignore[attr-defined]
    assert is_agent(registry.make(solver).name)
    assert is_variant(solver) == (course in ABLATIONS)


def made_up() -> list[Result]:
    """Runs of rules, said to be of agents."""
    found = [run(Job("MLP", "multiplications", rule)) for rule in ("portfolio", "reverse")]
    forward = run(Job("MLP", "multiplications", "forward"))
    trace = ((1.0, 10, 9_000), (30.0, 900, forward.cost))
    as_agent = replace(forward, budget_seconds=600.0, seconds=90.0, evaluations=1_000, trace=trace)
    found += [replace(as_agent, solver="ppo", seed=seed) for seed in (0, 1)]
    found.append(replace(as_agent, solver="ppo:no-messages"))
    found.append(replace(found[0], solver="generalist", budget_seconds=10.0))
    return found


def test_agents_and_their_variants_have_a_table_each(tmp_path: Path) -> None:
    write_results(tmp_path / FILE, made_up())
    document = to_document(read_sources([tmp_path]))
    sections = {section.name: section for section in document.sections}
    (agents,) = sections["agents-multiplications"].tables
    (row,) = agents.rows
    cells = dict(zip(agents.columns, row, strict=True))
    assert (cells["task"].text, cells["agent"].text, cells["runs"].text) == ("MLP", "ppo", "2")
    assert cells["median"].value == cells["best"].value == 6_566
    assert (cells["minutes"].value, cells["steps"].value) == (1.5, 26_000)
    assert cells["generalist"].value == cells["best rule"].value == 284
    assert cells["paper's"].text == "422*"
    assert "annealing" not in cells, "it wasn't run"
    (ablations,) = sections["ablations-multiplications"].tables
    assert [r[0].text for r in ablations.rows] == ["ppo:no-messages"]
    known = {row.id for table in document.records for row in table.rows}
    assert {record for cell in row for record in cell.records} <= known


def test_the_tables_are_printed_as_they_are_published(tmp_path: Path) -> None:
    write_results(tmp_path / FILE, made_up())
    text = printed(read_results(tmp_path / FILE))
    assert "| MLP | ppo | 600 s | 2 | 6,566 |" in text
    assert "| ppo:no-messages | 600 s | 1 |" in text


def test_an_agent_s_history_is_kept_with_its_record(tmp_path: Path) -> None:
    write_results(tmp_path / FILE, made_up())
    kept = read_results(tmp_path / FILE).values()
    assert {r.solver for r in kept if r.trace} == {"ppo", "ppo:no-messages"}
    assert max(r.trace for r in kept) == ((1.0, 10, 9_000), (30.0, 900, 6_566))
    (comparison,) = compare({result.key: result for result in kept})
    assert comparison.cases["MLP"].best_known == 284


def test_minutes_must_be_positive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path), "--agents", "--minutes", "0"])
    assert "--minutes must be positive; got 0" in capsys.readouterr().err
