"""Observations of a state: the arrays that ``VertexEliminationEnv`` shows with observation="dict"."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from gymnasium import spaces
from jax import Array

from vertex_elim_env.engine.paths import describe_paths
from vertex_elim_env.functional.episode import State, legal_mask
from vertex_elim_env.functional.params import Params
from vertex_elim_env.generator import Limits
from vertex_elim_env.observation import dict_space


def observation_space(params: Params) -> spaces.Dict:
    """Return the space that observations lie in."""
    num_others = params.num_vertices - params.num_actions
    return dict_space(Limits(params.num_actions, num_others, 0))


@jax.jit
def observe(params: Params, state: State) -> dict[str, Array]:
    """Return the four arrays that ``vertex_elim_env.observation`` describes.

    Returns:
        ``vertex_features`` float32 (V, 12), ``adjacency`` int8 (V, V), ``structure_features``
        float32 (127, 5), ``action_mask`` int8 (n,).
    """
    rules = jax.tree.map(lambda table: table[None], params.rules)
    batch = describe_paths(rules, state.edges[None, None], ~state.eliminated[None, None])
    in_degrees, out_degrees, costs, fill_ins = jax.tree.map(lambda x: x[0, 0], batch)
    is_eliminable = params.openings.is_eliminable[state.graph]
    rest = params.num_vertices - params.num_actions
    counts = [
        in_degrees,
        out_degrees,
        in_degrees * out_degrees,
        jnp.pad(costs, (0, rest)),
        jnp.pad(fill_ins, (0, rest)),
    ]
    columns = [
        params.openings.features[state.graph],
        jnp.pad(state.eliminated & is_eliminable, (0, rest))[:, None].astype(jnp.float32),
        jnp.log1p(jnp.stack(counts, axis=1).astype(jnp.float32)),
    ]
    return {
        "vertex_features": jnp.concatenate(columns, axis=1),
        "adjacency": params.classes[state.edges],
        "structure_features": params.structure_features,
        "action_mask": legal_mask(state).astype(jnp.int8),
    }
