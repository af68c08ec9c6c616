"""A run: iterations until the steps or the minutes are over, with checkpoints, logs and orders on the way.

The schedules follow the steps and the minutes only stop, and everything random follows from the state, so
that a run that was killed goes on from its last iteration as if it had never stopped.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import jax
import numpy as np

from baselines.heuristics.portfolio import Portfolio
from baselines.networks import checkpoint
from baselines.networks.checkpoint import CheckpointError
from training.agent import Agent, Progress
from training.curriculum import Curriculum, Lesson, choose_curriculum
from training.interruption import deferred_interruption
from training.logs import Logs
from training.options import RunOptions
from training.record import Record
from training.report import report
from vertex_elim_env import __version__, tasks
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution

CHECKPOINT = "checkpoint.npz"
HEURISTIC_SECONDS = 2.0
"""For the best rule to compare with; it is shown and never played."""
_CONTINUED = ("minutes", "out", "restart")
"""Options that a run may be continued with other values of."""


@dataclass
class Run:
    """A run in progress.

    Attributes:
        state: the agent's.
        num_iterations, seconds, num_episodes: done so far, those before a resume included.
        records: the cheapest orders by the graphs' names; none of an endless curriculum.
    """

    agent: Agent
    options: RunOptions
    config: Mapping[str, Any]
    curriculum: Curriculum
    state: Any
    num_iterations: int = 0
    seconds: float = 0.0
    num_episodes: int = 0
    records: dict[str, Record] = field(default_factory=dict)
    _written: dict[str, Record] = field(default_factory=dict)

    @property
    def lesson(self) -> Lesson:
        """The graphs of the next iteration."""
        return self.curriculum.lesson_at(self.num_iterations)

    @property
    def num_steps(self) -> int:
        """Environment steps so far."""
        return self.num_iterations * self.agent.steps_per_iteration(self.lesson.params)

    @property
    def is_over(self) -> bool:
        """Whether the steps or the minutes are used up."""
        is_late = self.seconds >= 60 * self.options.minutes
        return self.num_steps >= self.agent.num_steps_in_all or is_late

    def advance(self) -> Progress:
        """Do an iteration."""
        begin, lesson = time.perf_counter(), self.lesson
        state, progress = self.agent.iterate(lesson.params, self.state)
        self.num_episodes += int(np.sum(progress.num_finished))
        if not self.curriculum.is_endless:
            self._keep_orders(lesson, state.best)
        self.num_iterations += 1
        if self.lesson.number != lesson.number:
            seed = self.options.seed + self.lesson.number
            state = self.agent.new_lesson(self.lesson.params, state, seed)
        self.state = jax.block_until_ready(state)
        self.seconds += time.perf_counter() - begin
        return progress

    def _keep_orders(self, lesson: Lesson, best: Any) -> None:
        costs, orders = np.asarray(best.costs), np.asarray(best.orders)
        for k, (name, graph) in enumerate(zip(lesson.names, lesson.graphs, strict=True)):
            if costs[k] < np.iinfo(costs.dtype).max:
                self.offer(name, graph, orders[k, : graph.num_eliminable].tolist())

    def offer(self, name: str, graph: ComputationalGraph, order: Sequence[int]) -> None:
        """Keep an order that the agent has played if it is the cheapest."""
        self.records[name] = self.records.get(name, Record()).offered(
            graph,
            order,
            cost_model=self.options.cost_model,
            seconds=self.seconds,
            evaluations=self.num_episodes,
        )

    def save(self) -> None:
        """Write the checkpoint, and the orders that are new beside it."""
        checkpoint.save(self.options.out / CHECKPOINT, self.state, self.describe())
        for name, record in self.records.items():
            if self._written.get(name) != record:
                self.solution(name).save(self.order_path(name))
                self._written[name] = record

    def solution(self, name: str) -> Solution:
        """Return the cheapest order played on a graph as a solution."""
        graph = self.lesson.graphs[self.lesson.names.index(name)]
        return self.records[name].solution(
            graph,
            method=self.agent.name,
            cost_model=self.options.cost_model,
            seconds=self.seconds,
            evaluations=self.num_episodes,
        )

    def order_path(self, name: str) -> Path:
        """Return where a graph's order is written: in the folder itself if there is only one."""
        folder = self.options.out if len(self.lesson.names) == 1 else self.options.out / name
        return folder / "order.json"

    def describe(self) -> dict[str, Any]:
        """Return what identifies the run and what a resume needs beside the state."""
        return {
            **self.identity(),
            "version": __version__,
            "num_iterations": self.num_iterations,
            "seconds": self.seconds,
            "num_episodes": self.num_episodes,
            "records": {name: record.to_json() for name, record in self.records.items()},
        }

    def identity(self) -> dict[str, Any]:
        """Return what must be the same in a run and its continuation, as JSON has it."""
        options = {k: v for k, v in asdict(self.options).items() if k not in _CONTINUED}
        found = {"agent": self.agent.name, "config": dict(self.config), "options": options}
        return json.loads(json.dumps(found))


def open_run(agent: Agent, options: RunOptions, config: Mapping[str, Any]) -> Run:
    """Begin a run, or go on with the one in the folder.

    Raises:
        CheckpointError: if that one was asked for something else.
    """
    curriculum = choose_curriculum(options)
    state = agent.begin(curriculum.lesson_at(0).params, options.seed)
    run = Run(agent, options, config, curriculum, state)
    path = options.out / CHECKPOINT
    if options.restart or not path.exists():
        return run
    description = checkpoint.read_description(path)
    for part, asked in run.identity().items():
        if description.get(part) != asked:
            raise CheckpointError(
                f"{path} is of a run with another {part}: {description.get(part)}; this one has {asked}. "
                "Name another folder, or give --restart to begin anew"
            )
    run.state = checkpoint.load(path, state)
    run.num_iterations = description["num_iterations"]
    run.seconds, run.num_episodes = description["seconds"], description["num_episodes"]
    run.records = {k: Record.from_json(v) for k, v in description["records"].items()}
    return run


def train(agent: Agent, options: RunOptions, *, config: Mapping[str, Any]) -> int:
    """Train until the run is over or interrupted, then say what came of it.

    Ctrl-C ends a run as its limit does, after the iteration in progress; a second one ends it at
    once, and what was learned up to the last iteration is on disk.

    Returns:
        The exit status: 0 if every order written agrees with JAX's Jacobian.
    """
    run = open_run(agent, options, config)
    references = _references(run)
    if run.num_iterations:
        print(f"going on after {run.num_steps:,} steps and {run.seconds / 60:.1f} minutes")
    logs = Logs(options.out, agent.num_steps_in_all, agent.name)
    with logs, deferred_interruption() as is_asked:
        while not run.is_over and not is_asked.is_set():
            progress = run.advance()
            run.save()
            logs.write(run.num_steps, _scalars(run, progress), _status(run, progress, references))
    if is_asked.is_set():
        print("interrupted; the last iteration is saved")
    return report(run, references)


def _references(run: Run) -> dict[str, dict[str, int]]:
    """What to compare with, by graph: the best rule, and the best order that anyone knows."""
    found, cost_model = {}, run.options.cost_model
    for name, graph in run.curriculum.examination().items():
        rules = Portfolio().solve(graph, time_limit=HEURISTIC_SECONDS, cost_model=cost_model)
        is_drawn = run.curriculum.is_endless
        known = None if is_drawn else tasks.get(name).best_known.get(cost_model)
        found[name] = {"rules": rules.cost} | ({"best known": known} if known is not None else {})
    return found


def _scalars(run: Run, progress: Progress) -> dict[str, float]:
    scalars = {f"learning/{name}": value for name, value in progress.scalars().items()}
    if not run.curriculum.is_endless:
        means, counts = np.asarray(progress.mean_costs), np.asarray(progress.num_finished)
        for name, mean, count in zip(run.lesson.names, means, counts, strict=True):
            cost = run.records.get(name, Record()).cost
            scalars |= {f"mean cost/{name}": float(mean)} if count else {}
            scalars |= {f"best cost/{name}": float(cost)} if cost is not None else {}
    scalars["speed/minutes"] = run.seconds / 60
    return scalars


def _status(run: Run, progress: Progress, references: Mapping[str, Mapping[str, int]]) -> str:
    if len(run.records) != 1:
        return f"episodes {run.num_episodes:,}"
    (name, record), mean = *run.records.items(), float(np.asarray(progress.mean_costs)[0])
    beside = ", ".join(f"{source} {cost:,}" for source, cost in references[name].items())
    return f"{name}: best {record.cost:,}, mean {mean:,.1f} ({beside})"
