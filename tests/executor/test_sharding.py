"""Jacobians of arrays that lie on several devices."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import jax, jax.numpy as jnp, numpy as np
from jax.sharding import NamedSharding, PartitionSpec as P
import vertex_elim_env as ve

def model(x, w):
    return jnp.tanh(x @ w) * x[0]

mesh = jax.make_mesh((2,), ("batch",), axis_types=(jax.sharding.AxisType.Auto,))
x = jnp.linspace(0, 1, 32).reshape(8, 4)
w = jnp.linspace(-1, 1, 12).reshape(4, 3)
rows = NamedSharding(mesh, P("batch"))
for order in ("auto", "forward", "reverse"):
    per_row = jax.jit(jax.vmap(ve.jacobian(model, (0, 1), order=order), (0, None)))
    found = per_row(jax.device_put(x, rows), w)
    expected = jax.vmap(jax.jacrev(model, (0, 1)), (0, None))(x, w)
    for a, b in zip(found, expected):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
        assert len(a.sharding.device_set) == 2, a.sharding
    whole = jax.jit(ve.jacobian(lambda x: jnp.sin(x) * x[::-1], order=order))
    np.testing.assert_allclose(
        whole(jax.device_put(x, rows)), jax.jacrev(lambda x: jnp.sin(x) * x[::-1])(x), rtol=1e-5, atol=1e-6
    )
"""


def test_inputs_may_lie_on_two_devices() -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
        "VERTEX_ELIM_CACHE": "",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
