"""The command: run solvers to records; verify and improve the best known orders; how difficult instances are.

The library changes by --update only, for the better only. Costs are never taken on trust: they are counted anew.
Every improvement is written at once, so that an update can be stopped and taken up again at any time.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from rich.console import Console

from evaluation.benchmark.difficulty import Difficulty, measure
from evaluation.benchmark.improvement import adopted, improved
from evaluation.benchmark.results import Result, read_results
from evaluation.benchmark.solvers import RULES
from evaluation.benchmark.solving import Interruption, check_solver, solve
from evaluation.benchmark.suite import add_options, planned, run_suite
from evaluation.benchmark.tables import difficulty_table, summary
from evaluation.benchmark.verification import fault, missing, wrong_cost
from evaluation.progress import progress_bar
from vertex_elim_env import instances
from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.bounds import lower_bound
from vertex_elim_env.errors import MissingExtraError, UnknownTaskError
from vertex_elim_env.files import write_text
from vertex_elim_env.instances import Instance
from vertex_elim_env.tasks.best_known import BOUND_BY_PATHS, Library, Record, RecordError

WIDTH = 140
"""Of the report where it is not printed to a terminal, in characters."""
LIMITS = (0.1, 1.0, 10.0)
"""Seconds of annealing in the difficulty report."""
UPDATE_SECONDS = 5.0
"""Of a solver in an update."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run, verify, update or report; verification fails if any record is wrong."""
    parser = _parser()
    words = list(sys.argv[1:] if argv is None else argv)
    options = parser.parse_args(words)
    options.command = shlex.join(["python", "-m", "evaluation", "benchmark", *words])
    try:
        jobs = planned(options) if options.run is None else []
        if options.run is not None:
            _complete(options)
    except (UnknownTaskError, ValueError, MissingExtraError) as error:
        parser.error(str(error))
    try:
        return options.run(options) if options.run else run_suite(options, jobs)
    except RecordError as error:
        print(f"evaluation benchmark: {error}", file=sys.stderr)
        return 1


def _complete(options: argparse.Namespace) -> None:
    """Fill in what verify, update and report take where the command line doesn't say.

    Raises:
        UnknownTaskError, ValueError: for options that make no sense.
    """
    options.names = instances.names(*options.instances)
    options.cost_models = options.cost_models or list(COST_MODELS)
    options.solvers = options.solvers or ["annealing"]
    options.seconds = options.seconds or [UPDATE_SECONDS]
    options.seeds = options.seeds or [0]
    for solver in (*options.solvers, options.search):
        check_solver(solver)
    for limit in (*options.seconds, *options.limits):
        if not limit > 0:
            raise ValueError(f"seconds must be positive; got {limit:g}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluation benchmark", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", type=Path, metavar="DIR", help="Run solvers to records in a folder.")
    for name, run in (("verify", _verify), ("update", _update), ("difficulty", _report)):
        what.add_argument(
            f"--{name}", dest="run", action="store_const", const=run, help=run.__doc__
        )
    parser.add_argument(
        "--instances",
        nargs="+",
        default=[],
        metavar="NAME",
        help="collections, names, or patterns such as 'RobotArm/*'; all by default",
    )
    parser.add_argument("--cost-models", nargs="+", choices=COST_MODELS, metavar="MODEL")
    parser.add_argument("--solvers", nargs="+", metavar="NAME", help="of a run or update")
    parser.add_argument("--seconds", type=float, nargs="+", help="of a solver, in a run or update")
    parser.add_argument("--seeds", type=int, nargs="+", help="of a run, update or report")
    add_options(parser)
    rest = parser.add_argument_group("with --verify, --update, --difficulty")
    rest.add_argument("--missing", action="store_true", help="update what has no record only")
    rest.add_argument(
        "--records", nargs="+", type=Path, metavar="FILE", help="update from a run's records"
    )
    rest.add_argument("--search", default="annealing", help="the report's search")
    rest.add_argument("--limits", type=float, nargs="+", default=list(LIMITS), help="its seconds")
    rest.add_argument("--prove", type=float, metavar="SECONDS", help="verify bounds by search too")
    rest.add_argument("--library", type=Path, default=Library().folder, metavar="DIR")
    rest.add_argument("--json", type=Path, metavar="FILE", help="write one record a row")
    return parser


def _verify(options: argparse.Namespace) -> int:
    """Prove every record from scratch."""
    files = {path.name: path for path in Library(options.library).files()}
    wrong: list[str] = []
    with progress_bar("verifying", len(files)) as progress:
        for path in files.values():
            found = fault(path, prove_seconds=options.prove)
            if found is not None:
                wrong.append(found)
                print(f"WRONG {found}", flush=True)
            progress.advance(progress.task_ids[0])
    absent = missing(options.names, tuple(options.cost_models), files)
    print(f"{len(files) - len(wrong)} of {len(files)} records are right", end="")
    print(f"; {len(absent)} instances and cost models have no record" if absent else "")
    if options.json:
        rows = [
            {"file": name, "fault": next((w for w in wrong if name in w), None)} for name in files
        ]
        write_text(options.json, "".join(json.dumps(row) + "\n" for row in rows))
    return 1 if wrong or not files else 0


def _update(options: argparse.Namespace) -> int:
    """Search for better orders and bounds, or take them from --records."""
    if options.records:
        return _adopt(options)
    library, interruption = Library(options.library), Interruption()
    work = list(product(options.names, options.cost_models))
    with progress_bar("updating", len(work)) as progress, interruption.watched():
        try:
            for name, model in work:
                progress.update(progress.task_ids[0], description=f"{name} {model}")
                _update_one(options, library, interruption, name, model)
                if interruption.is_asked:
                    break
                progress.advance(progress.task_ids[0])
        except KeyboardInterrupt:
            pass
    if interruption.is_asked:
        print("stopped; what was found is written", file=sys.stderr)
    return 130 if interruption.is_asked else 0


def _adopt(options: argparse.Namespace) -> int:
    """Write the orders and bounds that runs of the benchmark found into the library, where they are better."""
    library = Library(options.library)
    for path in options.records:
        for result in read_results(path).values():
            instance = instances.get(result.instance)
            record = _known(library, instance, result.cost_model)
            if record is None or _is_better(result, record):
                better = adopted(instance, record, result)
                if better != record:
                    _write(library, instance, record, better)
    return 0


def _is_better(result: Result, record: Record) -> bool:
    return result.cost < record.cost or result.lower_bound > record.lower_bound


def _write(library: Library, instance: Instance, before: Record | None, better: Record) -> None:
    library.write(better)
    known = f", before {before.cost:,} >= {before.lower_bound:,}" if before else ""
    text = f"{better.cost:,} >= {better.lower_bound:,}{known}"
    print(f"{instance.name} {better.cost_model}: {text}", flush=True)


def _update_one(
    options: argparse.Namespace, library: Library, interruption: Interruption, name: str, model: str
) -> None:
    instance = instances.get(name)
    record = _known(library, instance, model)
    if record is not None and options.missing:
        return
    for solver, seed, seconds in product(options.solvers, options.seeds, options.seconds):
        if interruption.is_asked or (record is not None and _is_proved(record, instance)):
            return
        solution = solve(solver, instance.graph, model, seed=seed, seconds=seconds)
        record = _known(library, instance, model)  # another update may have run meanwhile
        better = improved(instance, record, solution, solver=solver, seed=seed, seconds=seconds)
        if better != record:
            _write(library, instance, record, better)
        record = better


def _is_proved(record: Record, instance: Instance) -> bool:
    """Whether a record's order is optimal by a bound that is proved now, or that names its solver."""
    if not record.is_optimal or record.bound_by != BOUND_BY_PATHS:
        return record.is_optimal
    return lower_bound(instance.graph, record.cost_model) == record.cost


def _known(library: Library, instance: Instance, cost_model: str) -> Record | None:
    """The record of an instance, its order evaluated anew: nothing is built on a wrong one."""
    record = library.read(instance.graph.fingerprint, cost_model)
    wrong = wrong_cost(record, instance.graph) if record is not None else None
    if record is not None and wrong is not None:
        raise RecordError(f"{record.file_name} ({instance.name}): {wrong}; remove the file first")
    return record


def _report(options: argparse.Namespace) -> int:
    """Report which instances are solved, easy and hard."""
    library, interruption = Library(options.library), Interruption()
    rows: list[Difficulty] = []
    work = list(product(options.names, options.cost_models))
    with progress_bar("measuring", len(work)) as progress, interruption.watched():
        try:
            for name, model in work:
                instance = instances.get(name)
                row = measure(
                    instance,
                    model,
                    _known(library, instance, model),
                    heuristics=RULES,
                    search=options.search,
                    seconds=options.limits,
                    seed=options.seeds[0],
                    interruption=interruption,
                )
                rows.append(row)
                if options.json:
                    write_text(options.json, "".join(json.dumps(r.record()) + "\n" for r in rows))
                progress.advance(progress.task_ids[0])
        except KeyboardInterrupt:
            pass
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    console.print(difficulty_table(rows, options.limits))
    print(summary(rows))
    return 130 if interruption.is_asked else 0
