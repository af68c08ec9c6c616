"""AlphaZeroTrainer: play by search, remember, learn; one iteration is one compiled function.

Reads from top to bottom. The environments and the memory are shared among devices; the weights are on
all of them, and gradients are their mean.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax import Array
from jax.sharding import Mesh

from baselines.alphazero.config import AlphaZeroConfig
from baselines.alphazero.episodes import Ends, Episodes, Lessons, play_episodes, replay
from baselines.alphazero.loss import LossParts, gradients
from baselines.alphazero.memory import Memory
from baselines.alphazero.metrics import Metrics, measure
from baselines.alphazero.network import CostNetwork
from baselines.networks import Best
from baselines.networks.descent import between, descended, optimizer
from baselines.networks.devices import AXIS, DIVIDED, WHOLE, Devices
from baselines.networks.rows import minibatches
from vertex_elim_env.functional import Params


class TrainState(NamedTuple):
    """All that a run knows: with it, it goes on as if it had never stopped.

    Attributes:
        network: its weights.
        optimizer: Adam's moments.
        memory: the latest episodes.
        best: the cheapest orders so far.
        key: of all random numbers to come.
        num_iterations: done so far, int32 ().
    """

    network: CostNetwork
    optimizer: optax.OptState
    memory: Memory
    best: Best
    key: Array
    num_iterations: Array


class AlphaZeroTrainer:
    """Trains by one configuration on graphs that are given each time.

    Attributes:
        name: of the method.
        config: the configuration.
    """

    name = "alphazero"

    def __init__(self, config: AlphaZeroConfig, *, mesh: Mesh | None = None) -> None:
        """Choose the devices, by default all there are.

        Raises:
            ValueError: if the environments can't be shared evenly.
        """
        self.config, devices = config, Devices(mesh)
        devices.check_shares(num_envs=config.num_envs, num_replayed=config.num_replayed)
        memory = Memory(DIVIDED, WHOLE)  # type: ignore[arg-type]
        specs = TrainState(WHOLE, WHOLE, memory, WHOLE, WHOLE, WHOLE)  # type: ignore[arg-type]
        self._places = devices.places(specs)
        self.iterate = devices.compiled(partial(_iterate, config, devices.size), specs)
        """From params and a state to the next state and the metrics of the iteration."""

    def begin(self, params: Params, seed: int) -> TrainState:
        """Return the state before the first iteration."""
        network_key, key = jax.random.split(jax.random.key(seed))
        config = self.config
        network = CostNetwork(network_key, width=config.width, num_rounds=config.num_rounds)
        state = TrainState(
            network=network,
            optimizer=optimizer(config.max_gradient_norm).init(network),  # type: ignore[arg-type]
            memory=Memory.empty(params, config.num_kept),
            best=Best.none(params),
            key=key,
            num_iterations=jnp.int32(0),
        )
        return jax.device_put(
            state, self._places
        )  # as iterations leave it: one compilation for all

    def new_lesson(self, params: Params, state: TrainState, seed: int) -> TrainState:
        """Return the state for other graphs, with nothing remembered and no best orders yet."""
        memory = Memory.empty(params, self.config.num_kept)
        fresh = state._replace(memory=memory, best=Best.none(params))
        return jax.device_put(fresh, self._places)

    @property
    def num_steps_in_all(self) -> int:
        """Environment steps after which training ends."""
        return self.config.steps

    def steps_per_iteration(self, params: Params) -> int:
        """Environment steps of an iteration, at most: graphs smaller than the largest take fewer."""
        return self.config.num_envs * params.num_actions


def _iterate(
    config: AlphaZeroConfig, num_devices: int, params: Params, state: TrainState
) -> tuple[TrainState, Metrics]:
    """Play, then learn; runs on every device, each with environments and a memory of its own."""
    next_key, key = jax.random.split(state.key)
    keys = jax.random.split(jax.random.fold_in(key, jax.lax.axis_index(AXIS)), 4)
    num_envs = config.num_envs // num_devices
    graphs = jax.random.randint(keys[0], (num_envs,), 0, params.num_graphs)
    episodes, ends = play_episodes(state.network, config, params, graphs, keys[1])
    memory = state.memory.with_added(episodes)

    drawn = memory.drawn(keys[2], config.num_replayed // num_devices)
    done = state.num_iterations * config.num_envs * params.num_actions / config.steps
    network, moments, parts = _learn(
        config,
        (state.network, state.optimizer),
        replay(params, drawn),
        keys[3],
        jnp.minimum(done, 1.0),
    )
    best = _best(state.best, episodes, ends).shared(AXIS)
    after = TrainState(network, moments, memory, best, next_key, state.num_iterations + 1)
    return after, measure(graphs, params.num_graphs, ends, parts, AXIS)


def _best(best: Best, episodes: Episodes, ends: Ends) -> Best:
    is_own = episodes.graphs == jnp.arange(len(best.costs))[:, None]
    none = jnp.iinfo(best.costs.dtype).max
    return best.of(jnp.where(is_own, ends.costs, none), episodes.orders)


def _learn(
    config: AlphaZeroConfig,
    learner: tuple[CostNetwork, optax.OptState],
    lessons: Lessons,
    key: Array,
    done: Array,
) -> tuple[CostNetwork, optax.OptState, LossParts]:
    """Take the gradient steps of an iteration; ``done`` is how much of the run is, 0 to 1."""
    rate = between(config.learning_rate, config.final_learning_rate, done)

    def descend(
        learner: tuple[CostNetwork, optax.OptState], members: Array
    ) -> tuple[tuple[CostNetwork, optax.OptState], LossParts]:
        groups = jax.tree.map(lambda x: x[members], lessons)
        uphill, parts = jax.lax.pmean(gradients(learner[0], groups, config), AXIS)
        return descended(learner, uphill, rate, config.max_gradient_norm), parts

    times = jnp.arange(len(lessons.is_live))
    members = minibatches(key, times, config.num_minibatches, config.group_size)
    learner, parts = jax.lax.scan(descend, learner, members)
    return *learner, jax.tree.map(jnp.mean, parts)
