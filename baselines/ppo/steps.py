"""Steps: what many environments go through while a policy plays, kept for learning."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from baselines.networks import Best, GraphNetwork, Play, View, relabelled, view
from baselines.networks.rows import predict_batch
from baselines.ppo.advantages import ValueScale
from baselines.ppo.config import PPOConfig
from vertex_elim_env.functional import Params


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


def play_steps(
    network: GraphNetwork,
    scale: ValueScale,
    params: Params,
    begin: tuple[Play, Best],
    key: Array,
    config: PPOConfig,
    num_steps: int,
) -> tuple[Steps, Play, Best]:
    """Play T steps with a policy, from where the environments are."""
    numbering_key, key = jax.random.split(key)

    is_plain = config.scale == "none"

    def advance(carry: tuple[Play, Best], key: Array) -> tuple[tuple[Play, Best], Steps]:
        play, best = carry
        action_key, step_key = jax.random.split(key)
        seen = jax.vmap(view, in_axes=(None, 0))(params, play.states)
        if config.relabelled:
            seen = jax.vmap(relabelled)(seen, jax.random.split(numbering_key, len(seen.legal)))
        logits, values = predict_batch(network, seen)
        actions = jax.random.categorical(action_key, logits).astype(jnp.int32)
        log_probs = jnp.take_along_axis(jax.nn.log_softmax(logits), actions[:, None], axis=1)[:, 0]
        graphs = play.states.graph
        play, outcome = play.advanced(params, actions, step_key)
        steps = Steps(
            seen=seen,
            actions=actions,
            log_probs=log_probs,
            values=scale.to_returns(values),
            rewards=outcome.reward * (params.openings.scales[graphs] if is_plain else 1.0),
            is_last=outcome.terminated | outcome.truncated,
            graphs=graphs,
            costs=outcome.cost,
        )
        return (play, best.updated(graphs, play, outcome)), steps

    (play, best), steps = jax.lax.scan(advance, begin, jax.random.split(key, num_steps))
    return steps, play, best


def predict_values(network: GraphNetwork, params: Params, play: Play) -> Array:
    """Return what a network expects of the present states, in its own scale, float32 (B,)."""
    seen = jax.vmap(view, in_axes=(None, 0))(params, play.states)
    return predict_batch(network, seen).value
