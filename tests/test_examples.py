"""Every example trains: parameters change, and what is said of an order is true.

Those of libraries that are not installed are skipped; ``make interop`` installs them and runs all.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import vertex_elim_env as ve

TASK = "PropaneCombustion"
LIBRARIES: dict[str, tuple[str, str]] = {
    "sb3_contrib": ("sb3_maskable_ppo", "--steps 256 --num-envs 2"),
    "sb3_contrib, in processes": ("sb3_maskable_ppo", "--steps 256 --num-envs 2 --vec subproc"),
    "torchrl": ("torchrl_ppo", "--steps 400"),
    "tianshou": ("tianshou_ppo", "--steps 400 --num-envs 2"),
    "tianshou, in processes": ("tianshou_ppo", "--steps 400 --num-envs 2 --vec subproc"),
    "ray": ("rllib_ppo", "--steps 256 --iterations 1"),
}


def snapshot(model: Any) -> np.ndarray:
    """All parameters of a torch model, or of Stable-Baselines3's, in one vector."""
    network = getattr(model, "policy", model)
    return np.concatenate([p.detach().cpu().numpy().ravel() for p in network.parameters()])


@pytest.mark.filterwarnings("ignore")  # of other libraries
@pytest.mark.parametrize("library", LIBRARIES)
def test_an_example_trains_in_its_library(
    library: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name, options = LIBRARIES[library]
    pytest.importorskip(library.split(",")[0])
    example: Any = importlib.import_module(f"examples.{name}")
    play: Callable[..., Any] = example.play
    snapshots: list[np.ndarray] = []

    def play_and_look(model: Any, task: str) -> Any:
        snapshots.append(snapshot(model))
        return play(model, task)

    monkeypatch.setattr(example, "play", play_and_look)
    _, cost, order = example.main(["--task", TASK, *options.split()])
    before, after = snapshots
    assert before.shape == after.shape
    assert (before != after).mean() > 0.1
    assert np.isfinite(after).all()
    assert cost == ve.elimination_cost(ve.tasks.get(TASK).graph, order)
    assert f", {cost} " in capsys.readouterr().out


def test_the_loop_in_pure_jax_learns(capsys: pytest.CaptureFixture[str]) -> None:
    loop: Any = pytest.importorskip("examples.functional_loop")
    task = "RoeFlux_1d"
    _, means, order = loop.main(["--task", task, "--iterations", "25", "--num-envs", "16"])
    assert np.mean(means[-5:]) < 0.9 * np.mean(means[:5])
    cost = ve.elimination_cost(ve.tasks.get(task).graph, order)
    assert f"{task}: best {cost}, " in capsys.readouterr().out
