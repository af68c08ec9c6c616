"""The published results: numbers agree wherever they appear."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from evaluation.benchmark.results import FILE, Result, read_results
from evaluation.report import main
from evaluation.report.publication import README, publish, tables
from evaluation.report.sources import read_sources
from vertex_elim_env import instances, tasks
from vertex_elim_env.engine import sparse
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.tasks.best_known import Library

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "evaluation" / "results"
RESULTS = list(read_results(PUBLISHED / FILE).values())
RULES = ("forward", "reverse", "markowitz-late")


def test_the_readme_is_what_the_records_give() -> None:
    assert (PUBLISHED / README).read_text(encoding="utf-8") == tables(PUBLISHED)


def test_the_published_records_are_small_and_whole() -> None:
    files = sorted(PUBLISHED.glob("*.jsonl"))
    assert PUBLISHED / FILE in files
    assert sum(path.stat().st_size for path in files) < 3_000_000
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            json.loads(line)
    assert len(RESULTS) == len((PUBLISHED / FILE).read_text(encoding="utf-8").splitlines())


def test_every_published_order_costs_what_its_record_says() -> None:
    problems = {
        (r.instance, r.cost_model): elimination_problem(
            instances.get(r.instance).graph, r.cost_model
        )
        for r in RESULTS
    }
    for result in RESULTS:
        problem = problems[result.instance, result.cost_model]
        assert result.fingerprint == problem.graph.fingerprint, result.instance
        assert sparse.order_cost(problem, result.order) == result.cost >= result.lower_bound


def test_the_library_is_no_worse_than_any_published_order_or_the_record_says_so() -> None:
    for result in RESULTS:
        known = Library().read(result.fingerprint, result.cost_model)
        assert known is not None
        gap = result.gap_to_best_known
        assert known.cost <= result.cost or (gap is not None and gap < 0), result.key
        assert known.lower_bound <= result.cost


def of(name: str, solver: str) -> list[Result]:
    return [
        r
        for r in RESULTS
        if (r.instance, r.solver, r.cost_model) == (name, solver, "multiplications")
    ]


def test_the_project_s_readme_agrees_with_the_published_records() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in tasks.names():
        row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
        cells = [re.sub(r"\D", "", cell.split("(")[0]) for cell in row.strip("|").split("|")[1:]]
        for column, rule in enumerate(RULES, start=1):
            [result] = of(name, rule)
            assert result.cost == int(cells[column]), (name, rule)
            assert result.eliminable == int(cells[0])
        assert min(r.cost for r in of(name, "annealing")) <= int(cells[4])


@pytest.fixture
def records(tmp_path: Path) -> Path:
    folder = tmp_path / "records"
    folder.mkdir()
    lines = [result.to_json() for result in RESULTS if result.instance == "MLP"]
    (folder / FILE).write_text("".join(lines), encoding="utf-8")
    return folder


def test_publishing_replaces_what_was_there(records: Path, tmp_path: Path) -> None:
    target = tmp_path / "published"
    target.mkdir()
    (target / "runtime.jsonl").write_text("{}\n")
    out = ["--out", str(tmp_path / "out"), "--publish", str(target)]
    assert main(["--records", str(records), *out]) == 0
    assert sorted(path.name for path in target.iterdir()) == [README, FILE]
    assert read_results(target / FILE) == read_results(records / FILE)
    assert (target / README).read_text(encoding="utf-8") == tables(target)
    shutil.rmtree(tmp_path / "out")


def test_publishing_what_is_published_changes_nothing(tmp_path: Path) -> None:
    publish(read_sources([PUBLISHED]), tmp_path)
    for path in PUBLISHED.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
