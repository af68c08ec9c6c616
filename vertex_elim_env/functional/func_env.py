"""The pure environment as a ``gymnasium.experimental.functional.FuncEnv``."""

from __future__ import annotations

from typing import Any

from gymnasium import spaces
from gymnasium.experimental.functional import FuncEnv
from jax import Array

from vertex_elim_env.functional.episode import State, init, legal_mask, reward_between, step
from vertex_elim_env.functional.observation import observation_space, observe
from vertex_elim_env.functional.params import Params


class VertexEliminationFuncEnv(FuncEnv[State, Any, Any, Array, Array, Any, Params]):
    """Gymnasium's functional interface; every method is pure, and may be jitted and vmapped.

    ``FunctionalJaxEnv(VertexEliminationFuncEnv(params))`` is an environment with a state of its own.
    The interface has no truncation: limit episodes to ``max_episode_steps``.

    Attributes:
        default_params: what to play by where no params are given; others must be of that shape.
        max_episode_steps: steps after which ``VertexEliminationEnv`` truncates.
    """

    _params: Params

    def __init__(self, params: Params) -> None:
        """Take what ``make_params`` returned."""
        super().__init__({"_params": params})
        self.observation_space = observation_space(params)
        self.action_space = spaces.Discrete(params.num_actions)
        self.max_episode_steps = int(params.openings.max_steps.max())

    def get_default_params(self, **kwargs: Any) -> Params:
        """Return the params that this was made with."""
        return self._params

    def _or_default(self, params: Params | None) -> Params:
        return self._params if params is None else params

    def initial(self, rng: Array, params: Params | None = None) -> State:
        """Return the beginning of an episode."""
        return init(self._or_default(params), rng)

    def transition(
        self, state: State, action: Any, rng: Array, params: Params | None = None
    ) -> State:
        """Return the state after an action; see ``functional.step``."""
        return step(self._or_default(params), state, action)[0]

    def observation(self, state: State, rng: Array, params: Params | None = None) -> Any:
        """Return what is seen of a state."""
        return observe(self._or_default(params), state)

    def reward(
        self,
        state: State,
        action: Any,
        next_state: State,
        rng: Array,
        params: Params | None = None,
    ) -> Array:
        """Return the reward of a transition, float32 ()."""
        return reward_between(self._or_default(params), state, next_state)

    def terminal(self, state: State, rng: Array, params: Params | None = None) -> Array:
        """Return whether every vertex is eliminated, bool ()."""
        return state.terminated

    def state_info(self, state: State, params: Params | None = None) -> dict[str, Array]:
        """Return cost, mask and diagnostics of a state."""
        return {
            "cost": state.cost,
            "action_mask": legal_mask(state),
            "truncated": state.truncated,
            "num_widened": state.num_widened,
        }

    def transition_info(
        self, state: State, action: Any, next_state: State, params: Params | None = None
    ) -> dict[str, Array]:
        """Return the info of the next state, and the cost of the step."""
        info = self.state_info(next_state, params)
        return {**info, "step_cost": next_state.cost - state.cost}
