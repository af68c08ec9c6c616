"""Agents: which agent is trained on what, with which seeds and for how long; and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from baselines.alphazero.config import ABLATIONS as ALPHAZERO_ABLATIONS
from baselines.ppo.config import ABLATIONS as PPO_ABLATIONS
from baselines.variants import split_name
from evaluation.benchmark.jobs import Job, plan
from evaluation.benchmark.solvers import RULES
from vertex_elim_env import tasks

SCALAR = ("RoeFlux_1d", "RandomG", "RobotArm_6DOF", "HumanHeartDipole", "PropaneCombustion")
"""Tasks whose counts are comparable with the paper's."""
SEVERAL = ("RoeFlux_1d", "RandomG")
"""Tasks on which PPO is trained with several seeds."""
OTHERS = tuple(name for name in tasks.names("paper") if name not in SEVERAL)
UNTRAINED = "ppo:is_trained=false"
BESIDE = ("random", UNTRAINED, "generalist", "annealing")
"""What agents stand next to, beside the rules: each has much less time than they."""
BESIDE_MINUTES = 10 / 60
BUDGETS = (12_500, 25_000, 50_000, 100_000, 200_000)
"""Environment steps of runs that show what training longer is worth."""


@dataclass(frozen=True)
class Course:
    """An agent on some instances.

    Attributes:
        solver: its name, with options.
        instances: what it is trained on, each by itself.
        seeds: of its runs.
        minutes: of each at most; most end before, with their steps or at a proved optimum.
    """

    solver: str
    instances: tuple[str, ...]
    seeds: tuple[int, ...]
    minutes: float

    def jobs(self, cost_models: Sequence[str]) -> list[Job]:
        """Return its runs."""
        return plan(
            instances=self.instances,
            cost_models=cost_models,
            solvers=[self.solver],
            seeds=self.seeds,
            seconds=[60 * self.minutes],
        )


COURSES = (
    Course("ppo", SEVERAL, (0, 1, 2), 10.0),
    Course("ppo", OTHERS, (0,), 10.0),
    Course("alphazero", SCALAR, (0,), 20.0),
    Course("maskable-ppo", SCALAR, (0,), 20.0),
)
"""The agents' comparison."""
ABLATIONS = (
    *(Course(f"ppo:{name},steps=100000", SEVERAL, (0, 1), 10.0) for name in PPO_ABLATIONS),
    *(Course(f"ppo:steps={steps}", SEVERAL, (0, 1), 10.0) for steps in BUDGETS),
    *(Course(f"alphazero:{name},steps=50000", SEVERAL, (0,), 10.0) for name in ALPHAZERO_ABLATIONS),
    Course("alphazero:steps=50000", SEVERAL, (0,), 10.0),
)
"""What the parts of agents are worth, and what more steps are: fewer than usual, as twenty are compared."""


def agent_jobs(
    courses: Sequence[Course],
    *,
    instances: Sequence[str] = (),
    cost_models: Sequence[str],
    seeds: Sequence[int] = (),
    minutes: float | None = None,
) -> list[Job]:
    """Return the runs of courses and of what stands beside them, the long ones first.

    Args:
        courses: :data:`COURSES` or :data:`ABLATIONS`.
        instances: these for every agent, in place of the courses' own.
        cost_models: what is counted.
        seeds, minutes: in place of the courses' own.
    """
    if instances:
        distinct = {course.solver: course for course in courses}
        courses = [replace(course, instances=tuple(instances)) for course in distinct.values()]
    chosen = [
        replace(c, seeds=tuple(seeds) or c.seeds, minutes=minutes or c.minutes) for c in courses
    ]
    found = [job for course in chosen for job in course.jobs(cost_models)]
    played = tuple(dict.fromkeys(job.instance for job in found))
    found += _beside(played, cost_models)
    return sorted(found, key=lambda job: -(job.budget_seconds or 0.0))


def _beside(instances: Sequence[str], cost_models: Sequence[str]) -> Iterator[Job]:
    for solver in (*RULES, "portfolio", *BESIDE):
        yield from Course(solver, tuple(instances), (0,), BESIDE_MINUTES).jobs(cost_models)


def is_variant(solver: str) -> bool:
    """Whether a solver is an agent with options, so that it is compared with the agent as it is usually."""
    return bool(split_name(solver)[1]) and solver != UNTRAINED
