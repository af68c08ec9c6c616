"""python -m evaluation throughput: every engine on the same orders, ratios, start-up seconds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evaluation import throughput
from evaluation.throughput import command, engines, environments, startup, turns


def test_every_engine_and_every_startup_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(turns, "TURNS", 1)
    monkeypatch.setattr(turns, "MIN_SECONDS", 0.0)
    monkeypatch.setattr(command, "use_all_processors", lambda: None)  # other tests count devices
    path = tmp_path / "speeds.json"
    options = ["--tasks", "MLP", "--batch", "4", "--cost-model", "flops", "--json", str(path)]
    assert throughput.main(options) == 0
    records = [json.loads(line) for line in path.read_text().splitlines()]
    speeds = [row for row in records if "engine" in row]
    assert [(row["orders"], row["engine"]) for row in speeds] == [
        (orders, engine)
        for orders in ("searched", "random")
        for engine in ("reference", "compiled", "array")
    ]
    assert all(row["eliminations_per_second"] > 0 for row in speeds)
    assert [row["ratio"] for row in speeds if row["engine"] == "reference"] == [1.0, 1.0]
    steps = [row for row in records if "steps_per_second" in row]
    assert [row["environment_name"] for row in steps] == list(environments.ENVIRONMENTS)
    assert all(row["steps_per_second"] > 0 for row in steps)
    assert steps[0]["ratio"] == 1.0
    assert [row["what"] for row in records if "what" in row] == list(startup.STARTUPS)
    assert len(capsys.readouterr().out.splitlines()) == len(records)


def test_orders_near_one_are_permutations_that_keep_most_of_it() -> None:
    order = list(range(30))
    rows = engines.near_orders(order, 20, seed=0)
    assert (np.sort(rows, axis=1) == order).all()
    assert (np.diff(rows, axis=1) == 1).mean() > 0.5


def test_a_batch_of_none_is_refused() -> None:
    with pytest.raises(SystemExit):
        throughput.main(["--batch", "0"])
