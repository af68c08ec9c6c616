"""python -m evaluation demo: the paper's ten functions, from function to checked, timed Jacobian."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jax
import numpy as np
from rich.console import Console
from rich.progress import Progress

import vertex_elim_env as ve
from evaluation.row import Row
from evaluation.tables import counts_table, runtime_table
from vertex_elim_env.executor.timing import batch_of, relative_error, time_interleaved
from vertex_elim_env.files import write_text
from vertex_elim_env.ordering import Solution
from vertex_elim_env.tasks import Task

METHODS = ("forward", "reverse", "markowitz-early", "markowitz-late", "annealing")
EXECUTED_MODEL = "nontrivial"
MIN_WIDTH = 128
"""Columns of the tables."""


def find_orders(task: Task, seconds: float, seed: int, cost_model: str) -> dict[str, Solution]:
    """Return every method's order of a task under a cost model."""
    return {
        method: ve.find_order(
            task.graph, method=method, time_limit=seconds, seed=seed, cost_model=cost_model
        )
        for method in METHODS
    }


def compile_side_by_side(
    jacobians: Mapping[str, Callable[..., Any]], arguments: Sequence[np.ndarray]
) -> dict[str, Callable[..., Any]]:
    """Return the functions vectorised and compiled for a batch, on as many threads as cores."""

    def compile_one(function: Callable[..., Any]) -> Callable[..., Any]:
        return jax.jit(jax.vmap(function)).lower(*arguments).compile()

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(jacobians, pool.map(compile_one, jacobians.values()), strict=True))


def run_task(task: Task, options: argparse.Namespace, report: Callable[[str], None]) -> Row:
    """Find a task's orders, run each as a Jacobian, check it against JAX and time it."""
    report(f"{task.name}: searching")
    counted = find_orders(task, options.seconds, options.seed, "multiplications")
    executed = find_orders(task, options.seconds, options.seed, EXECUTED_MODEL)
    jacobians = {
        method: ve.jacobian(task.function, task.argnums, order=solution)
        for method, solution in executed.items()
    }
    jacobians["jacfwd"] = jax.jacfwd(task.function, task.argnums)
    jacobians["jacrev"] = jax.jacrev(task.function, task.argnums)
    arguments = jax.device_put(batch_of(task.example_args, options.batch, options.seed))
    report(f"{task.name}: compiling")
    candidates = compile_side_by_side(jacobians, arguments)
    expected = candidates["jacrev"](*arguments)
    errors = {
        method: relative_error(candidates[method](*arguments), expected) for method in METHODS
    }
    report(f"{task.name}: timing")
    times = time_interleaved(candidates, arguments, seconds=options.timing_seconds)
    return Row(
        task=task.name,
        eliminable=task.graph.num_eliminable,
        counts={method: solution.cost for method, solution in counted.items()},
        executed={method: solution.cost for method, solution in executed.items()},
        lower_bound=ve.lower_bound(task.graph),
        best_known=task.best_known.get("multiplications"),
        published=dict(task.spec.published),
        comparable=task.spec.comparable,
        errors=errors,
        times=times,
    )


def draw(task: Task, path: Path, seed: int) -> None:
    """Draw a task's graph before, during and after its elimination."""
    from vertex_elim_env.render import draw_elimination

    solution = ve.find_order(task.graph, method="auto", time_limit=0.2, seed=seed)
    draw_elimination(task.graph, solution.order, path)


def to_record(row: Row, options: argparse.Namespace) -> dict[str, Any]:
    """Return a row as JSON, with what it was measured on."""
    environment = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "backend": jax.default_backend(),
        "jax": jax.__version__,
        "numpy": np.__version__,
        "vertex_elim_env": ve.__version__,
    }
    measured = {"batch": options.batch, "seed": options.seed, "search_seconds": options.seconds}
    return {**dataclasses.asdict(row), "agrees": row.agrees, **measured, "environment": environment}


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m evaluation demo", description=__doc__)
    parser.add_argument("--tasks", nargs="+", default=list(ve.tasks.names()), metavar="NAME")
    parser.add_argument(
        "--seconds", type=float, default=1.0, help="search time a task and cost model"
    )
    parser.add_argument("--timing-seconds", type=float, default=0.8, help="timing a task")
    parser.add_argument("--batch", type=int, default=512, help="batch size of the timed Jacobians")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write one record a task")
    parser.add_argument("--plot", type=Path, default=Path("elimination.png"), metavar="FILE")
    parser.add_argument("--no-plot", dest="plot", action="store_const", const=None)
    options = parser.parse_args(argv)
    if options.batch < 1 or not options.seconds > 0 or not options.timing_seconds > 0:
        parser.error("--batch, --seconds and --timing-seconds must be positive")
    return options


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo; exit status 1 if a Jacobian disagrees with JAX's."""
    options = parse(sys.argv[1:] if argv is None else argv)
    tasks = [ve.tasks.get(name) for name in options.tasks]
    console, start = Console(), time.perf_counter()
    console.width = max(console.width, MIN_WIDTH)  # the tables' names matter more than the margin
    rows: list[Row] = []
    with Progress(console=console) as progress:
        bar = progress.add_task("starting", total=len(tasks))
        for task in tasks:
            rows.append(
                run_task(task, options, lambda text: progress.update(bar, description=text))
            )
            progress.advance(bar)
        progress.update(bar, description="done")
    console.print(counts_table(rows))
    console.print(runtime_table(rows, options.batch))
    if options.plot:
        draw(tasks[0], options.plot, options.seed)
        console.print(f"{tasks[0].name} before and after elimination: {options.plot}")
    if options.json:
        records = [to_record(row, options) for row in rows]
        write_text(options.json, "".join(json.dumps(record) + "\n" for record in records))
        console.print(f"records: {options.json}")
    wrong = [row.task for row in rows if not row.agrees]
    verdict = (
        f"Jacobians DISAGREE with JAX on {', '.join(wrong)}"
        if wrong
        else "every order's Jacobian agrees with jax.jacrev"
    )
    console.print(f"{verdict}; {time.perf_counter() - start:.0f} s")
    return 1 if wrong else 0
