"""python -m training ppo: what a run writes, that it resumes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import vertex_elim_env as ve

pytest.importorskip("equinox")
pytest.importorskip("tyro")
pytest.importorskip("tensorboard")
from training.__main__ import main

pytestmark = pytest.mark.usefixtures("compiled_once")

TASK = "PropaneCombustion"
SMALL = ["--num-envs", "2", "--num-minibatches", "2", "--width", "4", "--num-rounds", "0"]


def run(out: Path, *more: str) -> int:
    return main(["ppo", "--preset", "cpu", "--out", str(out), *SMALL, *more])


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, compiled_once: None) -> Path:
    out = tmp_path_factory.mktemp("run")
    assert run(out, "--task", TASK, "--steps", "300") == 0
    return out


def arrays(out: Path) -> dict[str, np.ndarray]:
    with np.load(out / "checkpoint.npz", allow_pickle=False) as found:
        return {name: found[name] for name in found.files if name != "description"}


def test_a_run_writes_its_order_checked_by_the_executor(finished: Path) -> None:
    solution = ve.Solution.load(finished / "order.json")
    checked = json.loads((finished / "verification.json").read_text())
    graph = ve.tasks.get(TASK).graph
    assert solution.method == "ppo"
    assert solution.cost == ve.elimination_cost(graph, solution.order) == checked["cost"]
    assert checked["jacobian_agrees"]


def test_a_run_says_what_the_untrained_network_did(finished: Path) -> None:
    summary = json.loads((finished / "summary.json").read_text())
    (row,) = summary["rows"]
    assert set(row["trained"]) == set(row["untrained"])
    assert summary["num_steps"] >= 300 and summary["verified"]
    assert list((finished / "tensorboard").iterdir())


def test_a_stopped_run_continues_as_if_it_had_not(tmp_path: Path, finished: Path) -> None:
    options = ["--task", TASK, "--steps", "300"]
    assert run(tmp_path, *options, "--minutes", "1e-9") == 0
    between = arrays(tmp_path)
    assert int(between[".num_iterations"]) == 1 < int(arrays(finished)[".num_iterations"])
    assert run(tmp_path, *options, "--minutes", "10") == 0
    assert all(
        np.array_equal(value, arrays(finished)[name]) for name, value in arrays(tmp_path).items()
    )


def test_a_folder_of_another_run_is_refused(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(finished, "--task", TASK, "--steps", "300", "--seed", "1") == 2
    assert "another options" in capsys.readouterr().err


def test_several_tasks_have_an_order_each(tmp_path: Path) -> None:
    tasks = (TASK, "HumanHeartDipole")
    assert run(tmp_path, "--tasks", *tasks, "--steps", "100") == 0
    for name in tasks:
        solution = ve.Solution.load(tmp_path / name / "order.json")
        assert solution.fingerprint == ve.tasks.get(name).graph.fingerprint


def test_drawn_graphs_leave_no_order_but_a_network(tmp_path: Path) -> None:
    options = ["--generator", "random-programs", "--num-graphs", "2", "--iterations-per-draw", "1"]
    assert run(tmp_path, *options, "--steps", "120") == 0
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert all("test" in row["graph"] for row in summary["rows"])
    assert not list(tmp_path.rglob("order.json"))


@pytest.mark.parametrize(
    "wrong", [["--task", TASK, "--generator", "traps"], ["--task", TASK, "--minutes", "0"]]
)
def test_options_that_contradict_are_refused(
    tmp_path: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        run(tmp_path, *wrong)
    assert exit_.value.code == 2
    assert wrong[-2].strip("-") in capsys.readouterr().err


def test_an_unknown_agent_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dqn"]) == 2
    assert "ppo" in capsys.readouterr().err
