"""The command line: solve, verify, time and the answers to wrong input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import vertex_elim_env as ve
from vertex_elim_env.__main__ import main
from vertex_elim_env.ordering import Solution


def run(*argv: object) -> int:
    return main([str(argument) for argument in argv])


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A user's module with a function, importable from the working directory."""
    source = "import jax.numpy as jnp\ndef f(x, y):\n    return jnp.sin(x) * y, jnp.exp(x).sum()\nnumber = 3\n"
    (tmp_path / "users_module.py").write_text(source)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return "users_module:f"


def test_tasks_lists_every_task(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("tasks", "--json", tmp_path / "tasks.jsonl") == 0
    printed = capsys.readouterr().out
    records = [json.loads(line) for line in (tmp_path / "tasks.jsonl").read_text().splitlines()]
    assert [record["task"] for record in records] == list(ve.tasks.names())
    assert all(name in printed for name in ve.tasks.names())


def test_what_solve_writes_verify_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(
            "solve",
            "HumanHeartDipole",
            "--time-limit",
            0.1,
            "--out",
            tmp_path,
            "--json",
            tmp_path / "s.json",
        )
        == 0
    )
    assert json.loads((tmp_path / "s.json").read_text())["cost"] == 148
    assert run("verify", tmp_path / "order.json", "--json", tmp_path / "v.json") == 0
    record = json.loads((tmp_path / "v.json").read_text())
    assert (record["cost"], record["lower_bound"], record["optimal"]) == (148, 148, True)
    assert record["jacobian_agrees"]
    assert record["cost_agrees"]
    assert "the order is optimal" in capsys.readouterr().out


def test_a_function_of_science_is_found_by_its_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("solve", "HIRES", "--method", "reverse", "--out", tmp_path) == 0
    assert run("verify", tmp_path / "order.json") == 0
    assert "HIRES: order of" in capsys.readouterr().out


def test_verify_finds_a_wrong_cost(tmp_path: Path) -> None:
    path = tmp_path / "order.json"
    ve.find_order(ve.tasks.get("PropaneCombustion").graph, method="reverse").save(path)
    record = json.loads(path.read_text())
    path.write_text(json.dumps({**record, "cost": record["cost"] - 1}))
    assert run("verify", path) == 1


@pytest.mark.parametrize("suffix", ["json", "npz"])
def test_solve_and_verify_take_any_function(module: str, tmp_path: Path, suffix: str) -> None:
    x, y = np.array([0.1, 0.2], np.float32), np.array([1.0, 2.0], np.float32)
    arguments = tmp_path / f"arguments.{suffix}"
    if suffix == "json":
        arguments.write_text(json.dumps([x.tolist(), y.tolist()]))
    else:
        np.savez(arguments, x, y)
    options = ("--args", arguments, "--argnums", 0)
    assert run("solve", module, *options, "--method", "markowitz", "--out", tmp_path) == 0
    assert run("verify", tmp_path / "order.json", module, *options) == 0
    assert run("verify", tmp_path / "order.json") == 2, "no task has this graph"
    assert run("verify", tmp_path / "order.json", "MLP") == 2, "the order is for another graph"


def test_time_names_every_candidate(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    options = ("--batch", 4, "--seconds", 0.1, "--order", "reverse", "--json", tmp_path / "t.json")
    assert run("time", "HumanHeartDipole", *options) == 0
    times = json.loads((tmp_path / "t.json").read_text())["times"]
    assert set(times) == {"ours", "jacfwd", "jacrev"}
    assert all(timing["median"] > 0 for timing in times.values())
    assert "jacrev" in capsys.readouterr().out


def test_render_draws_an_order(tmp_path: Path) -> None:
    assert run("render", "HumanHeartDipole", "--out", tmp_path / "picture.png") == 0
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def truncated(path: Path) -> None:
    path.write_text(path.read_text()[:200])


def edited(**changes: object) -> object:
    def edit(path: Path) -> None:
        path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))

    return edit


DAMAGES = {
    "truncated": (truncated, "must be JSON"),
    "binary": (lambda path: path.write_bytes(b"\xff\xfe\x00"), "UTF-8"),
    "a list": (lambda path: path.write_text("[]"), "JSON object"),
    "repeated vertex": (edited(order=[0] * 51), "twice"),
    "missing vertex": (edited(order=list(range(50))), "vertex 50 is the first that is missing"),
    "vertex out of range": (edited(order=[*range(50), 77]), "vertex 77"),
    "no order": (edited(order="abc"), "a list of vertices"),
    "NaN cost": (edited(cost=float("nan")), "NaN"),
    "negative cost": (edited(cost=-1), "a whole number"),
    "unknown cost model": (edited(cost_model="luck"), "one of multiplications"),
    "cost below the bound": (edited(cost=3), "below the lower bound"),
    "newer schema": (edited(schema_version=99), "schema_version 99"),
    "unknown field": (edited(colour="red"), "colour"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_order_file_is_answered_by_a_sentence(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "order.json"
    ve.find_order(ve.tasks.get("PropaneCombustion").graph, method="reverse").save(path)
    damage, says = DAMAGES[name]
    damage(path)
    assert run("verify", path) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (("solve", "RoeFlux"), "RoeFlux_1d"),
        (("solve", "no_module:f"), "--args"),
        (("solve", "MLP", "--size", "depth=3"), "no size 'depth'"),
        (("solve", "MLP", "--argnums", "0"), "go with module:function"),
        (("verify", "nowhere.json"), "nowhere.json"),
    ],
)
def test_wrong_arguments_are_answered_by_a_sentence(
    argv: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*argv) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("target", "text", "says"),
    [
        ("users_module:g", "[1.0, 2.0]", "no attribute 'g'"),
        ("users_module:number", "[1.0]", "not a function"),
        ("users_module:f", "{}", "JSON list"),
        ("users_module:f", '["a", "b"]', "must hold numbers"),
        ("users_module:f", "[[1.0], [1.0, [2.0]]]", "no array"),
        ("users_module:f", "[1, 2]", "floating-point inputs"),
    ],
)
def test_wrong_functions_and_arguments_are_answered_by_a_sentence(
    module: str,
    target: str,
    text: str,
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a.json").write_text(text)
    assert run("solve", target, "--args", tmp_path / "a.json") == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv",
    [
        ("solve", "MLP", "--time-limit", "nan"),
        ("time", "MLP", "--batch", "0"),
        ("solve", "MLP", "--size", "x"),
        ("fly",),
    ],
)
def test_options_out_of_range_end_with_usage(argv: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as exit_:
        run(*argv)
    assert exit_.value.code == 2


def test_a_solution_reads_back_what_it_wrote(tmp_path: Path) -> None:
    solution = ve.find_order(ve.tasks.get("RoeFlux_1d").graph, time_limit=0.05)
    solution.save(tmp_path / "deep" / "order.json")
    assert Solution.load(tmp_path / "deep" / "order.json") == solution
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["order.json"], (
        "no temporary file is left"
    )
