"""Functions of physics against values and laws of the literature."""

from __future__ import annotations

import math
from typing import Any

import jax
import numpy as np
import pytest

from tests.tasks.science.evaluation import arguments, values
from vertex_elim_env import tasks
from vertex_elim_env.tasks.science import (
    optics,
    relativity,
)


def test_hires_starts_as_published() -> None:
    assert values("HIRES", 1, 0, 0, 0, 0, 0, 0, 0.0057) == pytest.approx(
        [-1.7093, 1.71, 0, 0, 0, 0, 0, 0]
    )


def test_pollu_starts_as_published() -> None:
    start = np.zeros(20)
    start[[1, 3, 6, 7, 8, 16]] = 0.2, 0.04, 0.1, 0.3, 0.01, 0.007
    rates = values("POLLU", *start)
    assert rates[0] == pytest.approx(26.6 * 0.2 * 0.04)
    assert rates[6] == pytest.approx(-(8.6e-4 + 8.2e-4) * 0.1)
    assert rates[8] == pytest.approx(-1.3e-4 * 0.01)
    general = values("POLLU")
    assert general[16] + general[17] == pytest.approx(0, abs=1e-12)  # sulphur is kept


def test_robertson_keeps_the_sum_of_its_reactants() -> None:
    assert sum(values("RobertsonStep")) == pytest.approx(sum(arguments("RobertsonStep")[:3]))


def test_a_falloff_rate_lies_between_its_limits() -> None:
    arguments_ = arguments("TroeFalloff")
    *_, broadening = values("TroeFalloff")
    assert 0 < broadening < 1
    arguments_[1] = np.float64(1e12)
    rate = tasks.get("TroeFalloff").function(*arguments_)[0]
    high = 5.0 * 1200.0**-0.6 * math.exp(-3000.0 / (8.314 * 1200.0))
    assert rate == pytest.approx(high, rel=1e-3)


def test_the_kerr_metric_times_its_inverse_is_one_and_its_determinant_is_known() -> None:
    r, h, mass, spin = arguments("KerrMetric")
    tt, tp, pp, rr, hh, *inverse = values("KerrMetric")
    block, other = (
        np.array([[tt, tp], [tp, pp]]),
        np.array([[inverse[0], inverse[1]], [inverse[1], inverse[2]]]),
    )
    np.testing.assert_allclose(block @ other, np.eye(2), atol=1e-12)
    assert rr * inverse[3] == pytest.approx(1) and hh * inverse[4] == pytest.approx(1)
    sigma = r**2 + (spin * np.cos(h)) ** 2
    assert np.linalg.det(block) * rr * hh == pytest.approx(-((sigma * np.sin(h)) ** 2))
    assert values("KerrMetric", r, h, mass, 0.0)[0] == pytest.approx(2 * mass / r - 1)


def test_a_geodesic_s_velocity_has_length_minus_one() -> None:
    r, h, mass, spin, *_ = arguments("KerrGeodesic")
    tt, tp, pp, rr, hh, *_ = values("KerrMetric", r, h, mass, spin)
    t, u, v, p = relativity.kerr_geodesic(*arguments("KerrGeodesic"))
    assert tt * t**2 + 2 * tp * t * p + pp * p**2 + rr * u**2 + hh * v**2 == pytest.approx(-1)


def test_far_masses_fall_as_newton_says() -> None:
    assert values("BinaryInspiral", 1e6, 0, 0, 0, 1e-3, 0, 1, 0.25)[0] == pytest.approx(
        -1e-12, rel=1e-4
    )


def test_an_orbit_has_its_energy_and_angular_momentum() -> None:
    axis, eccentricity, inclination, *_ = arguments("OrbitFromElements")
    state = np.array(values("OrbitFromElements"))
    place, velocity = state[:3], state[3:]
    energy = 0.5 * velocity @ velocity - 1 / np.linalg.norm(place)
    assert energy == pytest.approx(-0.5 / axis)
    momentum = np.cross(place, velocity)
    assert np.linalg.norm(momentum) == pytest.approx(math.sqrt(axis * (1 - eccentricity**2)))
    assert momentum[2] / np.linalg.norm(momentum) == pytest.approx(np.cos(inclination))


def test_zonal_gravity_is_the_gradient_of_its_potential() -> None:
    *place, mass, radius, j2, j3, j4 = arguments("ZonalGravity")

    def potential(x: Any) -> Any:
        r = (x @ x) ** 0.5
        s, q = x[2] / r, radius / r
        legendre = (
            j2 * q**2 * (3 * s**2 - 1) / 2
            + j3 * q**3 * (5 * s**3 - 3 * s) / 2
            + j4 * q**4 * (35 * s**4 - 30 * s**2 + 3) / 8
        )
        return mass / r * (1 - legendre)

    np.testing.assert_allclose(
        values("ZonalGravity"), jax.grad(potential)(np.array(place)), rtol=1e-10
    )


def test_a_distance_without_matter_is_that_of_milne() -> None:
    modulus, angular = values("DistanceModulus", 1.0, 70.0, 1e-9, 1e-9, -1.0, 0.0)
    milne = 299792.458 / 70.0 * math.sinh(math.log(2.0))
    assert angular == pytest.approx(milne / 2, rel=1e-6)
    assert modulus == pytest.approx(5 * math.log10(2 * milne) + 25, rel=1e-6)


def test_a_clear_film_loses_no_light() -> None:
    reflected_s, passed_s, reflected_p, passed_p = values(
        "AbsorbingFilm", 2.3, 0.0, 0.1, 0.55, 0.6, 1.52
    )
    assert reflected_s + passed_s == pytest.approx(1)
    assert reflected_p + passed_p == pytest.approx(1)


def test_no_film_reflects_as_fresnel_says() -> None:
    cos, below = 0.8, math.sqrt(1.52**2 - 0.36)
    s, p = (cos - below) / (cos + below), (1.52**2 * cos - below) / (1.52**2 * cos + below)
    reflected_s, _, reflected_p, _ = values("AbsorbingFilm", 2.0, 0.1, 0.0, 0.55, 0.6, 1.52)
    assert (reflected_s, reflected_p) == (pytest.approx(s**2), pytest.approx(p**2))


def test_a_ray_along_the_axis_goes_straight_and_a_near_one_obeys_the_lens_maker() -> None:
    lens = [0.8, -0.5, 0.0, 0.0, 1e-9, 0.0, 0.0, 1.0, 1.52, 1.0]
    height, _, slope, _ = optics.triplet_ray(*(np.float64(x) for x in (*lens, 1e-4, 0, 0, 0)))
    assert slope == pytest.approx(-1e-4 * 0.52 * 1.3, rel=1e-3)
    assert height == pytest.approx(1e-4 * (1 - 0.52 * 1.3), rel=1e-3)


def test_fusion_is_as_fast_as_the_published_table() -> None:
    """Bosch and Hale, table VIII, at 10 keV: D-T 1.136e-16 and D(d,p)T 5.781e-19 cm^3/s."""
    first, _, third = values("FusionPower", 10, 1, 1, 1)
    assert first == pytest.approx(1.136, rel=1e-3)
    assert third == pytest.approx(0.5 * 5.781e-3, rel=1e-3)


def test_a_cubic_equation_of_state_becomes_ideal_and_meets_its_critical_point() -> None:
    pressure, *logs = values("PengRobinson", 1.0, 1e6, 0.5, 1.0, 1.0, 0.2)
    assert pressure * 1e6 == pytest.approx(1.0, rel=1e-5)
    assert logs == pytest.approx([0, 0], abs=1e-5)
    assert values("PengRobinson", 1.0, 0.30740, 0.5, 1.0, 1.0, 0.2)[0] == pytest.approx(1, rel=1e-3)


def test_activities_obey_gibbs_and_duhem() -> None:
    x = np.array([0.3, 0.5, 0.2])
    energies = [float(e) for e in arguments("NRTLActivities")[3:]]
    shift = np.array([1e-6, -4e-7, -6e-7])
    change = np.array(values("NRTLActivities", *(x + shift), *energies)) - np.array(
        values("NRTLActivities", *(x - shift), *energies)
    )
    assert x @ change == pytest.approx(0, abs=1e-12)


def test_the_water_gas_shift_has_its_known_constant() -> None:
    """Moe's fit exp(4577.8 / T - 4.33), Chem. Eng. Prog. 58 (1962) 33, holds within a few per cent."""
    found = values("WaterGasEquilibrium", 700.0, 1, 1, 1, 1)[0]
    assert found == pytest.approx(math.exp(4577.8 / 700.0 - 4.33), rel=0.06)
