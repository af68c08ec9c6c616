"""The ten functions trace, operation by operation, to the published programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from vertex_elim_env import tasks
from vertex_elim_env.tasks import program as program_module
from vertex_elim_env.tracing.flatten import FlatProgram, flatten

HERE = Path(__file__).parent / "paper_programs"
SHIPPED = Path(program_module.__file__).parent / "programs"
PARAMS = {
    "broadcast_in_dim": ("shape", "broadcast_dimensions"),
    "concatenate": ("dimension",),
    "dot_general": ("dimension_numbers",),
    "integer_pow": ("y",),
    "reduce_max": ("axes",),
    "reduce_min": ("axes",),
    "reduce_sum": ("axes",),
    "reshape": ("new_sizes",),
    "slice": ("start_indices", "limit_indices"),
    "transpose": ("permutation",),
}


def published(name: str) -> dict[str, Any]:
    path = HERE / f"{name}.json"
    return json.loads((path if path.exists() else SHIPPED / f"{name}.json").read_text())


def lists(value: Any) -> Any:
    return [lists(k) for k in value] if isinstance(value, list | tuple) else value


def published_operations(program: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Operations as (name, operands, params, shape), operands numbered by their producing row.

    A conversion of a constant to its own type changes nothing, and JAX leaves it out.
    """
    number: dict[int, Any] = {row["id"]: f"input {k}" for k, row in enumerate(program["inputs"])}
    rows: list[tuple[Any, ...]] = []
    for row in program["ops"]:
        operands = [
            float(np.float32(k["const"])) if isinstance(k, dict) else number[k] for k in row["in"]
        ]
        if row["op"] == "convert_element_type":
            number[row["id"]] = operands[0]
            continue
        params = [lists(row["params"][key]) for key in PARAMS.get(row["op"], ())]
        number[row["id"]] = f"operation {len(rows)}"
        rows.append((row["op"], operands, params, row["shape"]))
    return rows


def traced_operations(program: FlatProgram) -> list[tuple[Any, ...]]:
    number: dict[int, Any] = {v: f"input {k}" for k, v in enumerate(program.inputs)}
    number |= {v: float(np.float32(value)) for v, value in program.constants.items()}
    rows: list[tuple[Any, ...]] = []
    for eqn in program.equations:
        params = [lists(eqn.params[key]) for key in PARAMS.get(eqn.name, ())]
        rows.append((eqn.name, [number[v] for v in eqn.inputs], params, list(eqn.out_shape)))
        number[eqn.outputs[0]] = f"operation {len(rows) - 1}"
    return rows


def traced(task: tasks.Task) -> FlatProgram:
    return flatten(jax.make_jaxpr(task.function)(*task.example_args))


@pytest.mark.parametrize("name", tasks.names())
def test_a_task_traces_to_the_published_program(name: str) -> None:
    actual, expected = (
        traced_operations(traced(tasks.get(name))),
        published_operations(published(name)),
    )
    for k, (ours, theirs) in enumerate(zip(actual, expected, strict=False)):
        assert ours == theirs, f"operation {k}"
    assert len(actual) == len(expected)


@pytest.mark.parametrize("name", tasks.names())
def test_example_arguments_have_the_published_shapes_and_finite_derivatives(name: str) -> None:
    task = tasks.get(name)
    shapes = [tuple(row["shape"]) for row in published(name)["inputs"]]
    assert [np.shape(x) for x in task.example_args] == shapes
    assert all(np.asarray(x).dtype == np.float32 for x in task.example_args)
    backward = jax.jit(jax.jacrev(task.function, task.argnums))(*task.example_args)
    ahead = jax.jit(jax.jacfwd(task.function, task.argnums))(*task.example_args)
    for a, b in zip(jax.tree.leaves(backward), jax.tree.leaves(ahead), strict=True):
        assert np.isfinite(a).all()
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4 * max(1.0, float(np.abs(a).max())))


def published_outputs(name: str) -> list[int]:
    program = published(name)
    place = {row["id"]: k for k, row in enumerate(program["ops"])}
    return [place[k] for k in program["outputs"]]


@pytest.mark.parametrize("name", [n for n in tasks.names() if n != "BlackScholes_Jacobian"])
def test_a_task_returns_the_published_results_in_their_order(name: str) -> None:
    flat = traced(tasks.get(name))
    place = {eqn.outputs[0]: k for k, eqn in enumerate(flat.equations)}
    assert [place[v] for v in flat.outputs] == published_outputs(name)
