"""Quick: what a run of ten minutes has beside rules and searches, an agent's short training and run times."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from evaluation.benchmark.agents import Course
from evaluation.benchmark.jobs import Job
from vertex_elim_env import tasks
from vertex_elim_env.errors import MissingExtraError, require

TRAINING = Course("ppo", tasks.names("paper"), (0,), 40 / 60)
"""More than half of its time goes into compilation: curves' beginnings, not what the agent comes to."""
TRAINING_NEEDS = {"jax": "jax", "equinox": "agents", "optax": "agents"}
"""Modules of the training, and the extras that have them."""
RUNTIME_NEEDS = {"jax": "jax", "rich": "plot"}
RUNTIME_FILE = "runtime.jsonl"
"""In the folder of the run."""
RUNTIME = {"--batches": "512", "--seconds": "1", "--tune-seconds": "0.5"}
"""Compilation takes most of the time, and every batch size is compiled anew: so there is one."""


def is_whole(options: argparse.Namespace) -> bool:
    """Whether a command line asks for everything that is quick: it does unless it names solvers."""
    return options.quick and not options.solvers


def trainings(
    instances: Sequence[str], cost_models: Sequence[str], seeds: Sequence[int]
) -> list[Job]:
    """Return the agent's runs on instances, none without the extras that it needs."""
    if why_not(TRAINING_NEEDS):
        return []
    course = Course(TRAINING.solver, tuple(instances), tuple(seeds), TRAINING.minutes)
    return course.jobs(cost_models)


def measure_runtimes(options: argparse.Namespace, instances: Sequence[str]) -> int:
    """Time the Jacobians of those instances that are tasks of the paper; what has a record is not timed again.

    Returns:
        The runtime command's exit status.
    """
    names = [name for name in instances if name in TRAINING.instances]
    if not names or why_not(RUNTIME_NEEDS):
        return 0
    from evaluation import runtime

    settings = [word for setting in RUNTIME.items() for word in setting]
    settings += ["--no-cross-batch", "--workers", str(options.processes), "--resume"]
    return runtime.main(["--tasks", *names, "--json", str(options.out / RUNTIME_FILE), *settings])


def left_out() -> list[str]:
    """Return a sentence on each part that an extra is missing for."""
    parts = {"the training of agents": TRAINING_NEEDS, "run times": RUNTIME_NEEDS}
    return [f"without {part}: {why}" for part, needs in parts.items() if (why := why_not(needs))]


def why_not(needs: dict[str, str]) -> str:
    """Return what is missing of the modules that something needs; nothing where all are there."""
    for module, extra in needs.items():
        try:
            require(module, extra=extra)
        except MissingExtraError as error:
            return str(error)
    return ""
