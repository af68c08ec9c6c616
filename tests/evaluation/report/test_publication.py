"""The published results: numbers agree wherever they appear."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from pathlib import Path

import pytest

from evaluation.benchmark.results import FILE, read_results
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


GRAPHS = sorted({(r.fingerprint, r.cost_model) for r in RESULTS})


@pytest.mark.parametrize(("fingerprint", "cost_model"), GRAPHS)
def test_the_library_s_cost_and_bound_are_those_of_the_published_records(
    fingerprint: str, cost_model: str
) -> None:
    """If not: benchmark --update --records evaluation/results/benchmark.jsonl; or the records are old: make results."""
    own = [r for r in RESULTS if (r.fingerprint, r.cost_model) == (fingerprint, cost_model)]
    costs = {cost for r in own for cost in (r.cost, r.best_known) if cost is not None}
    known = Library().read(fingerprint, cost_model)
    assert known is not None
    assert known.cost == min(costs), own[0].instance
    assert known.lower_bound == max(r.lower_bound for r in own), own[0].instance


def rows_of(text: str, title: str) -> dict[str, dict[str, str]]:
    """Return a table's cells by task and column, without signs; digits of numbers alone."""
    lines = text[text.index(title) :].splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("| task |"))
    columns = [cell.strip() for cell in lines[start].strip("|").split("|")]
    found = {}
    for line in itertools.takewhile(lambda line: line.startswith("|"), lines[start + 2 :]):
        name, *cells = (
            re.sub(r"[*\\,✓]|\(.*?\)", "", c).strip() for c in line.strip("|").split("|")
        )
        found[name] = dict(zip(columns[1:], cells, strict=True))
    return found


def test_the_project_s_readme_the_published_tables_and_the_library_agree() -> None:
    """Every number of the README's table stands in the published one too, or in the records beside it."""
    own = rows_of((ROOT / "README.md").read_text(encoding="utf-8"), "## Results")
    published = rows_of((PUBLISHED / README).read_text(encoding="utf-8"), "## The paper's table")
    assert set(own) == set(published) == set(tasks.names())
    for name, row in own.items():
        other = published[name]
        [annealing] = [column for column in other if column.startswith("annealing")]
        shared = {"vertices": "vertices", "forward": "forward", "reverse": "reverse"}
        shared |= {"annealing": annealing, "lower bound": "bound"}
        shared |= {f"{agent}, paper's": f"{agent}, paper's" for agent in ("AlphaZero", "PPO")}
        for here, there in shared.items():
            assert row[here] == other[there], (name, here)
        known = Library().read(tasks.get(name).graph.fingerprint, "multiplications")
        assert known is not None
        assert (str(known.cost), str(known.lower_bound)) == (
            other["best known"],
            row["lower bound"],
        )
        [late] = [r for r in RESULTS if r.key == f"{name}|multiplications|markowitz-late|rule|0"]
        assert str(late.cost) == row["Markowitz, late ties"]
        assert tasks.get(name).best_known["multiplications"] == known.cost


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


def test_make_results_brings_its_numbers_to_the_library_and_then_to_the_readme() -> None:
    rule = (
        (ROOT / "Makefile")
        .read_text(encoding="utf-8")
        .partition("\nresults:")[2]
        .partition("\n\n")[0]
    )
    steps = [re.search(r"python -m evaluation (\w+)", line) for line in rule.splitlines()[1:]]
    names = [step[1] for step in steps if step is not None]
    assert names == "runtime benchmark benchmark throughput report benchmark readme".split()
    assert [k for k, line in enumerate(rule.splitlines()[1:]) if "--update --records" in line] == [
        5
    ]
