"""Memory: the latest episodes, a ring of arrays of a fixed size that stays on the device."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from baselines.alphazero.episodes import Episodes
from vertex_elim_env.functional import Params


class Memory(NamedTuple):
    """Up to C episodes.

    Attributes:
        episodes: arrays (C, ...).
        num_added: all that ever were, int32 ().
    """

    episodes: Episodes
    num_added: Array

    @classmethod
    def empty(cls, params: Params, capacity: int) -> Memory:
        """Return one with room for so many episodes."""
        n = params.num_actions
        episodes = Episodes(
            jnp.zeros(capacity, jnp.int32),
            jnp.zeros((capacity, n), jnp.int32),
            jnp.zeros((capacity, n, n), jnp.float16),
        )
        return cls(episodes, jnp.int32(0))

    def with_added(self, episodes: Episodes) -> Memory:
        """Return the memory after B more episodes, in the place of the oldest."""
        count = len(episodes.graphs)
        places = (self.num_added + jnp.arange(count)) % len(self.episodes.graphs)
        kept = jax.tree.map(lambda ring, new: ring.at[places].set(new), self.episodes, episodes)
        return Memory(kept, self.num_added + count)

    def drawn(self, key: Array, count: int) -> Episodes:
        """Return some of the episodes, each drawn with equal chances."""
        num_filled = jnp.minimum(self.num_added, len(self.episodes.graphs))
        places = jax.random.randint(key, (count,), 0, num_filled)
        return jax.tree.map(lambda ring: ring[places], self.episodes)
