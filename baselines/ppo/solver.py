"""PPO as a solver: a trained network plays a graph it may never have seen, or one is trained on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from baselines.ppo.config import PRESETS, PPOConfig
from baselines.solver import Incumbent
from vertex_elim_env.errors import require
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution


@dataclass(frozen=True)
class PPO:
    """The best order of a policy's own play: no search, no rule, no record of known orders.

    Attributes:
        checkpoint: of a run; its network plays greedily, then by its probabilities. None to train a
            network on the graph alone.
        num_samples: orders drawn from a trained network, the best of which counts.
        batch: how many of them are played side by side.
        config: of the network and its training, where there is no checkpoint.
        is_trained: False to let a network play whose weights were drawn and never learned.
    """

    name: ClassVar[str] = "ppo"
    presets: ClassVar[Mapping[str, PPOConfig]] = PRESETS
    checkpoint: Path | None = None
    num_samples: int = 256
    batch: int = 32
    config: PPOConfig = PRESETS["cpu"]
    is_trained: bool = True

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
        for module, extra in (("jax", "jax"), ("equinox", "agents"), ("optax", "agents")):
            require(module, extra=extra)
        from baselines.networks import GraphNetwork, solving
        from baselines.ppo.solving import draw
        from baselines.ppo.trainer import PPOTrainer

        best = Incumbent(graph, time_limit=time_limit, cost_model=cost_model)
        with best.until_interrupted():
            if self.checkpoint is None and self.is_trained:
                solving.train(PPOTrainer(self.config), best, seed)
            else:
                network = (
                    solving.fresh_network(GraphNetwork, vars(self.config), seed)
                    if self.checkpoint is None
                    else solving.load_network(Path(self.checkpoint), GraphNetwork)
                )
                params, counts = solving.params_of(best), (self.num_samples, self.batch)
                solving.offer(best, draw(network, params, seed, *counts))
        return best.solution(self.name)
