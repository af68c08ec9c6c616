"""GraphPolicy: sb3-contrib's maskable policy with a score for every vertex by the graph network."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from sb3_contrib.common.maskable.distributions import MaskableDistribution
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from stable_baselines3.common.type_aliases import PyTorchObs, Schedule
from torch import Tensor

from baselines.sb3.network import TorchGraphNetwork


class GraphPolicy(MaskableActorCriticPolicy):
    """Reads ``vertex_features`` and ``adjacency`` of the observation; vertices share all weights.

    ``MaskablePPO(GraphPolicy, env, policy_kwargs={"width": 48, "num_rounds": 2})``.
    """

    def __init__(
        self,
        observation_space: spaces.Space[Any],
        action_space: spaces.Space[Any],
        lr_schedule: Schedule,
        *,
        width: int = 48,
        num_rounds: int = 2,
        **options: Any,
    ) -> None:
        self._width, self._num_rounds = width, num_rounds
        super().__init__(observation_space, action_space, lr_schedule, **options)

    def _build(self, lr_schedule: Schedule) -> None:
        self.network = TorchGraphNetwork(width=self._width, num_rounds=self._num_rounds)
        self.optimizer = self.optimizer_class(
            self.network.parameters(),
            lr=lr_schedule(1),  # type: ignore[call-arg]
            **self.optimizer_kwargs,
        )

    def _read(
        self, obs: PyTorchObs, action_masks: np.ndarray | Tensor | None
    ) -> tuple[MaskableDistribution, Tensor]:
        assert isinstance(obs, dict), "the observation is a dict of arrays"
        scores, values = self.network(obs["vertex_features"].float(), obs["adjacency"])
        num_actions = int(self.action_space.n)  # type: ignore[attr-defined]
        distribution = self.action_dist.proba_distribution(action_logits=scores[:, :num_actions])
        if action_masks is not None:
            distribution.apply_masking(action_masks)
        return distribution, values.unsqueeze(-1)

    def forward(
        self,
        obs: PyTorchObs,
        deterministic: bool = False,
        action_masks: np.ndarray | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return actions, values and the actions' log probabilities."""
        distribution, values = self._read(obs, action_masks)
        actions = distribution.get_actions(deterministic=deterministic)
        return actions, values, distribution.log_prob(actions)

    def evaluate_actions(
        self, obs: PyTorchObs, actions: Tensor, action_masks: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return values, the actions' log probabilities, and entropies."""
        distribution, values = self._read(obs, action_masks)
        return values, distribution.log_prob(actions), distribution.entropy()

    def get_distribution(
        self, obs: PyTorchObs, action_masks: np.ndarray | None = None
    ) -> MaskableDistribution:
        """Return the distribution of actions."""
        return self._read(obs, action_masks)[0]

    def predict_values(self, obs: PyTorchObs) -> Tensor:
        """Return the values of states."""
        with torch.no_grad():
            return self._read(obs, None)[1]
