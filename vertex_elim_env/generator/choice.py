"""Which generator an environment's options mean."""

from __future__ import annotations

from vertex_elim_env import tasks
from vertex_elim_env.generator.base import Generator
from vertex_elim_env.generator.checks import check_generator
from vertex_elim_env.generator.graph_set import GraphSet
from vertex_elim_env.graph import ComputationalGraph

DEFAULT_TASK = "RoeFlux_1d"


def choose_generator(
    task: str | None, graph: ComputationalGraph | None, generator: Generator | None
) -> Generator:
    """Return the generator that an environment's options mean, a default task if they are None.

    Raises:
        ValueError: if more than one is given.
        TypeError: for an object that is no generator.
    """
    given = [
        name
        for name, value in (("task", task), ("graph", graph), ("generator", generator))
        if value is not None
    ]
    if len(given) > 1:
        raise ValueError(f"give one of task, graph and generator; got {' and '.join(given)}")
    if generator is not None:
        check_generator(generator)
        return generator
    return GraphSet(graph if graph is not None else tasks.get(task or DEFAULT_TASK).graph)
