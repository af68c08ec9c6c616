"""Training shared among devices: divided where it is said, the same everywhere else, one compilation."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("optax")
import jax.numpy as jnp

from baselines.networks.descent import between, descended, optimizer
from baselines.networks.devices import Devices

ROOT = Path(__file__).parents[2]
PROGRAM = """
import jax, jax.numpy as jnp
from baselines.networks.devices import AXIS, DIVIDED, WHOLE, Devices

devices = Devices()
assert devices.size == 2
specs = (WHOLE, DIVIDED)


def iterate(scale, state):
    weight, envs = state
    assert envs.shape == (3,), "half of them"
    mean = jax.lax.pmean(jnp.mean(scale * envs), AXIS)
    return (weight + mean, envs + 1.0), mean


step = devices.compiled(iterate, specs)
state = jax.device_put((jnp.float32(0.0), jnp.arange(6.0)), devices.places(specs))
for expected in (5.0, 7.0):
    state, mean = step(jnp.float32(2.0), state)
    assert float(mean) == expected
assert float(state[0]) == 12.0 and step._cache_size() == 1
assert len(state[1].sharding.device_set) == 2
print("agreed")
"""


def test_two_devices_share_what_is_divided_and_agree_on_the_rest() -> None:
    flags = {"XLA_FLAGS": "--xla_force_host_platform_device_count=2", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=os.environ | flags,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "agreed", done.stderr


def test_what_can_t_be_divided_is_refused() -> None:
    devices = Devices()
    devices.check_shares(num_envs=devices.size)
    with pytest.raises(ValueError, match="num_envs must be a multiple"):
        type("Two", (Devices,), {"size": 2})().check_shares(num_envs=3)


def test_a_step_goes_against_the_gradients_however_long_they_are() -> None:
    weights = jnp.array([1.0, -2.0])
    learner = weights, optimizer(0.5).init(weights)
    for gradients in (jnp.array([1e-3, -1e-3]), jnp.array([1e6, -1e6])):
        after, _ = descended(learner, gradients, jnp.float32(0.1), 0.5)
        assert jnp.allclose(after, weights - jnp.array([0.1, -0.1]), atol=2e-3)


def test_a_schedule_is_linear() -> None:
    found = [float(between(1.0, 3.0, jnp.float32(done))) for done in (0.0, 0.5, 1.0)]
    assert found == [1.0, 2.0, 3.0]
