"""Referee: an episode of an environment, played beside the reference engine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.engine import elimination_cost, reference
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.observation import (
    Layout,
    structure_class,
    structure_table,
    vertex_features,
)

STEPS_PER_VERTEX = 4


class ConformanceError(AssertionError):
    """An environment breaks a law, as the message says."""


def masks_of(env: gym.Env[Any, Any]) -> NDArray[np.bool_]:
    """Return which actions are legal, as the environment or one that it wraps says."""
    return env.get_wrapper_attr("action_masks")()


def require(holds: object, law: str) -> None:
    """Raise ConformanceError unless something holds."""
    if not holds:
        raise ConformanceError(law)


class Referee:
    """An episode of an environment, played beside the reference engine.

    Attributes:
        is_over: whether the episode has ended.
    """

    def __init__(
        self, env: gym.Env[Any, Any], seed: int | None = None, describe_every: int = 1
    ) -> None:
        """Reset the environment."""
        self._env = env
        observation, info = env.reset(seed=seed)
        base: Any = env.unwrapped
        self._problem = elimination_problem(base.graph, base.cost_model)
        self._state = reference.initial_state(self._problem)
        self._limits, self._describe_every = base.limits, describe_every
        self._order: list[int] = []
        self._cost = self._num_steps = 0
        self._check_view(observation, info, step_cost=0)

    @property
    def _num_eliminable(self) -> int:
        return self._problem.num_eliminable

    @property
    def is_over(self) -> bool:
        """Whether every vertex is gone, or the steps are used up."""
        is_used_up = self._num_steps >= STEPS_PER_VERTEX * self._num_eliminable
        return is_used_up or len(self._order) == self._num_eliminable

    def step(self, action: int) -> None:
        """Take a step on both sides and compare."""
        is_legal = action < self._num_eliminable and not self._state.eliminated[action]
        before = self._observation
        try:
            observation, worth, terminated, truncated, info = self._env.step(action)
        except ValueError:
            require(not is_legal, f"the legal action {action} is refused")
            require(np.array_equal(masks_of(self._env), self._mask()), "a refusal changes the mask")
            return
        self._num_steps += 1
        reward: Any = worth
        step_cost = 0
        if is_legal:
            step_cost = reference.eliminate(self._problem, self._state, action)
            self._order.append(action)
            self._cost += step_cost
        else:
            require(equal(before, observation), f"the illegal action {action} changes what is seen")
            require(reward <= 0, f"the illegal action {action} is rewarded with {reward}")
        is_number = isinstance(reward, int | float) and math.isfinite(reward)
        require(is_number, f"the reward is {reward!r}, no finite number")
        is_done = len(self._order) == self._num_eliminable
        require(
            type(terminated) is bool and type(truncated) is bool, "the ends must be Python's bools"
        )
        require(
            terminated == is_done, f"terminated is {terminated} with {self._left} vertices left"
        )
        require(
            truncated == (self.is_over and not is_done),
            f"truncated is {truncated} after {self._num_steps} steps",
        )
        require(not _share_memory(before, observation), "observations share memory between calls")
        self._check_view(observation, info, step_cost=step_cost)

    @property
    def _left(self) -> int:
        return self._num_eliminable - len(self._order)

    def _mask(self) -> NDArray[np.bool_]:
        mask = np.zeros(self._limits.num_eliminable, np.bool_)
        mask[: self._num_eliminable] = ~self._state.eliminated
        return mask if self._left else np.ones_like(mask)

    def _check_view(self, observation: Any, info: Mapping[str, Any], *, step_cost: int) -> None:
        """Compare what is seen with the reference engine's state."""
        is_finite = all(np.isfinite(array).all() for array in _arrays(observation))
        require(is_finite, "an observation holds what is no finite number")
        mask = self._mask()
        seen = {"action_masks()": masks_of(self._env), "info": info["action_mask"]}
        if isinstance(observation, Mapping) and "action_mask" in observation:
            seen["the observation"] = observation["action_mask"]
        for where, other in seen.items():
            require(np.array_equal(other, mask), f"the mask of {where} is not what is left")
        for key, expected in (("cost", self._cost), ("step_cost", step_cost)):
            require(
                type(info[key]) is int and info[key] == expected,
                f"{key} is {info[key]!r}; by the reference engine it is {expected}",
            )
        require(
            info.get("order") == (None if self._left else tuple(self._order)),
            f"the order is {info.get('order')}; played was {self._order}",
        )
        if self._num_steps % self._describe_every == 0:
            is_inside = self._env.observation_space.contains(observation)
            require(is_inside, "an observation lies outside its space")
            self._check_observation(observation)
        self._observation = observation

    def _check_observation(self, observation: Any) -> None:
        """Compare an observation with what ``observation`` specifies; one of another kind is let be."""
        is_dict = _is_dict(observation)
        if not is_dict and not isinstance(observation, gym.spaces.GraphInstance):
            return
        features = vertex_features(self._problem, self._state)
        names = self._problem.algebra.structures
        edges = {
            (u, w): structure_class(names[structure])
            for u, targets in enumerate(self._state.successors)
            for w, structure in targets.items()
        }
        if is_dict:
            self._check_dict(observation, features, edges)
        else:
            _check_graph(observation, features, edges)

    def _check_dict(
        self,
        observation: Any,
        features: NDArray[np.float32],
        edges: Mapping[tuple[int, int], int],
    ) -> None:
        rows = Layout.padded(self._problem.graph, self._limits).rows
        nodes = np.zeros_like(observation["vertex_features"])
        nodes[rows] = features
        adjacency = np.zeros_like(observation["adjacency"])
        for (u, w), number in edges.items():
            adjacency[rows[u], rows[w]] = number
        require(
            _is_close(observation["vertex_features"], nodes), "vertex_features is not as specified"
        )
        require(np.array_equal(observation["adjacency"], adjacency), "adjacency names other edges")
        is_table = np.array_equal(observation["structure_features"], structure_table())
        require(is_table, "structure_features is not the table of the classes")

    def check_end(self) -> None:
        """Check that the episode can't be played on, and that its order costs what it cost."""
        try:
            self._env.step(0)
        except RuntimeError:
            pass
        else:
            raise ConformanceError("an episode that is over can be played on")
        if not self._left:
            graph, cost_model = self._problem.graph, self._problem.algebra.cost_model
            cost = elimination_cost(graph, self._order, cost_model)
            require(cost == self._cost, f"the order costs {cost}, the episode {self._cost}")


def _check_graph(
    observation: Any, features: NDArray[np.float32], edges: Mapping[tuple[int, int], int]
) -> None:
    require(_is_close(observation.nodes, features), "nodes is not as specified")
    ends = [tuple(pair) for pair in observation.edge_links.tolist()]
    require(ends == sorted(edges), "edge_links are not the live edges, ascending")
    table = structure_table()[[edges[pair] for pair in ends]]
    require(np.array_equal(observation.edges, table), "edges are not the features of the links")


def _is_dict(observation: object) -> bool:
    return isinstance(observation, Mapping) and "adjacency" in observation


def _is_close(actual: NDArray[np.float32], expected: NDArray[np.float32]) -> bool:
    """Whether features agree to float32 rounding."""
    return actual.shape == expected.shape and np.allclose(actual, expected, rtol=1e-5, atol=1e-6)


def _arrays(observation: Any) -> list[NDArray[Any]]:
    """The arrays that an observation is made of."""
    if isinstance(observation, Mapping):
        return [array for key in sorted(observation) for array in _arrays(observation[key])]
    if isinstance(observation, tuple):
        return [array for part in observation for array in _arrays(part)]
    return [np.asarray(observation)]


def equal(first: Any, second: Any) -> bool:
    """Whether two observations are the same."""
    pairs = list(zip(_arrays(first), _arrays(second), strict=True))
    return all(np.array_equal(a, b) for a, b in pairs)


def _share_memory(first: Any, second: Any) -> bool:
    return any(np.shares_memory(a, b) for a in _arrays(first) for b in _arrays(second))
