"""Solution: what is written is read back, and a damaged file is refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.errors import OrderError
from vertex_elim_env.ordering import Improvement, Solution

counts = st.integers(0, 2**70)
seconds = st.floats(0, 1e6)
solutions = st.builds(
    Solution,
    order=st.permutations(range(5)).map(tuple),
    cost=st.integers(2**65, 2**70),
    lower_bound=st.integers(0, 2**65),
    cost_model=st.sampled_from(COST_MODELS),
    fingerprint=st.text(max_size=8),
    method=st.text(max_size=8),
    seconds=seconds,
    evaluations=counts,
    trace=st.lists(st.builds(Improvement, seconds, counts, counts), max_size=3).map(tuple),
)

EXAMPLE = Solution(
    (1, 0), 5, 5, "multiplications", "abc", "auto", 0.5, 3, (Improvement(0.1, 1, 5),)
)


@given(solutions)
def test_a_solution_s_json_reads_back_equal(solution: Solution) -> None:
    assert Solution.from_json(solution.to_json()) == solution


def test_a_saved_solution_loads_equal_and_replaces_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "order.json"
    path.write_text("something older")
    EXAMPLE.save(path)
    assert Solution.load(path) == EXAMPLE
    assert [file.name for file in tmp_path.iterdir()] == ["order.json"]


def test_a_save_that_fails_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "order.json"
    EXAMPLE.save(path)

    def fail(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        EXAMPLE.save(path)
    assert Solution.load(path) == EXAMPLE


def test_every_truncation_of_an_order_file_is_refused() -> None:
    text = EXAMPLE.to_json().rstrip()
    for length in range(len(text)):
        with pytest.raises(OrderError):
            Solution.from_json(text[:length])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("order", "01"),
        ("order", [0, True]),
        ("order", [0, -1]),
        ("cost", 5.5),
        ("cost", True),
        ("lower_bound", None),
        ("lower_bound", 6),
        ("cost_model", "time"),
        ("cost_model", ["flops"]),
        ("fingerprint", 7),
        ("method", None),
        ("seconds", -1.0),
        ("seconds", "1"),
        ("evaluations", -1),
        ("trace", [[1, 2]]),
        ("trace", {"a": 1}),
        ("schema_version", 99),
        ("surprise", 1),
    ],
)
def test_an_edited_field_is_refused_by_name(field: str, value: object) -> None:
    content = {**json.loads(EXAMPLE.to_json()), field: value}
    with pytest.raises(OrderError, match=field.replace("_", ".")):
        Solution.from_json(json.dumps(content))


@pytest.mark.parametrize("field", ["order", "cost", "fingerprint", "schema_version"])
def test_a_missing_field_is_refused_by_name(field: str) -> None:
    content = json.loads(EXAMPLE.to_json())
    del content[field]
    with pytest.raises(OrderError, match=field):
        Solution.from_json(json.dumps(content))


@pytest.mark.parametrize("text", ["", "[]", "null", "NaN", "{" * 100_000, '{"cost": NaN}', "7"])
def test_text_that_is_no_order_file_is_refused(text: str) -> None:
    with pytest.raises(OrderError, match="order file"):
        Solution.from_json(text)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "order.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OrderError, match="no UTF-8 text"):
        Solution.load(path)


def test_a_cost_below_its_bound_can_t_be() -> None:
    with pytest.raises(OrderError, match="below the lower bound"):
        Solution((0,), 1, 2, "multiplications", "abc", "auto")


def test_optimal_says_that_the_bound_is_met() -> None:
    assert EXAMPLE.optimal
    assert not Solution((0,), 3, 2, "multiplications", "abc", "auto").optimal
