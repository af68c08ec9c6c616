"""The README: its example runs, its commands exist, its table is what its command writes."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import vertex_elim_env as ve
from evaluation import readme

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


def test_the_table_s_counts_are_true() -> None:
    """Rules and bounds are computed anew; annealed counts lie between the bound and the best known order's 2 %."""
    for name in ve.tasks.names():
        task = ve.tasks.get(name)
        row = next(line for line in TEXT.splitlines() if line.startswith(f"| {name} |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        numbers = [int(re.sub(r"\D", "", cell.split("(")[0]) or 0) for cell in cells[1:]]
        rules = [
            ve.find_order(task.graph, method=m).cost
            for m in ("forward", "reverse", "markowitz-late")
        ]
        assert numbers[:4] == [task.graph.num_eliminable, *rules]
        best, bound = task.best_known["multiplications"], ve.lower_bound(task.graph)
        assert max(best, bound) <= numbers[4] <= 1.02 * best
        assert numbers[5] == bound
        assert numbers[6:] == [task.spec.published["alphazero"], task.spec.published["ppo"]]


def test_replacing_the_table_changes_nothing_else() -> None:
    text = f"a\n{readme.BEGIN}old\n{readme.END}\nb\n"
    assert readme.replace_table(text, "new\n") == f"a\n{readme.BEGIN}new\n{readme.END}\nb\n"
