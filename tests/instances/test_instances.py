"""Instances: names, graphs, and how they are chosen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vertex_elim_env import instances, tasks
from vertex_elim_env.errors import UnknownTaskError
from vertex_elim_env.tasks import families

ROOT = Path(__file__).parents[2]


def test_every_collection_has_its_instances_and_every_family_several() -> None:
    assert set(instances.names("paper")) == set(tasks.names())
    assert set(instances.names("science")) == set(tasks.names("science"))
    for name in families.names():
        assert len(instances.names(f"{name}/*")) >= 2
    assert len(instances.names("random")) >= 20
    assert len(instances.names("traps")) >= 10
    assert len(instances.names()) == len(set(instances.names())) >= 200


def test_no_two_graphs_are_the_same_and_each_can_be_played() -> None:
    graphs = {name: instances.get(name).graph for name in instances.names()}
    assert len({graph.fingerprint for graph in graphs.values()}) == len(graphs)
    assert min(graph.num_eliminable for graph in graphs.values()) > 0


def test_a_graph_is_made_once_and_the_same_again() -> None:
    instance = instances.get("RandomPrograms/30/seed=1")
    assert instance.graph is instance.graph
    assert instance.make() == instance.graph


def test_names_are_chosen_by_collection_name_and_pattern_in_the_catalogue_s_order() -> None:
    assert instances.names("Traps/forward/6", "RobotArm/*", "Traps/forward/3") == (
        *instances.names("RobotArm/*"),
        "Traps/forward/3",
        "Traps/forward/6",
    )
    with pytest.raises(UnknownTaskError, match=r"did you mean .*RobotArm/joints=3"):
        instances.names("RobotArm/joint=3")
    with pytest.raises(UnknownTaskError, match="collections: paper, science"):
        instances.get("###")


def test_choosing_needs_no_jax() -> None:
    code = """
import sys
sys.modules["jax"] = None
from vertex_elim_env import instances
print(len(instances.names()), instances.get("Traps/portfolio/3").graph)
"""
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
