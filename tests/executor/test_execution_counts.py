"""What is counted is what is executed: for every task and any order."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import vertex_elim_env as ve
from vertex_elim_env import tasks
from vertex_elim_env.executor import count_multiplications


@pytest.mark.parametrize("name", tasks.names())
def test_the_accumulation_s_multiplications_are_the_nontrivial_count(name: str) -> None:
    task = tasks.get(name)
    n = task.graph.num_eliminable
    rng = np.random.default_rng(0)
    orders = [range(n), range(n - 1, -1, -1), *(rng.permutation(n) for _ in range(3))]
    for order in orders:
        eliminate = ve.jacobian(task.function, task.argnums, order=[int(v) for v in order])
        executed = count_multiplications(jax.make_jaxpr(eliminate)(*task.example_args))
        assert executed == ve.elimination_cost(task.graph, order, "nontrivial")


def tendency(x: jax.Array) -> jax.Array:
    return (jnp.roll(x, -1) - jnp.roll(x, 2)) * jnp.roll(x, 1) - x + 8.0


def forecast(x: jax.Array, steps: int) -> jax.Array:
    """Lorenz's ring of 1996 by the classical Runge-Kutta method."""
    for _ in range(steps):
        a = tendency(x)
        b = tendency(x + 0.005 * a)
        c = tendency(x + 0.005 * b)
        d = tendency(x + 0.01 * c)
        x = x + 0.01 / 6 * (a + 2 * b + 2 * c + d)
    return x


@pytest.mark.parametrize("steps", [1, 4])
def test_lorenz_96_is_counted_as_executed(steps: int) -> None:
    """Forty variables on a ring: rolls, and sums of shifted identities."""
    x = np.random.default_rng(0).normal(size=40).astype(np.float32)
    graph = ve.trace(partial(forecast, steps=steps), x)
    n = graph.num_eliminable
    for order in (range(n), range(n - 1, -1, -1), np.random.default_rng(1).permutation(n)):
        eliminate = ve.jacobian(partial(forecast, steps=steps), order=[int(v) for v in order])
        executed = count_multiplications(jax.make_jaxpr(eliminate)(x))
        assert executed == ve.elimination_cost(graph, order, "nontrivial")
        if steps == 1:
            expected = jax.jit(jax.jacrev(partial(forecast, steps=steps)))(x)
            np.testing.assert_allclose(jax.jit(eliminate)(x), expected, rtol=1e-3, atol=1e-4)
