"""The tasks' functions against formulas of their own, in plain numpy."""

from __future__ import annotations

import numpy as np
import pytest

from vertex_elim_env import tasks

RNG = np.random.default_rng(0)


def run(name: str, *args: np.ndarray) -> list[np.ndarray]:
    result = tasks.get(name).function(*args)
    return [np.asarray(x) for x in (result if isinstance(result, tuple) else (result,))]


def test_the_roe_flux_between_equal_states_is_the_physical_flux() -> None:
    density, momentum, energy = (np.float32(x) for x in (1.8, 2.9, 0.5))
    pressure = -0.5 * (energy - 0.5 * momentum**2 / density)  # the published sign
    velocity = momentum / density
    expected = [momentum, pressure + momentum * velocity, velocity * (energy + pressure)]
    state = (density, momentum, energy)
    np.testing.assert_allclose(run("RoeFlux_1d", *state, *state), expected, rtol=1e-5)


def test_the_element_balances_of_propane_are_linear() -> None:
    x = RNG.uniform(0.5, 2, 11).astype(np.float32)
    carbon, oxygen, hydrogen, nitrogen = run("PropaneCombustion", *x)[:4]
    np.testing.assert_allclose(carbon, x[0] + x[3] - 3, rtol=1e-5)
    np.testing.assert_allclose(
        oxygen, 2 * x[0] + x[1] + x[3] + x[6] + x[7] + x[8] + 2 * x[9] - 10, rtol=1e-5
    )
    np.testing.assert_allclose(hydrogen, 2 * x[1] + 2 * x[4] + x[5] + x[6] - 8, rtol=1e-5)
    np.testing.assert_allclose(nitrogen, 2 * x[2] + x[8] - 40, rtol=1e-5)


def test_the_heart_dipole_equations_are_moments_of_complex_positions() -> None:
    a, b, c, d, t, u, v, w = x = RNG.uniform(0.5, 2, 8).astype(np.float32)
    first, second = t + 1j * v, u + 1j * w
    moments = [(a + 1j * c) * first**k + (b + 1j * d) * second**k for k in range(3)]
    expected = [part - 1 for m in moments for part in (m.real, m.imag)]
    np.testing.assert_allclose(run("HumanHeartDipole", *x)[:4], expected[:4], rtol=1e-4)


def test_the_robot_s_euler_angles_are_angles() -> None:
    result = run("RobotArm_6DOF", *tasks.get("RobotArm_6DOF").example_args)
    assert all(-np.pi <= angle <= np.pi for angle in result[3:])
    assert result[4] >= 0  # the polar angle


@pytest.mark.parametrize("name", ["MLP", "Encoder"])
def test_a_cross_entropy_is_positive(name: str) -> None:
    for loss in run(name, *tasks.get(name).example_args):
        assert (loss > 0).all()


def test_the_derivative_of_the_call_price_by_the_strike_is_negative() -> None:
    args = tasks.get("BlackScholes_Jacobian").example_args
    delta, by_strike, *_ = run("BlackScholes_Jacobian", *args)
    assert by_strike < 0 < delta
