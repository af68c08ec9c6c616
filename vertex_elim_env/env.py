"""VertexElimination-v0: vertex elimination as a Gymnasium environment."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vertex_elim_env.game import (
    MAX_VERTICES,
    RENDER_MODES,
    Episode,
    EpisodeState,
    Game,
    ObservationKind,
    OnInvalid,
    Openings,
    make_settings,
)
from vertex_elim_env.generator import Generator
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.reward import Reward, make_reward


class VertexEliminationEnv(gym.Env[Any, Any]):
    """Eliminate the intermediate vertices of a computational graph, one a step, as cheaply as possible.

    ## Description
    Automatic differentiation multiplies local Jacobians along a computational graph. Eliminating an
    intermediate vertex j replaces every path u -> j -> w by an edge u -> w that carries the product of
    the two Jacobians (added to the edge that is there). When all intermediate vertices are gone, the
    edges from inputs to outputs are the Jacobian, whatever the order was; but the order decides how
    many multiplications it took. The environment is that single-player game, with exact costs.

    ## Action Space
    `Discrete(n)`: the vertex to eliminate, numbered in program order among the eliminable vertices.
    `action_masks()` returns which are left, as bool `(n,)`; the observation and `info` hold the same
    as `action_mask`, int8 `(n,)`. At the terminal state all entries are one.

    An illegal action (a vertex that is gone, or a row of padding) leaves the state as it is and
    gives the reward `-penalty`; it enters no cost. With `on_invalid="raise"` it is refused.

    ## Observation Space
    With `observation="dict"` (default), a `Dict` of fixed shapes. Rows are vertices: eliminable ones
    first (row a is action a), then inputs, then outputs, each part padded with zeros to the largest
    graph of the generator.

    | key | type | meaning |
    |---|---|---|
    | `vertex_features` | float32 `(V, 12)` | per vertex, columns as in `observation.VERTEX_FEATURES` |
    | `adjacency` | int8 `(V, V)` | row u, column w: class of the structure of the edge u -> w, 0 for none |
    | `structure_features` | float32 `(127, 5)` | per class, columns as in `observation.STRUCTURE_FEATURES` |
    | `action_mask` | int8 `(n,)` | 1 for a vertex that is left to eliminate |

    With `observation="graph"`, a `Graph` whose nodes are all vertices, in the same order without
    padding, and whose edges are the live ones. `vertex_elim_env.observation` says what each feature is.

    ## Starting State
    The graph of the task, or one that the generator draws with the environment's random numbers.
    Options of `reset` choose another start:

    | option | meaning |
    |---|---|
    | `"task"` | the name of the task to play |
    | `"graph"` | the graph to play, instead |
    | `"prefix"` | vertices that are eliminated already; `info["cost"]` counts them |

    ## Reward
    Minus the cost of the step, so that an episode returns minus the cost of its order. Other rewards:
    "relative" (in units of the best order among forward, reverse and lowest Markowitz degree),
    "terminal" (minus the cost, at the end), "run_time" (minus the measured run time of the task's
    Jacobian in units of JAX's faster mode, at the end; needs the extra `jax`), or any `reward.Reward`
    object. `info["step_cost"]` and `info["cost"]` are the exact costs of this step and of the episode
    so far, whatever the reward.

    ## Episode End
    Terminated when every vertex is eliminated; `info["order"]` is then the order. Truncated after 4n
    steps, which only illegal actions can reach.

    ## Arguments
    * `task`: a task's name (default "RoeFlux_1d"); see `vertex_elim_env.tasks.names()`.
    * `graph`: a `ComputationalGraph` instead.
    * `generator`: an object that draws graphs instead, see `generator.Generator`; or the name of a
      standard set: "paper", "random", "graphs", "families" (needs the extra `jax`) or "traps".
    * `split`: "train", "validation" or "test": the generator's graphs of that split; no graph is in two.
    * `observation`: "dict" or "graph".
    * `cost_model`: "multiplications" (default), "nontrivial" or "flops".
    * `reward`: "step_cost" (default), "relative", "terminal", "run_time", or a `reward.Reward`.
    * `penalty`: for an illegal action; by default the dearest initial vertex's cost, at least 1.
    * `limits`: the most eliminable vertices, inputs and outputs that the spaces hold, to pad the graphs
      of several environments alike; by default those of the generator.
    * `max_vertices`: the "dict" observation refuses more rows (default 2,048).
    * `on_invalid`: "penalize" (default) or "raise".
    * `render_mode`: "ansi" (text) or "rgb_array" (a picture).

    `get_state()`, `set_state()` and `clone()` keep, put back and copy an episode, for tree search.

    >>> import gymnasium as gym
    >>> import vertex_elim_env
    >>> env = gym.make("VertexElimination-v0", task="HumanHeartDipole")
    >>> observation, info = env.reset(seed=0)
    >>> terminated = False
    >>> while not terminated:
    ...     action = int(info["action_mask"].nonzero()[0][-1])  # reverse mode
    ...     observation, reward, terminated, truncated, info = env.step(action)
    >>> info["cost"]
    172

    ## References
    J. Lohoff, E. Neftci, "Optimizing Automatic Differentiation with Deep Reinforcement Learning",
    NeurIPS 2024. A. Griewank, A. Walther, "Evaluating Derivatives", 2nd edition, SIAM 2008, chapter 9.

    ## Version History
    * v0: initial version.
    """

    metadata: dict[str, Any] = {"render_modes": [*RENDER_MODES], "render_fps": 4}  # noqa: RUF012

    def __init__(
        self,
        *,
        task: str | None = None,
        graph: ComputationalGraph | None = None,
        generator: Generator | str | None = None,
        split: str | None = None,
        observation: ObservationKind = "dict",
        cost_model: str = "multiplications",
        reward: str | Reward = "step_cost",
        penalty: float | None = None,
        limits: tuple[int, int, int] | None = None,
        max_vertices: int = MAX_VERTICES,
        on_invalid: OnInvalid = "penalize",
        render_mode: str | None = None,
    ) -> None:
        self.settings = make_settings(
            task=task,
            graph=graph,
            generator=generator,
            split=split,
            observation=observation,
            cost_model=cost_model,
            reward=reward,
            penalty=penalty,
            limits=limits,
            max_vertices=max_vertices,
            on_invalid=on_invalid,
            render_mode=render_mode,
        )
        openings = Openings(self.settings.cost_model, self.settings.observer)
        self._adopt(Episode(self.settings, openings, make_reward(reward)))

    def _adopt(self, episode: Episode) -> None:
        settings = self.settings
        self.limits, self.cost_model = settings.limits, settings.cost_model
        self.render_mode = settings.render_mode
        self.observation_space = settings.observer.space
        self.action_space = spaces.Discrete(settings.limits.num_eliminable)
        self._episode = episode

    @property
    def game(self) -> Game:
        """The episode in progress.

        Raises:
            RuntimeError: before the first reset.
        """
        return self._episode.game

    @property
    def graph(self) -> ComputationalGraph:
        """The graph of the episode in progress."""
        return self.game.problem.graph

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start an episode; see the class for ``options``.

        Raises:
            ValueError: for options that make no sense, in a sentence; the episode goes on then.
        """
        super().reset(seed=seed)
        self._episode.start(self.np_random, options or {})
        return self._view(step_cost=0)

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Eliminate a vertex.

        Raises:
            ValueError: if the action is no whole number of the action space, or illegal with
                ``on_invalid="raise"``.
            RuntimeError: before a reset, or after the episode's end.
        """
        episode = self._episode
        reward, step_cost = episode.step(action)
        observation, info = self._view(step_cost=step_cost)
        return observation, reward, episode.game.is_over, episode.is_truncated, info

    def _view(self, *, step_cost: int) -> tuple[Any, dict[str, Any]]:
        """The observation and the info of the present state, all arrays fresh."""
        mask = self._episode.mask()
        return self._episode.observe(mask), self._episode.info(mask, step_cost)

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which actions are legal, bool (n,), fresh; all of them at the terminal state."""
        return self._episode.mask().astype(np.bool_)

    def render(self) -> Any:
        """Return a picture or a text of the state, as the render mode says."""
        from vertex_elim_env import render

        if self.render_mode is None:
            gym.logger.warn(
                'render() needs a render mode: make the environment with render_mode="ansi" or "rgb_array"'
            )
            return None
        return (
            render.to_text(self.game)
            if self.render_mode == "ansi"
            else render.to_picture(self.game)
        )

    def get_state(self) -> EpisodeState:
        """Return the episode in progress, and the state of the random numbers, as plain data.

        Raises:
            RuntimeError: before the first reset.
        """
        return self._episode.get_state(self.np_random)

    def set_state(self, state: EpisodeState) -> tuple[Any, dict[str, Any]]:
        """Put an episode back, of this or of another environment, and return what is seen of it.

        Raises:
            ValueError: if its graph or its cost model does not fit this environment.
        """
        self._episode.set_state(state, self.np_random)
        return self._view(step_cost=0)

    def clone(self) -> VertexEliminationEnv:
        """Return an independent environment in the same state; steps of one don't show in the other.

        Graphs, tables and the generator are shared, which a step leaves as they are.
        """
        other = type(self).__new__(type(self))
        other.settings, other.spec = self.settings, self.spec
        other._adopt(self._episode.copy())
        other.observation_space = deepcopy(self.observation_space)
        other.action_space = deepcopy(self.action_space)
        other.np_random = deepcopy(self.np_random)
        return other
