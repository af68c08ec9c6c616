"""The pure environment behind the names of gymnax: reset(key, params), step(key, state, action, params)."""

from __future__ import annotations

from typing import Any, TypeAlias

import jax.numpy as jnp
from gymnasium import spaces
from jax import Array

from vertex_elim_env.functional.episode import Outcome, State, init, legal_mask, restart, step
from vertex_elim_env.functional.observation import observation_space, observe
from vertex_elim_env.functional.params import Params

Observation: TypeAlias = dict[str, Array]
TimeStep: TypeAlias = tuple[Observation, State, Array, Array, dict[str, Array]]


class VertexEliminationKeyedEnv:
    """The interface of gymnax's ``Environment``, with spaces of Gymnasium.

    ``step`` begins a new episode where one ends, and shows its beginning; ``step_env`` does not. The
    observation is a dict of arrays, whose ``action_mask`` says what is legal.

    Attributes:
        default_params: what to play by where no params are given; others must be of that shape.
        name: "VertexElimination-v0".
        num_actions: n.
    """

    name = "VertexElimination-v0"

    def __init__(self, params: Params) -> None:
        """Take what ``make_params`` returned."""
        self.default_params = params
        self.num_actions = params.num_actions

    def _or_default(self, params: Params | None) -> Params:
        return self.default_params if params is None else params

    def reset(self, key: Array, params: Params | None = None) -> tuple[Observation, State]:
        """Begin an episode."""
        played = self._or_default(params)
        state = init(played, key)
        return observe(played, state), state

    reset_env = reset

    def step(self, key: Array, state: State, action: Any, params: Params | None = None) -> TimeStep:
        """Take a step, and begin a new episode if it was the last one.

        Returns:
            (observation, state, reward, done, info); ``info["cost"]`` is the cost of the episode that
            the step belongs to, ``info["discount"]`` 0 where it terminated.
        """
        played = self._or_default(params)
        after, outcome = step(played, state, action)
        return self._view(played, restart(played, after, key), after, outcome)

    def step_env(
        self, key: Array, state: State, action: Any, params: Params | None = None
    ) -> TimeStep:
        """Take a step without beginning a new episode; after the end nothing changes."""
        played = self._or_default(params)
        after, outcome = step(played, state, action)
        return self._view(played, after, after, outcome)

    def _view(self, params: Params, shown: State, after: State, outcome: Outcome) -> TimeStep:
        info = {
            "cost": outcome.cost,
            "step_cost": outcome.step_cost,
            "terminated": outcome.terminated,
            "truncated": outcome.truncated,
            "num_widened": after.num_widened,
            "discount": jnp.where(outcome.terminated, 0.0, 1.0),
        }
        done = outcome.terminated | outcome.truncated
        return observe(params, shown), shown, outcome.reward, done, info

    def action_masks(self, state: State) -> Array:
        """Return which actions are legal, bool (n,)."""
        return legal_mask(state)

    def action_space(self, params: Params | None = None) -> spaces.Discrete:
        """Return the space of actions."""
        return spaces.Discrete(self.num_actions)

    def observation_space(self, params: Params | None = None) -> spaces.Dict:
        """Return the space of observations."""
        return observation_space(self._or_default(params))
