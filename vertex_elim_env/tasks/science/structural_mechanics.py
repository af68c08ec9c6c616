"""Structural mechanics: finite elements, large strains, plasticity.

T. Belytschko, W. K. Liu, B. Moran, K. Elkhodary, "Nonlinear Finite Elements for Continua and Structures", 2nd
edition (Wiley 2014), chapters 4 and 5; M. A. Crisfield, "Non-linear Finite Element Analysis of Solids and
Structures", volume 1 (Wiley 1991), sections 3.2 and 7.2; O. K. Smith, Commun. ACM 4 (1961) 168; G. A. Holzapfel,
"Nonlinear Solid Mechanics" (Wiley 2000), section 6.5; J. C. Simo, T. J. R. Hughes, "Computational Inelasticity"
(Springer 1998), section 3.3.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.science.vectors import Matrix, cross, determinant, product, transposed

Array = jax.Array

CORNERS = ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0))
"""Of the square that elements are mapped from."""


def hyperelastic_quad(*values: Array) -> tuple[Array, ...]:
    """Return the nodal forces (8) of a unit square element of a neo-Hookean solid in plane strain.

    Displacements (8), shear modulus and Lamé's constant; two by two Gauss points: Belytschko et al.,
    sections 4.9 and 5.4.
    """
    places, shear, lame = values[:8], values[8], values[9]
    forces: list[Array | None] = [None] * 8
    for xi, eta in CORNERS:
        slopes = [
            (
                0.5 * a * (1.0 + b * eta / math.sqrt(3.0)),
                0.5 * b * (1.0 + a * xi / math.sqrt(3.0)),
            )
            for a, b in CORNERS
        ]
        gradient = [
            [_combined([s[axis] for s in slopes], places[part::2]) for axis in range(2)]
            for part in range(2)
        ]
        f11, f12 = 1.0 + gradient[0][0], gradient[0][1]
        f21, f22 = gradient[1][0], 1.0 + gradient[1][1]
        volume = f11 * f22 - f12 * f21
        pressure = (lame * jnp.log(volume) - shear) / volume
        stress = (
            (shear * f11 + pressure * f22, shear * f12 - pressure * f21),
            (shear * f21 - pressure * f12, shear * f22 + pressure * f11),
        )
        for node, slope in enumerate(slopes):
            for part in range(2):
                share = 0.25 * _combined(slope, stress[part])
                before = forces[2 * node + part]
                forces[2 * node + part] = share if before is None else before + share
    return tuple(force for force in forces if force is not None)


def _combined(factors: list[float] | tuple[float, ...], values: tuple[Array, ...]) -> Array:
    terms = [factor * value for factor, value in zip(factors, values, strict=True)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def hyperelastic_quad_args() -> tuple[np.ndarray, ...]:
    """A stretched and sheared square."""
    return float32_arrays(0.0, 0.0, 0.1, 0.02, 0.15, 0.1, 0.04, 0.12, 1.0, 1.5)


def corotational_beam(
    x1: Array,
    y1: Array,
    turn_1: Array,
    x2: Array,
    y2: Array,
    turn_2: Array,
    area: Array,
    bending: Array,
) -> tuple[Array, ...]:
    """Return the end forces and moments (6) of a slender beam that may turn far: Crisfield, section 7.2.

    Places and turns of its ends, axial and bending stiffness; it was straight, of length one.
    """
    dx, dy = x2 - x1, y2 - y1
    length = jnp.sqrt(dx * dx + dy * dy)
    cos, sin = dx / length, dy / length
    along = jnp.arctan2(dy, dx)
    local_1, local_2 = turn_1 - along, turn_2 - along
    axial = area * (length * length - 1.0) / (length + 1.0)
    moment_1 = bending * (4.0 * local_1 + 2.0 * local_2)
    moment_2 = bending * (2.0 * local_1 + 4.0 * local_2)
    shear = (moment_1 + moment_2) / length
    force_x, force_y = axial * cos + shear * sin, axial * sin - shear * cos
    return -force_x, -force_y, moment_1, force_x, force_y, moment_2


def corotational_beam_args() -> tuple[np.ndarray, ...]:
    """A beam turned by half a right angle and bent."""
    return float32_arrays(0.1, 0.0, 0.7, 0.8, 0.75, 0.9, 100.0, 1.0)


def shallow_truss(*values: Array) -> tuple[Array, ...]:
    """Return the forces (12) that a star of nine bars exerts on its four free nodes.

    The nodes' displacements (12) and the bars' common stiffness; Green's strain: Crisfield, section 3.2.
    """
    ring = [(math.cos(a), math.sin(a), 0.0) for a in (0.0, 2 * math.pi / 3, 4 * math.pi / 3)]
    free = [(0.0, 0.0, 0.4), *((0.5 * x, 0.5 * y, 0.3) for x, y, _ in ring)]
    bars = [(0, 1), (0, 2), (0, 3), (1, 2), (2, 3), (3, 1), (1, 4), (2, 5), (3, 6)]
    forces: list[Array | None] = [None] * 12
    nodes = [*free, *ring]
    for a, b in bars:
        rest = [q - p for p, q in zip(nodes[a], nodes[b], strict=True)]
        squared_rest = sum(x * x for x in rest)
        moved = values[3 * a : 3 * a + 3]
        current = [
            (length - u) if b > 3 else (values[3 * b + axis] - u + length)
            for axis, (length, u) in enumerate(zip(rest, moved, strict=True))
        ]
        square = current[0] * current[0] + current[1] * current[1] + current[2] * current[2]
        tension = values[12] * (square - squared_rest) / (2.0 * squared_rest**1.5)
        for axis, length in enumerate(current):
            pull = tension * length
            for node, sign in ((a, 1.0), (b, -1.0)):
                if node < 4:
                    before = forces[3 * node + axis]
                    if before is None:
                        forces[3 * node + axis] = pull if sign > 0 else -pull
                    else:
                        forces[3 * node + axis] = before + pull if sign > 0 else before - pull
    return tuple(force for force in forces if force is not None)


def shallow_truss_args() -> tuple[np.ndarray, ...]:
    """The top pushed in."""
    return float32_arrays(*(0.03 * np.sin(1.3 * np.arange(12)) - 0.02), 50.0)


def principal_stresses(
    xx: Array, yy: Array, zz: Array, xy: Array, yz: Array, zx: Array
) -> tuple[Array, ...]:
    """Return the three principal stresses and von Mises' equivalent stress: Smith."""
    mean = (xx + yy + zz) / 3.0
    a, b, c = xx - mean, yy - mean, zz - mean
    shear = xy * xy + yz * yz + zx * zx
    second = (a * a + b * b + c * c + 2.0 * shear) / 6.0
    third = 0.5 * (a * b * c + 2.0 * xy * yz * zx - a * yz * yz - b * zx * zx - c * xy * xy)
    root = jnp.sqrt(second)
    angle = jnp.arccos(third / (second * root)) / 3.0
    largest = mean + 2.0 * root * jnp.cos(angle)
    smallest = mean + 2.0 * root * jnp.cos(angle + 2.0 * math.pi / 3.0)
    return largest, 3.0 * mean - largest - smallest, smallest, 3.0 * root


def principal_stresses_args() -> tuple[np.ndarray, ...]:
    """A general state."""
    return float32_arrays(3.0, -1.0, 0.5, 0.8, -0.6, 1.1)


def mooney_rivlin(*values: Array) -> tuple[Array, ...]:
    """Return the Cauchy stress (6) of rubber: Holzapfel, section 6.5, with a volumetric penalty.

    The deformation gradient (9, row by row), both Mooney constants and the bulk modulus.
    """
    f: Matrix = (
        (values[0], values[1], values[2]),
        (values[3], values[4], values[5]),
        (values[6], values[7], values[8]),
    )
    c1, c2, bulk = values[9:12]
    volume = determinant(f)
    b = product(f, transposed(f))
    first = b[0][0] + b[1][1] + b[2][2]
    squared = product(b, b)
    second = 0.5 * (first * first - squared[0][0] - squared[1][1] - squared[2][2])
    third_root = jnp.cbrt(volume)
    shrink = 1.0 / (third_root * third_root)
    w1, w2 = 2.0 * c1 * shrink / volume, 2.0 * c2 * shrink * shrink / volume
    pressure = bulk * (volume - 1.0) - (w1 * first + 2.0 * w2 * second) / 3.0
    slope = w1 + w2 * first

    def entry(i: int, j: int) -> Array:
        return slope * b[i][j] - w2 * squared[i][j]

    return (
        entry(0, 0) + pressure,
        entry(1, 1) + pressure,
        entry(2, 2) + pressure,
        entry(0, 1),
        entry(1, 2),
        entry(2, 0),
    )


def mooney_rivlin_args() -> tuple[np.ndarray, ...]:
    """Stretched and sheared rubber."""
    return float32_arrays(1.3, 0.2, -0.1, 0.05, 0.9, 0.15, 0.1, -0.05, 0.95, 0.5, 0.1, 20.0)


def plastic_return(*values: Array) -> tuple[Array, ...]:
    """Return the stress (6) and plastic strain after a step past the yield of hardening metal.

    The strain's increment (6), the stress before (6), plastic strain before, shear and bulk modulus,
    yield stress and hardening: Simo and Hughes, box 3.2.
    """
    strain, before = values[0:6], values[6:12]
    plastic, shear, bulk, limit, hardening = values[12:17]
    dilation = strain[0] + strain[1] + strain[2]
    mean = (before[0] + before[1] + before[2]) / 3.0
    trial = [
        before[k] - mean + 2.0 * shear * (strain[k] - dilation / 3.0)
        if k < 3
        else before[k] + 2.0 * shear * strain[k]
        for k in range(6)
    ]
    square = trial[0] ** 2 + trial[1] ** 2 + trial[2] ** 2
    square = square + 2.0 * (trial[3] ** 2 + trial[4] ** 2 + trial[5] ** 2)
    size = jnp.sqrt(square)
    ratio = math.sqrt(2.0 / 3.0)
    beyond = size - ratio * (limit + hardening * plastic)
    slip = jnp.maximum(beyond, 0.0) / (2.0 * shear + 2.0 / 3.0 * hardening)
    kept = 1.0 - 2.0 * shear * slip / size
    pressure = mean + bulk * dilation
    stress = [kept * s + pressure if k < 3 else kept * s for k, s in enumerate(trial)]
    return *stress, plastic + ratio * slip


def plastic_return_args() -> tuple[np.ndarray, ...]:
    """A step well past the yield."""
    strain = (0.02, -0.01, 0.005, 0.01, -0.004, 0.006)
    return float32_arrays(*strain, 0.5, -0.3, 0.1, 0.2, 0.1, -0.2, 0.01, 40.0, 80.0, 0.6, 5.0)


def surface_curvatures(*values: Array) -> tuple[Array, Array]:
    """Return mean and Gaussian curvature of a surface by the first and second derivatives of its place.

    Derivatives r_u, r_v, r_uu, r_uv, r_vv (15): M. P. do Carmo, "Differential Geometry of Curves and
    Surfaces" (Prentice-Hall 1976), section 3.3.
    """
    ru, rv, ruu, ruv, rvv = ((values[k], values[k + 1], values[k + 2]) for k in range(0, 15, 3))
    normal = cross(ru, rv)

    def inner(a: tuple[Array, ...], b: tuple[Array, ...]) -> Array:
        return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

    first_e, first_f, first_g = inner(ru, ru), inner(ru, rv), inner(rv, rv)
    area2 = first_e * first_g - first_f * first_f
    area = jnp.sqrt(area2)
    second_e, second_f, second_g = (inner(d, normal) / area for d in (ruu, ruv, rvv))
    gauss = (second_e * second_g - second_f * second_f) / area2
    mean = 0.5 * (first_e * second_g - 2.0 * first_f * second_f + first_g * second_e) / area2
    return mean, gauss


def surface_curvatures_args() -> tuple[np.ndarray, ...]:
    """A saddle."""
    return float32_arrays(*(1.0, 0.1, 0.3), *(-0.1, 0.9, -0.2), *np.sin(np.arange(9)))
