"""python -m training alphazero: it writes a checked order, and goes on after a stop as if there had been none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import vertex_elim_env as ve

pytest.importorskip("equinox")
pytest.importorskip("mctx")
pytest.importorskip("tyro")
pytest.importorskip("tensorboard")
from tests.baselines.test_alphazero import QUICK
from training.__main__ import main

pytestmark = pytest.mark.usefixtures("compiled_once")

TASK = "MLP"


def run(out: Path, *more: str) -> int:
    small = [word for name, value in QUICK.items() for word in (f"--{name}", str(value))]
    return main(["alphazero", "--preset", "cpu", "--task", TASK, "--out", str(out), *small, *more])


def test_a_stopped_run_continues_as_if_it_had_not_and_its_order_is_checked(tmp_path: Path) -> None:
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    assert run(whole) == 0
    assert run(halves, "--minutes", "1e-9") == 0
    assert run(halves, "--minutes", "10") == 0
    first, second = (dict(np.load(out / "checkpoint.npz")) for out in (whole, halves))
    assert int(first[".num_iterations"]) == 2
    differing = {name for name in first if not np.array_equal(first[name], second[name])}
    assert differing == {"description"}  # of the time taken

    solution = ve.Solution.load(whole / "order.json")
    summary = json.loads((whole / "summary.json").read_text())
    assert solution.method == "alphazero" and summary["verified"]
    assert solution.cost == ve.elimination_cost(ve.tasks.get(TASK).graph, solution.order)
    assert solution.cost == summary["rows"][0]["best"]
