"""PPOTrainer: play, estimate advantages, learn; one iteration is one compiled function.

Reads from top to bottom. The environments are shared among devices; the weights are on all of them, and
gradients are their mean, so that a run does the same on one device as the sum of its parts on many.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax import Array
from jax.sharding import Mesh

from baselines.networks import Best, GraphNetwork, Play
from baselines.networks.descent import between, descended, optimizer
from baselines.networks.devices import AXIS, DIVIDED, WHOLE, Devices
from baselines.networks.rows import minibatches, num_present
from baselines.ppo.advantages import ValueScale, estimate_advantages
from baselines.ppo.config import PPOConfig
from baselines.ppo.loss import Batch, LossParts, gradients
from baselines.ppo.metrics import Metrics, measure
from baselines.ppo.steps import play_steps, predict_values
from vertex_elim_env.functional import Params


class TrainState(NamedTuple):
    """All that a run knows: with it, it goes on as if it had never stopped.

    Attributes:
        network: its weights.
        optimizer: Adam's moments.
        scale: in which values are predicted.
        play: the episodes in progress.
        best: the cheapest orders so far.
        key: of all random numbers to come.
        num_iterations: done so far, int32 ().
    """

    network: GraphNetwork
    optimizer: optax.OptState
    scale: ValueScale
    play: Play
    best: Best
    key: Array
    num_iterations: Array


class PPOTrainer:
    """Trains by one configuration on graphs that are given each time.

    Attributes:
        name: of the method.
        config: the configuration.
    """

    name = "ppo"

    def __init__(self, config: PPOConfig, *, mesh: Mesh | None = None) -> None:
        """Choose the devices, by default all there are.

        Raises:
            ValueError: if the environments can't be shared evenly.
        """
        self.config, devices = config, Devices(mesh)
        devices.check_shares(num_envs=config.num_envs)
        specs = TrainState(WHOLE, WHOLE, WHOLE, DIVIDED, WHOLE, WHOLE, WHOLE)  # type: ignore[arg-type]
        self._places = devices.places(specs)
        self.iterate = devices.compiled(partial(_iterate, config), specs)
        """From params and a state to the next state and the metrics of the iteration."""

    def begin(self, params: Params, seed: int) -> TrainState:
        """Return the state before the first iteration."""
        network_key, play_key, key = jax.random.split(jax.random.key(seed), 3)
        config = self.config
        network = GraphNetwork(
            network_key,
            width=config.width,
            num_rounds=config.num_rounds,
            hidden=config.hidden,
        )
        state = TrainState(
            network=network,
            optimizer=optimizer(config.max_gradient_norm).init(network),  # type: ignore[arg-type]
            scale=ValueScale.fresh(),
            play=Play.begin(params, play_key, config.num_envs),
            best=Best.none(params),
            key=key,
            num_iterations=jnp.int32(0),
        )
        return jax.device_put(
            state, self._places
        )  # as iterations leave it: one compilation for all

    def new_lesson(self, params: Params, state: TrainState, seed: int) -> TrainState:
        """Return the state with new episodes on other graphs, and no best orders yet."""
        play = Play.begin(params, jax.random.key(seed), self.config.num_envs)
        fresh = state._replace(play=play, best=Best.none(params))
        return jax.device_put(fresh, self._places)

    @property
    def num_steps_in_all(self) -> int:
        """Environment steps after which training ends."""
        return self.config.steps

    def steps_per_iteration(self, params: Params) -> int:
        """Environment steps of an iteration."""
        return self.config.num_envs * _num_steps(self.config, params)


def _num_steps(config: PPOConfig, params: Params) -> int:
    return config.num_steps or params.num_actions


def _iterate(config: PPOConfig, params: Params, state: TrainState) -> tuple[TrainState, Metrics]:
    """Play, then learn; runs on every device, each with environments of its own."""
    next_key, key = jax.random.split(state.key)
    play_key, learn_key = jax.random.split(jax.random.fold_in(key, jax.lax.axis_index(AXIS)))
    num_steps = _num_steps(config, params)
    steps, play, best = play_steps(
        state.network, state.scale, params, (state.play, state.best), play_key, config, num_steps
    )

    final = state.scale.to_returns(predict_values(state.network, params, play))
    advantages = estimate_advantages(
        steps.rewards, steps.values, steps.is_last, final, config.trace
    )
    returns = advantages + steps.values
    scale = state.scale.updated(returns, AXIS) if config.scale == "returns" else state.scale
    batch = Batch(
        steps.seen,
        steps.actions,
        steps.log_probs,
        _standard(advantages),
        scale.from_returns(returns),
    )
    batch = jax.tree.map(lambda x: x.reshape(-1, *x.shape[2:]), batch)

    done = state.num_iterations * num_steps * config.num_envs / config.steps
    network, moments, parts = _learn(
        config, (state.network, state.optimizer), batch, learn_key, jnp.minimum(done, 1.0)
    )
    after = TrainState(
        network, moments, scale, play, best.shared(AXIS), next_key, state.num_iterations + 1
    )
    return after, measure(params, steps, play, returns, parts, AXIS)


def _standard(advantages: Array) -> Array:
    """Advantages of mean 0 and spread 1 over all devices."""
    mean = jax.lax.pmean(jnp.mean(advantages), AXIS)
    variance = jax.lax.pmean(jnp.mean((advantages - mean) ** 2), AXIS)
    return (advantages - mean) * jax.lax.rsqrt(variance + 1e-12)


def _learn(
    config: PPOConfig,
    learner: tuple[GraphNetwork, optax.OptState],
    batch: Batch,
    key: Array,
    done: Array,
) -> tuple[GraphNetwork, optax.OptState, LossParts]:
    """Take the gradient steps of an iteration; ``done`` is how much of the run is, 0 to 1."""
    learning_rate = between(config.learning_rate, config.final_learning_rate, done)
    entropy_weight = between(config.entropy, config.final_entropy, done)

    def descend(
        learner: tuple[GraphNetwork, optax.OptState], members: Array
    ) -> tuple[tuple[GraphNetwork, optax.OptState], LossParts]:
        groups = jax.tree.map(lambda x: x[members], batch)
        found = gradients(learner[0], groups, config, entropy_weight)
        uphill, parts = jax.lax.pmean(found, AXIS)
        return descended(learner, uphill, learning_rate, config.max_gradient_norm), parts

    num_left = num_present(batch.seen)
    members = jax.vmap(
        lambda key: minibatches(key, num_left, config.num_minibatches, config.group_size)
    )(jax.random.split(key, config.num_epochs))
    learner, parts = jax.lax.scan(descend, learner, members.reshape(-1, *members.shape[2:]))
    return *learner, jax.tree.map(jnp.mean, parts)
