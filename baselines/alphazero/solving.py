"""Orders by search with a trained network: what it would play, then what it might."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import jax
import jax.numpy as jnp
from jax import Array

from baselines.alphazero.config import AlphaZeroConfig
from baselines.alphazero.episodes import play_episodes
from baselines.alphazero.network import CostNetwork
from baselines.networks.decoding import Decoded
from vertex_elim_env.functional import Params


@partial(jax.jit, static_argnames=("config", "num_episodes"))
def decode_by_search(
    network: CostNetwork,
    config: AlphaZeroConfig,
    params: Params,
    graph: Array | int,
    key: Array,
    *,
    num_episodes: int,
) -> Decoded:
    """Play episodes side by side, every move by a search; the first takes the best moves, others draw.

    Args:
        network: what the search asks.
        config: how much it looks at.
        params: what to play by.
        graph: the number of the graph among those of ``params``.
        key: of the moves drawn.
        num_episodes: B.
    """
    noise = (jnp.arange(num_episodes) > 0).astype(jnp.float32)[:, None]
    graphs = jnp.full(num_episodes, graph, jnp.int32)
    episodes, ends = play_episodes(network, config, params, graphs, key, noise=noise)
    return Decoded(episodes.orders, ends.costs)


def draw(
    network: CostNetwork,
    config: AlphaZeroConfig,
    params: Params,
    seed: int,
    num_samples: int,
    batch: int,
) -> Iterator[Decoded]:
    """Yield batches of orders, in each of them the one that the search would play."""
    for number in range(-(-num_samples // batch)):
        key = jax.random.fold_in(jax.random.key(seed), number)
        yield decode_by_search(network, config, params, 0, key, num_episodes=batch)
