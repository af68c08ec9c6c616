"""Orders by a network's own probabilities."""

from __future__ import annotations

from collections.abc import Iterator

import jax

from baselines.networks.decoding import Decoded, Network, decode
from vertex_elim_env.functional import Params


def draw(
    network: Network, params: Params, seed: int, num_samples: int, batch: int
) -> Iterator[Decoded]:
    """Yield a network's greedy order, then batches of orders drawn by it."""
    key = jax.random.key(seed)
    yield decode(network, params, 0, key, num_episodes=1, is_greedy=True)
    for number in range(-(-num_samples // batch)):
        yield decode(network, params, 0, jax.random.fold_in(key, number), num_episodes=batch)
