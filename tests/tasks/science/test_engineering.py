"""Functions of engineering against values and laws of the literature."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.tasks.science.evaluation import arguments, values
from vertex_elim_env.tasks.science import (
    riemann_fluxes,
    robot_dynamics,
)
from vertex_elim_env.tasks.science.vectors import (
    product,
    rotated,
    rotation_of_quaternion,
    solution,
    transposed,
)

FLUXES = [riemann_fluxes.hllc_flux, riemann_fluxes.ausm_plus_flux, riemann_fluxes.van_leer_flux]


@pytest.mark.parametrize("flux", FLUXES)
@pytest.mark.parametrize("momentum", [0.4, -0.3])
def test_a_flux_between_equal_states_is_the_physical_one(
    flux: Callable[..., Any], momentum: float
) -> None:
    state = [np.float64(x) for x in (1.1, momentum, 0.2, 2.5)]
    expected = riemann_fluxes.euler_flux(*state)
    np.testing.assert_allclose(flux(*state, *state), expected, rtol=1e-12)


def test_hllc_keeps_a_contact_at_rest() -> None:
    energy = 1.0 / (riemann_fluxes.GAMMA - 1.0)
    assert values("HLLCFlux", 1.0, 0, 0, energy, 0.1, 0, 0, energy) == pytest.approx([0, 1, 0, 0])


def test_hlld_between_equal_states_is_the_physical_flux() -> None:
    density, u, v, w, b, c, pressure, normal = 1.1, 0.3, -0.2, 0.4, 0.5, -0.6, 0.9, 0.7
    state = (density, u, v, w, b, c, pressure)
    field2, speed2 = normal**2 + b**2 + c**2, u**2 + v**2 + w**2
    total = pressure + 0.5 * field2
    energy = pressure / (5 / 3 - 1) + 0.5 * density * speed2 + 0.5 * field2
    along = u * normal + v * b + w * c
    expected = [
        density * u,
        density * u * u + total - normal**2,
        density * u * v - normal * b,
        density * u * w - normal * c,
        b * u - normal * v,
        c * u - normal * w,
        (energy + total) * u - normal * along,
    ]
    assert values("HLLDFlux", normal, *state, *state) == pytest.approx(expected)


def test_weno_reproduces_a_parabola() -> None:
    """Cell means of x^2 between -3 and 3: the face at 0 has the value 0."""
    means = [((k + 1) ** 3 - k**3) / 3 for k in range(-3, 3)]
    assert values("WENO5Face", *means) == pytest.approx([0, 0], abs=1e-9)


def test_shallow_water_at_rest_stays_at_rest() -> None:
    assert values("ShallowWaterRoeFlux", 2, 0, 0, 2, 0, 0) == pytest.approx([0, 0.5 * 9.81 * 4, 0])


def test_torques_do_the_work_that_the_arm_s_energy_takes() -> None:
    """Their power is linear in the accelerations, and at rest only weight is left."""
    q, u, a = arguments("InverseDynamics_7DOF")
    torques = robot_dynamics.inverse_dynamics_7dof
    zero = np.zeros(7)
    weight = np.asarray(torques(q, zero, zero))
    inertia = np.stack([np.asarray(torques(q, zero, e)) - weight for e in np.eye(7)])
    np.testing.assert_allclose(inertia, inertia.T, atol=1e-12)
    assert np.linalg.eigvalsh(inertia).min() > 0

    def kinetic(angles: np.ndarray) -> float:
        mass = [torques(angles, zero, e) - torques(angles, zero, zero) for e in np.eye(7)]
        return 0.5 * float(u @ np.stack(mass) @ u)

    # d/dt (u M u / 2) = u (tau - weight): along the motion M changes by its derivative times u.
    step = 1e-6
    change = (kinetic(q + step * u) - kinetic(q - step * u)) / (2 * step)
    assert u @ (np.asarray(torques(q, u, a)) - weight) == pytest.approx(
        change + u @ inertia @ a, rel=1e-6
    )


def test_rotations_are_orthogonal_and_agree() -> None:
    w, x, y, z = np.array([0.5, 0.1, -0.7, 0.5]) / np.linalg.norm([0.5, 0.1, -0.7, 0.5])
    rotation = rotation_of_quaternion(w, x, y, z)
    np.testing.assert_allclose(product(rotation, transposed(rotation)), np.eye(3), atol=1e-12)
    angle = 2 * math.acos(w)
    axis = np.array([x, y, z]) / math.sin(angle / 2) * angle
    vector = (np.float64(0.3), np.float64(-1.2), np.float64(0.8))
    np.testing.assert_allclose(rotated(tuple(axis), vector), np.array(rotation) @ vector)


def test_cramer_s_rule_solves() -> None:
    matrix = np.array([[2.0, 0.3, -1.0], [0.5, 1.5, 0.2], [-0.7, 0.1, 3.0]])
    right = np.array([1.0, -2.0, 0.5])
    rows = tuple(tuple(row) for row in matrix)
    np.testing.assert_allclose(solution(rows, tuple(right)), np.linalg.solve(matrix, right))  # type: ignore[arg-type]


def test_a_grid_loses_what_its_lines_heat() -> None:
    active = values("PowerFlow")[:4]
    assert sum(active) > 0
    assert sum(values("PowerFlow", 1, 1, 1, 1, 0, 0, 0)[:4]) == pytest.approx(0)


def test_elements_at_rest_have_no_forces_and_moved_ones_are_in_balance() -> None:
    assert values("HyperelasticQuad", *[0] * 8, 1, 1.5) == pytest.approx([0] * 8, abs=1e-12)
    forces = np.array(values("HyperelasticQuad"))
    assert forces[0::2].sum() == pytest.approx(0) and forces[1::2].sum() == pytest.approx(0)
    beam = np.array(values("CorotationalBeam"))
    assert beam[0] + beam[3] == pytest.approx(0) and beam[1] + beam[4] == pytest.approx(0)


def test_principal_stresses_are_eigenvalues() -> None:
    xx, yy, zz, xy, yz, zx = arguments("PrincipalStresses")
    expected = np.linalg.eigvalsh([[xx, xy, zx], [xy, yy, yz], [zx, yz, zz]])[::-1]
    *found, equivalent = values("PrincipalStresses")
    assert found == pytest.approx(list(expected))
    deviator = expected - expected.mean()
    assert equivalent == pytest.approx(math.sqrt(1.5 * deviator @ deviator))


def test_a_return_ends_on_the_yield_surface() -> None:
    *stress, plastic = values("PlasticReturn")
    s = np.array(stress)
    deviator = s[:3] - s[:3].mean()
    size = math.sqrt(deviator @ deviator + 2 * (s[3:] @ s[3:]))
    assert size == pytest.approx(math.sqrt(2 / 3) * (0.6 + 5.0 * plastic))


def test_rubber_at_rest_has_no_stress_and_a_sphere_the_curvatures_of_its_radius() -> None:
    assert values("MooneyRivlin", 1, 0, 0, 0, 1, 0, 0, 0, 1, 0.5, 0.1, 20) == pytest.approx(
        [0] * 6, abs=1e-12
    )
    sphere = [2, 0, 0, 0, 2, 0, 0, 0, -2, 0, 0, 0, 0, 0, -2]
    assert values("SurfaceCurvatures", *sphere) == pytest.approx([-0.5, 0.25])
