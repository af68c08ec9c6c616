"""Stable-Baselines3's agents as solvers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from baselines.sb3.config import PRESETS, MaskablePPOConfig
from baselines.solver import Incumbent
from vertex_elim_env.errors import require
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution


def _require() -> None:
    require("jax", extra="jax")
    for module in ("equinox", "torch", "stable_baselines3", "sb3_contrib"):
        require(module, extra="agents")


@dataclass(frozen=True)
class MaskablePPOSolver:
    """The best order that MaskablePPO of sb3-contrib plays while it trains on the graph.

    Attributes:
        config: of the training.
    """

    name: ClassVar[str] = "maskable-ppo"
    presets: ClassVar[Mapping[str, MaskablePPOConfig]] = PRESETS
    config: MaskablePPOConfig = PRESETS["cpu"]

    def solve(
        self,
        graph: ComputationalGraph,
        *,
        seed: int = 0,
        time_limit: float | None = None,
        cost_model: str = "multiplications",
    ) -> Solution:
        """Return the best order played; training ends with its steps or at the limit.

        Raises:
            MissingExtraError: without the extra ``agents``.
        """
        _require()
        from baselines.networks import solving
        from baselines.sb3.trainer import MaskablePPOTrainer

        best = Incumbent(graph, time_limit=time_limit, cost_model=cost_model)
        with best.until_interrupted():
            solving.train(MaskablePPOTrainer(self.config, [graph], cost_model), best, seed)
        return best.solution(self.name)


@dataclass(frozen=True)
class PlainPPO:
    """The best order that plain PPO plays while it trains, without masks, on a few features a vertex: for reference.

    Attributes:
        steps: environment steps of the training.
    """

    name: ClassVar[str] = "sb3-ppo"
    algorithm: ClassVar[str] = "ppo"
    steps: int = 200_000

    def solve(
        self,
        graph: ComputationalGraph,
        *,
        seed: int = 0,
        time_limit: float | None = None,
        cost_model: str = "multiplications",
    ) -> Solution:
        """Return the best order played; training ends with its steps or at the limit.

        Raises:
            MissingExtraError: without the extra ``agents``.
            RuntimeError: if no episode ended before the limit.
        """
        _require()
        from baselines.sb3.plain import learn

        best = Incumbent(graph, time_limit=time_limit, cost_model=cost_model)
        with best.until_interrupted():
            learn(self.algorithm, best, seed=seed, steps=self.steps)
        if not best.order:
            raise RuntimeError(
                f"{self.name} played no episode to its end in {best.seconds:.1f} s and {self.steps} "
                "steps; give it more of them"
            )
        return best.solution(self.name)


@dataclass(frozen=True)
class PlainDQN(PlainPPO):
    """The same with DQN, its memory small."""

    name: ClassVar[str] = "sb3-dqn"
    algorithm: ClassVar[str] = "dqn"
