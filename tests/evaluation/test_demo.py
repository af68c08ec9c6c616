"""The demo on one small task: every order found, run, checked, timed and written down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation import demo
from evaluation.__main__ import COMMANDS, main

QUICK = [
    "--tasks",
    "HumanHeartDipole",
    "--seconds",
    "0.05",
    "--timing-seconds",
    "0.05",
    "--batch",
    "4",
]


def test_a_task_is_found_checked_timed_and_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record_file, picture = tmp_path / "demo.jsonl", tmp_path / "picture.png"
    assert main(["demo", *QUICK, "--json", str(record_file), "--plot", str(picture)]) == 0
    (record,) = [json.loads(line) for line in record_file.read_text().splitlines()]
    assert record["task"] == "HumanHeartDipole"
    assert [record["counts"][m] for m in demo.METHODS] == [240, 172, 194, 148, 148]
    assert record["lower_bound"] == 148
    assert record["published"]["alphazero"] == 148
    assert set(record["times"]) == {*demo.METHODS, "jacfwd", "jacrev"}
    assert record["agrees"]
    assert max(record["errors"].values()) < 1e-4
    assert picture.read_bytes().startswith(b"\x89PNG")
    printed = capsys.readouterr().out
    assert "every order's Jacobian agrees with jax.jacrev" in printed
    assert "HumanHeartDipole" in printed, "names are not cut"


def test_a_wrong_jacobian_fails_the_demo(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "relative_error", lambda actual, expected: 0.5)
    assert main(["demo", *QUICK, "--no-plot"]) == 1
    assert "DISAGREE with JAX on HumanHeartDipole" in capsys.readouterr().out


def test_wrong_options_end_with_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["demo", "--batch", "0"])
    assert main(["fly"]) == 2
    assert "no command 'fly'" in capsys.readouterr().err
    assert main([]) == 2
    printed = capsys.readouterr().out
    assert all(name in printed for name in COMMANDS)
