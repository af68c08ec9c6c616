"""A reward measured with a clock: the run time of the Jacobian that an order accumulates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from vertex_elim_env import tasks
from vertex_elim_env.errors import OrderError, require
from vertex_elim_env.graph import ComputationalGraph

FORWARD, REVERSE, ORDER = "jax.jacfwd", "jax.jacrev", "order"


class RunTime:
    """Nothing until the end, then minus the run time of the Jacobian, in units of JAX's faster mode.

    The order's Jacobian, ``jax.jacfwd`` and ``jax.jacrev`` are compiled for a batch of arguments and
    timed in turns, so that a busy machine slows all alike; -1 is as fast as JAX. A measurement: it
    does not repeat exactly. An order that was timed before is not timed again.
    """

    def __init__(
        self,
        function: Callable[..., Any] | None = None,
        *example_args: Any,
        argnums: int | Sequence[int] = 0,
        batch: int = 256,
        seconds: float = 0.1,
    ) -> None:
        """Choose what to time.

        Args:
            function: the function whose graph is played; by default that of the task whose graph
                it is, with respect to all its arguments.
            example_args: its arguments.
            argnums: the arguments to differentiate with respect to.
            batch: how many evaluations are made side by side.
            seconds: how long the turns of one measurement take together, compilation apart.

        Raises:
            ValueError: for a batch or a time that is not positive.
        """
        if batch < 1 or not seconds > 0:
            raise ValueError(
                f"a run time needs a positive batch and positive seconds; got {batch} and {seconds}"
            )
        self._given = (function, example_args, argnums) if function is not None else None
        self._batch, self._seconds = batch, seconds
        self._known: dict[tuple[str, tuple[int, ...]], float] = {}
        self._graph: ComputationalGraph | None = None

    def start(self, graph: ComputationalGraph, cost_model: str) -> None:
        """Remember the graph.

        Raises:
            MissingExtraError: without JAX.
            ValueError: if there is no function to time.
        """
        require("jax", extra="jax")
        if self._given is None and tasks.of_graph(graph.fingerprint) is None:
            raise ValueError(
                f"the run time of {graph!r} can't be measured, as it is no task's graph; "
                "give reward=RunTime(function, *example_args)"
            )
        self._graph = graph

    def __call__(
        self, *, step_cost: int, cost: int, terminated: bool, order: Sequence[int]
    ) -> float:
        """Return minus the run time at the last step, else 0.

        Raises:
            ValueError: if the graph played is not that of the function.
        """
        if not terminated:
            return 0.0
        assert self._graph is not None, "a reward is started before it is asked"
        key = self._graph.fingerprint, tuple(order)
        if key not in self._known:
            self._known[key] = self._measure(self._graph, key[1])
        return -self._known[key]

    def _measure(self, graph: ComputationalGraph, order: tuple[int, ...]) -> float:
        import jax

        from vertex_elim_env.executor import jacobian
        from vertex_elim_env.executor.timing import batch_of, time_interleaved

        function, example_args, argnums = self._subject(graph)
        candidates = {
            ORDER: jacobian(function, argnums, order=order),
            FORWARD: jax.jacfwd(function, argnums),
            REVERSE: jax.jacrev(function, argnums),
        }
        compiled = {name: jax.jit(jax.vmap(candidate)) for name, candidate in candidates.items()}
        arguments = batch_of(example_args, self._batch)
        try:
            times = time_interleaved(compiled, arguments, seconds=self._seconds)
        except OrderError as error:
            raise ValueError(
                f"the graph played, {graph!r}, is not that of the function to be timed: {error}"
            ) from error
        return times[ORDER].median / min(times[FORWARD].median, times[REVERSE].median)

    def _subject(
        self, graph: ComputationalGraph
    ) -> tuple[Callable[..., Any], tuple[Any, ...], int | Sequence[int]]:
        if self._given is not None:
            return self._given
        task = tasks.of_graph(graph.fingerprint)
        assert task is not None, "start() refuses graphs of no task"
        return task.function, task.example_args, task.argnums
