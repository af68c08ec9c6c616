"""The README: its example runs, its commands exist, its table is what its command writes."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest

import vertex_elim_env as ve
from evaluation import readme
from evaluation.benchmark.results import Result, read_results, write_results

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, flags=re.DOTALL)


def test_it_is_short() -> None:
    assert len(TEXT.splitlines()) <= 120


def test_the_example_is_the_quickstart_and_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert blocks("python")[0] == (ROOT / "examples" / "quickstart.py").read_text(encoding="utf-8")
    runpy.run_path(str(ROOT / "examples" / "quickstart.py"))
    assert "multiplications" in capsys.readouterr().out


def test_the_other_python_blocks_run() -> None:
    for block in blocks("python")[1:]:
        exec(compile(block, "README.md", "exec"), {})


def test_its_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = r"(?:^|`)make (\w[\w-]*)"
    targets = set(re.findall(named, TEXT, flags=re.MULTILINE))
    assert targets >= {"demo", "test"}
    assert targets <= set(re.findall(r"^([\w-]+):", makefile, flags=re.MULTILINE))


COMMANDS = sorted(set(re.findall(r"python -m ([\w.]+) (\w+)", TEXT)))


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_exist(command: tuple[str, str]) -> None:
    argv = [sys.executable, "-m", *command, "--help"]
    assert subprocess.run(argv, cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_the_table_is_what_its_command_writes() -> None:
    """The published records' numbers agree with it elsewhere too, see test_publication."""
    assert readme.replace_table(TEXT, readme.table()) == TEXT


def test_the_table_s_rules_and_published_counts_are_true() -> None:
    """Counted anew, and read from what the paper says of the task."""
    for name in ve.tasks.names():
        task = ve.tasks.get(name)
        row = next(line for line in TEXT.splitlines() if line.startswith(f"| {name} |"))
        cells = [cell.strip(" *\\").replace(",", "") for cell in row.strip("|").split("|")]
        rules = [ve.find_order(task.graph, method=method).cost for method in readme.RULES]
        assert cells[1:5] == [str(n) for n in (task.graph.num_eliminable, *rules)]
        assert cells[-2:] == [str(task.spec.published[agent]) for agent in readme.PAPER]


def test_replacing_the_table_changes_nothing_else() -> None:
    text = f"a\n{readme.BEGIN}old\n{readme.END}\nb\n"
    assert readme.replace_table(text, "new\n") == f"a\n{readme.BEGIN}new\n{readme.END}\nb\n"


def results_with_agents() -> list[Result]:
    """The published records, and a PPO whose costs are made up of those of annealing."""
    found = [r for r in read_results(readme.RECORDS).values() if r.solver != "ppo"]
    for first in [r for r in found if r.solver == "annealing" and r.budget_seconds is not None]:
        seed = 100 * first.seed + int(first.budget_seconds or 0.0)
        long = replace(first, solver="ppo", seed=seed, budget_seconds=600.0)
        found += [long, replace(long, budget_seconds=45.0, cost=9_999_999)]
    return found


def test_the_agent_s_column_is_the_median_of_its_longest_runs(tmp_path: Path) -> None:
    results = results_with_agents()
    write_results(tmp_path / "all.jsonl", results)
    text = readme.table(tmp_path / "all.jsonl")
    assert text.splitlines()[0].split(" | ")[6] == "our PPO"
    assert "Our PPO: trained for at most 600 s" in text and "9,999,999" not in text
    job = ("Encoder", "multiplications", "ppo", "600 s")
    costs = [r.cost for r in results if (r.instance, r.cost_model, r.solver, r.budget) == job]
    row = next(line for line in text.splitlines() if line.startswith("| Encoder |"))
    assert float(row.split(" | ")[6].replace(",", "")) == median(costs)


def test_without_agents_there_is_no_column_and_without_a_task_no_table(tmp_path: Path) -> None:
    results = [r for r in results_with_agents() if r.solver != "ppo"]
    write_results(tmp_path / "some.jsonl", results)
    assert "our PPO" not in readme.table(tmp_path / "some.jsonl")
    write_results(tmp_path / "few.jsonl", [r for r in results if r.instance != "MLP"])
    with pytest.raises(ValueError, match="lacks a task"):
        readme.table(tmp_path / "few.jsonl")


def test_the_command_rewrites_the_table_and_nothing_else(tmp_path: Path) -> None:
    copy = tmp_path / "README.md"
    copy.write_text(readme.replace_table(TEXT, "old\n"), encoding="utf-8")
    assert readme.main(["--readme", str(copy)]) == 0
    assert copy.read_text(encoding="utf-8") == TEXT
