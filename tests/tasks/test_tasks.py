"""Tasks: their frozen graphs, their counts, and what is on record about them."""

from __future__ import annotations

import json
from pathlib import Path

import jax
import numpy as np
import pytest

import vertex_elim_env as ve
from vertex_elim_env import tasks
from vertex_elim_env.engine import reference
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.errors import UnknownTaskError

INDEPENDENT = json.loads((Path(__file__).parent / "independent_counts.json").read_text())
"""[forward, reverse] by an independent implementation that keeps no static coefficients and no unions
of index maps: its counts of tensor and unit edges may be higher than ours, never lower."""
SCALAR = (
    "PropaneCombustion",
    "HumanHeartDipole",
    "RobotArm_6DOF",
    "RoeFlux_1d",
    "RandomG",
    "BlackScholes_Jacobian",
)


def forward_and_reverse(name: str, cost_model: str) -> list[int]:
    graph = tasks.get(name).graph
    n = graph.num_eliminable
    return [
        ve.elimination_cost(graph, order, cost_model) for order in (range(n), range(n - 1, -1, -1))
    ]


@pytest.mark.parametrize("name", tasks.names())
def test_the_frozen_graph_is_what_the_function_traces_to(name: str) -> None:
    task = tasks.get(name)
    assert task.graph == task.traced_graph()
    with jax.enable_x64(True):
        assert task.graph == task.traced_graph()


@pytest.mark.parametrize("name", SCALAR)
def test_scalar_tasks_have_the_published_forward_and_reverse_counts(name: str) -> None:
    expected = INDEPENDENT[name]
    assert tasks.get(name).graph.num_eliminable == expected["eliminable"]
    assert forward_and_reverse(name, "multiplications") == expected["multiplications"]
    published = tasks.get(name).spec.published
    if tasks.get(name).spec.comparable:
        assert expected["multiplications"] == [published["forward"], published["reverse"]]


@pytest.mark.parametrize("cost_model", ["multiplications", "nontrivial"])
@pytest.mark.parametrize("name", tasks.names())
def test_no_count_is_above_the_independent_one(name: str, cost_model: str) -> None:
    for ours, other in zip(
        forward_and_reverse(name, cost_model), INDEPENDENT[name][cost_model], strict=True
    ):
        assert ours <= other


def test_random_f_has_two_vertices_less_than_counted_elsewhere_because_they_are_dead() -> None:
    """Operations 37 and 39 only feed 38 and 40, whose results end in a stop_gradient (51)."""
    graph = tasks.get("RandomF").graph
    assert graph.num_eliminable == INDEPENDENT["RandomF"]["eliminable"] - 2


@pytest.mark.parametrize("name", tasks.names())
def test_every_task_has_a_best_known_order_for_every_cost_model(name: str) -> None:
    task = tasks.get(name)
    records = tasks.best_known.of_graph(task.graph.fingerprint)
    assert set(records) == set(ve.COST_MODELS)
    for cost_model, record in records.items():
        problem = elimination_problem(task.graph, cost_model)
        assert (
            reference.order_cost(problem, record.order)
            == record.cost
            == task.best_known[cost_model]
        )


def test_sizes_can_be_changed() -> None:
    wide = tasks.get("MLP", width=16, layers=3)
    assert wide.graph.num_eliminable > tasks.get("MLP").graph.num_eliminable
    assert wide.best_known == {}
    assert [np.shape(x) for x in wide.example_args][2] == (16, 4)
    assert tasks.get("MLP", width=8) is tasks.get("MLP")


def test_a_batch_multiplies_the_cost_and_nothing_else() -> None:
    """Batch axes stay linked: no product mixes two evaluations."""
    single, batched = tasks.get("RobotArm_6DOF"), tasks.get("RobotArm_6DOF", batch=7)
    assert [np.shape(x) for x in batched.example_args] == [(7,)] * 6
    assert batched.graph.num_eliminable == single.graph.num_eliminable
    order = tasks.best_known.of_graph(single.graph.fingerprint)["nontrivial"].order
    cost = ve.elimination_cost(batched.graph, order, "nontrivial")
    assert cost <= 7 * single.best_known["nontrivial"]


def test_an_unknown_task_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(UnknownTaskError, match="RoeFlux_1d"):
        tasks.get("roeflux1d")
    with pytest.raises(UnknownTaskError, match="tasks are PropaneCombustion"):
        tasks.get("xyz")
    with pytest.raises(TypeError, match="its sizes are: features, width"):
        tasks.get("MLP", depth=3)
    with pytest.raises(
        ValueError, match="width of MLP must be a whole number of at least 1; got 0"
    ):
        tasks.get("MLP", width=0)


def test_every_task_names_its_sources() -> None:
    for name in tasks.names():
        task = tasks.get(name)
        assert task.description.endswith(".")
        assert any("NeurIPS 2024" in source for source in task.sources)
