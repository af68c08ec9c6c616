"""Attempts: equal programs once, failures alone, wrong Jacobians never timed."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import vertex_elim_env as ve
from evaluation.runtime.attempts import Attempt, check_all, compile_all
from evaluation.runtime.candidates import (
    GIB,
    HELD_RESULTS,
    Candidate,
    Job,
    diagonal_blocks,
    result_bytes,
)


def test_a_batch_shrinks_to_what_memory_holds() -> None:
    task = ve.tasks.get("MLP")
    size = result_bytes(task)
    assert Job.within(task, 512, 4 * GIB).batch_used == 512
    assert Job.within(task, 512, HELD_RESULTS * 100 * size).batch_used == 100
    assert Job.within(task, 512, 1).batch_used == 1


def test_the_blocks_on_the_diagonal_are_the_jacobians_of_the_rows() -> None:
    def f(x: Any, y: Any) -> Any:
        return jnp.sin(x) * y.sum(), y[0] * x.sum()

    x, y = np.linspace(0, 1, 12).reshape(4, 3), np.linspace(1, 2, 8).reshape(4, 2)
    whole = jax.jit(jax.jacrev(jax.vmap(f), (0, 1)))(x, y)
    rows = jax.jit(jax.vmap(jax.jacrev(f, (0, 1))))(x, y)
    blocks = diagonal_blocks(whole, (x, y))
    jax.tree.map(partial(np.testing.assert_allclose, rtol=1e-6), blocks, rows)


def candidate(name: str, kind: str, function: Any) -> Candidate:
    return Candidate(name, kind, function)


def test_equal_programs_are_compiled_once_and_failures_stay_alone() -> None:
    def fails(x: Any) -> Any:
        raise ZeroDivisionError("no such derivative\nsecond line")

    tries = [
        Attempt(candidate("jacrev", "jax", lambda x: 2 * x)),
        Attempt(candidate("fails", "order", fails)),
        Attempt(candidate("same", "order", lambda x: 2 * x)),
        Attempt(candidate("large", "order", lambda x: x[:, None] + x)),
    ]
    compile_all(tries, [np.ones(100, np.float32)], max_bytes=2_000, workers=2)
    assert [each.status for each in tries] == ["timed", "failed", "timed", "skipped"]
    assert tries[1].note == "ZeroDivisionError: no such derivative"
    assert tries[2].original is tries[0]
    assert tries[2].compiled is tries[0].compiled
    program = tries[0].program
    assert program is not None
    assert program.lowered_ops == 3  # a constant, its broadcast, and the product
    assert program.compiled_ops >= 2
    assert program.flops == 100
    assert program.held_bytes == 800


def test_a_wrong_jacobian_is_not_timed_and_one_that_fails_is_recorded() -> None:
    def out_of_memory(x: Any) -> Any:
        raise MemoryError("too large")

    functions = {
        "jacrev": ("jax", lambda x: 2 * x),
        "right": ("order", lambda x: x + x),
        "wrong": ("order", lambda x: 2.1 * x),
        "NaN": ("order", lambda x: x * np.nan),
        "fails": ("order", out_of_memory),
    }
    tries = []
    for name, (kind, function) in functions.items():
        tries.append(Attempt(candidate(name, kind, function)))
        tries[-1].compiled = function
    tries.append(Attempt(candidate("as wrong", "tuned", functions["wrong"][1])))
    tries[-1].original = tries[2]
    check_all(tries, [np.ones((3000, 2), np.float32)])
    assert [each.status for each in tries] == ["timed"] * 2 + ["wrong"] * 2 + ["failed", "wrong"]
    assert tries[2].deviation == pytest.approx(0.05)
    assert tries[4].note == "MemoryError: too large"


def test_without_jax_s_own_nothing_is_called_right() -> None:
    attempt = Attempt(candidate("forward", "order", lambda x: x))
    attempt.compiled = attempt.candidate.function
    check_all([attempt], [np.ones(2)])
    assert attempt.status == "failed"
    assert "to compare with" in attempt.note
