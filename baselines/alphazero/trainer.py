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
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

from baselines.alphazero.config import AlphaZeroConfig
from baselines.alphazero.episodes import Ends, Episodes, Lessons, play_episodes, replay
from baselines.alphazero.loss import LossParts, gradients
from baselines.alphazero.memory import Memory
from baselines.alphazero.metrics import Metrics, measure
from baselines.alphazero.network import CostNetwork
from baselines.networks import Best
from baselines.networks.rows import minibatches
from vertex_elim_env.functional import Params

AXIS = "envs"
"""Name of the devices' axis."""


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
        mesh: the devices that share the environments.
    """

    name = "alphazero"

    def __init__(self, config: AlphaZeroConfig, *, mesh: Mesh | None = None) -> None:
        """Choose the devices, by default all there are.

        Raises:
            ValueError: if the environments can't be shared evenly.
        """
        self.config = config
        self.mesh = mesh if mesh is not None else _mesh_of_all_devices()
        for name in ("num_envs", "num_replayed"):
            if getattr(config, name) % self.mesh.size:
                raise ValueError(
                    f"{name} must be a multiple of the {self.mesh.size} devices; "
                    f"got {getattr(config, name)}"
                )
        whole, shared = PartitionSpec(), PartitionSpec(AXIS)
        memory = Memory(shared, whole)  # type: ignore[arg-type]
        specs = TrainState(whole, whole, memory, whole, whole, whole)  # type: ignore[arg-type]
        self._places = jax.tree.map(
            lambda spec: NamedSharding(self.mesh, spec),
            specs,
            is_leaf=lambda x: isinstance(x, PartitionSpec),
        )
        self.iterate = jax.jit(
            jax.shard_map(
                partial(_iterate, config, self.mesh.size),
                mesh=self.mesh,
                in_specs=(whole, specs),
                out_specs=(specs, whole),
                check_vma=False,
            ),
            out_shardings=(self._places, NamedSharding(self.mesh, whole)),
        )
        """From params and a state to the next state and the metrics of the iteration."""

    def begin(self, params: Params, seed: int) -> TrainState:
        """Return the state before the first iteration."""
        network_key, key = jax.random.split(jax.random.key(seed))
        config = self.config
        network = CostNetwork(network_key, width=config.width, num_rounds=config.num_rounds)
        state = TrainState(
            network=network,
            optimizer=_optimizer(config).init(network),  # type: ignore[arg-type]
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


def _mesh_of_all_devices() -> Mesh:
    return jax.make_mesh((jax.device_count(),), (AXIS,), axis_types=(AxisType.Auto,))


def _optimizer(config: AlphaZeroConfig) -> optax.GradientTransformation:
    return optax.chain(
        optax.clip_by_global_norm(config.max_gradient_norm), optax.scale_by_adam(eps=1e-5)
    )


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
    network, optimizer, parts = _learn(
        config,
        (state.network, state.optimizer),
        replay(params, drawn),
        keys[3],
        jnp.minimum(done, 1.0),
    )
    best = _best(state.best, episodes, ends).shared(AXIS)
    after = TrainState(network, optimizer, memory, best, next_key, state.num_iterations + 1)
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
    rate = config.learning_rate + (config.final_learning_rate - config.learning_rate) * done

    def descend(
        learner: tuple[CostNetwork, optax.OptState], members: Array
    ) -> tuple[tuple[CostNetwork, optax.OptState], LossParts]:
        network, optimizer = learner
        groups = jax.tree.map(lambda x: x[members], lessons)
        downhill, parts = jax.lax.pmean(gradients(network, groups, config), AXIS)
        updates, optimizer = _optimizer(config).update(downhill, optimizer)
        network = jax.tree.map(lambda w, u: w - rate * u, network, updates)
        return (network, optimizer), parts

    times = jnp.arange(len(lessons.is_live))
    members = minibatches(key, times, config.num_minibatches, config.group_size)
    learner, parts = jax.lax.scan(descend, learner, members)
    return *learner, jax.tree.map(jnp.mean, parts)
