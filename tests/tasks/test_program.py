"""Programs read from data, and what is said of wrong ones."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from vertex_elim_env.tasks.program import ProgramError, read_program, to_function

SQUARE = {
    "name": "square",
    "inputs": [{"id": 0, "shape": [2]}],
    "ops": [
        {"id": 1, "op": "mul", "in": [0, 0], "shape": [2], "dtype": "float32"},
        {"id": 2, "op": "add", "in": [1, {"const": 1.0}], "shape": [2], "dtype": "float32"},
    ],
    "outputs": [2],
}


def changed(**changes: Any) -> str:
    return json.dumps({**SQUARE, **changes})


def operation(**changes: Any) -> str:
    return changed(ops=[{**SQUARE["ops"][0], **changes}, SQUARE["ops"][1]])  # type: ignore[dict-item]


def test_a_program_computes_what_it_says() -> None:
    (result,) = to_function(read_program(json.dumps(SQUARE)))(np.array([2.0, 3.0], np.float32))
    np.testing.assert_array_equal(result, [5.0, 10.0])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "JSON"),
        ("[]", "keys"),
        (changed(outputs=[7]), "output 7"),
        (operation(op="frobnicate"), "frobnicate"),
        (operation(**{"in": [0, 5]}), "reads 5"),
        (operation(**{"in": [0, "x"]}), "reads 'x'"),
        (operation(id=0), "appears twice"),
        (operation(id="one"), "whole-number id"),
    ],
)
def test_a_wrong_program_is_refused_with_a_sentence(text: str, says: str) -> None:
    with pytest.raises(ProgramError, match=says):
        read_program(text)


def test_a_wrong_shape_is_named_when_the_program_runs() -> None:
    with pytest.raises(ProgramError, match=r"operation 1 \(mul\) of square gives shape \(2,\)"):
        to_function(read_program(operation(shape=[3])))(np.ones(2, np.float32))
    with pytest.raises(ProgramError, match="takes 1 arguments"):
        to_function(read_program(json.dumps(SQUARE)))()
