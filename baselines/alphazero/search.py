"""Search: Gumbel MuZero (Danihelka et al. 2022) over the true game, the network guessing what is beyond."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import mctx
from jax import Array

from baselines.alphazero.config import AlphaZeroConfig
from baselines.alphazero.network import CostNetwork, forecast_batch
from baselines.networks import view
from vertex_elim_env.functional import Params, State, legal_mask, step

_mctx: Any = mctx  # its dataclasses hide their signatures from type checkers
_VISITS = 50.0
"""Visits that values weigh as much as even before any; mctx's default."""


class Choice(NamedTuple):
    """What a search chose in B states.

    Attributes:
        actions: int32 (B,).
        weights: probabilities of the better policy that it found, float32 (B, n).
    """

    actions: Array
    weights: Array


def search(
    network: CostNetwork,
    config: AlphaZeroConfig,
    params: Params,
    states: State,
    key: Array,
    *,
    noise: Array | float = 1.0,
) -> Choice:
    """Look ahead from each of B states.

    Args:
        network: what guesses policies and costs.
        config: how much to look at.
        params: what is played by.
        states: arrays (B, ...).
        key: of the noise.
        noise: scale of what is added to the logits, so that moves are drawn, float () or (B, 1); 0 for
            the best move.
    """
    logits, values = _guess(network, params, states)

    def look(params: Params, key: Array, actions: Array, states: State) -> tuple[Any, State]:
        after, outcome = jax.vmap(step, in_axes=(None, 0, 0))(params, states, actions)
        logits, values = _guess(network, params, after)
        found = _mctx.RecurrentFnOutput(
            reward=outcome.reward,
            discount=jnp.where(outcome.terminated, 0.0, 1.0),
            prior_logits=logits,
            value=values,
        )
        return found, after

    found = _mctx.gumbel_muzero_policy(
        params,
        key,
        _mctx.RootFnOutput(prior_logits=logits, value=values, embedding=states),
        look,
        config.num_simulations,
        invalid_actions=~jax.vmap(legal_mask)(states),
        qtransform=partial(
            _mctx.qtransform_completed_by_mix_value,
            value_scale=config.value_weight / _VISITS,
            rescale_values=False,  # rewards have a scale: that of a rule
        ),
        max_num_considered_actions=config.num_considered,
        gumbel_scale=noise,
    )
    return Choice(found.action, found.action_weights)


def _guess(network: CostNetwork, params: Params, states: State) -> tuple[Array, Array]:
    """Logits of the actions, (B, n), and values in the units of rewards, (B,)."""
    seen = jax.vmap(view, in_axes=(None, 0))(params, states)
    found = forecast_batch(network, seen)
    values = -found.to_go / params.openings.scales[states.graph]
    return found.logits[:, : params.num_actions], values
