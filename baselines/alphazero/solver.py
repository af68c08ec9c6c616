"""AlphaZero as a solver: search with a trained network, or with one that is trained on the graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from baselines.alphazero.config import PRESETS, AlphaZeroConfig
from baselines.solver import Incumbent
from vertex_elim_env.errors import require
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution


@dataclass(frozen=True)
class AlphaZero:
    """The best order that a tree search plays: no rule, no record of known orders.

    Attributes:
        checkpoint: of a run; its network guides the search. None to train one on the graph alone.
        num_samples: orders played with a trained network, the best of which counts.
        batch: how many of them are played side by side.
        config: of the search, and of the training where there is no checkpoint.
    """

    name: ClassVar[str] = "alphazero"
    presets: ClassVar[Mapping[str, AlphaZeroConfig]] = PRESETS
    checkpoint: Path | None = None
    num_samples: int = 32
    batch: int = 16
    config: AlphaZeroConfig = PRESETS["cpu"]

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
        require("jax", extra="jax")
        for module in ("equinox", "mctx", "optax"):
            require(module, extra="agents")
        from baselines.alphazero.network import CostNetwork
        from baselines.alphazero.solving import draw
        from baselines.alphazero.trainer import AlphaZeroTrainer
        from baselines.networks import solving

        best = Incumbent(graph, time_limit=time_limit, cost_model=cost_model)
        with best.until_interrupted():
            if self.checkpoint is None:
                solving.train(AlphaZeroTrainer(self.config), best, seed)
            else:
                network = solving.load_network(Path(self.checkpoint), CostNetwork)
                params, counts = solving.params_of(best), (self.num_samples, self.batch)
                solving.offer(best, draw(network, self.config, params, seed, *counts))
        return best.solution(self.name)
