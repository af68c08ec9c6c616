"""What agents can be trained on, and the network that has learned on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import vertex_elim_env as ve
from baselines import registry
from vertex_elim_env.generator import FamilyGenerator, Mixture
from vertex_elim_env.generator.renumbered import numbering_free_digest

pytest.importorskip("equinox")
pytest.importorskip("tyro")
from baselines.networks import checkpoint
from baselines.ppo.generalist import WEIGHTS
from training.repertoire import SOURCES, programs_and_families
from training.run import CHECKPOINT

PAPER = {name: ve.tasks.get(name).graph for name in ve.tasks.names("paper")}


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "programs-and-families"])
def test_graphs_fit_the_limits_of_their_source(name: str) -> None:
    generator, rng = SOURCES[name].make(), np.random.default_rng(0)  # type: ignore[index]
    assert all(generator.limits.admits(generator.sample(rng)) for _ in range(5))


def test_the_generalist_has_seen_no_paper_task_and_none_of_its_family() -> None:
    bounded = programs_and_families()
    mixture: Mixture = bounded.generator  # type: ignore[attr-defined]
    families = {
        part.family
        for half in mixture.generators
        for part in half.generators  # type: ignore[attr-defined]
        if isinstance(part, FamilyGenerator)
    }
    assert len(families) == 12 and not families & {"RobotArm", "RoeFlux", "MLP"}
    rng = np.random.default_rng(0)
    drawn = [bounded.sample(rng) for _ in range(40)]
    assert all(bounded.limits.admits(graph) for graph in drawn)
    assert any(vertex.shape for graph in drawn for vertex in graph.vertices), "some have tensors"
    known = {numbering_free_digest(graph) for graph in PAPER.values()}
    assert not known & {numbering_free_digest(graph) for graph in drawn}


def test_the_generalist_beats_both_markowitz_rules_on_a_graph_it_never_saw() -> None:
    solution = registry.make("generalist").solve(PAPER["RandomG"])
    assert solution.cost == ve.elimination_cost(PAPER["RandomG"], solution.order) < 444
    assert solution.evaluations == 1 and solution.method == "generalist"


def test_the_weights_tell_what_they_were_trained_on() -> None:
    recipe = checkpoint.read_description(WEIGHTS)
    assert recipe["agent"] == "ppo"
    assert recipe["options"]["generator"] == "programs-and-families"
    assert recipe["options"]["task"] is None and recipe["options"]["tasks"] == []
    assert WEIGHTS.stat().st_size < 300_000


def test_a_run_s_network_is_released_and_plays_alike(tmp_path: Path) -> None:
    import jax

    from baselines.networks import GraphNetwork
    from baselines.ppo.config import PPOConfig
    from training.__main__ import main
    from training.release import Released

    config = PPOConfig(width=8, num_rounds=1, hidden=("position",))
    network = GraphNetwork(jax.random.key(0), width=8, num_rounds=1, hidden=config.hidden)
    about = {"agent": "ppo", "options": {}, "version": "1", "num_iterations": 3, "seconds": 1.0}
    description = {**about, "config": vars(config), "records": {}}
    checkpoint.save(tmp_path / CHECKPOINT, Released(network), description)
    assert main(["release", str(tmp_path), str(tmp_path / "released.npz")]) == 0
    assert checkpoint.read_description(tmp_path / "released.npz")["config"]["width"] == 8
    orders = [
        registry.make("generalist", checkpoint=tmp_path / name).solve(PAPER["MLP"]).order
        for name in (CHECKPOINT, "released.npz")
    ]
    assert orders[0] == orders[1]


def test_what_is_no_run_is_not_released(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from training.__main__ import main

    assert main(["release", str(tmp_path), str(tmp_path / "x.npz")]) == 2
    assert CHECKPOINT in capsys.readouterr().err
