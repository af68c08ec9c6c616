"""The command: engines play the same orders, environments the same graph, all in turns of one run.

The ratios mean something on a busy machine too; the best turn of each counts. Compilation is apart.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import vertex_elim_env as ve
from evaluation.provenance import provenance
from evaluation.throughput.engines import Speed, measure, near_orders, random_orders
from evaluation.throughput.environments import EnvironmentSpeed, measure_environments
from evaluation.throughput.startup import Startup, measure_startup
from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.files import write_text
from vertex_elim_env.ordering.greedy import markowitz_late

BATCH = 256

Row = Speed | EnvironmentSpeed | Startup


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; ``--json`` writes one record a row."""
    parser = argparse.ArgumentParser(prog="python -m evaluation throughput", description=__doc__)
    parser.add_argument("--tasks", nargs="+", default=["RoeFlux_1d", "Encoder"], metavar="NAME")
    parser.add_argument("--cost-model", choices=COST_MODELS, default="multiplications")
    parser.add_argument("--batch", type=int, default=BATCH, help="orders or environments a call")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write one record a row")
    options = parser.parse_args(sys.argv[1:] if argv is None else argv)
    if options.batch < 1:
        parser.error("--batch must be positive")
    use_all_processors()
    rows: list[Row] = []
    for row in measured(options.tasks, options.cost_model, options.batch):
        rows.append(row)
        print(sentence(row), flush=True)
    if options.json:
        records = [{**dataclasses.asdict(row), "environment": provenance()} for row in rows]
        write_text(options.json, "".join(json.dumps(record) + "\n" for record in records))
    return 0


def use_all_processors() -> None:
    """Let JAX see every processor as a device, where it has no other: a program runs on one of them.

    A process that has begun to use JAX keeps the devices it has.
    """
    import jax

    count = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    with contextlib.suppress(RuntimeError):
        jax.config.update("jax_num_cpu_devices", count)


def measured(tasks: Sequence[str], cost_model: str, batch: int) -> Iterator[Row]:
    """Measure engines and environments on every task, then start-ups."""
    for name in tasks:
        problem = elimination_problem(ve.tasks.get(name).graph, cost_model)
        greedy = markowitz_late(problem)
        assert greedy is not None, "without a limit the rule has an order"
        yield from measure(problem, name, near_orders(greedy, batch, seed=0), "searched")
        orders = random_orders(problem.num_eliminable, batch, seed=0)
        yield from measure(problem, name, orders, "random")
        yield from measure_environments(name, batch)
    yield from measure_startup()


def sentence(row: Row) -> str:
    """Return a row as a line of text."""
    match row:
        case Speed():
            return (
                f"{row.task:<12} {row.orders:<9} {row.engine:<26} "
                f"{row.eliminations_per_second:>14,.0f} eliminations/s  {row.ratio:>8.1f} x reference"
            )
        case EnvironmentSpeed():
            what = f"{row.environment_name}, {row.num_envs} at once"
            return (
                f"{row.task:<12} {what:<36} {row.steps_per_second:>14,.0f} steps/s  "
                f"{row.ratio:>15.1f} x single"
            )
        case Startup():
            return f"{row.what:<24} {row.seconds:.2f} s"
