"""Eliminations a second of every engine on the same orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.throughput import turns
from vertex_elim_env.engine import compiled, reference
from vertex_elim_env.engine.problem import EliminationProblem


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
    n = problem.num_eliminable

    def counted(name: str) -> Callable[[], int]:
        def play() -> int:
            engines[name](orders)
            return n * (1 if name == "reference" else len(orders))

        return play

    best = turns.best_rates({name: counted(name) for name in engines}, turns=turns.TURNS)
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
