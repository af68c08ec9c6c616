"""python -m evaluation runtime: elimination orders beside JAX's own modes, timed in turns.

For every task and batch size: every elimination order, order="auto" and what ve.tune chooses, beside
vmap(jacfwd) and vmap(jacrev), on the device that JAX uses by default. The best order is chosen by
every other round and reported by the rounds between, so that being chosen does not flatter it.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax
from jax.experimental.compilation_cache import compilation_cache
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import vertex_elim_env as ve
from evaluation.runtime.candidates import GIB, Job
from evaluation.runtime.measurement import measure
from evaluation.runtime.plot import plot_ratios
from evaluation.runtime.records import Measurement, read_records, to_record, write_records
from evaluation.runtime.report import print_report
from vertex_elim_env.executor.memory import FOLDER_VARIABLE

MIN_WIDTH = 140
"""Columns of the tables."""
SETTINGS = ("seconds", "tune_seconds", "max_gib", "workers")
"""Options that a record names."""
INTERRUPTED = 130
"""Exit status after Ctrl-C."""


@contextmanager
def forgetting() -> Iterator[None]:
    """Let no tuning of the past reach order="auto", and none of this run the user's memory."""
    before = os.environ.get(FOLDER_VARIABLE)
    os.environ[FOLDER_VARIABLE] = ""
    try:
        yield
    finally:
        if before is None:
            del os.environ[FOLDER_VARIABLE]
        else:
            os.environ[FOLDER_VARIABLE] = before


@contextmanager
def compiling_once() -> Iterator[None]:
    """Keep compiled programs in a fresh folder, so that ve.tune finds those measured before it."""
    settings: dict[str, Any] = {
        "jax_compilation_cache_dir": None,
        "jax_persistent_cache_min_compile_time_secs": 0.0,
    }
    before = {name: getattr(jax.config, name) for name in settings}
    with tempfile.TemporaryDirectory() as folder:
        try:
            for name, value in {**settings, "jax_compilation_cache_dir": folder}.items():
                jax.config.update(name, value)
            compilation_cache.reset_cache()
            yield
        finally:
            for name, value in before.items():
                jax.config.update(name, value)
            compilation_cache.reset_cache()


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m evaluation runtime", description=__doc__)
    parser.add_argument("--tasks", nargs="+", default=list(ve.tasks.names()), metavar="NAME")
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 512, 16384], metavar="N")
    parser.add_argument("--seconds", type=float, default=5.0, help="timing a task and batch")
    parser.add_argument(
        "--tune-seconds", type=float, default=2.0, help="timing inside ve.tune, likewise"
    )
    parser.add_argument(
        "--max-gib", type=float, default=4.0, help="memory; batches shrink to what fits"
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count() or 1,
        help="compilations side by side (one a core); 1 for undisturbed compile times",
    )
    parser.add_argument(
        "--no-cross-batch",
        dest="has_cross_batch",
        action="store_false",
        help="without JAX's mode around vmap, another job that compiles as long as the others",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write one record a candidate")
    parser.add_argument(
        "--resume", action="store_true", help="skip what the file of --json holds already"
    )
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help="draw the ratios, as .svg or .png"
    )
    options = parser.parse_args(argv)
    numbers = (
        options.seconds,
        options.tune_seconds,
        options.max_gib,
        options.workers,
        *options.batches,
    )
    if not all(number > 0 for number in numbers):
        parser.error(
            "--seconds, --tune-seconds, --max-gib, --workers and --batches must be positive"
        )
    if options.resume and not options.json:
        parser.error("--resume needs the records of --json FILE")
    options.batches = list(dict.fromkeys(options.batches))
    options.tasks = list(dict.fromkeys(options.tasks))
    return options


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; exit status 1 if a candidate failed or its Jacobian was wrong."""
    options = parse(sys.argv[1:] if argv is None else argv)
    console, start = Console(), time.perf_counter()
    console.width = max(console.width, MIN_WIDTH)  # the tables' numbers matter more than the margin
    tasks = [ve.tasks.get(name) for name in options.tasks]
    try:
        records = read_records(options.json) if options.resume else []
    except ValueError as error:
        print(f"evaluation runtime: {error}", file=sys.stderr)
        return 2
    known = {(record["task"], record["batch"]) for record in records}
    jobs = [(task, batch) for task in tasks for batch in options.batches]
    jobs = [(task, batch) for task, batch in jobs if (task.name, batch) not in known]
    interrupted = False
    with forgetting(), _progress(console) as progress:
        bar = progress.add_task("starting", total=len(jobs))
        try:
            for task, batch in jobs:
                job = Job.within(task, batch, options.max_gib * GIB)
                records += run_job(job, options, progress, bar)
                if options.json:
                    write_records(options.json, records)
        except KeyboardInterrupt:
            interrupted = True
    measurements = [Measurement.from_record(record) for record in records]
    backend = jax.default_backend()
    print_report(console, measurements, backend)
    if options.plot and measurements:
        plot_ratios(measurements, options.plot, backend)
        console.print(f"picture: {options.plot}")
    if options.json:
        console.print(f"records: {options.json}")
    console.print(f"{time.perf_counter() - start:.0f} s")
    if interrupted:
        return INTERRUPTED
    return int(any(each.status in ("failed", "wrong") for each in measurements))


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(
        *columns,
        TimeElapsedColumn(),
        console=console,
        refresh_per_second=1,  # drawing takes time from what is timed
    )


def run_job(
    job: Job, options: argparse.Namespace, progress: Progress, bar: Any
) -> list[dict[str, Any]]:
    """Measure a task at a batch size and return its records; nothing compiled stays."""
    label = f"{job.task.name}, batch {job.batch_used}"
    with compiling_once():
        measurements = measure(
            job,
            seconds=options.seconds,
            tune_seconds=options.tune_seconds,
            workers=options.workers,
            has_cross_batch=options.has_cross_batch,
            report=lambda text: progress.update(bar, description=f"{label}: {text}"),
        )
    progress.advance(bar)
    jax.clear_caches()
    gc.collect()
    settings = {name: getattr(options, name) for name in SETTINGS}
    return [to_record(each, settings) for each in measurements]
