"""MaskablePPOTrainer: sb3-contrib's MaskablePPO, an iteration at a time, its state a pytree of arrays.

An iteration plays one episode in every environment and learns from them; it begins from the state alone,
seeds included, so that a run that was stopped goes on as if it had not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import torch
from jax import Array
from sb3_contrib import MaskablePPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.utils import set_random_seed
from stable_baselines3.common.vec_env import DummyVecEnv

from baselines.networks import Best, GraphNetwork
from baselines.sb3.config import MaskablePPOConfig
from baselines.sb3.environment import make_env
from baselines.sb3.network import from_torch, to_torch
from baselines.sb3.policy import GraphPolicy
from vertex_elim_env.functional import Params
from vertex_elim_env.graph import ComputationalGraph


class Moments(NamedTuple):
    """Adam's; ``count`` gradient steps so far, float32 ()."""

    first: GraphNetwork
    second: GraphNetwork
    count: Array


class TrainState(NamedTuple):
    """All that a run knows.

    Attributes:
        network: its weights.
        optimizer: Adam's moments.
        best: the cheapest order so far.
        seed: of the run, uint32 ().
        num_iterations: done so far, int32 ().
    """

    network: GraphNetwork
    optimizer: Moments
    best: Best
    seed: Array
    num_iterations: Array


class Progress(NamedTuple):
    """What an iteration came to; arrays (1,), as there is one graph."""

    num_finished: np.ndarray
    mean_costs: np.ndarray
    figures: dict[str, float]

    def scalars(self) -> dict[str, float]:
        """Return the figures to log, by name."""
        return self.figures


class _Episodes(BaseCallback):
    """Keeps the cost and the order of every episode that ends."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: list[tuple[int, tuple[int, ...]]] = []

    def _on_step(self) -> bool:
        for info, is_over in zip(self.locals["infos"], self.locals["dones"], strict=True):
            if is_over:
                self.ended.append((info["cost"], info["order"]))
        return True


class MaskablePPOTrainer:
    """Trains by one configuration on one graph.

    Attributes:
        name: of the method.
        config: the configuration.
    """

    name = "maskable-ppo"

    def __init__(
        self,
        config: MaskablePPOConfig,
        graphs: Sequence[ComputationalGraph],
        cost_model: str = "multiplications",
    ) -> None:
        """Make the environments.

        Raises:
            ValueError: if there is more than one graph.
        """
        if len(graphs) != 1:
            raise ValueError(
                f"Stable-Baselines3's agents train on one graph; got {len(graphs)}. "
                "Agents for several are ppo and alphazero"
            )
        self.config, (self._graph,) = config, graphs
        envs = DummyVecEnv([lambda: make_env(self._graph, cost_model)] * config.num_envs)
        num_steps = self._graph.num_eliminable
        self._model = MaskablePPO(
            GraphPolicy,
            envs,
            n_steps=num_steps,
            batch_size=min(config.batch_size, num_steps * config.num_envs),
            n_epochs=config.num_epochs,
            gamma=1.0,
            gae_lambda=config.trace,
            clip_range=config.clip,
            vf_coef=config.value_weight,
            max_grad_norm=config.max_gradient_norm,
            policy_kwargs={"width": config.width, "num_rounds": config.num_rounds},
            device="cpu",
        )

    @property
    def num_steps_in_all(self) -> int:
        """Environment steps after which training ends."""
        return self.config.steps

    def steps_per_iteration(self, params: Params) -> int:
        """Environment steps of an iteration."""
        return self.config.num_envs * self._graph.num_eliminable

    def begin(self, params: Params, seed: int) -> TrainState:
        """Return the state before the first iteration."""
        config = self.config
        network = GraphNetwork(
            jax.random.key(seed), width=config.width, num_rounds=config.num_rounds
        )
        zeros = jax.tree.map(jnp.zeros_like, network)
        optimizer = Moments(zeros, zeros, jnp.float32(0.0))
        return TrainState(
            network, optimizer, Best.none(params), jnp.uint32(seed % 2**32), jnp.int32(0)
        )

    def new_lesson(self, params: Params, state: TrainState, seed: int) -> TrainState:
        """There is one lesson."""
        return state

    def iterate(self, params: Params, state: TrainState) -> tuple[TrainState, Progress]:
        """Play an episode everywhere, and learn."""
        self._put(state)
        number = int(state.num_iterations)
        seeds = np.random.SeedSequence((int(state.seed), number)).generate_state(1)
        set_random_seed(int(seeds[0]))
        size = self.steps_per_iteration(params)
        done = min(1.0, number * size / self.config.steps)
        rate = self.config.learning_rate_at(done)
        self._model.lr_schedule = lambda _: rate
        self._model.ent_coef = self.config.entropy_at(done)
        episodes = _Episodes()
        self._model.learn(size, callback=episodes, log_interval=None)
        return self._taken(state, episodes), self._progress(episodes)

    def _put(self, state: TrainState) -> None:
        """Let the model begin from a state."""
        policy = self._model.policy
        policy.network.load_state_dict(to_torch(state.network))
        content: dict[str, Any] = policy.optimizer.state_dict()
        content["state"] = {}
        if state.optimizer.count > 0:
            first, second = to_torch(state.optimizer.first), to_torch(state.optimizer.second)
            step = torch.tensor(float(state.optimizer.count))
            names = [name for name, _ in policy.network.named_parameters()]
            content["state"] = {
                k: {"step": step.clone(), "exp_avg": first[name], "exp_avg_sq": second[name]}
                for k, name in enumerate(names)
            }
        policy.optimizer.load_state_dict(content)

    def _taken(self, state: TrainState, episodes: _Episodes) -> TrainState:
        """Return the state that the model has come to."""
        network, optimizer = self._model.policy.network, self._model.policy.optimizer
        named = dict(network.named_parameters())
        of = {name: optimizer.state[parameter] for name, parameter in named.items()}
        like = state.network
        moments = [
            from_torch({name: of[name][key] for name in named}, like)
            for key in ("exp_avg", "exp_avg_sq")
        ]
        count = jnp.float32(next(iter(of.values()))["step"])
        costs = jnp.asarray([[cost for cost, _ in episodes.ended]], state.best.costs.dtype)
        orders = jnp.asarray([order for _, order in episodes.ended], jnp.int32)
        return state._replace(
            network=from_torch(dict(named), like),
            optimizer=Moments(moments[0], moments[1], count),
            best=state.best.of(costs, orders),
            num_iterations=state.num_iterations + 1,
        )

    def _progress(self, episodes: _Episodes) -> Progress:
        logged = self._model.logger.name_to_value
        figures = {
            name.removeprefix("train/"): float(value)
            for name, value in logged.items()
            if name.startswith("train/")
        }
        costs = [cost for cost, _ in episodes.ended]
        return Progress(np.asarray([len(costs)]), np.asarray([np.mean(costs)]), figures)
