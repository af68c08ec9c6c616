"""Molecules: energies of bonds, angles, torsions, charges and clusters.

W. D. Cornell et al., "A second generation force field", J. Am. Chem. Soc. 117 (1995) 5179-5197; A. Blondel, M.
Karplus, J. Comput. Chem. 17 (1996) 1132-1141; F. H. Stillinger, T. A. Weber, Phys. Rev. B 31 (1985) 5262-5271;
W. L. Jorgensen et al., J. Chem. Phys. 79 (1983) 926-935; J. Tersoff, Phys. Rev. B 37 (1988) 6991-7000.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.science.vectors import Vector, cross, dot, norm, subtract

Array = jax.Array


def _atoms(places: tuple[Array, ...]) -> list[Vector]:
    return [(places[k], places[k + 1], places[k + 2]) for k in range(0, len(places), 3)]


def torsion_energy(*values: Array) -> tuple[Array, Array, Array]:
    """Return the energies of bonds, angles and the torsion of a chain of four atoms: Cornell et al.

    Places (12), then force constants of bond, angle and the torsion's two harmonics.
    """
    a, b, c, d = _atoms(values[:12])
    stretch, bend, once, thrice = values[12:16]
    ab, bc, cd = subtract(b, a), subtract(c, b), subtract(d, c)
    lengths = [norm(ab), norm(bc), norm(cd)]
    off = [length - 1.5 for length in lengths]
    bonds = stretch * (off[0] ** 2 + off[1] ** 2 + off[2] ** 2)
    first = jnp.arccos(-dot(ab, bc) / (lengths[0] * lengths[1]))
    second = jnp.arccos(-dot(bc, cd) / (lengths[1] * lengths[2]))
    angles = bend * ((first - 1.9) ** 2 + (second - 1.9) ** 2)
    before, behind = cross(ab, bc), cross(bc, cd)
    angle = jnp.arctan2(lengths[1] * dot(ab, behind), dot(before, behind))
    torsion = once * (1.0 + jnp.cos(angle)) + thrice * (1.0 + jnp.cos(3.0 * angle))
    return bonds, angles, torsion


def torsion_energy_args() -> tuple[np.ndarray, ...]:
    """A chain out of its plane."""
    places = [[0.1, 0.2, -0.1], [1.5, 0, 0.1], [2.0, 1.4, 0], [3.3, 1.6, 0.8]]
    return float32_arrays(*np.ravel(places), 3.0, 0.6, 0.2, 0.15)


def stillinger_weber(*places: Array) -> Array:
    """Return the energy of four silicon atoms, in reduced units: Stillinger and Weber, equations 2.3 to 2.6."""
    atoms = _atoms(places)
    distance, cut = {}, {}
    energy = None
    for i in range(4):
        for j in range(i):
            r = norm(subtract(atoms[i], atoms[j]))
            gap = 1.0 / (r - 1.8)
            inverse = 1.0 / (r * r)
            pair = 7.049556277 * (0.6022245584 * inverse * inverse - 1.0) * jnp.exp(gap)
            distance[i, j] = distance[j, i] = r
            cut[i, j] = cut[j, i] = jnp.exp(1.2 * gap)
            energy = pair if energy is None else energy + pair
    assert energy is not None
    for center in range(4):
        others = [k for k in range(4) if k != center]
        arms = {k: subtract(atoms[k], atoms[center]) for k in others}
        for j, k in ((others[0], others[1]), (others[0], others[2]), (others[1], others[2])):
            cosine = dot(arms[j], arms[k]) / (distance[center, j] * distance[center, k])
            bent = cosine + 1.0 / 3.0
            energy = energy + 21.0 * cut[center, j] * cut[center, k] * bent * bent
    return energy


def stillinger_weber_args() -> tuple[np.ndarray, ...]:
    """A bent cluster within the reach of the forces."""
    places = [[0, 0, 0], [1.1, 0.1, 0], [-0.3, 1.1, 0.1], [0.3, 0.4, 1.1]]
    return float32_arrays(*np.ravel(places))


def water_dimer(*places: Array) -> tuple[Array, Array]:
    """Return electrostatic and dispersion energy of two rigid waters (TIP3P), places in units of 3.15 angstrom.

    Oxygen and both hydrogens of either: Jorgensen et al., equation 1.
    """
    atoms = _atoms(places)
    charges = (-2.0, 1.0, 1.0)
    electric = None
    for i, a in enumerate(atoms[:3]):
        for j, b in enumerate(atoms[3:]):
            term = (charges[i] * charges[j]) / norm(subtract(a, b))
            electric = term if electric is None else electric + term
    assert electric is not None
    apart = subtract(atoms[0], atoms[3])
    inverse = 1.0 / dot(apart, apart)
    power = inverse * inverse * inverse
    return 18.3 * electric, 0.608 * power * (power - 1.0)


def water_dimer_args() -> tuple[np.ndarray, ...]:
    """A bent hydrogen bond."""
    first = [[0, 0, 0.02], [0.3, 0.05, 0], [-0.1, 0.28, 0.03]]
    second = [[0.92, 0.1, -0.05], [1.0, -0.15, 0.1], [1.05, 0.3, 0.12]]
    return float32_arrays(*np.ravel([*first, *second]))


def tersoff_bond(*places: Array) -> Array:
    """Return the energy of a bond between the first two of four carbon atoms: Tersoff.

    Twelve coordinates in angstrom; all neighbours well within the cutoff.
    """
    a_strength, b_strength, falls, decays = 1393.6, 346.74, 3.4879, 2.2119
    beta, power, c2, d2, h = 1.5724e-7, 0.72751, 38049.0**2, 4.3484**2, -0.57058
    atoms = _atoms(places)
    bond = subtract(atoms[1], atoms[0])
    r = norm(bond)

    def order(center: int, arm: Vector) -> Array:
        crowd = None
        for k in (2, 3):
            other = subtract(atoms[k], atoms[center])
            cosine = dot(arm, other) / (r * norm(other))
            off = h - cosine
            angular = 1.0 + c2 / d2 - c2 / (d2 + off * off)
            crowd = angular if crowd is None else crowd + angular
        assert crowd is not None
        crowded = jnp.exp(power * jnp.log(beta * crowd))
        return jnp.exp(-jnp.log(1.0 + crowded) / (2.0 * power))

    back: Vector = (-bond[0], -bond[1], -bond[2])
    mean = 0.5 * (order(0, bond) + order(1, back))
    return a_strength * jnp.exp(-falls * r) - mean * b_strength * jnp.exp(-decays * r)


def tersoff_bond_args() -> tuple[np.ndarray, ...]:
    """A bond with two neighbours."""
    places = [[0, 0, 0], [1.4, 0.1, 0], [-0.6, 1.2, 0.1], [0.7, 0.9, 0.9]]
    return float32_arrays(*np.ravel(places))
