"""Functions of computing against values and laws of the literature."""

from __future__ import annotations

import math

import jax
import numpy as np
import pytest

from tests.tasks.science.evaluation import arguments, values
from vertex_elim_env.tasks.science import (
    computer_vision,
    finance,
    least_squares,
)


def test_calls_and_puts_are_in_parity() -> None:
    spot, strike, rate, dividend, _, time = arguments("BlackScholesGreeks")
    call, put, delta, gamma, *_ = values("BlackScholesGreeks")
    forward = spot * np.exp(-dividend * time) - strike * np.exp(-rate * time)
    assert call - put == pytest.approx(forward)
    price = lambda x: finance.black_scholes_greeks(x, *arguments("BlackScholesGreeks")[1:])[0]
    assert jax.grad(price)(spot) == pytest.approx(delta)
    assert jax.grad(jax.grad(price))(spot) == pytest.approx(gamma)


def test_a_characteristic_function_is_one_at_no_frequency_and_a_martingale() -> None:
    model = arguments("HestonCharacteristic")[2:]
    re, im = finance.heston_characteristic(np.float64(1e-7), np.float64(0.0), *model)
    assert (re, im) == (pytest.approx(1.0), pytest.approx(0.0, abs=1e-6))


def test_without_wildness_sabr_is_black() -> None:
    assert values("SABRVolatility", 1.0, 1.1, 2.0, 0.3, 1.0, 0.0, 1e-5)[0] == pytest.approx(
        0.3, rel=1e-4
    )


def test_an_american_put_is_worth_at_least_its_payoff_and_a_european_put() -> None:
    spot, strike, rate, volatility, time = arguments("AmericanPut")
    european = finance.black_scholes_greeks(spot, strike, rate, np.float64(0), volatility, time)[1]
    assert values("AmericanPut")[0] > max(european - 2e-3, strike - spot)


def test_mixtures_have_the_likelihood_of_numpy() -> None:
    weights, means, scales, slants = arguments("GaussianMixture")
    prior = 0.5 * (np.exp(2 * scales).sum() + (slants**2).sum()) - scales.sum()
    total = 0.0
    for point in computer_vision.POINTS.astype(np.float64):
        parts = []
        for k in range(3):
            factor = np.array([[np.exp(scales[k, 0]), 0], [slants[k], np.exp(scales[k, 1])]])
            miss = factor @ (point - means[k])
            parts.append(weights[k] + np.log(np.linalg.det(factor)) - 0.5 * miss @ miss)
        total += np.logaddexp.reduce(parts) - np.logaddexp.reduce(weights)
    assert values("GaussianMixture")[0] == pytest.approx(prior - total)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ((50.0, 2.6772, -79.7751, 50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0, 58.0, 24.0, 15.0), 19.4535),
        ((22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447), 1.4441),
    ],
)
def test_color_differences_are_those_of_the_published_table(
    pair: tuple[float, ...], expected: float
) -> None:
    assert values("ColorDifference", *pair)[0] == pytest.approx(expected, abs=5e-5)


def test_white_is_white() -> None:
    assert values("LabOfSRGB", 1, 1, 1) == pytest.approx([100, 0, 0], abs=1e-2)


def test_least_squares_reach_their_published_minima() -> None:
    enzyme = values("EnzymeReaction", 0.192807, 0.191282, 0.123057, 0.136062)
    assert sum(x**2 for x in enzyme) == pytest.approx(3.07505e-4, rel=1e-4)
    minimum = (
        1.310,
        0.4315,
        0.6336,
        0.5993,
        0.7539,
        0.9056,
        1.3651,
        4.8248,
        2.3988,
        4.5689,
        5.6754,
    )
    fit = np.asarray(least_squares.exponential_fit(*(np.float64(x) for x in minimum)))
    assert float(fit @ fit) == pytest.approx(4.01377e-2, rel=1e-3)
    brown = values("BrownDennis", -11.5944, 13.2036, -0.403439, 0.236779)
    assert sum(x**2 for x in brown) == pytest.approx(85822.2, rel=1e-5)


def test_chebyshev_s_nodes_have_no_error() -> None:
    nodes = (0.066877, 0.288741, 0.366682, 0.633318, 0.711259, 0.933123)
    assert values("Chebyquad", *nodes) == pytest.approx([0] * 6, abs=1e-5)


def test_two_atoms_of_a_cluster_far_from_the_rest_bind_with_energy_minus_one() -> None:
    far = [0, 0, 0, 1, 0, 0, 100, 0, 0, 0, 100, 0, 0, 0, 100]
    assert values("LennardJones", *far)[0] == pytest.approx(-1, abs=1e-9)


def test_filters_agree_with_matrices() -> None:
    place, speed, pp, ps, ss, shake, noise, dt, *measured = arguments("KalmanFilter")
    mean, covariance = np.array([place, speed]), np.array([[pp, ps], [ps, ss]])
    move = np.array([[1, dt], [0, 1]])
    drive = np.array([0.5 * dt**2, dt])
    for z in measured:
        mean = move @ mean
        covariance = move @ covariance @ move.T + shake * np.outer(drive, drive)
        gain = covariance[:, 0] / (covariance[0, 0] + noise)
        mean = mean + gain * (z - mean[0])
        covariance = covariance - np.outer(gain, covariance[0])
    found = values("KalmanFilter")
    assert found[:2] == pytest.approx(list(mean))
    assert found[2:5] == pytest.approx([covariance[0, 0], covariance[0, 1], covariance[1, 1]])


def test_a_gaussian_process_has_the_likelihood_of_numpy() -> None:
    given = np.array(arguments("GaussianProcess"))
    places, heights, (length, amplitude, noise) = given[:4], given[4:8], given[8:]
    apart = places[:, None] - places[None, :]
    covariance = np.exp(2 * amplitude) * np.exp(-0.5 * np.exp(-2 * length) * apart**2)
    covariance = covariance + np.exp(2 * noise) * np.eye(4)
    expected = -0.5 * heights @ np.linalg.solve(covariance, heights)
    expected -= 0.5 * np.linalg.slogdet(covariance)[1] + 2 * math.log(2 * math.pi)
    assert values("GaussianProcess")[0] == pytest.approx(expected)
