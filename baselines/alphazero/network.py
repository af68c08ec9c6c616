"""CostNetwork: a score for every action, and what every vertex will cost when its turn comes.

The cost of an order is the sum of its vertices' costs, so the value of a state is one too. A played
episode tells the cost of every vertex, as many figures to learn from as there are vertices, and what a
vertex would cost now is a good first guess, which the network only corrects.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from baselines.networks import Prediction, View
from baselines.networks.graph_network import (
    ILLEGAL,
    Dense,
    Messages,
    edges_of,
    normalised,
    two_layers,
)
from baselines.networks.rows import on_few_rows
from vertex_elim_env.observation import VERTEX_FEATURES

_LOG_COST = VERTEX_FEATURES.index("log_cost")
_MOST_CORRECTED = 8.0


class Forecast(NamedTuple):
    """What a network says of a state.

    Attributes:
        logits: of the vertices, ``ILLEGAL`` where they are no legal action, float32 (V,).
        log_costs: natural logarithms of the costs expected of them, float32 (V,).
        to_go: sum of the costs expected of those that are left to eliminate, float32 ().
    """

    logits: Array
    log_costs: Array
    to_go: Array


class CostNetwork(eqx.Module):
    """Rounds of messages, then a score and a cost a vertex.

    Attributes:
        rounds: of messages; so far a score sees.
    """

    embed: Dense
    rounds: tuple[Messages, ...]
    score: tuple[Dense, Dense]
    correction: tuple[Dense, Dense]

    def __init__(self, key: Array, *, width: int = 32, num_rounds: int = 2) -> None:
        """Draw the weights.

        Args:
            key: of the weights.
            width: features of a vertex between the rounds, an even number.
            num_rounds: of messages.
        """
        if width < 2 or width % 2 or num_rounds < 0:
            raise ValueError(
                f"width must be even and positive, num_rounds at least 0; got {width} and {num_rounds}"
            )
        keys = jax.random.split(key, 5 + num_rounds)
        self.embed = Dense(len(VERTEX_FEATURES), width, keys[0])
        self.score = (Dense(width, width, keys[1]), Dense(width, 1, keys[2], gain=0.01))
        self.correction = (Dense(width, width, keys[3]), Dense(width, 1, keys[4], gain=0.01))
        self.rounds = tuple(Messages(width, k) for k in keys[5:])

    def forecast(self, seen: View) -> Forecast:
        """Return the logits and the expected costs of one state."""
        edges, present = edges_of(seen.classes), seen.present
        h = self.embed(seen.features)
        for messages in self.rounds:
            h = messages(h, edges, present)
        h = normalised(h)
        scores = two_layers(self.score, h)[:, 0]
        correction = two_layers(self.correction, h)[:, 0]
        bounded = jnp.clip(correction, -_MOST_CORRECTED, _MOST_CORRECTED)
        log_costs = seen.features[:, _LOG_COST] + bounded
        is_left = seen.legal & present
        return Forecast(
            logits=jnp.where(seen.legal, scores, ILLEGAL),
            log_costs=log_costs,
            to_go=jnp.sum(jnp.where(is_left, jnp.exp(log_costs), 0.0)),
        )

    def __call__(self, seen: View) -> Prediction:
        """Return the logits and the value, minus the cost that is to come."""
        forecast = self.forecast(seen)
        return Prediction(forecast.logits, -forecast.to_go)


def forecast_batch(network: CostNetwork, seen: View) -> Forecast:
    """Return what a network says of B states, views of arrays (B, ...)."""
    return on_few_rows(seen, partial(forecast_on_rows, network, seen))


def forecast_on_rows(network: CostNetwork, seen: View, num_rows: int) -> Forecast:
    """Return what a network says of B states, run on so many rows of each; absent ones mean nothing."""
    few, rows = jax.vmap(lambda view: view.compacted(num_rows))(seen)
    found = jax.vmap(network.forecast)(few)
    place = jnp.arange(len(rows))[:, None], rows
    return Forecast(
        jnp.full(seen.legal.shape, ILLEGAL).at[place].set(found.logits),
        jnp.zeros(seen.legal.shape).at[place].set(found.log_costs),
        found.to_go,
    )
