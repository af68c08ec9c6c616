"""Rows: networks run on as few rows as hold what is left of the graphs, a part of a batch at a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

import jax
import jax.numpy as jnp
from jax import Array

from baselines.networks.graph_network import ILLEGAL, Prediction
from baselines.networks.view import View

_Result = TypeVar("_Result")
FRACTIONS = (1 / 4, 1 / 2, 3 / 4, 1.0)
"""Of all rows, that a network is run on: the least that hold what is left of the graphs."""
LEAST_ROWS = 16
"""Fewer save no time."""


def on_few_rows(seen: View, function: Callable[[int], _Result]) -> _Result:
    """Return a function's result for the least number of rows that hold what is left of B graphs.

    Args:
        seen: views, arrays (B, ...).
        function: of the number of rows; compiled for each of a few. Where gradients are wanted, it
            should return them: those of a choice are kept for all that could have been chosen.
    """
    rows = seen.legal.shape[1]
    least = min(LEAST_ROWS, rows)
    capacities = sorted({max(least, math.ceil(fraction * rows)) for fraction in FRACTIONS})
    most = jnp.max(num_present(seen))
    choice = jnp.searchsorted(jnp.asarray(capacities), most)
    return jax.lax.switch(choice, [lambda c=capacity: function(c) for capacity in capacities])


def num_present(seen: View) -> Array:
    """Return how many vertices are left in each of B views, int32 (B,)."""
    return jnp.sum(jax.vmap(lambda view: view.present)(seen), axis=1)


def predict_batch(network: Callable[[View], Prediction], seen: View) -> Prediction:
    """Return what a network says of B states, views of arrays (B, ...)."""

    def on(num_rows: int) -> Prediction:
        few, rows = jax.vmap(lambda view: view.compacted(num_rows))(seen)
        found = jax.vmap(network)(few)
        place = jnp.arange(len(rows))[:, None], rows
        logits = jnp.full(seen.legal.shape, ILLEGAL).at[place].set(found.logits)
        return Prediction(logits, found.value)

    return on_few_rows(seen, on)


def minibatches(key: Array, sizes: Array, number: int, group_size: int) -> Array:
    """Divide steps at random, each part in groups of about equal sizes, so that few rows do for a group.

    Args:
        key: of the division.
        sizes: of the steps, by which groups are made, numbers (S,).
        number: of parts.
        group_size: of a group, about: as many steps as a cache holds.

    Returns:
        Places among the steps, int32 (number, groups, steps of a group); what is left over sits out.

    Raises:
        ValueError: if there are fewer steps than parts.
    """
    share = len(sizes) // number
    if share == 0:
        raise ValueError(
            f"{len(sizes)} steps on a device can't make {number} minibatches; take fewer minibatches, "
            "or more steps"
        )
    num_groups = max(1, round(share / group_size))
    size = share // num_groups
    chosen_key, mixing_key = jax.random.split(key)
    chosen = jax.random.permutation(chosen_key, len(sizes))[: number * num_groups * size]
    groups = chosen[jnp.argsort(sizes[chosen])].reshape(num_groups, number * size)
    mixed = jax.random.permutation(mixing_key, groups, axis=1, independent=True)
    return jnp.swapaxes(mixed.reshape(num_groups, number, size), 0, 1)
