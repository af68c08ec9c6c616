"""python -m evaluation throughput: eliminations a second of every engine, and start-up seconds.

All engines play the same orders in turns of one run, so that their ratios mean something on a busy
machine too; the best turn of each counts. Compilation is apart.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import vertex_elim_env as ve
from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.engine import compiled, reference
from vertex_elim_env.engine.problem import EliminationProblem, elimination_problem
from vertex_elim_env.files import write_text
from vertex_elim_env.ordering.greedy import markowitz_late

TURNS = 5
BATCH = 256

STARTUPS = {
    "import vertex_elim_env": "import vertex_elim_env",
    "gym.make and reset": (
        "import gymnasium as gym, vertex_elim_env; "
        "gym.make('VertexElimination-v0', task='RoeFlux_1d').reset(seed=0)"
    ),
    "the first step": (
        "import gymnasium as gym, vertex_elim_env; "
        "env = gym.make('VertexElimination-v0', task='RoeFlux_1d'); env.reset(seed=0); env.step(0)"
    ),
}
"""What a fresh interpreter runs; its own start is subtracted."""


@dataclass(frozen=True)
class Speed:
    """Eliminations a second of one engine.

    Attributes:
        task, cost_model: what was played.
        engine: "reference", "compiled" or "array".
        orders: "searched" (near a Markowitz order, as a search evaluates them) or "random".
        batch: orders a call.
        eliminations_per_second: the best of the turns.
        ratio: to the reference engine on the same orders in the same run.
    """

    task: str
    cost_model: str
    engine: str
    orders: str
    batch: int
    eliminations_per_second: float
    ratio: float


@dataclass(frozen=True)
class Startup:
    """Seconds that a fresh interpreter takes, its own start subtracted; the best of the turns."""

    what: str
    seconds: float


Player = Callable[[NDArray[np.int32]], object]


def near_orders(order: Sequence[int], count: int, seed: int) -> NDArray[np.int32]:
    """Orders that differ from one by a few vertices moved elsewhere, int32 (count, n)."""
    rng, n = np.random.default_rng(seed), len(order)
    rows = []
    for _ in range(count):
        row = list(order)
        for _ in range(4):
            row.insert(int(rng.integers(n)), row.pop(int(rng.integers(n))))
        rows.append(row)
    return np.asarray(rows, np.int32)


def random_orders(num_eliminable: int, count: int, seed: int) -> NDArray[np.int32]:
    """Uniformly random orders, int32 (count, n)."""
    rng = np.random.default_rng(seed)
    return np.stack([rng.permutation(num_eliminable) for _ in range(count)]).astype(np.int32)


def players(problem: EliminationProblem) -> dict[str, Player]:
    """Return every engine as a function that plays orders, int32 (B, n)."""
    import jax
    import jax.numpy as jnp

    from vertex_elim_env.engine import array

    tables = array.build_tables(problem)
    initial = compiled.initial_state(problem)
    state, missing = initial.copy(), np.zeros(2, np.int32)

    def play_compiled(orders: NDArray[np.int32]) -> NDArray[np.int64]:
        costs = np.zeros(len(orders), np.int64)
        complete = compiled.tables_of(problem.algebra)
        status, _ = compiled.evaluate(initial, state, complete, orders, costs, 0, missing)
        assert status == compiled.DONE, "the tables lack a pair of structures after a warm-up"
        return costs

    play_array = jax.jit(jax.vmap(lambda order: array.play(tables, order)[1]))
    return {
        "reference": lambda orders: [reference.order_cost(problem, order) for order in orders[:1]],
        "compiled": play_compiled,
        "array": lambda orders: np.asarray(play_array(jnp.asarray(orders))),
    }


def measure(
    problem: EliminationProblem, task: str, orders: NDArray[np.int32], kind: str
) -> list[Speed]:
    """Play the same orders on every engine, turn by turn."""
    engines = players(problem)
    compiled.order_costs(problem, orders)  # fills the tables
    expected = engines["compiled"](orders)
    assert np.array_equal(engines["array"](orders), expected), "the engines disagree"  # type: ignore[arg-type]
    best = dict.fromkeys(engines, 0.0)
    for _ in range(TURNS):
        for name, play in engines.items():
            best[name] = max(best[name], _eliminations_per_second(play, orders, name))
    return [
        Speed(
            task=task,
            cost_model=problem.algebra.cost_model,
            engine=name,
            orders=kind,
            batch=1 if name == "reference" else len(orders),
            eliminations_per_second=speed,
            ratio=speed / best["reference"],
        )
        for name, speed in best.items()
    ]


def _eliminations_per_second(play: Player, orders: NDArray[np.int32], name: str) -> float:
    played, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < 0.1 or not played:
        play(orders)
        played += 1 if name == "reference" else len(orders)
    return played * orders.shape[1] / elapsed


def measure_startup() -> list[Startup]:
    """Time fresh interpreters."""
    seconds = {name: min(_run(code) for _ in range(3)) for name, code in STARTUPS.items()}
    nothing = min(_run("pass") for _ in range(3))
    return [Startup(name, round(value - nothing, 3)) for name, value in seconds.items()]


def _run(code: str) -> float:
    root = str(Path(ve.__file__).parents[1])
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]),
    }
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return time.perf_counter() - start


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; ``--json`` writes one record a row."""
    parser = argparse.ArgumentParser(prog="python -m evaluation throughput", description=__doc__)
    parser.add_argument("--tasks", nargs="+", default=["RoeFlux_1d", "Encoder"], metavar="NAME")
    parser.add_argument("--cost-model", choices=COST_MODELS, default="multiplications")
    parser.add_argument("--batch", type=int, default=BATCH, help="orders a call")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write one record a row")
    options = parser.parse_args(sys.argv[1:] if argv is None else argv)
    if options.batch < 1:
        parser.error("--batch must be positive")
    rows: list[Speed | Startup] = []
    for name in options.tasks:
        problem = elimination_problem(ve.tasks.get(name).graph, options.cost_model)
        for kind, orders in (
            ("searched", near_orders(markowitz_late(problem), options.batch, seed=0)),
            ("random", random_orders(problem.num_eliminable, options.batch, seed=0)),
        ):
            for speed in measure(problem, name, orders, kind):
                rows.append(speed)
                print(
                    f"{name:<14} {kind:<9} {speed.engine:<10} {speed.eliminations_per_second:>14,.0f} "
                    f"eliminations/s  {speed.ratio:>8.1f} x reference",
                    flush=True,
                )
    for startup in measure_startup():
        rows.append(startup)
        print(f"{startup.what:<24} {startup.seconds:.2f} s", flush=True)
    if options.json:
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        records = [{**dataclasses.asdict(row), "environment": machine} for row in rows]
        write_text(options.json, "".join(json.dumps(record) + "\n" for record in records))
    return 0
