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
from jax.sharding import AxisType, Mesh, PartitionSpec

from baselines.networks import Best, GraphNetwork, Play, View, view
from baselines.ppo.advantages import ValueScale, estimate_advantages
from baselines.ppo.config import PPOConfig
from baselines.ppo.loss import Batch, LossParts, loss
from vertex_elim_env.functional import Params

AXIS = "envs"
"""Name of the devices' axis."""
NUM_GROUPS = 4
"""Groups of a minibatch, by how much is left of the graphs."""


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


class Steps(NamedTuple):
    """T steps of B environments, arrays (T, B, ...); values are in units of the returns.

    Attributes:
        seen, actions, log_probs, values: what was seen, done, how likely that was, and expected.
        rewards, is_last: what came of it.
        graphs, costs: which graph it was on; what the episode had cost then.
    """

    seen: View
    actions: Array
    log_probs: Array
    values: Array
    rewards: Array
    is_last: Array
    graphs: Array
    costs: Array


class Metrics(NamedTuple):
    """What an iteration came to.

    Attributes:
        num_finished, mean_costs: episodes that ended, and what they cost, by graph, float32 (G,).
        num_widened: structures answered as if dense in the episodes in progress, int32 ().
        explained: share of the returns' variance that the values explain, float32 ().
        parts: of the loss, means over the minibatches.
    """

    num_finished: Array
    mean_costs: Array
    num_widened: Array
    explained: Array
    parts: LossParts


class PPOTrainer:
    """Trains by one configuration on graphs that are given each time.

    Attributes:
        config: the configuration.
        mesh: the devices that share the environments.
    """

    def __init__(self, config: PPOConfig, *, mesh: Mesh | None = None) -> None:
        """Choose the devices, by default all there are.

        Raises:
            ValueError: if the environments can't be shared evenly.
        """
        self.config = config
        self.mesh = mesh if mesh is not None else _mesh_of_all_devices()
        if config.num_envs % self.mesh.size:
            raise ValueError(
                f"num_envs must be a multiple of the {self.mesh.size} devices; got {config.num_envs}"
            )
        whole, shared = PartitionSpec(), PartitionSpec(AXIS)
        specs = TrainState(whole, whole, whole, shared, whole, whole, whole)  # type: ignore[arg-type]
        self.iterate = jax.jit(
            jax.shard_map(
                partial(_iterate, config),
                mesh=self.mesh,
                in_specs=(whole, specs),
                out_specs=(specs, whole),
                check_vma=False,
            )
        )
        """From params and a state to the next state and the metrics of the iteration."""

    def begin(self, params: Params, seed: int) -> TrainState:
        """Return the state before the first iteration."""
        network_key, play_key, key = jax.random.split(jax.random.key(seed), 3)
        config = self.config
        network = GraphNetwork(network_key, width=config.width, num_rounds=config.num_rounds)
        return TrainState(
            network=network,
            optimizer=_optimizer(config).init(network),
            scale=ValueScale.fresh(),
            play=Play.begin(params, play_key, config.num_envs),
            best=Best.none(params),
            key=key,
            num_iterations=jnp.int32(0),
        )

    def steps_per_iteration(self, params: Params) -> int:
        """Environment steps of an iteration."""
        return self.config.num_envs * _num_steps(self.config, params)


def _mesh_of_all_devices() -> Mesh:
    return jax.make_mesh((jax.device_count(),), (AXIS,), axis_types=(AxisType.Auto,))


def _num_steps(config: PPOConfig, params: Params) -> int:
    return config.num_steps or params.num_actions


def _optimizer(config: PPOConfig) -> optax.GradientTransformation:
    return optax.chain(
        optax.clip_by_global_norm(config.max_gradient_norm), optax.scale_by_adam(eps=1e-5)
    )


def _iterate(config: PPOConfig, params: Params, state: TrainState) -> tuple[TrainState, Metrics]:
    """Play, then learn; runs on every device, each with environments of its own."""
    next_key, key = jax.random.split(state.key)
    play_key, learn_key = jax.random.split(jax.random.fold_in(key, jax.lax.axis_index(AXIS)))
    num_steps = _num_steps(config, params)
    steps, play, best = _play(state, params, play_key, num_steps)

    final = state.scale.to_returns(_predict_values(state.network, params, play))
    advantages = estimate_advantages(
        steps.rewards, steps.values, steps.is_last, final, config.trace
    )
    returns = advantages + steps.values
    scale = state.scale.updated(returns, AXIS)
    batch = Batch(
        steps.seen,
        steps.actions,
        steps.log_probs,
        _standard(advantages),
        scale.from_returns(returns),
    )
    batch = jax.tree.map(lambda x: x.reshape(-1, *x.shape[2:]), batch)

    done = state.num_iterations * num_steps * config.num_envs / config.steps
    network, optimizer, parts = _learn(
        config, (state.network, state.optimizer), batch, learn_key, jnp.minimum(done, 1.0)
    )
    after = TrainState(
        network, optimizer, scale, play, best.shared(AXIS), next_key, state.num_iterations + 1
    )
    return after, _metrics(params, steps, play, returns, parts)


def _play(
    state: TrainState, params: Params, key: Array, num_steps: int
) -> tuple[Steps, Play, Best]:
    """Play with the present policy, from where the environments are."""

    def advance(carry: tuple[Play, Best], key: Array) -> tuple[tuple[Play, Best], Steps]:
        play, best = carry
        action_key, step_key = jax.random.split(key)
        seen = jax.vmap(view, in_axes=(None, 0))(params, play.states)
        logits, values = jax.vmap(state.network)(seen)
        actions = jax.random.categorical(action_key, logits).astype(jnp.int32)
        log_probs = jnp.take_along_axis(jax.nn.log_softmax(logits), actions[:, None], axis=1)[:, 0]
        graphs = play.states.graph
        play, outcome = play.advanced(params, actions, step_key)
        steps = Steps(
            seen=seen,
            actions=actions,
            log_probs=log_probs,
            values=state.scale.to_returns(values),
            rewards=outcome.reward,
            is_last=outcome.terminated | outcome.truncated,
            graphs=graphs,
            costs=outcome.cost,
        )
        return (play, best.updated(graphs, play, outcome)), steps

    keys = jax.random.split(key, num_steps)
    (play, best), steps = jax.lax.scan(advance, (state.play, state.best), keys)
    return steps, play, best


def _predict_values(network: GraphNetwork, params: Params, play: Play) -> Array:
    seen = jax.vmap(view, in_axes=(None, 0))(params, play.states)
    return jax.vmap(network)(seen).value


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
    learning_rate = _between(config.learning_rate, config.final_learning_rate, done)
    entropy_weight = _between(config.entropy, config.final_entropy, done)

    def descend(
        learner: tuple[GraphNetwork, optax.OptState], members: Array
    ) -> tuple[tuple[GraphNetwork, optax.OptState], LossParts]:
        network, optimizer = learner
        groups = jax.tree.map(lambda x: x[members], batch)
        gradients, parts = jax.grad(loss, has_aux=True)(network, groups, config, entropy_weight)
        gradients, parts = jax.lax.pmean((gradients, parts), AXIS)
        updates, optimizer = _optimizer(config).update(gradients, optimizer)
        network = jax.tree.map(lambda w, u: w - learning_rate * u, network, updates)
        return (network, optimizer), parts

    members = jax.vmap(partial(_minibatches, config.num_minibatches, batch))(
        jax.random.split(key, config.num_epochs)
    )
    learner, parts = jax.lax.scan(descend, learner, members.reshape(-1, *members.shape[2:]))
    return *learner, jax.tree.map(jnp.mean, parts)


def _minibatches(number: int, batch: Batch, key: Array) -> Array:
    """Divide steps at random, each part in groups that have about equally many vertices left.

    Returns:
        Places in the batch, int32 (number, NUM_GROUPS, size of a group); what is left over sits out.
    """
    size = len(batch.actions) // (number * NUM_GROUPS)
    if size == 0:
        raise ValueError(
            f"{len(batch.actions)} steps on a device can't make {number} minibatches of {NUM_GROUPS} "
            "groups; take fewer minibatches, or more environments or steps"
        )
    num_left = jnp.sum(jax.vmap(lambda seen: seen.present)(batch.seen), axis=1)
    chosen = jax.random.permutation(key, len(batch.actions))[: number * NUM_GROUPS * size]
    chosen = chosen[jnp.argsort(num_left[chosen])].reshape(NUM_GROUPS, number * size)
    mixed = jax.random.permutation(key, chosen, axis=1, independent=True)
    return jnp.swapaxes(mixed.reshape(NUM_GROUPS, number, size), 0, 1)


def _between(first: float, last: float, done: Array) -> Array:
    return first + (last - first) * done


def _metrics(params: Params, steps: Steps, play: Play, returns: Array, parts: LossParts) -> Metrics:
    is_own = steps.graphs[..., None] == jnp.arange(params.num_graphs)
    ended = (is_own & steps.is_last[..., None]).astype(jnp.float32)
    counts = jax.lax.psum(ended.sum(axis=(0, 1)), AXIS)
    totals = jax.lax.psum((ended * steps.costs[..., None]).sum(axis=(0, 1)), AXIS)
    error = jax.lax.pmean(jnp.var(returns - steps.values), AXIS)
    variance = jax.lax.pmean(jnp.var(returns), AXIS)
    return Metrics(
        num_finished=counts,
        mean_costs=totals / jnp.maximum(counts, 1.0),
        num_widened=jax.lax.psum(play.states.num_widened.sum(), AXIS),
        explained=1.0 - error / jnp.maximum(variance, 1e-8),
        parts=parts,
    )
