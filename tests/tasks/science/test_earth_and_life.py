"""Functions of the earth and of life against values and laws of the literature."""

from __future__ import annotations

import math

import pytest

from tests.tasks.science.evaluation import arguments, values


@pytest.mark.parametrize(
    ("water", "expected"),
    [
        ((0, 5, 0), 999.96675),
        ((35, 5, 0), 1027.67547),
        ((35, 25, 1000), 1062.53817),
        ((40, 40, 1000), 1059.82037),
    ],
)
def test_sea_water_is_as_dense_as_the_published_check_values(
    water: tuple[float, ...], expected: float
) -> None:
    salinity = max(water[0], 1e-12)
    density = values("SeaWaterDensity", salinity, water[1], water[2])[0]
    assert density == pytest.approx(expected, abs=2e-3)


def test_evapotranspiration_is_that_of_the_paper_s_example() -> None:
    """FAO 56, example 17: Bangkok in April, 5.72 mm a day at a vapour pressure of 2.85 of 4.42 kPa."""
    saturated = 0.6108 * math.exp(17.27 * 30.2 / 267.5)
    found, _ = values("Evapotranspiration", 30.2, 14.33, 0.14, 2.0, 1 - 1.57 / saturated, 101.3)
    assert found == pytest.approx(5.72, rel=1e-2)


def test_vincenty_s_distance_is_that_of_the_textbook() -> None:
    """Flinders Peak to Buninyong, GDA technical manual: 54972.271 m, azimuth 306 52' 05.37"."""
    places = [
        (-37, 57, 3.72030, -1),
        (144, 25, 29.52440, 1),
        (-37, 39, 10.15610, -1),
        (143, 55, 35.38390, 1),
    ]
    radians = [math.radians(d + s * (m / 60 + x / 3600)) for d, m, x, s in places]
    distance, azimuth, _ = values("VincentyDistance", *radians)
    assert distance == pytest.approx(54972.271, abs=2e-3)
    assert math.degrees(azimuth) % 360 == pytest.approx(306 + 52 / 60 + 5.37 / 3600, abs=1e-5)


def test_places_on_the_ellipsoid_come_back() -> None:
    latitude, longitude, height = values("GeodeticCoordinates")
    sine = math.sin(latitude)
    normal = 6378137.0 / math.sqrt(1 - 0.00669437999014 * sine**2)
    out = (normal + height) * math.cos(latitude)
    up = (normal * (1 - 0.00669437999014) + height) * sine
    place = [out * math.cos(longitude), out * math.sin(longitude), up]
    assert place == pytest.approx([float(x) for x in arguments("GeodeticCoordinates")], abs=1e-3)


def test_the_map_is_true_on_its_meridian() -> None:
    easting, _, scale = values("TransverseMercator", 0.8, 0.1, 0.1)
    assert easting == pytest.approx(500000.0)
    assert scale == pytest.approx(1.0, rel=1e-2)


def test_hodgkin_and_huxley_s_membrane_rests_at_minus_65() -> None:
    gates = (0.0529325, 0.5961208, 0.3176769)
    rates = values("HodgkinHuxley", -65.0, *gates, 0.0, 120.0, 36.0, 0.3)
    assert rates == pytest.approx([0, 0, 0, 0], abs=5e-3)


def test_an_even_earth_has_its_own_resistivity_and_half_a_right_angle() -> None:
    logs = [math.log(50.0)] * 4 + [math.log(500.0)] * 3 + [0.0]
    assert values("MagnetotelluricSounding", *logs) == pytest.approx([math.log(50.0), math.pi / 4])


def test_without_contrast_nothing_is_reflected() -> None:
    assert values("SeismicReflection", 0.1, 3, 1.5, 2.3, 3, 1.5, 2.3) == pytest.approx([0, 0])


def test_probabilities_of_all_bases_sum_to_one() -> None:
    """Long branches forget: a site has the probability 4^-4, whatever its bases."""
    long = values("TreeLikelihood", 50, 50, 50, 50, 50, 2.0)[0]
    assert long == pytest.approx(3 * math.log(4.0**-4))
