"""Settings: what an environment was asked for, checked; the same for one and for many environments."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal, NamedTuple, TypedDict, get_args

import numpy as np

from vertex_elim_env import tasks
from vertex_elim_env.algebra import check_cost_model
from vertex_elim_env.errors import OrderError
from vertex_elim_env.game.standard_sets import named_generator
from vertex_elim_env.generator import Generator, Limits, choose_generator, playable
from vertex_elim_env.graph import ComputationalGraph, is_count
from vertex_elim_env.observation import DictObserver, GraphObserver, Observer
from vertex_elim_env.reward import Reward, check_reward

ObservationKind = Literal["dict", "graph"]
OnInvalid = Literal["penalize", "raise"]
RENDER_MODES = ("ansi", "rgb_array")
MAX_VERTICES = 2_048


class Options(TypedDict, total=False):
    """The options of an environment; see ``VertexEliminationEnv``."""

    task: str | None
    graph: ComputationalGraph | None
    generator: Generator | str | None
    split: str | None
    observation: ObservationKind
    cost_model: str
    reward: str | Reward
    penalty: float | None
    limits: tuple[int, int, int] | None
    max_vertices: int
    on_invalid: OnInvalid
    render_mode: str | None


class Start(NamedTuple):
    """How an episode starts: on which graph, and which vertices are gone already."""

    graph: ComputationalGraph
    prefix: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Settings:
    """Checked options.

    Attributes:
        generator: where graphs come from.
        limits: the most vertices of each kind that the spaces hold.
        cost_model: the cost model's name.
        observer: builds observations.
        reward: a name or an object, see :func:`reward.make_reward`.
        penalty: for an illegal action; None for that of the graph.
        raises: whether an illegal action is refused instead.
        render_mode: how states are shown.
    """

    generator: Generator
    limits: Limits
    cost_model: str
    observer: Observer
    reward: str | Reward
    penalty: float | None
    raises: bool
    render_mode: str | None

    def choose_start(self, options: Mapping[str, Any], random: np.random.Generator) -> Start:
        """Return how an episode starts that is reset with these options.

        Raises:
            ValueError: for unknown options, or a graph past the limits.
            GraphError: for a graph without a game.
            OrderError: for a prefix that repeats or misnames a vertex, or leaves none.
        """
        unknown = set(options) - {"graph", "task", "prefix"}
        if unknown or {"graph", "task"} <= set(options):
            raise ValueError(
                f'reset takes the options "graph" or "task", and "prefix"; '
                f"got {', '.join(sorted(map(str, options)))}"
            )
        if "task" in options:
            graph = tasks.get(options["task"]).graph
        elif "graph" in options:
            graph = options["graph"]
        else:
            graph = self.generator.sample(random)
        if not self.limits.admits(playable(graph)):
            raise ValueError(
                f"{graph!r} does not fit the environment's spaces, which are made for at most {self.limits}"
            )
        return Start(graph, _check_prefix(options.get("prefix", ()), graph.num_eliminable))

    def vertex_of(self, action: Any) -> int:
        """Return an action as a number.

        Raises:
            ValueError: if it is no whole number of the action space.
        """
        try:
            vertex = operator.index(
                action.item() if isinstance(action, np.ndarray) and action.size == 1 else action
            )
        except (TypeError, ValueError):
            raise ValueError(f"an action must be a whole number; got {action!r}") from None
        if not 0 <= vertex < self.limits.num_eliminable:
            raise ValueError(
                f"action {vertex} is out of range; actions are 0 to {self.limits.num_eliminable - 1}"
            )
        return vertex


def make_settings(
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
) -> Settings:
    """Check the options of an environment; see ``VertexEliminationEnv`` for what they mean.

    Raises:
        ValueError, TypeError: for an option that makes no sense, in a sentence.
    """
    chosen = choose_generator(task, graph, named_generator(generator, split))
    space = _check_limits(limits, chosen.limits)
    _one_of("render_mode", render_mode, (None, *RENDER_MODES))
    _one_of("on_invalid", on_invalid, get_args(OnInvalid))
    _one_of("observation", observation, get_args(ObservationKind))
    check_reward(reward)
    if observation == "dict" and space.num_vertices > operator.index(max_vertices):
        raise ValueError(
            f"the dict observation holds up to max_vertices={max_vertices} vertices; this graph needs "
            f'{space.num_vertices}. Use observation="graph", or raise max_vertices'
        )
    return Settings(
        generator=chosen,
        limits=space,
        cost_model=check_cost_model(cost_model),
        observer=DictObserver(space) if observation == "dict" else GraphObserver(),
        reward=reward,
        penalty=_check_penalty(penalty),
        raises=on_invalid == "raise",
        render_mode=render_mode,
    )


def _one_of(name: str, value: Any, allowed: tuple[Any, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}; got {value!r}")


def _check_limits(limits: tuple[int, int, int] | None, needed: Limits) -> Limits:
    if limits is None:
        return needed
    if len(limits) != len(needed) or not all(is_count(count) for count in limits):
        raise ValueError(
            f"limits must be three counts, of eliminable vertices, inputs and outputs; got {limits!r}"
        )
    given = Limits(*limits)
    if any(count < least for count, least in zip(given, needed, strict=True)):
        raise ValueError(f"the graphs that are drawn need at least {needed}; got {given}")
    return given


def _check_penalty(penalty: float | None) -> float | None:
    if penalty is None:
        return None
    if not isinstance(penalty, Real) or not math.isfinite(penalty) or penalty < 0:
        raise ValueError(f"penalty must be a finite number of at least 0, or None; got {penalty!r}")
    return float(penalty)


def _check_prefix(prefix: Sequence[int], num_eliminable: int) -> tuple[int, ...]:
    try:
        vertices = tuple(operator.index(vertex) for vertex in prefix)
    except TypeError:
        raise OrderError(f"a prefix is a sequence of vertices; got {prefix!r}") from None
    for k, vertex in enumerate(vertices):
        if not 0 <= vertex < num_eliminable or vertex in vertices[:k]:
            raise OrderError(
                f"the prefix names vertex {vertex}, which is "
                f"{'named before' if vertex in vertices[:k] else f'none of 0 to {num_eliminable - 1}'}"
            )
    if len(vertices) == num_eliminable:
        raise OrderError("the prefix eliminates every vertex, so that nothing is left to play")
    return vertices
