"""Episodes as pure functions of a state: init, step, legal_mask, restart."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from vertex_elim_env.engine.paths import join_paths
from vertex_elim_env.functional.batches import replace_where
from vertex_elim_env.functional.params import Params


class State(NamedTuple):
    """An episode in progress; V rows of vertices, the first n of them actions.

    Attributes:
        graph: which of the graphs is played, int32 ().
        edges: structure id of the edge u -> w, by row, 0 for none, int16 (V, V).
        eliminated: which vertices are gone; rows of padding are, bool (n,).
        cost: what was paid so far, exactly, in the cost model's unit, int32 or int64 ().
        num_left: vertices left to eliminate, int32 ().
        steps_left: until the episode is truncated, int32 ().
        num_widened: how often a pair of structures that the warm-up of the tables did not meet was
            answered as if dense; while it is 0 all costs are exact, else they may be too high. int32 ().
    """

    graph: Array
    edges: Array
    eliminated: Array
    cost: Array
    num_left: Array
    steps_left: Array
    num_widened: Array

    @property
    def terminated(self) -> Array:
        """Whether every vertex is eliminated, bool ()."""
        return self.num_left == 0

    @property
    def truncated(self) -> Array:
        """Whether the steps were used up before the vertices, bool ()."""
        return (self.steps_left == 0) & (self.num_left > 0)


class Outcome(NamedTuple):
    """What a step came to.

    Attributes:
        reward: float32 ().
        step_cost: what the step cost, exactly, int32 or int64 ().
        cost: what the episode has cost so far, int32 or int64 ().
        terminated, truncated: bool ().
    """

    reward: Array
    step_cost: Array
    cost: Array
    terminated: Array
    truncated: Array


@jax.jit
def init(params: Params, key: Array) -> State:
    """Return the beginning of an episode on one of the graphs, drawn with equal chances."""
    has_choice = params.num_graphs > 1
    return start(params, jax.random.randint(key, (), 0, params.num_graphs) if has_choice else 0)


@jax.jit
def start(params: Params, graph: Array | int) -> State:
    """Return the beginning of an episode on the graph of a number, int ()."""
    graph, openings = jnp.asarray(graph, jnp.int32), params.openings
    is_eliminable = openings.is_eliminable[graph]
    return State(
        graph=graph,
        edges=openings.edges[graph],
        eliminated=~is_eliminable,
        cost=jnp.zeros((), params.rules.cost.dtype),
        num_left=jnp.sum(is_eliminable, dtype=jnp.int32),
        steps_left=openings.max_steps[graph],
        num_widened=jnp.int32(0),
    )


@jax.jit
def step(params: Params, state: State, action: Array | int) -> tuple[State, Outcome]:
    """Eliminate a vertex.

    A traced function can't raise. An illegal action, out of range or of a vertex that is gone, takes
    a step, changes nothing, costs nothing and gives the reward ``-penalty``. After the end of an
    episode a step changes nothing at all and gives 0.

    Args:
        params: what to play by.
        state: an episode in progress.
        action: the vertex, int ().
    """
    action = jnp.asarray(action, jnp.int32)
    is_over = state.terminated | state.truncated
    is_legal = ~is_over & jnp.any((jnp.arange(params.num_actions) == action) & ~state.eliminated)
    vertex = jnp.where(is_legal, action, -1)
    rules = jax.tree.map(lambda table: table[None], params.rules)
    edges, step_cost, widened = join_paths(rules, state.edges[None, None], vertex[None, None])
    step_cost = step_cost[0, 0]
    after = State(
        graph=state.graph,
        edges=edges[0, 0],
        eliminated=state.eliminated | (jnp.arange(params.num_actions) == vertex),
        cost=state.cost + step_cost,
        num_left=state.num_left - is_legal,
        steps_left=state.steps_left - ~is_over,
        num_widened=state.num_widened + widened[0, 0],
    )
    reward = reward_between(params, state, after)
    return after, Outcome(reward, step_cost, after.cost, after.terminated, after.truncated)


@jax.jit
def reward_between(params: Params, before: State, after: State) -> Array:
    """Return the reward of the step that led from one state to the next, float32 ()."""
    due = jnp.where(after.terminated, after.cost, 0)
    paid = jnp.where(params.pays_at_end, due, after.cost - before.cost)
    is_legal, is_step = after.num_left < before.num_left, after.steps_left < before.steps_left
    lost = jnp.where(is_step, params.openings.penalties[before.graph], 0.0)
    return -jnp.where(is_legal, paid / params.openings.scales[before.graph], lost).astype(
        jnp.float32
    )


@jax.jit
def restart(params: Params, state: State, key: Array) -> State:
    """Return a new episode where this one is over, and the state itself elsewhere.

    In a batch, only states that are over are written.
    """
    is_over, fresh = state.terminated | state.truncated, init(params, key)
    small = jax.tree.map(
        lambda new, old: jnp.where(is_over, new, old),
        fresh._replace(edges=jnp.int16(0)),
        state._replace(edges=jnp.int16(0)),
    )
    edges = replace_where(is_over, state.edges, params.openings.edges, fresh.graph)
    return small._replace(edges=edges)


@jax.jit
def step_autoreset(
    params: Params, state: State, action: Array | int, key: Array
) -> tuple[State, Outcome]:
    """Eliminate a vertex, and begin a new episode if that was the last step of this one.

    The outcome is that of the step; the state is then the new episode's, so that ``observe`` shows its
    beginning. For the last observation of an episode, ``step``, ``observe`` and :func:`restart`.
    """
    after, outcome = step(params, state, action)
    return restart(params, after, key), outcome


@jax.jit
def legal_mask(state: State) -> Array:
    """Return which actions are legal, bool (n,); all of them at the terminal state."""
    return ~state.eliminated | state.terminated
