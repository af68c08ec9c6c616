"""python -m evaluation best_known: search the tasks anew and keep orders that are better.

The record ships with the tasks for comparison only. Every entry, old and new, is verified from
scratch before anything is written.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import vertex_elim_env as ve
from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.files import write_text
from vertex_elim_env.tasks import Task
from vertex_elim_env.tasks import task as task_module

FILE = Path(task_module.__file__).with_name(task_module.BEST_KNOWN_FILE)


def improve(
    task: Task, cost_model: str, entry: dict[str, Any] | None, seconds: float, seeds: int
) -> dict[str, Any]:
    """Return the better of a record's entry and what a search finds."""
    best = entry
    if entry is not None:
        cost = ve.elimination_cost(task.graph, entry["order"], cost_model)
        if cost != entry["cost"]:
            raise ValueError(
                f"{task.name}, {cost_model}: the record says {entry['cost']}, its order costs {cost}"
            )
    for seed in range(seeds):
        found = ve.find_order(
            task.graph, method="annealing", time_limit=seconds, seed=seed, cost_model=cost_model
        )
        if best is None or found.cost < best["cost"]:
            best = {
                "cost": found.cost,
                "lower_bound": found.lower_bound,
                "method": found.method,
                "seed": seed,
                "seconds": seconds,
                "fingerprint": found.fingerprint,
                "order": list(found.order),
            }
    assert best is not None
    return best


def main(argv: Sequence[str] | None = None) -> int:
    """Improve the record, task by task; each improvement is written at once."""
    parser = argparse.ArgumentParser(prog="python -m evaluation best_known", description=__doc__)
    parser.add_argument("--tasks", nargs="+", default=list(ve.tasks.names()), metavar="NAME")
    parser.add_argument("--seconds", type=float, default=10.0, help="search time a seed")
    parser.add_argument("--seeds", type=int, default=2)
    options = parser.parse_args(sys.argv[1:] if argv is None else argv)
    record = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    for name in options.tasks:
        for cost_model in COST_MODELS:
            entry = record.get(name, {}).get(cost_model)
            best = improve(ve.tasks.get(name), cost_model, entry, options.seconds, options.seeds)
            record.setdefault(name, {})[cost_model] = best
            before = (
                "" if entry is None or entry["cost"] == best["cost"] else f" (was {entry['cost']})"
            )
            print(f"{name} {cost_model}: {best['cost']}{before}", flush=True)
            rows = [
                f'"{key}": {{\n'
                + ",\n".join(f'  "{m}": {json.dumps(e)}' for m, e in entries.items())
                + "}"
                for key, entries in record.items()
            ]
            write_text(FILE, "{" + ",\n".join(rows) + "}\n")
    return 0
