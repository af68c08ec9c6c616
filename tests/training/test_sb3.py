"""python -m training sb3: a checked order, a continuation as if never stopped, a network that PPO's solver plays."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import vertex_elim_env as ve
from baselines import registry

pytest.importorskip("equinox")
pytest.importorskip("sb3_contrib")
pytest.importorskip("tyro")
pytest.importorskip("tensorboard")
from training.__main__ import main

TASK = "MLP"
QUICK = ["--num-envs", "2", "--width", "8", "--num-rounds", "1", "--steps", "104"]


def run(out: Path, *more: str) -> int:
    return main(["sb3", "--preset", "cpu", "--task", TASK, "--out", str(out), *QUICK, *more])


def test_a_stopped_run_continues_as_if_it_had_not_and_its_order_is_checked(tmp_path: Path) -> None:
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    assert run(whole) == 0
    assert run(halves, "--minutes", "1e-9") == 0
    assert run(halves, "--minutes", "10") == 0
    first, second = (dict(np.load(out / "checkpoint.npz")) for out in (whole, halves))
    assert int(first[".num_iterations"]) == 2
    differing = {name for name in first if not np.array_equal(first[name], second[name])}
    assert differing == {"description"}  # of the time taken

    graph, solution = ve.tasks.get(TASK).graph, ve.Solution.load(whole / "order.json")
    assert solution.method == "maskable-ppo"
    assert json.loads((whole / "summary.json").read_text())["verified"]
    assert solution.cost == ve.elimination_cost(graph, solution.order)

    ppo = registry.make("ppo", checkpoint=whole / "checkpoint.npz", num_samples=2, batch=2)
    played = ppo.solve(graph)
    assert played.cost == ve.elimination_cost(graph, played.order)


def test_several_tasks_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tasks = ["--tasks", TASK, "HumanHeartDipole"]
    assert main(["sb3", "--preset", "cpu", "--out", str(tmp_path), *tasks]) == 2
    assert "one graph; got 2" in capsys.readouterr().err
