"""Solving: any solver of the registry on an instance, so that a user's Ctrl-C ends the whole command."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from baselines import registry
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution, find_order
from vertex_elim_env.ordering.search import METHODS


class Interruption:
    """Whether the user has asked to stop."""

    def __init__(self) -> None:
        self.is_asked = False

    def check(self) -> None:
        """Raise KeyboardInterrupt if the user has asked to stop, for a solver may have answered it."""
        if self.is_asked:
            raise KeyboardInterrupt

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Remember a Ctrl-C within the block: a solver that meets it answers with its best order so far.

        Outside the main thread, which alone receives it, nothing is watched.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.getsignal(signal.SIGINT)

        def stop(signum: int, frame: FrameType | None) -> None:
            self.is_asked = True
            raise KeyboardInterrupt

        signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def check_solver(solver: str) -> None:
    """Raise ValueError if there is no solver of a name."""
    if solver not in METHODS:
        registry.make(solver)


def solve(
    solver: str, graph: ComputationalGraph, cost_model: str, *, seed: int, seconds: float | None
) -> Solution:
    """Return what a solver finds.

    Args:
        solver: a name of the registry, or a method of ``find_order``.
        graph: the graph.
        cost_model: what to count.
        seed: of random choices.
        seconds: a time limit, None for a rule that ends by itself.
    """
    if registry.has(solver):
        made = registry.make(solver)
        return made.solve(graph, seed=seed, time_limit=seconds, cost_model=cost_model)
    return find_order(graph, solver, seconds or 1.0, seed, cost_model)
