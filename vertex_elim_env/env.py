"""VertexElimination-v0: vertex elimination as a Gymnasium environment."""

from __future__ import annotations

import math
import operator
from numbers import Real
from typing import Any, Literal, get_args

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vertex_elim_env import tasks
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.game import Game, Opening
from vertex_elim_env.generator import Generator, GraphSet, choose_generator, playable
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.observation import DictObserver, GraphObserver, Observer
from vertex_elim_env.reward import Reward, finite, make_reward

ObservationKind = Literal["dict", "graph"]
OnInvalid = Literal["penalize", "raise"]
STEPS_PER_VERTEX = 4
MAX_OPENINGS = 64


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
    | `adjacency` | int16 `(V, V)` | row u, column w: class of the structure of the edge u -> w, 0 for none |
    | `structure_features` | float32 `(127, 5)` | per class, columns as in `observation.STRUCTURE_FEATURES` |
    | `action_mask` | int8 `(n,)` | 1 for a vertex that is left to eliminate |

    With `observation="graph"`, a `Graph` whose nodes are all vertices, in the same order without
    padding, and whose edges are the live ones. `vertex_elim_env.observation` says what each feature is.

    ## Starting State
    The graph of the task, or one that the generator draws with the environment's random numbers.

    ## Reward
    Minus the cost of the step, so that an episode returns minus the cost of its order. Other rewards:
    "relative" (in units of the better of forward and reverse), "terminal", or any
    `reward.Reward` object. `info["step_cost"]` and `info["cost"]` are the exact costs of this step
    and of the episode so far, whatever the reward.

    ## Episode End
    Terminated when every vertex is eliminated; `info["order"]` is then the order. Truncated after 4n
    steps, which only illegal actions can reach.

    ## Arguments
    * `task`: a task's name (default "RoeFlux_1d"); see `vertex_elim_env.tasks.names()`.
    * `graph`: a `ComputationalGraph` instead.
    * `generator`: an object that draws graphs instead, see `generator.Generator`.
    * `observation`: "dict" or "graph".
    * `cost_model`: "multiplications" (default), "nontrivial" or "flops".
    * `reward`: "step_cost" (default), "relative", "terminal", or a `reward.Reward`.
    * `penalty`: for an illegal action; by default the dearest initial vertex's cost, at least 1.
    * `max_vertices`: the "dict" observation refuses graphs of more vertices (default 2,048).
    * `on_invalid`: "penalize" (default) or "raise".
    * `render_mode`: "ansi" (text) or "rgb_array" (a picture).

    `reset(options={"task": name})` and `reset(options={"graph": graph})` choose the episode's graph.

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

    metadata: dict[str, Any] = {"render_modes": ["ansi", "rgb_array"], "render_fps": 4}  # noqa: RUF012

    def __init__(
        self,
        *,
        task: str | None = None,
        graph: ComputationalGraph | None = None,
        generator: Generator | None = None,
        observation: ObservationKind = "dict",
        cost_model: str = "multiplications",
        reward: str | Reward = "step_cost",
        penalty: float | None = None,
        max_vertices: int = 2_048,
        on_invalid: OnInvalid = "penalize",
        render_mode: str | None = None,
    ) -> None:
        self._generator = choose_generator(task, graph, generator)
        self.limits = self._generator.limits
        self.cost_model = cost_model
        self.render_mode = _one_of(
            "render_mode", render_mode, (None, *self.metadata["render_modes"])
        )
        self._on_invalid = _one_of("on_invalid", on_invalid, get_args(OnInvalid))
        self._penalty = _check_penalty(penalty)
        self._reward = make_reward(reward)
        _one_of("observation", observation, get_args(ObservationKind))
        if observation == "dict" and self.limits.num_vertices > operator.index(max_vertices):
            raise ValueError(
                f"the dict observation holds up to max_vertices={max_vertices} vertices; this graph needs "
                f'{self.limits.num_vertices}. Use observation="graph", or raise max_vertices'
            )
        self._observer: Observer = (
            DictObserver(self.limits) if observation == "dict" else GraphObserver()
        )
        self.observation_space = self._observer.space
        self.action_space = spaces.Discrete(self.limits.num_eliminable)
        self._openings: dict[str, Opening] = {}
        if isinstance(self._generator, GraphSet):
            self._opening(self._generator.graphs[0])  # an unknown cost model is refused here
        self._game: Game | None = None
        self._num_steps = 0

    @property
    def game(self) -> Game:
        """The episode in progress.

        Raises:
            RuntimeError: before the first reset.
        """
        if self._game is None:
            raise RuntimeError("there is no episode yet: call reset() first")
        return self._game

    @property
    def graph(self) -> ComputationalGraph:
        """The graph of the episode in progress."""
        return self.game.problem.graph

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start an episode; see the class for ``options``."""
        super().reset(seed=seed)
        graph = self._choose_graph(dict(options or {}))
        opening = self._opening(graph)
        self._game = Game(opening)
        self._num_steps = 0
        self._observer.start(opening.problem)
        self._reward.start(graph, self.cost_model)
        return self._view(step_cost=0)

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Eliminate a vertex.

        Raises:
            ValueError: if the action is no whole number of the action space, or illegal with
                ``on_invalid="raise"``.
            RuntimeError: before a reset, or after the episode's end.
        """
        game = self.game
        if game.is_over or self._is_truncated:
            why = "every vertex is eliminated" if game.is_over else "it was truncated"
            raise RuntimeError(f"the episode is over, {why}: call reset()")
        vertex = _as_vertex(action, self.limits.num_eliminable)
        self._num_steps += 1
        step_cost = 0
        if vertex < game.problem.num_eliminable and not game.eliminated[vertex]:
            step_cost = game.eliminate(vertex)
            worth = self._reward(step_cost=step_cost, cost=game.cost, terminated=game.is_over)
            reward = finite(worth, self._reward)
        elif self._on_invalid == "raise":
            raise ValueError(
                f"action {vertex} is illegal: that vertex is eliminated already, or padding; see action_masks()"
            )
        else:
            reward = -self._penalty_of(game)
        observation, info = self._view(step_cost=step_cost)
        return observation, reward, game.is_over, self._is_truncated, info

    @property
    def _is_truncated(self) -> bool:
        game = self.game
        limit = STEPS_PER_VERTEX * game.problem.num_eliminable
        return self._num_steps >= limit and not game.is_over

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which actions are legal, bool (n,), fresh; all of them at the terminal state."""
        game = self.game
        if game.is_over:
            return np.ones(self.limits.num_eliminable, np.bool_)
        mask = np.zeros(self.limits.num_eliminable, np.bool_)
        mask[: len(game.eliminated)] = ~game.eliminated
        return mask

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

    def _view(self, *, step_cost: int) -> tuple[Any, dict[str, Any]]:
        """The observation and the info of the present state, all arrays fresh."""
        game, mask = self.game, self.action_masks().astype(np.int8)
        info: dict[str, Any] = {"cost": game.cost, "step_cost": step_cost, "action_mask": mask}
        if game.is_over:
            info["order"] = tuple(game.order)
        return self._observer.observe(game, mask), info

    def _penalty_of(self, game: Game) -> float:
        if self._penalty is not None:
            return self._penalty
        dearest = int(self._opening(game.problem.graph).candidate_costs.max())
        return float(max(1, dearest))

    def _opening(self, graph: ComputationalGraph) -> Opening:
        key = graph.fingerprint
        if key not in self._openings:
            if len(self._openings) >= MAX_OPENINGS:
                del self._openings[next(iter(self._openings))]
            self._openings[key] = Opening(elimination_problem(graph, self.cost_model))
        return self._openings[key]

    def _choose_graph(self, options: dict[str, Any]) -> ComputationalGraph:
        unknown = set(options) - {"graph", "task"}
        if unknown or len(options) > 1:
            raise ValueError(
                f'reset takes the option "graph" or "task"; got {", ".join(sorted(options))}'
            )
        if "task" in options:
            graph = tasks.get(options["task"]).graph
        else:
            graph = options["graph"] if options else self._generator.sample(self.np_random)
        if not self.limits.admits(playable(graph)):
            raise ValueError(
                f"{graph!r} does not fit the environment's spaces, which are made for at most {self.limits}"
            )
        return graph


def _one_of(name: str, value: Any, allowed: tuple[Any, ...]) -> Any:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}; got {value!r}")
    return value


def _check_penalty(penalty: float | None) -> float | None:
    if penalty is None:
        return None
    if not isinstance(penalty, Real) or not math.isfinite(penalty) or penalty < 0:
        raise ValueError(f"penalty must be a finite number of at least 0, or None; got {penalty!r}")
    return float(penalty)


def _as_vertex(action: Any, num_actions: int) -> int:
    try:
        vertex = operator.index(
            action.item() if isinstance(action, np.ndarray) and action.size == 1 else action
        )
    except (TypeError, ValueError):
        raise ValueError(f"an action must be a whole number; got {action!r}") from None
    if not 0 <= vertex < num_actions:
        raise ValueError(f"action {vertex} is out of range; actions are 0 to {num_actions - 1}")
    return vertex
