"""Functions from science and engineering: their Jacobians, their graphs, and what the catalogue says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import gymnasium as gym
import jax
import numpy as np
import pytest

import vertex_elim_env as ve
from vertex_elim_env import tasks
from vertex_elim_env.errors import UnknownTaskError

ROOT = Path(__file__).parents[2]
NAMES = tasks.names("science")
TOLERANCE = 2e-3
"""Of float32, relative to the largest entry; a random order may round worse than JAX does."""


def weighted_rows(jacobian: object, weights: list[np.ndarray]) -> list[np.ndarray]:
    """Sum of the Jacobian's rows, each output's times its weights: one array an argument."""
    blocks = (
        jacobian if isinstance(jacobian, tuple) and isinstance(jacobian[0], tuple) else (jacobian,)
    )
    total = [
        sum(
            np.tensordot(weight, np.asarray(block, np.float64), weight.ndim)
            for weight, block in zip(weights, column, strict=True)
        )
        for column in zip(*blocks, strict=True)  # type: ignore[arg-type]
    ]
    return [np.asarray(x) for x in total]


@pytest.mark.parametrize("name", NAMES)
def test_the_jacobian_under_two_orders_is_that_of_jax(name: str) -> None:
    """Rows summed with random weights: an entry that is wrong shows but by chance."""
    task = tasks.get(name)
    random = np.random.default_rng(0)
    values, pull_back = jax.vjp(task.function, *task.example_args)
    leaves, tree = jax.tree.flatten(values)
    assert all(np.isfinite(leaf).all() and leaf.dtype == np.float32 for leaf in leaves)
    weights = [random.uniform(0.5, 1.5, np.shape(leaf)).astype(np.float32) for leaf in leaves]
    expected = pull_back(jax.tree.unflatten(tree, weights))
    scale = max(float(np.abs(x).max()) for x in expected)
    assert 0 < scale < np.inf
    n = task.graph.num_eliminable
    has_arrays = any(vertex.shape for vertex in task.graph.vertices)
    # Run operation by operation: those of scalars are compiled once for all tasks, those of arrays once
    # for every shape, and a random order makes many.
    other = range(n) if has_arrays else random.permutation(n).tolist()
    for order in (range(n - 1, -1, -1), other):
        function = ve.jacobian(task.function, task.argnums, order=tuple(order))
        jacobian = function(*task.example_args)
        for ours, theirs in zip(weighted_rows(jacobian, weights), expected, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE * scale)


@pytest.fixture(scope="module")
def fingerprints() -> dict[str, str]:
    return {name: tasks.get(name).graph.fingerprint for name in NAMES}


def test_there_are_enough_functions_of_enough_domains_and_none_is_trivial() -> None:
    domains = {tasks.get(name).spec.domain for name in NAMES}
    sizes = [tasks.get(name).graph.num_eliminable for name in NAMES]
    assert len(NAMES) >= 100 and len(domains) >= 20
    assert min(sizes) >= 15
    assert sum(20 <= size <= 420 for size in sizes) >= 0.9 * len(sizes)


def test_no_two_graphs_are_the_same(fingerprints: dict[str, str]) -> None:
    paper = [tasks.get(name).graph.fingerprint for name in tasks.names()]
    assert len({*fingerprints.values(), *paper}) == len(NAMES) + len(paper)


def test_a_graph_is_the_same_traced_anew_and_with_double_precision_on(
    fingerprints: dict[str, str],
) -> None:
    for name, fingerprint in fingerprints.items():
        with jax.enable_x64(True):
            assert tasks.get(name).traced_graph().fingerprint == fingerprint, name


def test_every_function_says_what_it_is_and_where_it_comes_from() -> None:
    for name in NAMES:
        task = tasks.get(name)
        assert task.description.endswith(".")
        assert task.sources and all(any(c.isdigit() for c in source) for source in task.sources)
        assert task.function.__doc__ and task.function.__module__.endswith(
            task.spec.function.partition(":")[0]
        )
        assert all(x.dtype == np.float32 for x in task.example_args)


def test_a_function_is_a_task_for_environments_and_batches() -> None:
    env = gym.make("VertexElimination-v0", task="KerrMetric")
    env.reset(seed=0)
    terminated, action = False, 0
    while not terminated:
        *_, terminated, _, info = env.step(action)
        action += 1
    graph = tasks.get("KerrMetric").graph
    assert info["cost"] == ve.elimination_cost(graph, range(graph.num_eliminable))
    batched = tasks.get("KerrMetric", batch=3)
    assert [x.shape for x in batched.example_args] == [(3,)] * 4
    assert batched.graph.num_eliminable == graph.num_eliminable


def test_collections_are_named_apart() -> None:
    assert len(tasks.names()) == 10
    assert tasks.names("paper") == tasks.names()
    assert not set(tasks.names()) & set(NAMES)
    with pytest.raises(ValueError, match="collection must be paper or science; got 'arts'"):
        tasks.names("arts")
    with pytest.raises(UnknownTaskError, match="did you mean KerrMetric"):
        tasks.get("KerMetric")


def test_looking_at_the_catalogue_needs_no_jax_and_graphs_name_the_extra() -> None:
    code = """
import sys
sys.modules["jax"] = None
import vertex_elim_env as ve
print(len(ve.tasks.names("science")), ve.tasks.get("POLLU").sources)
try:
    ve.tasks.get("POLLU").graph
except ve.errors.MissingExtraError as error:
    print(error)
"""
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "[jax]" in result.stdout
