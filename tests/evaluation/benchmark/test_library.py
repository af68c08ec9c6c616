"""The library of best known orders: what a record is, and that wrong ones are refused."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import vertex_elim_env as ve
from evaluation.benchmark import main
from evaluation.benchmark.improvement import bounded, improved
from evaluation.benchmark.verification import fault
from vertex_elim_env import instances
from vertex_elim_env.tasks.best_known import BOUND_BY_PATHS, Library, Record, RecordError

ROOT = Path(__file__).parents[3]
NAME = "PropaneCombustion"
INSTANCE = instances.get(NAME)


def record_of(method: str, cost_model: str = "multiplications") -> Record:
    solution = ve.find_order(INSTANCE.graph, method=method, cost_model=cost_model)
    return improved(INSTANCE, None, solution, solver=method, seed=0, seconds=None)


RIGHT = record_of("forward")


def written(folder: Path, record: Record) -> Path:
    Library(folder).write(record)
    return folder / record.file_name


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    written(tmp_path, RIGHT)
    library = Library(tmp_path)
    assert library.read(RIGHT.fingerprint, RIGHT.cost_model) == RIGHT
    assert library.read(RIGHT.fingerprint, "flops") is None
    assert [path.name for path in library.files()] == [RIGHT.file_name]


def test_a_right_record_has_no_fault(tmp_path: Path) -> None:
    assert fault(written(tmp_path, RIGHT)) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cost": 80}, "it says 80, its order costs 151"),
        ({"cost": 200}, "it says 200, its order costs 151"),
        ({"order": RIGHT.order[1:]}, "no permutation of the 51 vertices"),
        ({"order": (*RIGHT.order[1:], RIGHT.order[1])}, "no permutation of the 51 vertices"),
        ({"lower_bound": 200}, "its bound 200 is above its cost 151"),
        ({"lower_bound": 150}, "its bound 150 can't be proved; lower_bound proves 88"),
        ({"lower_bound": 150, "bound_by": "gut"}, "its bound is by 'gut', which is no solver"),
        ({"instance": "RoeFlux_1d"}, "RoeFlux_1d has the fingerprint"),
        ({"instance": "Nowhere"}, "no instance is named 'Nowhere'"),
        ({"fingerprint": "0" * 32}, f"{NAME} has the fingerprint"),
        ({"cost_model": "nontrivial"}, "its order costs"),
    ],
)
def test_a_wrong_record_is_refused_by_name(
    change: dict[str, Any], words: str, tmp_path: Path
) -> None:
    wrong = replace(RIGHT, **change)
    found = fault(written(tmp_path, wrong))
    assert found is not None and words in found and wrong.file_name in found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        RIGHT.to_json().replace('"seed": 0, ', ""),
        RIGHT.to_json().replace('"seed": 0', '"seed": -1'),
        RIGHT.to_json().replace('"seconds": 0.0', '"seconds": NaN'),
        RIGHT.to_json().replace("multiplications", "guesses"),
        RIGHT.to_json().replace('"order": [', '"order": [0.5, '),
    ],
)
def test_a_file_without_a_record_is_refused_by_name(text: str, tmp_path: Path) -> None:
    path = tmp_path / RIGHT.file_name
    path.write_text(text)
    found = fault(path)
    assert found is not None and found.startswith(path.name)


def test_a_record_under_another_s_name_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, RIGHT).rename(tmp_path / f"{'1' * 32}.multiplications.json")
    assert "belongs in" in str(fault(path))


def test_verification_fails_if_one_record_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, RIGHT)
    options = ["--verify", "--library", str(tmp_path), "--instances", NAME]
    assert main(options) == 0
    wrong = written(tmp_path, replace(record_of("reverse", "flops"), cost=1, lower_bound=0))
    report = tmp_path / "report" / "verified.json"
    assert main([*options, "--json", str(report)]) == 1
    out = capsys.readouterr().out
    assert f"WRONG {wrong.name} ({NAME}): it says 1" in out and "1 of 2 records are right" in out
    rows = [json.loads(line) for line in report.read_text().splitlines()]
    assert [row["fault"] is None for row in rows] == [row["file"] != wrong.name for row in rows]


def test_an_empty_library_is_not_verified(tmp_path: Path) -> None:
    assert main(["--verify", "--library", str(tmp_path), "--instances", NAME]) == 1


def test_a_better_order_replaces_a_worse_one_and_not_the_other_way() -> None:
    best = ve.find_order(INSTANCE.graph, method="markowitz-late")
    found = improved(INSTANCE, RIGHT, best, solver="markowitz-late", seed=0, seconds=None)
    assert (found.cost, found.lower_bound, found.is_optimal) == (88, 88, True)
    worse = ve.find_order(INSTANCE.graph, method="forward")
    assert improved(INSTANCE, found, worse, solver="forward", seed=0, seconds=None) == found


def test_a_bound_is_kept_only_if_it_is_better_or_simpler_and_never_above_a_cost() -> None:
    searched = bounded(RIGHT, 120, "exact")
    assert (searched.lower_bound, searched.bound_by) == (120, "exact")
    assert bounded(searched, 88, BOUND_BY_PATHS) == searched
    assert bounded(searched, 120, BOUND_BY_PATHS).bound_by == BOUND_BY_PATHS
    with pytest.raises(RecordError, match="exact proves 152, above the known cost 151"):
        bounded(RIGHT, 152, "exact")


def test_a_solution_of_another_graph_is_refused() -> None:
    other = ve.find_order(instances.get("MLP").graph, method="forward")
    with pytest.raises(RecordError, match=f"not {NAME}"):
        improved(INSTANCE, None, other, solver="forward", seed=0, seconds=None)


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                found |= {alias.name for alias in node.names}
            case ast.ImportFrom(module=str(module)):
                found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
            case ast.Attribute(attr=name):
                found.add(name)
    return found


def test_no_solver_and_no_environment_looks_at_the_library() -> None:
    folders = ("baselines", "training", "vertex_elim_env")
    readers = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if any("best_known" in name for name in imports_of(path))
    }
    # A run's report compares with the record when training is over.
    allowed = ("vertex_elim_env/tasks/", "vertex_elim_env/commands.py", "training/run.py")
    assert {path for path in readers if not path.startswith(allowed)} == set()
