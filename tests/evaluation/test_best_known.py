"""The record of best known orders changes for the better only, and never on trust."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import vertex_elim_env as ve
from evaluation import best_known

TASK = ve.tasks.get("PropaneCombustion")


def entry(method: str) -> dict[str, Any]:
    solution = ve.find_order(TASK.graph, method=method)
    return {"cost": solution.cost, "order": list(solution.order)}


def test_a_better_order_replaces_a_worse_one_and_not_the_other_way() -> None:
    found = best_known.improve(TASK, "multiplications", entry("forward"), 0.05, 1)
    assert found["cost"] == 88
    kept = best_known.improve(TASK, "multiplications", found, 0.01, 1)
    assert kept == found


def test_an_entry_whose_order_costs_something_else_is_refused() -> None:
    wrong = {**entry("forward"), "cost": 80}
    with pytest.raises(ValueError, match="the record says 80, its order costs 151"):
        best_known.improve(TASK, "multiplications", wrong, 0.01, 1)


def test_the_command_writes_what_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(best_known, "FILE", tmp_path / "record.json")
    assert (
        best_known.main(["--tasks", "PropaneCombustion", "--seconds", "0.02", "--seeds", "1"]) == 0
    )
    record = json.loads((tmp_path / "record.json").read_text())
    assert set(record["PropaneCombustion"]) == set(ve.COST_MODELS)
    assert record["PropaneCombustion"]["multiplications"]["cost"] == 88
