"""The records that ship: every graph, order and cost from scratch; the command proves their bounds too."""

from __future__ import annotations

import pytest

import vertex_elim_env as ve
from evaluation.benchmark.verification import wrong_cost
from vertex_elim_env import instances
from vertex_elim_env.tasks.best_known import Library
from vertex_elim_env.tasks.best_known.library import read_file

FILES = {path.name: path for path in Library().files()}


@pytest.mark.parametrize("collection", instances.COLLECTIONS)
def test_every_instance_has_a_right_record_under_every_cost_model(collection: str) -> None:
    for name in instances.names(collection):
        graph = instances.get(name).graph
        for cost_model in ve.COST_MODELS:
            record = read_file(FILES[f"{graph.fingerprint}.{cost_model}.json"])
            assert wrong_cost(record, graph) is None, name
            assert record.lower_bound <= record.cost


def test_no_record_is_left_over() -> None:
    graphs = {instances.get(name).graph.fingerprint for name in instances.names()}
    assert {name.partition(".")[0] for name in FILES} == graphs


def test_records_are_small() -> None:
    assert sum(path.stat().st_size for path in FILES.values()) < 1_000_000
