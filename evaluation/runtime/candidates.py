"""Candidates: the ways to a task's Jacobian that are measured beside each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

import vertex_elim_env as ve
from vertex_elim_env.executor.candidates import LeafFunction, Subject, orders_of
from vertex_elim_env.executor.jax_modes import JAX_MODES
from vertex_elim_env.executor.orders import search
from vertex_elim_env.ordering import Solution
from vertex_elim_env.tasks import Task

EXECUTED_MODEL = "nontrivial"
BASELINES = {mode: f"vmap({mode.removeprefix('jax.')})" for mode in JAX_MODES}
"""What a record calls each of JAX's modes."""
CROSS_BATCH = "jacrev(vmap)"
"""Another job: the derivatives of all outputs of the batch by all inputs of the batch."""
HELD_RESULTS = 3
"""Results that live at once: JAX's, the one compared with it, and one that is being made."""
GIB = 2**30


@dataclass(frozen=True, eq=False)
class Candidate:
    """One way to the Jacobians of a batch.

    Attributes:
        name, kind, choice, cost, search_seconds: as in a Measurement.
        function: of the batched arguments.
    """

    name: str
    kind: str
    function: Callable[..., Any]
    choice: str = ""
    cost: int | None = None
    search_seconds: float | None = None


@dataclass(frozen=True, eq=False)
class Job:
    """A task at a batch size.

    Attributes:
        task: the task.
        batch: the size that was asked for.
        batch_used: the size that is measured.
        max_bytes: how much a candidate may hold.
    """

    task: Task
    batch: int
    batch_used: int
    max_bytes: float

    @classmethod
    def within(cls, task: Task, batch: int, max_bytes: float) -> Job:
        """Return the job with the batch cut down to what fits."""
        fitting = int(max_bytes // (HELD_RESULTS * result_bytes(task)))
        return cls(task, batch, max(1, min(batch, fitting)), max_bytes)

    @property
    def view(self) -> LeafFunction:
        """All arguments as leaves, as ``ve.tune`` sees them under jit."""
        args = self.task.example_args
        return LeafFunction(args, (True,) * len(args))

    def arguments(self) -> list[Any]:
        """The batched arguments, on the device."""
        return jax.device_put(self.view.batch(self.batch_used))

    def why_not_cross_batch(self) -> str | None:
        """Return why the derivatives of all rows by all rows are not measured, None if they are."""
        if self.batch_used == 1:
            return "for a batch of 1 it is the same job as the others"
        if 2 * result_bytes(self.task) * self.batch_used**2 > self.max_bytes:  # a copy is made
            return "its result over all pairs of rows would take more than half of --max-gib"
        return None

    def batched(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function of a task's arguments as one of the batch's."""
        return jax.vmap(self.view.of(function))

    def candidates(self) -> list[Candidate]:
        """JAX's modes, every elimination order once, and order="auto"; names are unique."""
        task = self.task
        subject = Subject(task.function, task.example_args, task.argnums, False, False, False)
        orders = orders_of(task.graph)
        made = []
        for name, function in subject.jacobians(orders).items():
            if name in BASELINES:
                made.append(Candidate(BASELINES[name], "jax", self.batched(function)))
            else:
                made.append(self._of_order(name, "order", orders[name], function))
        made.sort(key=lambda candidate: candidate.kind != "jax")
        by_search = search(task.graph, "auto")
        function = ve.jacobian(task.function, task.argnums, order="auto")
        made.append(self._of_order("auto", "auto", by_search, function))
        return made

    def tuned(self, seconds: float) -> Candidate:
        """Tune the task for this batch, and return what was chosen."""
        task = self.task
        chosen = ve.tune(
            task.function,
            *task.example_args,
            argnums=task.argnums,
            batch=self.batch_used,
            seconds=seconds,
        )
        function = ve.jacobian(task.function, task.argnums, order=chosen)
        return self._of_order("tuned", "tuned", chosen, function)

    def cross_batch(self) -> Candidate:
        """JAX's reverse mode around vmap, without the knowledge that the batch's rows are apart."""
        function = jax.jacrev(jax.vmap(self.task.function), self.task.argnums)
        return Candidate(CROSS_BATCH, "cross-batch", self.view.of(function))

    def _of_order(
        self, name: str, kind: str, solution: Solution, function: Callable[..., Any]
    ) -> Candidate:
        is_own = solution.method in JAX_MODES
        return Candidate(
            name,
            kind,
            self.batched(function),
            choice=solution.method,
            cost=None
            if is_own
            else ve.elimination_cost(self.task.graph, solution.order, EXECUTED_MODEL),
            search_seconds=solution.seconds,
        )


def result_bytes(task: Task) -> int:
    """Return the size of one Jacobian."""
    jacobian = jax.jacrev(task.function, task.argnums)
    leaves = jax.tree.leaves(jax.eval_shape(jacobian, *task.example_args))
    return sum(math.prod(leaf.shape) * leaf.dtype.itemsize for leaf in leaves)


def diagonal_blocks(result: Any, arguments: Sequence[Any]) -> Any:
    """Return the Jacobians within the batch's rows, of those between all its rows.

    Args:
        result: tree of arrays (batch, *output.shape, batch, *input.shape), inputs innermost.
        arguments: the batched inputs, (batch, *input.shape).

    Returns:
        The tree with arrays (batch, *output.shape, *input.shape).
    """
    leaves, tree = jax.tree.flatten(result)
    blocks = []
    for k, leaf in enumerate(leaves):
        between = leaf.ndim - np.ndim(arguments[k % len(arguments)])
        blocks.append(np.moveaxis(np.diagonal(np.asarray(leaf), 0, 0, between), -1, 0))
    return jax.tree.unflatten(tree, blocks)
