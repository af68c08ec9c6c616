"""View: what a network sees of a state, small enough to be kept for every step of a rollout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from vertex_elim_env.functional import Params, State, observe
from vertex_elim_env.observation import VERTEX_FEATURES

_IS_ELIMINABLE, _IS_INPUT, _IS_OUTPUT, _IS_ELIMINATED = (
    VERTEX_FEATURES.index(name)
    for name in ("is_eliminable", "is_input", "is_output", "is_eliminated")
)


_POSITION = VERTEX_FEATURES.index("position")


class View(NamedTuple):
    """An observation as a set of vertices; the table of classes, a constant, is left out.

    Attributes:
        features: of the vertices, float32 (V, 12).
        classes: of the edges, 0 for none, uint8 (V, V); there are 127.
        legal: which vertices may be eliminated, bool (V,).
    """

    features: Array
    classes: Array
    legal: Array

    @property
    def present(self) -> Array:
        """Which rows are vertices that are not gone, nor padding, bool (V,)."""
        kinds = self.features[:, jnp.array([_IS_ELIMINABLE, _IS_INPUT, _IS_OUTPUT])]
        return jnp.any(kinds > 0, axis=1) & (self.features[:, _IS_ELIMINATED] == 0)

    def compacted(self, capacity: int) -> tuple[View, Array]:
        """Return the same without most absent vertices, of at most ``capacity`` rows.

        Returns:
            The view, and of each of its rows the row it was, int32 (capacity,). All present vertices
            are among them if they are no more than that.
        """
        rows = jnp.argsort(~self.present, stable=True)[:capacity]
        classes = self.classes[rows][:, rows]
        return View(self.features[rows], classes, self.legal[rows]), rows


def view_of(observation: Mapping[str, Array]) -> View:
    """Return what a network sees of an observation of any of the environments."""
    features = jnp.asarray(observation["vertex_features"])
    mask = jnp.asarray(observation["action_mask"]).astype(bool)
    return View(
        features=features,
        classes=jnp.asarray(observation["adjacency"]).astype(jnp.uint8),
        legal=jnp.pad(mask, (0, len(features) - len(mask))),
    )


def view(params: Params, state: State) -> View:
    """Return what a network sees of a state."""
    return view_of(observe(params, state))


def relabelled(seen: View, key: Array) -> View:
    """Return what would be seen, were the vertices of one state numbered in another order.

    All else that a network sees follows a renumbering, so that only positions change; here they are
    dealt out anew among all rows.
    """
    positions = jax.random.permutation(key, seen.features[:, _POSITION])
    return seen._replace(features=seen.features.at[:, _POSITION].set(positions))
