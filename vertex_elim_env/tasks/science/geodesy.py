"""Geodesy: places on the ellipsoid, maps, and satellite ranges; angles in radians, lengths in metres.

T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid", Survey Review 23 (1975) 88-93; C. F.
F. Karney, "Transverse Mercator with an accuracy of a few nanometers", J. Geodesy 85 (2011) 475-485; B. R.
Bowring, "Transformation from spatial to geographical coordinates", Survey Review 23 (1976) 323-327; B.
Hofmann-Wellenhof, H. Lichtenegger, E. Wasle, "GNSS" (Springer 2008), chapters 5 and 8; J. Saastamoinen, Bull.
Géodésique 105 (1972) 279-298; J. A. Klobuchar, IEEE Trans. Aerosp. Electron. Syst. 23 (1987) 325-331.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.science.vectors import Vector, apply, norm, subtract

Array = jax.Array

AXIS, FLATTENING = 6378137.0, 1.0 / 298.257223563
"""Of WGS 84."""
ECCENTRICITY2 = FLATTENING * (2.0 - FLATTENING)
LIGHT = 299792458.0


class Arc(NamedTuple):
    """A great circle's arc on the auxiliary sphere: turn in longitude, and what Vincenty's series need."""

    turn: Array
    arc: Array
    sin_arc: Array
    cos_arc: Array
    slant2: Array
    middle: Array


def _arc(s1: Array, c1: Array, s2: Array, c2: Array, apart: Array, turn: Array) -> Arc:
    """A round of Vincenty's iteration, from sines and cosines of the reduced latitudes."""
    f = FLATTENING
    st, ct = jnp.sin(turn), jnp.cos(turn)
    east, north = c2 * st, c1 * s2 - s1 * c2 * ct
    sin_arc = jnp.sqrt(east * east + north * north)
    cos_arc = s1 * s2 + c1 * c2 * ct
    arc = jnp.arctan2(sin_arc, cos_arc)
    tilt = c1 * c2 * st / sin_arc
    slant2 = 1.0 - tilt * tilt
    middle = cos_arc - 2.0 * s1 * s2 / slant2
    c = f / 16.0 * slant2 * (4.0 + f * (4.0 - 3.0 * slant2))
    bend = middle + c * cos_arc * (2.0 * middle * middle - 1.0)
    turned = apart + (1.0 - c) * f * tilt * (arc + c * sin_arc * bend)
    return Arc(turned, arc, sin_arc, cos_arc, slant2, middle)


def vincenty_distance(
    latitude_1: Array, longitude_1: Array, latitude_2: Array, longitude_2: Array
) -> tuple[Array, Array, Array]:
    """Return distance and both azimuths of a geodesic, by three rounds of Vincenty's inverse method."""
    f, minor = FLATTENING, AXIS * (1.0 - FLATTENING)
    reduced_1 = jnp.arctan((1.0 - f) * jnp.tan(latitude_1))
    reduced_2 = jnp.arctan((1.0 - f) * jnp.tan(latitude_2))
    s1, c1, s2, c2 = jnp.sin(reduced_1), jnp.cos(reduced_1), jnp.sin(reduced_2), jnp.cos(reduced_2)
    apart = longitude_2 - longitude_1
    found = _arc(s1, c1, s2, c2, apart, apart)
    for _ in range(2):
        found = _arc(s1, c1, s2, c2, apart, found.turn)
    turn, arc, sin_arc, cos_arc, slant2, middle = found
    u2 = slant2 * (AXIS * AXIS - minor * minor) / (minor * minor)
    a = 1.0 + u2 / 16384.0 * (4096.0 + u2 * (-768.0 + u2 * (320.0 - 175.0 * u2)))
    b = u2 / 1024.0 * (256.0 + u2 * (-128.0 + u2 * (74.0 - 47.0 * u2)))
    middle2 = middle * middle
    outer = cos_arc * (2.0 * middle2 - 1.0)
    inner = b / 6.0 * middle * (4.0 * sin_arc * sin_arc - 3.0) * (4.0 * middle2 - 3.0)
    shift = b * sin_arc * (middle + 0.25 * b * (outer - inner))
    st, ct = jnp.sin(turn), jnp.cos(turn)
    azimuth_1 = jnp.arctan2(c2 * st, c1 * s2 - s1 * c2 * ct)
    azimuth_2 = jnp.arctan2(c1 * st, c1 * s2 * ct - s1 * c2)
    return minor * a * (arc - shift), azimuth_1, azimuth_2


def vincenty_distance_args() -> tuple[np.ndarray, ...]:
    """Across a continent."""
    return float32_arrays(0.65, -2.1, 0.85, 0.04)


def transverse_mercator(latitude: Array, longitude: Array, meridian: Array) -> tuple[Array, ...]:
    """Return easting, northing, and the grid's scale squared of a UTM zone: Karney, section 4.

    Krüger's series to the third power of the third flattening.
    """
    n = FLATTENING / (2.0 - FLATTENING)
    radius = AXIS / (1.0 + n) * (1.0 + n**2 / 4.0 + n**4 / 64.0)
    series = (
        n / 2.0 - 2.0 / 3.0 * n**2 + 5.0 / 16.0 * n**3,
        13.0 / 48.0 * n**2 - 3.0 / 5.0 * n**3,
        61.0 / 240.0 * n**3,
    )
    e = math.sqrt(ECCENTRICITY2)
    sin = jnp.sin(latitude)
    conformal = jnp.sinh(jnp.arctanh(sin) - e * jnp.arctanh(e * sin))
    apart = longitude - meridian
    cos = jnp.cos(apart)
    xi = jnp.arctan2(conformal, cos)
    eta = jnp.arcsinh(jnp.sin(apart) / jnp.sqrt(conformal * conformal + cos * cos))
    x, y = eta, xi
    p, q = jnp.ones_like(xi), jnp.zeros_like(xi)
    for order, factor in enumerate(series, 1):
        sk, ck = jnp.sin(2.0 * order * xi), jnp.cos(2.0 * order * xi)
        sh, ch = jnp.sinh(2.0 * order * eta), jnp.cosh(2.0 * order * eta)
        x, y = x + factor * ck * sh, y + factor * sk * ch
        p, q = p + 2.0 * order * factor * ck * ch, q + 2.0 * order * factor * sk * sh
    scale = (p * p + q * q) * (1.0 + conformal * conformal) / (conformal * conformal + cos * cos)
    return 500000.0 + 0.9996 * radius * x, 0.9996 * radius * y, scale


def transverse_mercator_args() -> tuple[np.ndarray, ...]:
    """Two degrees from the zone's meridian."""
    return float32_arrays(0.83, 0.19, 0.157)


def _geocentric(latitude: Array, longitude: Array, height: Array) -> Vector:
    sin, cos = jnp.sin(latitude), jnp.cos(latitude)
    normal = AXIS / jnp.sqrt(1.0 - ECCENTRICITY2 * sin * sin)
    out = (normal + height) * cos
    up = (normal * (1.0 - ECCENTRICITY2) + height) * sin
    return out * jnp.cos(longitude), out * jnp.sin(longitude), up


def local_coordinates(
    latitude: Array,
    longitude: Array,
    height: Array,
    home_latitude: Array,
    home_longitude: Array,
    home_height: Array,
) -> tuple[Array, ...]:
    """Return a target's east, north and up from home, its azimuth, elevation and range."""
    home = _geocentric(home_latitude, home_longitude, home_height)
    reach = subtract(_geocentric(latitude, longitude, height), home)
    sp, cp = jnp.sin(home_latitude), jnp.cos(home_latitude)
    sl, cl = jnp.sin(home_longitude), jnp.cos(home_longitude)
    east = cl * reach[1] - sl * reach[0]
    outward = cl * reach[0] + sl * reach[1]
    north, up = cp * reach[2] - sp * outward, cp * outward + sp * reach[2]
    level = jnp.sqrt(east * east + north * north)
    distance = jnp.sqrt(level * level + up * up)
    return east, north, up, jnp.arctan2(east, north), jnp.arctan2(up, level), distance


def local_coordinates_args() -> tuple[np.ndarray, ...]:
    """An aircraft seen from an airport."""
    return float32_arrays(0.84, 0.16, 9000.0, 0.83, 0.15, 400.0)


def geodetic_coordinates(x: Array, y: Array, z: Array) -> tuple[Array, Array, Array]:
    """Return latitude, longitude and height of a place, by two rounds of Bowring's method."""
    out = jnp.sqrt(x * x + y * y)
    minor = AXIS * (1.0 - FLATTENING)
    second = ECCENTRICITY2 / (1.0 - ECCENTRICITY2)

    def corrected(tangent: Array) -> Array:
        """The tangent of the latitude from that of the reduced latitude."""
        cos = 1.0 / jnp.sqrt(1.0 + tangent * tangent)
        sin = tangent * cos
        above = z + second * minor * sin * sin * sin
        return above / (out - ECCENTRICITY2 * AXIS * cos * cos * cos)

    slope = corrected(z / out * (AXIS / minor))
    slope = corrected((1.0 - FLATTENING) * slope)
    latitude = jnp.arctan(slope)
    sine = jnp.sin(latitude)
    normal = AXIS / jnp.sqrt(1.0 - ECCENTRICITY2 * sine * sine)
    height = out * jnp.cos(latitude) + z * sine - AXIS * AXIS / normal
    return latitude, jnp.arctan2(y, x), height


def geodetic_coordinates_args() -> tuple[np.ndarray, ...]:
    """A mountain at middle latitude."""
    return float32_arrays(4.27e6, 6.5e5, 4.68e6)


def datum_shift(*values: Array) -> Vector:
    """Return a place in another datum, by seven parameters without small-angle approximation.

    Place (3), shift (3), three angles, scale: Hofmann-Wellenhof et al., section 8.3.
    """
    a, b, c = values[6:9]
    ca, sa, cb, sb, cc, sc = jnp.cos(a), jnp.sin(a), jnp.cos(b), jnp.sin(b), jnp.cos(c), jnp.sin(c)
    rotation = (
        (cb * cc, ca * sc + sa * sb * cc, sa * sc - ca * sb * cc),
        (-cb * sc, ca * cc - sa * sb * sc, sa * cc + ca * sb * sc),
        (sb, -sa * cb, ca * cb),
    )
    x, y, z = apply(rotation, (values[0], values[1], values[2]))
    factor = 1.0 + values[9]
    return values[3] + factor * x, values[4] + factor * y, values[5] + factor * z


def datum_shift_args() -> tuple[np.ndarray, ...]:
    """In megametres, the angles magnified."""
    return float32_arrays(4.0, 0.7, 4.9, 0.6, 0.07, 0.4, 0.01, -0.02, 0.015, 1e-3)


def pseudorange(*values: Array) -> Array:
    """Return a satellite's range as a receiver measures it, its signal delayed by the air.

    The receiver's place in metres (3) and clock error in metres, the satellite's place (3), the
    receiver's latitude, pressure (hPa), temperature (K) and vapour (hPa), and the amplitude and period
    of the ionosphere's cosine (s), with the local time (s): Saastamoinen; Klobuchar.
    """
    receiver: Vector = (values[0], values[1], values[2])
    satellite: Vector = (values[4], values[5], values[6])
    latitude, pressure, temperature, vapour, amplitude, period, time = values[7:14]
    sight = subtract(satellite, receiver)
    distance = norm(sight)
    turned = distance + 7.2921e-5 / LIGHT * (
        satellite[0] * receiver[1] - satellite[1] * receiver[0]
    )
    up = norm(receiver)
    sine = (sight[0] * receiver[0] + sight[1] * receiver[1] + sight[2] * receiver[2]) / (
        distance * up
    )
    tangent2 = (1.0 - sine * sine) / (sine * sine)
    hydrostatic = pressure / (1.0 - 0.00266 * jnp.cos(2.0 * latitude))
    wet = (1255.0 / temperature + 0.05) * vapour
    troposphere = 0.0022768 / sine * (hydrostatic + wet - 1.16 * tangent2)
    elevation = jnp.arcsin(sine) / math.pi
    slant = 1.0 + 16.0 * (0.53 - elevation) ** 3
    phase = 2.0 * math.pi * (time - 50400.0) / period
    square = phase * phase
    cosine = 1.0 - square / 2.0 + square * square / 24.0
    delay = jnp.where(jnp.abs(phase) < 1.57, 5e-9 + amplitude * cosine, 5e-9)
    return turned + values[3] + troposphere + LIGHT * slant * delay


def pseudorange_args() -> tuple[np.ndarray, ...]:
    """In the early afternoon."""
    places = (4.2e6, 6.9e5, 4.75e6, 30.0, 1.4e7, -3e6, 2.2e7)
    return float32_arrays(*places, 0.84, 1005.0, 290.0, 12.0, 2e-8, 1e5, 55000.0)
