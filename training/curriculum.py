"""Curriculum: which graphs are played when, a function of the options and the iteration alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import numpy as np

from training.options import RunOptions
from training.repertoire import SOURCES
from vertex_elim_env import generator as generators
from vertex_elim_env import tasks
from vertex_elim_env.functional import Params, make_params
from vertex_elim_env.graph import ComputationalGraph

REWARD = "relative"
"""What agents are paid: costs in units of a rule's order, so that graphs of all sizes are alike."""
NUM_ORDERS = 8
"""Played of each drawn graph to meet its structures; one that is met later is answered as if dense."""
NUM_HELD_OUT = 8
"""Graphs of a generator's test split that an agent is evaluated on."""


class Lesson(NamedTuple):
    """Graphs to play.

    Attributes:
        number: which lesson it is; the first is 0.
        names: of the graphs.
        graphs: the graphs.
        params: the same as arrays.
    """

    number: int
    names: tuple[str, ...]
    graphs: tuple[ComputationalGraph, ...]
    params: Params


class Curriculum(Protocol):
    """Lessons, one after another."""

    @property
    def is_endless(self) -> bool:
        """Whether lessons change, so that no order of one is an answer."""
        ...

    def lesson_at(self, iteration: int) -> Lesson:
        """Return the lesson of an iteration, always the same."""
        ...

    def examination(self) -> Mapping[str, ComputationalGraph]:
        """Return the graphs by name that the agent is evaluated on."""
        ...


class FixedTasks:
    """The same tasks all the time."""

    is_endless = False

    def __init__(self, names: tuple[str, ...], cost_model: str) -> None:
        graphs = tuple(tasks.get(name).graph for name in names)
        params = make_params(graphs, cost_model=cost_model, reward=REWARD)
        self._lesson = Lesson(0, names, graphs, params)

    def lesson_at(self, iteration: int) -> Lesson:
        """Return the only lesson."""
        return self._lesson

    def examination(self) -> Mapping[str, ComputationalGraph]:
        """Return the tasks themselves."""
        return dict(zip(self._lesson.names, self._lesson.graphs, strict=True))


class DrawnGraphs:
    """Random graphs of a generator's training split, drawn anew every few iterations."""

    is_endless = True

    def __init__(self, options: RunOptions) -> None:
        assert options.generator is not None
        self._options = options
        self._source = SOURCES[options.generator]
        splits = generators.split(self._source.make())
        self._generator, self._held_out = splits.train, splits.test
        self._lesson: Lesson | None = None

    def lesson_at(self, iteration: int) -> Lesson:
        """Return the lesson of an iteration; the one before it is forgotten."""
        number = iteration // self._options.iterations_per_draw
        if self._lesson is None or self._lesson.number != number:
            self._lesson = self._draw(number)
        return self._lesson

    def examination(self) -> Mapping[str, ComputationalGraph]:
        """Return graphs that are no lesson's, whatever the seed."""
        rng = np.random.default_rng(self._options.seed)
        graphs = (self._held_out.sample(rng) for _ in range(NUM_HELD_OUT))
        return {f"{self._options.generator}-test-{k}": graph for k, graph in enumerate(graphs)}

    def _draw(self, number: int) -> Lesson:
        options = self._options
        rng = np.random.default_rng((options.seed, number))
        graphs = tuple(self._generator.sample(rng) for _ in range(options.num_graphs))
        params = make_params(
            graphs,
            cost_model=options.cost_model,
            reward=REWARD,
            limits=self._generator.limits,
            num_structures=self._source.num_structures,
            num_orders=NUM_ORDERS,
        )
        names = tuple(f"{options.generator}-{number}-{k}" for k in range(len(graphs)))
        return Lesson(number, names, graphs, params)


def choose_curriculum(options: RunOptions) -> Curriculum:
    """Return the curriculum that the options name."""
    if options.generator is not None:
        return DrawnGraphs(options)
    names = options.tasks or (options.task or generators.DEFAULT_TASK,)
    return FixedTasks(names, options.cost_model)
