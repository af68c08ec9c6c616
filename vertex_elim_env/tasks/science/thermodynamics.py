"""Thermodynamics: fluids, mixtures, sea water, and a hot plasma.

D.-Y. Peng, D. B. Robinson, Ind. Eng. Chem. Fundam. 15 (1976) 59-64; H. Renon, J. M. Prausnitz, "Local compositions
in thermodynamic excess functions", AIChE J. 14 (1968) 135-144; N. P. Fofonoff, R. C. Millard, "Algorithms for
computation of fundamental properties of seawater", UNESCO Tech. Pap. Mar. Sci. 44 (1983); R. G. Allen, L. S.
Pereira, D. Raes, M. Smith, "Crop evapotranspiration", FAO Irrigation and Drainage Paper 56 (1998), equation 6; H.-S.
Bosch, G. M. Hale, "Improved formulas for fusion cross-sections and thermal reactivities", Nucl. Fusion 32 (1992)
611-631, table VII; A. Burcat, B. McBride, Technion TAE 697 (1997), with S. Gordon, B. J. McBride, NASA RP-1311.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array


def peng_robinson(
    temperature: Array,
    volume: Array,
    first: Array,
    critical: Array,
    pressure: Array,
    acentric: Array,
) -> tuple[Array, Array, Array]:
    """Return pressure and both log fugacity coefficients of a binary mixture.

    Reduced by the second component: its critical temperature and pressure and the gas constant are one.
    Temperature, molar volume, the first one's share and its critical temperature, critical pressure and
    acentric factor; the second's is 0.2, and no interaction parameter.
    """

    def attraction(
        critical: Array | float, pressure: Array | float, acentric: Array | float
    ) -> Array:
        slope = 0.37464 + 1.54226 * acentric - 0.26992 * acentric * acentric
        alpha = 1.0 + slope * (1.0 - jnp.sqrt(temperature / critical))
        return 0.45724 * critical * critical / pressure * alpha * alpha

    root_1 = jnp.sqrt(attraction(critical, pressure, acentric))
    root_2 = jnp.sqrt(attraction(1.0, 1.0, 0.2))
    b1, b2 = 0.0778 * critical / pressure, 0.0778
    second = 1.0 - first
    root = first * root_1 + second * root_2
    a, b = root * root, first * b1 + second * b2
    free = volume - b
    spread = volume * (volume + b) + b * free
    p = temperature / free - a / spread
    z = p * volume / temperature
    wide = (1.0 + math.sqrt(2.0)) * b
    narrow = (1.0 - math.sqrt(2.0)) * b
    logarithm = jnp.log((volume + wide) / (volume + narrow))
    strength = a / (2.0 * math.sqrt(2.0) * b * temperature) * logarithm

    def fugacity(own: Array, size: Array | float) -> Array:
        relative = size / b
        expelled = relative * (z - 1.0) - jnp.log(p * free / temperature)
        return expelled - strength * (2.0 * own / root - relative)

    return p, fugacity(root_1, b1), fugacity(root_2, b2)


def peng_robinson_args() -> tuple[np.ndarray, ...]:
    """A dense gas with a lighter component."""
    return float32_arrays(1.1, 0.8, 0.4, 0.7, 1.2, 0.1)


def nrtl_activities(*values: Array) -> tuple[Array, ...]:
    """Return the log activity coefficients of three liquids: Renon and Prausnitz.

    Shares (3), then the six interaction energies over RT (ij = 12, 13, 21, 23, 31, 32); nonrandomness 0.3.
    """
    shares = values[:3]
    pairs = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]
    tau = dict(zip(pairs, values[3:], strict=True))
    weight = {pair: jnp.exp(-0.3 * energy) for pair, energy in tau.items()}
    sums, means = [], []
    for j in range(3):
        others = [k for k in range(3) if k != j]
        parts = [shares[k] * weight[k, j] for k in others]
        total = shares[j] + parts[0] + parts[1]
        sums.append(total)
        means.append((parts[0] * tau[others[0], j] + parts[1] * tau[others[1], j]) / total)
    logs = []
    for i in range(3):
        log = means[i] - shares[i] / sums[i] * means[i]
        for j in range(3):
            if j != i:
                log = log + shares[j] * weight[i, j] / sums[j] * (tau[i, j] - means[j])
        logs.append(log)
    return tuple(logs)


def nrtl_activities_args() -> tuple[np.ndarray, ...]:
    """Water, alcohol and ester."""
    return float32_arrays(0.3, 0.5, 0.2, 0.8, 1.6, -0.2, 0.3, 0.9, 0.1)


def _polynomial(x: Array, *coefficients: float) -> Array:
    """Horner's rule, the highest power last."""
    result = coefficients[-1] * x + coefficients[-2]
    for coefficient in coefficients[-3::-1]:
        result = result * x + coefficient
    return result


def sea_water_density(salinity: Array, temperature: Array, pressure: Array) -> tuple[Array, Array]:
    """Return density (kg/m^3) and secant bulk modulus (bar) of sea water: Fofonoff and Millard, section 3.

    Practical salinity, temperature (Celsius, scale of 1968), pressure above the air's (bar).
    """
    s, t, p = salinity, temperature, pressure
    root = s * jnp.sqrt(s)
    fresh = _polynomial(
        t, 999.842594, 6.793952e-2, -9.09529e-3, 1.001685e-4, -1.120083e-6, 6.536332e-9
    )
    a = _polynomial(t, 8.24493e-1, -4.0899e-3, 7.6438e-5, -8.2467e-7, 5.3875e-9)
    b = _polynomial(t, -5.72466e-3, 1.0227e-4, -1.6546e-6)
    surface = fresh + a * s + b * root + 4.8314e-4 * s * s
    modulus = _polynomial(t, 19652.21, 148.4206, -2.327105, 1.360477e-2, -5.155288e-5)
    modulus = modulus + _polynomial(t, 54.6746, -0.603459, 1.09987e-2, -6.167e-5) * s
    modulus = modulus + _polynomial(t, 7.944e-2, 1.6483e-2, -5.3009e-4) * root
    first = _polynomial(t, 3.239908, 1.43713e-3, 1.16092e-4, -5.77905e-7)
    first = first + _polynomial(t, 2.2838e-3, -1.0981e-5, -1.6078e-6) * s + 1.91075e-4 * root
    second = _polynomial(t, 8.50935e-5, -6.12293e-6, 5.2787e-8)
    second = second + _polynomial(t, -9.9348e-7, 2.0816e-8, 9.1697e-10) * s
    secant = modulus + p * (first + p * second)
    return surface / (1.0 - p / secant), secant


def sea_water_density_args() -> tuple[np.ndarray, ...]:
    """A kilometre down in the ocean."""
    return float32_arrays(35.0, 10.0, 100.0)


def evapotranspiration(
    temperature: Array,
    radiation: Array,
    soil: Array,
    wind: Array,
    humidity: Array,
    pressure: Array,
) -> tuple[Array, Array]:
    """Return reference evapotranspiration (mm/day) and the vapour's deficit (kPa): Penman and Monteith.

    Mean temperature (Celsius), net radiation and soil heat flux (MJ/m^2/day), wind at 2 m (m/s),
    relative humidity, air pressure (kPa): FAO 56, equations 6, 8, 11 and 13.
    """
    above = temperature + 237.3
    saturated = 0.6108 * jnp.exp(17.27 * temperature / above)
    slope = 4098.0 * saturated / (above * above)
    psychrometric = 0.665e-3 * pressure
    deficit = saturated * (1.0 - humidity)
    energy = 0.408 * slope * (radiation - soil)
    drying = psychrometric * 900.0 / (temperature + 273.0) * wind * deficit
    return (energy + drying) / (slope + psychrometric * (1.0 + 0.34 * wind)), deficit


def evapotranspiration_args() -> tuple[np.ndarray, ...]:
    """A tropical day."""
    return float32_arrays(30.2, 14.33, 0.14, 2.0, 0.65, 101.3)


FUSION = {
    "T(d,n)4He": (
        34.3827,
        1124656.0,
        (1.17302e-9, 1.51361e-2, 7.51886e-2, 4.60643e-3, 1.35e-2, -1.0675e-4, 1.366e-5),
    ),
    "3He(d,p)4He": (
        68.7508,
        1124572.0,
        (5.51036e-10, 6.41918e-3, -2.02896e-3, -1.9108e-5, 1.35776e-4, 0.0, 0.0),
    ),
    "D(d,p)T": (
        31.3970,
        937814.0,
        (5.65718e-12, 3.41267e-3, 1.99167e-3, 0.0, 1.05060e-5, 0.0, 0.0),
    ),
}
"""Gamow constant (sqrt keV), reduced mass (keV) and coefficients of every reaction."""


def fusion_power(
    temperature: Array, deuterium: Array, tritium: Array, helium: Array
) -> tuple[Array, Array, Array]:
    """Return the rates of three fusion reactions in a plasma: Bosch and Hale, equations 12 to 14.

    Temperature (keV), the densities of the nuclei; reactivities in units of 1e-16 cm^3/s.
    """
    rates = []
    pairs = (deuterium * tritium, deuterium * helium, 0.5 * deuterium * deuterium)
    for (gamow, mass, c), pair in zip(FUSION.values(), pairs, strict=True):
        t = temperature
        above = t * (c[1] + t * (c[3] + t * c[5])) if c[3] else t * c[1]
        below = 1.0 + t * (c[2] + t * (c[4] + t * c[6]))
        theta = t / (1.0 - above / below)
        xi = jnp.cbrt(gamow * gamow / (4.0 * theta))
        cubed = t * t * t
        reactivity = (c[0] * 1e16) * theta * jnp.sqrt(xi / (mass * cubed)) * jnp.exp(-3.0 * xi)
        rates.append(pair * reactivity)
    return rates[0], rates[1], rates[2]


def fusion_power_args() -> tuple[np.ndarray, ...]:
    """At 10 keV."""
    return float32_arrays(10.0, 0.5, 0.4, 0.1)


NASA_POLYNOMIALS = {
    "CO": (3.57953347, -6.1035368e-4, 1.01681433e-6, 9.07005884e-10, -9.04424499e-13, -14344.086),
    "H2O": (4.19864056, -2.0364341e-3, 6.52040211e-6, -5.48797062e-9, 1.77197817e-12, -30293.7267),
    "CO2": (2.35677352, 8.98459677e-3, -7.12356269e-6, 2.45919022e-9, -1.43699548e-13, -48371.9697),
    "H2": (2.34433112, 7.98052075e-3, -1.9478151e-5, 2.01572094e-8, -7.37611761e-12, -917.935173),
}
"""Heat capacity over R by powers of the temperature (200 to 1000 K), then the enthalpy's constant."""
ENTROPIES = {"CO": 3.50840928, "H2O": -0.849032208, "CO2": 9.90105222, "H2": 0.683010238}
"""The entropy's constant."""


def water_gas_equilibrium(
    temperature: Array, monoxide: Array, water: Array, dioxide: Array, hydrogen: Array
) -> tuple[Array, Array]:
    """Return equilibrium constant and affinity over RT of CO + H2O = CO2 + H2, of four pressures."""

    def gibbs(name: str) -> Array:
        a, b, c, d, e, f = NASA_POLYNOMIALS[name]
        t = temperature
        enthalpy = a + t * (b / 2 + t * (c / 3 + t * (d / 4 + t * (e / 5)))) + f / t
        entropy = a * jnp.log(t) + t * (b + t * (c / 2 + t * (d / 3 + t * (e / 4))))
        return enthalpy - entropy - ENTROPIES[name]

    log_constant = gibbs("CO") + gibbs("H2O") - gibbs("CO2") - gibbs("H2")
    quotient = jnp.log(dioxide * hydrogen / (monoxide * water))
    return jnp.exp(log_constant), log_constant - quotient


def water_gas_equilibrium_args() -> tuple[np.ndarray, ...]:
    """Hot gas in a reformer."""
    return float32_arrays(900.0, 0.3, 0.5, 0.2, 0.4)
