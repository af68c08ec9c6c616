"""Suite: solvers by instances by seeds by budgets, run on all cores, to records that can be taken up again."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

from evaluation.benchmark import quick
from evaluation.benchmark.agents import ABLATIONS, COURSES, agent_jobs
from evaluation.benchmark.cluster import LOCAL, outcomes_on_ray
from evaluation.benchmark.jobs import Job, plan
from evaluation.benchmark.results import (
    FILE,
    Result,
    append,
    appending,
    read_results,
    write_results,
)
from evaluation.benchmark.running import Failure
from evaluation.benchmark.solvers import ALWAYS, EVALUATION_OPTIONS, RULES, SEARCHES, is_rule
from evaluation.benchmark.solving import check_solver
from evaluation.benchmark.workers import num_cores, outcomes
from evaluation.progress import progress_bar
from evaluation.provenance import revision
from vertex_elim_env import instances
from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.errors import require

INTERRUPTED = 130
"""Exit status after Ctrl-C."""


@dataclass(frozen=True)
class Choice:
    """What is run where the command line doesn't say."""

    instances: tuple[str, ...]
    cost_models: tuple[str, ...]
    solvers: tuple[str, ...]
    seeds: tuple[int, ...]
    seconds: tuple[float, ...]
    evaluations: tuple[int, ...]


FULL = Choice((), COST_MODELS, (*RULES, *SEARCHES), tuple(range(5)), (1.0, 10.0), ())
QUICK = Choice(
    ("paper",), ("multiplications",), (*RULES, *SEARCHES), tuple(range(3)), (1.0, 3.0), (100_000,)
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that only a run to records has."""
    group = parser.add_argument_group("with --out")
    group.add_argument(
        "--quick",
        action="store_true",
        help="the ten paper tasks, in ten minutes: solvers, an agent, run times",
    )
    group.add_argument(
        "--evaluations",
        nargs="+",
        type=int,
        metavar="N",
        help=f"orders to evaluate, of {', '.join(EVALUATION_OPTIONS)}",
    )
    group.add_argument(
        "--agents",
        action="store_true",
        help="train the agents on the paper's tasks, and compare them",
    )
    group.add_argument(
        "--ablations", action="store_true", help="train them without a part, or for fewer steps"
    )
    group.add_argument("--minutes", type=float, help="of an agent's training, at most")
    group.add_argument(
        "--alone", action="store_true", help=f"without {' and '.join(ALWAYS)}, if not named"
    )
    group.add_argument(
        "--ray", metavar="ADDRESS", help=f"run on a Ray cluster: its address, auto, or {LOCAL}"
    )
    group.add_argument("--processes", type=int, default=num_cores(), help="one core each")


def planned(options: argparse.Namespace) -> list[Job]:
    """Return the jobs of a command line.

    Raises:
        UnknownTaskError: for an instance that there is not.
        ValueError: for an option that makes no sense.
        MissingExtraError: for a cluster, without the extra ``ray``.
    """
    if options.minutes is not None and not options.minutes > 0:
        raise ValueError(f"--minutes must be positive; got {options.minutes:g}")
    courses = (*(COURSES if options.agents else ()), *(ABLATIONS if options.ablations else ()))
    if options.ray:
        require("ray", extra="ray")
    if not courses:
        return planned_suite(options)
    named = agent_jobs(
        courses,
        instances=instances.names(*options.instances) if options.instances else (),
        cost_models=options.cost_models or QUICK.cost_models,
        seeds=options.seeds or (),
        minutes=options.minutes,
    )
    is_more = options.quick or options.solvers
    return [*named, *(planned_suite(options) if is_more else ())]


def planned_suite(options: argparse.Namespace) -> list[Job]:
    """Return the jobs that a command line names, those of agents' comparisons apart.

    Raises:
        as :func:`planned`.
    """
    choice = QUICK if options.quick else FULL
    solvers = tuple(options.solvers or choice.solvers)
    seconds = list(options.seconds or choice.seconds)
    evaluations = options.evaluations
    if evaluations is None:
        evaluations = () if options.seconds else choice.evaluations
    elif not set(solvers) & set(EVALUATION_OPTIONS) and options.alone:
        raise ValueError(f"--evaluations needs one of {', '.join(EVALUATION_OPTIONS)}")
    elif not options.seconds and not options.quick:
        seconds = []  # equal evaluations instead of equal time
    if not options.alone:
        solvers = tuple(dict.fromkeys((*ALWAYS, *solvers)))
    for solver in solvers:
        check_solver(solver)
    if not all(number > 0 for number in (*seconds, *evaluations, options.processes)):
        raise ValueError("--seconds, --evaluations and --processes must be positive")
    names = instances.names(*(options.instances or choice.instances))
    cost_models = options.cost_models or choice.cost_models
    found = plan(
        instances=names,
        cost_models=cost_models,
        solvers=solvers,
        seeds=options.seeds or choice.seeds,
        seconds=seconds,
        evaluations=evaluations,
    )
    if quick.is_whole(options):  # the long runs first, so that all cores end together
        seeds = options.seeds or quick.TRAINING.seeds
        return [*quick.trainings(names, cost_models, seeds), *found]
    return found


def run_suite(options: argparse.Namespace, jobs: Sequence[Job]) -> int:
    """Run what has no record yet; exit status 1 if a job failed or a Jacobian was wrong."""
    path: Path = options.out / FILE
    known = read_results(path)
    left = [job for job in jobs if job.key not in known]
    print(f"{len(jobs) - len(left)} of {len(jobs)} records are there; {_estimate(left, options)}")
    if quick.is_whole(options):
        print("".join(f"{sentence}\n" for sentence in quick.left_out()), end="", flush=True)
    try:
        num_failed = _run(path, left, options)
        found = read_results(path)
        write_results(path, found.values())
        status = _measure_runtimes(options, jobs)
    except KeyboardInterrupt:
        print(f"stopped; the same command goes on from {path}", file=sys.stderr)
        return INTERRUPTED
    except BrokenProcessPool as error:
        print(f"a process was killed ({error}); the same command goes on", file=sys.stderr)
        return 1
    if options.agents or options.ablations:
        from evaluation.report.agents_section import printed

        print(printed(found))
    print(f"records: {path} ({len(found)})")
    report = ["report", "--records", str(options.out), "--out", str(options.out / "report")]
    print(f"report: {shlex.join(['python', '-m', 'evaluation', *report])}")
    return 1 if num_failed else status


def _run(path: Path, jobs: Sequence[Job], options: argparse.Namespace) -> int:
    """Run jobs and return how many failed."""
    num_failed = 0
    for outcome in _appended(path, jobs, options):
        if isinstance(outcome, Failure):
            num_failed += 1
            print(f"FAILED {outcome.job.key}: {outcome.error}", file=sys.stderr)
    return num_failed


def _measure_runtimes(options: argparse.Namespace, jobs: Sequence[Job]) -> int:
    """Time what a quick run does, and return the exit status.

    Raises:
        KeyboardInterrupt: if the user stopped it.
    """
    if not quick.is_whole(options):
        return 0
    status = quick.measure_runtimes(options, tuple(dict.fromkeys(job.instance for job in jobs)))
    if status == INTERRUPTED:
        raise KeyboardInterrupt
    return status


def _appended(
    path: Path, jobs: Sequence[Job], options: argparse.Namespace
) -> Iterator[Result | Failure]:
    """Run jobs and append their results as they come."""
    if not jobs:
        return
    with appending(path) as stream, progress_bar("running", len(jobs)) as progress:
        found = (
            outcomes_on_ray(jobs, options.ray)
            if options.ray
            else outcomes(jobs, min(options.processes, len(jobs)))
        )
        made_by = {"command": options.command, "revision": revision()}
        for outcome in found:
            if isinstance(outcome, Result):
                made = {**outcome.provenance, **made_by}
                append(stream, replace(outcome, provenance=made))
            yield outcome
            progress.update(progress.task_ids[0], advance=1, description=outcome.job.instance)


def _estimate(jobs: Sequence[Job], options: argparse.Namespace) -> str:
    seconds = sum(job.budget_seconds or 0.0 for job in jobs) / options.processes
    num_rules = sum(is_rule(job.solver) for job in jobs)
    return f"{len(jobs)} jobs are left, {num_rules} of rules, {seconds / 60:.0f} minutes at most of searches and agents"
