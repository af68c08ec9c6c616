"""Optics: rays through lenses, light on absorbing films and rough surfaces.

G. H. Spencer, M. V. R. K. Murty, "General ray-tracing procedure", J. Opt. Soc. Am. 52 (1962) 672-678; M. Born, E.
Wolf, "Principles of Optics", 7th edition (Cambridge 1999), sections 1.5, 1.6 and 14.4; H. Kogelnik, T. Li,
"Laser beams and resonators", Appl. Opt. 5 (1966) 1550-1567; B. Walter et al., "Microfacet models for
refraction through rough surfaces", EGSR 2007, with the albedo of C. Schlick, Comput. Graph. Forum 13 (1994).
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.science.complex_numbers import Complex
from vertex_elim_env.tasks.science.vectors import Vector, add, dot, unit

Array = jax.Array


def triplet_ray(*values: Array) -> tuple[Array, Array, Array, Array]:
    """Return height (2) and slope (2) of a skew ray behind a lens of four spherical surfaces.

    Curvatures (4), distances to the next surface (4), refractive indices of the two glasses, the
    ray's place (2) before the first surface and its direction's first two cosines.
    """
    curvatures, distances = values[0:4], values[4:8]
    crown, flint, x, y, k, l = values[8:14]  # noqa: E741  Spencer and Murty's letters
    z = jnp.zeros_like(x) - 1.0
    m = jnp.sqrt(1.0 - k * k - l * l)
    for surface in range(4):
        curvature = curvatures[surface]
        x, y, z = x - z * k / m, y - z * l / m, jnp.zeros_like(z)
        middle = m - curvature * (k * x + l * y)
        square = curvature * (x * x + y * y)
        root = jnp.sqrt(middle * middle - curvature * square)
        reach = square / (middle + root)
        x, y, z = x + reach * k, y + reach * l, reach * m
        ratio = (1.0 / crown, crown, 1.0 / flint, flint)[surface]
        bent = jnp.sqrt(1.0 - ratio * ratio * (1.0 - root * root))
        turn = bent - ratio * root
        k = ratio * k - turn * curvature * x
        l = ratio * l - turn * curvature * y  # noqa: E741
        m = ratio * m + turn * (1.0 - curvature * z)
        z = z - distances[surface]
    return x - z * k / m, y - z * l / m, k / m, l / m


def triplet_ray_args() -> tuple[np.ndarray, ...]:
    """A positive crown and a negative flint lens, lengths in units of the focal length."""
    shape = (0.8, -0.5, -0.7, 0.6, 0.1, 0.05, 0.08, 0.9)
    return float32_arrays(*shape, 1.52, 1.65, 0.1, 0.05, 0.06, -0.04)


def absorbing_film(
    index: Array, absorption: Array, thickness: Array, wavelength: Array, sine: Array, glass: Array
) -> tuple[Array, Array, Array, Array]:
    """Return reflectance and transmittance, for both polarizations, of an absorbing film on glass.

    The film's refractive index and absorption, thickness and wavelength, the sine of the angle of
    incidence in air, the glass's index: Born and Wolf, sections 1.6.4 and 14.4.
    """
    zero = jnp.zeros_like(index)
    square = Complex(index * index - absorption * absorption, 2.0 * index * absorption)
    inside = square.plus(-sine * sine).sqrt()
    outside, below = jnp.sqrt(1.0 - sine * sine), jnp.sqrt(glass * glass - sine * sine)
    phase = inside.times(2.0 * math.pi * thickness / wavelength)
    through = Complex(-phase.im, phase.re).exp()

    def power(air: Complex, film: Complex, ground: Complex, shape: Array) -> tuple[Array, Array]:
        first = (air - film) / (air + film)
        second = (film - ground) / (film + ground)
        twice = through * through
        below_line = Complex(zero + 1.0, zero) + first * second * twice
        reflected = (first + second * twice) / below_line
        entering = air.times(2.0) / (air + film) * (film.times(2.0) / (film + ground))
        passed = entering * through / below_line
        return reflected.squared_modulus, shape * passed.squared_modulus

    across = power(Complex(outside, zero), inside, Complex(below, zero), below / outside)
    parallel = power(
        Complex(1.0 / outside, zero),
        square / inside,
        Complex(glass * glass / below, zero),
        outside * glass * glass / below,
    )
    return *across, *parallel


def absorbing_film_args() -> tuple[np.ndarray, ...]:
    """A thin layer of chromium, light slanting."""
    return float32_arrays(3.1, 3.3, 0.02, 0.55, 0.6, 1.52)


def cavity_beam(
    length: Array, near: Array, far: Array, focal: Array, place: Array, wavelength: Array
) -> tuple[Array, Array, Array, Array]:
    """Return a resonator's mode on one mirror (radius), and the beam behind a lens (waist, place, size).

    The cavity's length, its mirrors' radii of curvature, a lens's focal length and distance, all in one
    unit: Kogelnik and Li, sections 3.2, 3.3 and 4.
    """
    g1, g2 = 1.0 - length / near, 1.0 - length / far
    product = g1 * g2
    spread = g1 + g2 - 2.0 * product
    confocal = length * jnp.sqrt(product * (1.0 - product)) / spread
    at_mirror = jnp.sqrt(wavelength * length / math.pi * jnp.sqrt(g2 / (g1 * (1.0 - product))))
    waist_place = length * g2 * (1.0 - g1) / spread
    beam = Complex(place + length - waist_place, confocal)
    one = Complex(jnp.ones_like(place), jnp.zeros_like(place))
    bent = beam / (one - beam.times(1.0 / focal))
    waist = jnp.sqrt(wavelength * bent.im / math.pi)
    size = waist * jnp.sqrt(1.0 + (bent.re / bent.im) ** 2)
    return at_mirror, waist, -bent.re, size


def cavity_beam_args() -> tuple[np.ndarray, ...]:
    """A stable resonator, lengths in metres, the wavelength magnified."""
    return float32_arrays(0.5, 2.0, 1.2, 0.3, 0.4, 0.01)


def microfacet_reflection(*values: Array) -> tuple[Array, Array, Array]:
    """Return the light (three colours) that a rough metal sends to the eye.

    The surface's normal (3), the directions to the eye (3) and to the light (3), each of any length,
    the roughness, and the colours at normal incidence (3): Walter et al., equations 20, 33 and 34.
    """
    normal = unit((values[0], values[1], values[2]))
    eye = unit((values[3], values[4], values[5]))
    light = unit((values[6], values[7], values[8]))
    roughness = values[9]
    half: Vector = unit(add(eye, light))
    to_eye, to_light = dot(normal, eye), dot(normal, light)
    to_half, slant = dot(normal, half), dot(eye, half)
    square = roughness * roughness
    bell = 1.0 + to_half * to_half * (square - 1.0)
    facets = square / (math.pi * bell * bell)

    def unshadowed(cosine: Array) -> Array:
        return 2.0 / (1.0 + jnp.sqrt(1.0 + square * (1.0 / (cosine * cosine) - 1.0)))

    shape = 0.25 * facets * unshadowed(to_eye) * unshadowed(to_light) / to_eye
    glancing = (1.0 - slant) ** 5
    red, green, blue = ((base + (1.0 - base) * glancing) * shape for base in values[10:13])
    return red, green, blue


def microfacet_reflection_args() -> tuple[np.ndarray, ...]:
    """Copper in slanting light."""
    directions = (0.1, 0.2, 1.0, 0.5, -0.3, 0.8, -0.4, 0.6, 0.9)
    return float32_arrays(*directions, 0.3, 0.95, 0.64, 0.54)


def prism_deviation(
    sine: Array, apex: Array, wavelength: Array, b1: Array, b2: Array, c1: Array, c2: Array
) -> tuple[Array, Array]:
    """Return deviation and refractive index of a prism of Sellmeier glass: Born and Wolf, section 4.7.2.

    Sine of the angle of incidence, apex angle, wavelength, two oscillator strengths and poles.
    """
    square = wavelength * wavelength
    index = jnp.sqrt(1.0 + b1 * square / (square - c1) + b2 * square / (square - c2))
    inner = jnp.arcsin(sine / index)
    outer = jnp.arcsin(index * jnp.sin(apex - inner))
    return jnp.arcsin(sine) + outer - apex, index


def prism_deviation_args() -> tuple[np.ndarray, ...]:
    """Crown glass in yellow light."""
    return float32_arrays(0.7, 1.0, 0.589, 1.04, 0.23, 0.006, 0.02)
