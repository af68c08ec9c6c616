"""Finance: prices of options and bonds with their sensitivities.

F. Black, M. Scholes, J. Polit. Econ. 81 (1973) 637-654, and J. C. Hull, "Options, Futures, and Other
Derivatives", 9th edition (Pearson 2015), chapters 15, 19 and 21; P. S. Hagan, D. Kumar, A. Lesniewski, D.
Woodward, "Managing smile risk", Wilmott (Sept. 2002) 84-108; S. L. Heston, Rev. Financ. Stud. 6 (1993)
327-343, in the form of H. Albrecher et al., "The little Heston trap", Wilmott (Jan. 2007) 83-92; J. C. Cox,
S. A. Ross, M. Rubinstein, J. Financ. Econ. 7 (1979) 229-263; M. Giles, P. Glasserman, "Smoking adjoints",
Risk (Jan. 2006) 88-92; L. E. O. Svensson, NBER working paper 4871 (1994).
"""

from __future__ import annotations

import math
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.science.complex_numbers import Complex

Array = jax.Array


def _normal(x: Array) -> Array:
    """The cumulative standard normal distribution."""
    return 0.5 * (1.0 + jax.lax.erf(x / math.sqrt(2.0)))


def black_scholes_greeks(
    spot: Array, strike: Array, rate: Array, dividend: Array, volatility: Array, time: Array
) -> tuple[Array, ...]:
    """Return call, put, and the call's delta, gamma, vega, theta and rho: Hull, chapters 15 and 19."""
    root = jnp.sqrt(time)
    deviation = volatility * root
    d1 = (
        jnp.log(spot / strike) + (rate - dividend + 0.5 * volatility * volatility) * time
    ) / deviation
    d2 = d1 - deviation
    discounted = strike * jnp.exp(-rate * time)
    carry = jnp.exp(-dividend * time)
    forward = spot * carry
    likely_1, likely_2 = _normal(d1), _normal(d2)
    density = jnp.exp(-0.5 * d1 * d1) / math.sqrt(2.0 * math.pi)
    call = forward * likely_1 - discounted * likely_2
    put = discounted * (1.0 - likely_2) - forward * (1.0 - likely_1)
    theta = (
        -0.5 * forward * density * volatility / root
        - rate * discounted * likely_2
        + dividend * forward * likely_1
    )
    return (
        call,
        put,
        carry * likely_1,
        carry * density / (spot * deviation),
        forward * density * root,
        theta,
        discounted * time * likely_2,
    )


def black_scholes_greeks_args() -> tuple[np.ndarray, ...]:
    """An option near the money."""
    return float32_arrays(1.1, 1.0, 0.05, 0.02, 0.25, 0.75)


def sabr_volatility(
    forward: Array,
    strike: Array,
    time: Array,
    alpha: Array,
    beta: Array,
    correlation: Array,
    wildness: Array,
) -> Array:
    """Return the implied volatility of the SABR model."""
    log_moneyness = jnp.log(forward / strike)
    backbone = 1.0 - beta
    mean = jnp.exp(0.5 * backbone * jnp.log(forward * strike))
    squared_log = (backbone * log_moneyness) ** 2
    series = 1.0 + squared_log / 24.0 + squared_log * squared_log / 1920.0
    z = wildness / alpha * mean * log_moneyness
    root = jnp.sqrt(1.0 - 2.0 * correlation * z + z * z)
    x = jnp.log((root + z - correlation) / (1.0 - correlation))
    level = backbone * backbone * alpha * alpha / (24.0 * mean * mean)
    skew = correlation * beta * wildness * alpha / (4.0 * mean)
    bend = (2.0 - 3.0 * correlation * correlation) * wildness * wildness / 24.0
    return alpha / (mean * series) * (z / x) * (1.0 + (level + skew + bend) * time)


def sabr_volatility_args() -> tuple[np.ndarray, ...]:
    """A swaption away from the money."""
    return float32_arrays(0.04, 0.05, 2.0, 0.06, 0.6, -0.3, 0.4)


def heston_characteristic(
    frequency: Array,
    log_spot: Array,
    variance: Array,
    reversion: Array,
    long_variance: Array,
    wildness: Array,
    correlation: Array,
    time: Array,
) -> tuple[Array, Array]:
    """Return real and imaginary part of the log price's characteristic function at no interest."""
    zero = jnp.zeros_like(frequency)
    beta = Complex(reversion, -correlation * wildness * frequency)
    square = wildness * wildness
    root = (beta * beta + Complex(square * frequency * frequency, square * frequency)).sqrt()
    low, high = beta - root, beta + root
    ratio = low / high
    decay = root.times(-time).exp()
    one = Complex(zero + 1.0, zero)
    grown = one - ratio * decay
    level = low.times(time) - (grown / (one - ratio)).log().times(2.0)
    pull = low * (one - decay) / grown
    exponent = level.times(reversion * long_variance / square) + pull.times(variance / square)
    result = Complex(exponent.re, exponent.im + frequency * log_spot).exp()
    return result.re, result.im


def heston_characteristic_args() -> tuple[np.ndarray, ...]:
    """A year of a stock with a leverage effect."""
    return float32_arrays(1.5, 0.1, 0.05, 1.8, 0.06, 0.5, -0.6, 1.0)


def american_put(spot: Array, strike: Array, rate: Array, volatility: Array, time: Array) -> Array:
    """Return the price of an American put on a binomial tree of six steps."""
    steps = 6
    step = time / steps
    up = jnp.exp(volatility * jnp.sqrt(step))
    down = 1.0 / up
    growth = jnp.exp(rate * step)
    likely = (growth - down) / (up - down)
    discounted_up, discounted_down = likely / growth, (1.0 - likely) / growth
    powers = [spot]
    for _ in range(steps):
        powers = [powers[0] * down, *powers, powers[-1] * up]
    payoff = [strike - price for price in powers]
    values = [jnp.maximum(gain, 0.0) for gain in payoff[::2]]
    for level in reversed(range(steps)):
        first = steps - level
        held = [discounted_down * low + discounted_up * high for low, high in pairwise(values)]
        gains = payoff[first : first + 2 * level + 1 : 2]
        values = [jnp.maximum(a, b) for a, b in zip(held, gains, strict=True)]
    return values[0]


def american_put_args() -> tuple[np.ndarray, ...]:
    """A put near the money, between the nodes of the tree."""
    return float32_arrays(1.02, 1.05, 0.06, 0.3, 0.5)


SHOCKS = (0.3, -0.6, 0.9)
"""Normal numbers of one path, fixed."""


def libor_swaption(*values: Array) -> tuple[Array, ...]:
    """Return a swaption's discounted payoff on one path, and the forward rates at its expiry.

    Six forward rates, then their volatilities, then the strike; three steps of the LIBOR market
    model's logarithmic Euler scheme, all periods a quarter.
    """
    rates, volatilities, strike = list(values[:6]), values[6:12], values[12]
    period = 0.25
    numeraire = None
    for step, shock in enumerate(SHOCKS):
        growth = 1.0 + period * rates[step]
        numeraire = growth if numeraire is None else numeraire * growth
        drift = None
        for k in range(step + 1, 6):
            share = period * volatilities[k] * rates[k] / (1.0 + period * rates[k])
            drift = share if drift is None else drift + share
            volatility = volatilities[k]
            exponent = volatility * (
                (drift - 0.5 * volatility) * period + math.sqrt(period) * shock
            )
            rates[k] = rates[k] * jnp.exp(exponent)
    alive = rates[3:]
    bond = annuity = None
    for rate in alive:
        factor = 1.0 / (1.0 + period * rate)
        bond = factor if bond is None else bond * factor
        annuity = bond if annuity is None else annuity + bond
    assert numeraire is not None and bond is not None and annuity is not None
    swap = 1.0 - bond - strike * period * annuity
    return jnp.maximum(swap, 0.0) / numeraire, *alive


def libor_swaption_args() -> tuple[np.ndarray, ...]:
    """A curve that rises, and a swaption in the money."""
    rates = np.linspace(0.04, 0.06, 6)
    return float32_arrays(*rates, *np.linspace(0.2, 0.3, 6), 0.045)


def svensson_bond(
    level: Array, slope: Array, hump: Array, second_hump: Array, decay: Array, second: Array
) -> tuple[Array, Array, Array]:
    """Return price, duration and convexity of a bond with five coupons on Svensson's yield curve."""
    coupon = 0.04
    price = duration = convexity = None
    for year in range(1, 6):
        x, y = year / decay, year / second
        fall, second_fall = jnp.exp(-x), jnp.exp(-y)
        near = (1.0 - fall) / x
        yields = (
            level
            + slope * near
            + hump * (near - fall)
            + second_hump * ((1.0 - second_fall) / y - second_fall)
        )
        paid = coupon + (1.0 if year == 5 else 0.0)
        value = paid * jnp.exp(-yields * year)
        price = value if price is None else price + value
        duration = year * value if duration is None else duration + year * value
        convexity = year**2 * value if convexity is None else convexity + year**2 * value
    assert price is not None and duration is not None and convexity is not None
    return price, duration / price, convexity / price


def svensson_bond_args() -> tuple[np.ndarray, ...]:
    """A humped curve."""
    return float32_arrays(0.05, -0.02, 0.015, -0.01, 1.8, 6.0)
