"""The command: verify the best known orders, search for better ones, report how difficult instances are.

The library changes by --update only, for the better only, and never on trust: costs are counted anew.
Every improvement is written at once, so that an update can be stopped and taken up again at any time.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from evaluation.benchmark.difficulty import Difficulty, measure
from evaluation.benchmark.improvement import improved
from evaluation.benchmark.solving import Interruption, check_solver, solve
from evaluation.benchmark.tables import difficulty_table, summary
from evaluation.benchmark.verification import fault, missing, wrong_cost
from vertex_elim_env import instances
from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.bounds import lower_bound
from vertex_elim_env.errors import UnknownTaskError
from vertex_elim_env.files import write_text
from vertex_elim_env.instances import Instance
from vertex_elim_env.tasks.best_known import BOUND_BY_PATHS, Library, Record, RecordError

WIDTH = 140
"""Of the report where it is not printed to a terminal, in characters."""
RULES = (
    "forward",
    "reverse",
    "eliad-forward",
    "eliad-reverse",
    "markowitz-early",
    "markowitz-late",
    "relative-markowitz",
    "minimal-fill",
    "lmmd",
    "momr",
)
"""Solvers that search nothing."""
LIMITS = (0.1, 1.0, 10.0)
"""Seconds of annealing in the difficulty report."""


def main(argv: Sequence[str] | None = None) -> int:
    """Verify, update or report; verification fails if any record is wrong."""
    parser = _parser()
    options = parser.parse_args(sys.argv[1:] if argv is None else argv)
    try:
        options.names = instances.names(*options.instances)
        for solver in (*options.solvers, options.search):
            check_solver(solver)
    except (UnknownTaskError, ValueError) as error:
        parser.error(str(error))
    for limit in (options.seconds, *options.limits):
        if not limit > 0:
            parser.error(f"seconds must be positive; got {limit:g}")
    try:
        return options.run(options)
    except RecordError as error:
        print(f"evaluation benchmark: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluation benchmark", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
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
    parser.add_argument(
        "--cost-models", nargs="+", default=list(COST_MODELS), choices=COST_MODELS, metavar="MODEL"
    )
    parser.add_argument("--solvers", nargs="+", default=["annealing"], help="of an update")
    parser.add_argument("--seconds", type=float, default=5.0, help="of a solver in an update")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="of an update or report")
    parser.add_argument("--missing", action="store_true", help="update what has no record only")
    parser.add_argument("--search", default="annealing", help="the report's search")
    parser.add_argument("--limits", type=float, nargs="+", default=list(LIMITS), help="its seconds")
    parser.add_argument(
        "--prove", type=float, metavar="SECONDS", help="verify bounds by search too"
    )
    parser.add_argument("--library", type=Path, default=Library().folder, metavar="DIR")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write one record a row")
    return parser


@contextmanager
def _progress(what: str, total: int) -> Iterator[Progress]:
    """A bar on standard error, advanced by ``progress.advance(progress.task_ids[0])``."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        progress.add_task(what, total=total)
        yield progress


def _verify(options: argparse.Namespace) -> int:
    """Prove every record from scratch."""
    files = {path.name: path for path in Library(options.library).files()}
    wrong: list[str] = []
    with _progress("verifying", len(files)) as progress:
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
    """Search for better orders and bounds."""
    library, interruption = Library(options.library), Interruption()
    work = list(product(options.names, options.cost_models))
    with _progress("updating", len(work)) as progress, interruption.watched():
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


def _update_one(
    options: argparse.Namespace, library: Library, interruption: Interruption, name: str, model: str
) -> None:
    instance = instances.get(name)
    record = _known(library, instance, model)
    if record is not None and options.missing:
        return
    for solver, seed in product(options.solvers, options.seeds):
        if interruption.is_asked or (record is not None and _is_proved(record, instance)):
            return
        solution = solve(solver, instance.graph, model, seed=seed, seconds=options.seconds)
        record = _known(library, instance, model)  # another update may have run meanwhile
        better = improved(
            instance, record, solution, solver=solver, seed=seed, seconds=options.seconds
        )
        if better != record:
            library.write(better)
            before = f", before {record.cost:,} >= {record.lower_bound:,}" if record else ""
            print(f"{name} {model}: {better.cost:,} >= {better.lower_bound:,}{before}", flush=True)
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
    with _progress("measuring", len(work)) as progress, interruption.watched():
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
