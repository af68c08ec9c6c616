"""Celestial mechanics: orbits from elements, the restricted three-body problem, a flattened planet.

D. A. Vallado, "Fundamentals of Astrodynamics and Applications", 4th edition (Microcosm 2013), sections 2.2,
2.5, 8.7 and 8.8; V. Szebehely, "Theory of Orbits" (Academic Press 1967), section 1.5; orbit of R. F.
Arenstorf in E. Hairer, S. P. Nørsett, G. Wanner, "Solving Ordinary Differential Equations I", 2nd edition
(Springer 1993), section II.0; L. Verlet, Phys. Rev. 159 (1967) 98-103.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.families.dynamics import State, runge_kutta_step
from vertex_elim_env.tasks.science.vectors import Vector, add, dot, scale

Array = jax.Array


def orbit_from_elements(
    axis: Array,
    eccentricity: Array,
    inclination: Array,
    node: Array,
    pericenter: Array,
    mean: Array,
) -> tuple[Array, ...]:
    """Return place (3) and velocity (3) of a body on an ellipse, Kepler's equation by Newton steps.

    Semi-major axis, eccentricity, inclination, longitude of the ascending node, argument of the
    pericenter and mean anomaly; the center's mass is one: Vallado, algorithms 2 and 10.
    """
    anomaly = mean + eccentricity * jnp.sin(mean)
    for _ in range(3):
        miss = anomaly - eccentricity * jnp.sin(anomaly) - mean
        anomaly = anomaly - miss / (1.0 - eccentricity * jnp.cos(anomaly))
    cos, sin = jnp.cos(anomaly), jnp.sin(anomaly)
    minor = jnp.sqrt(1.0 - eccentricity * eccentricity)
    near = 1.0 - eccentricity * cos
    speed = 1.0 / (jnp.sqrt(axis) * near)
    along, across = axis * (cos - eccentricity), axis * minor * sin
    along_rate, across_rate = -speed * sin, speed * minor * cos
    cn, sn = jnp.cos(node), jnp.sin(node)
    cp, sp = jnp.cos(pericenter), jnp.sin(pericenter)
    ci, si = jnp.cos(inclination), jnp.sin(inclination)
    p: Vector = (cn * cp - sn * sp * ci, sn * cp + cn * sp * ci, sp * si)
    q: Vector = (-cn * sp - sn * cp * ci, cn * cp * ci - sn * sp, cp * si)
    place = add(scale(along, p), scale(across, q))
    velocity = add(scale(along_rate, p), scale(across_rate, q))
    return *place, *velocity


def orbit_from_elements_args() -> tuple[np.ndarray, ...]:
    """A comet past its pericenter."""
    return float32_arrays(1.6, 0.4, 0.5, 1.1, 0.7, 0.9)


def restricted_three_body_step(x: Array, y: Array, u: Array, v: Array, ratio: Array) -> State:
    """Return place and velocity near two circling masses a Runge-Kutta step later.

    In the frame that turns with them; the mass ratio is the lighter one's share.
    """

    def field(state: State) -> State:
        x, y, u, v = state
        heavy, light = x + ratio, x - (1.0 - ratio)
        far, near = heavy * heavy + y * y, light * light + y * y
        pull_far = (1.0 - ratio) / (far * jnp.sqrt(far))
        pull_near = ratio / (near * jnp.sqrt(near))
        return (
            u,
            v,
            x + 2.0 * v - pull_far * heavy - pull_near * light,
            y - 2.0 * u - (pull_far + pull_near) * y,
        )

    return runge_kutta_step(field, (x, y, u, v), 0.01)


def restricted_three_body_step_args() -> tuple[np.ndarray, ...]:
    """A point near the Moon."""
    return float32_arrays(0.9, 0.2, 0.1, -0.5, 0.0123)


def zonal_gravity(
    x: Array, y: Array, z: Array, gravity: Array, radius: Array, j2: Array, j3: Array, j4: Array
) -> Vector:
    """Return the acceleration by a flattened planet, to the fourth zonal harmonic.

    Place, gravitational parameter, equatorial radius and the harmonics: Vallado, section 8.7.1, written
    by the sine of the latitude.
    """
    square = x * x + y * y + z * z
    distance = jnp.sqrt(square)
    sine = z / distance
    sine2 = sine * sine
    ratio = radius / distance
    ratio2 = ratio * ratio
    j2, j3, j4 = 1.5 * j2 * ratio2, 2.5 * j3 * ratio2 * ratio, 0.625 * j4 * ratio2 * ratio2
    across = (
        1.0
        + j2 * (1.0 - 5.0 * sine2)
        + j3 * sine * (3.0 - 7.0 * sine2)
        - j4 * (3.0 - 42.0 * sine2 + 63.0 * sine2 * sine2)
    )
    along = (
        1.0
        + j2 * (3.0 - 5.0 * sine2)
        + j3 * sine * (6.0 - 7.0 * sine2)
        - j4 * (15.0 - 70.0 * sine2 + 63.0 * sine2 * sine2)
    )
    pull = -gravity / (square * distance)
    axial = pull * (z * along) + 0.6 * j3 * gravity / square
    return pull * x * across, pull * y * across, axial


def zonal_gravity_args() -> tuple[np.ndarray, ...]:
    """A low orbit at middle latitude; harmonics a hundred times the Earth's and more."""
    return float32_arrays(0.8, 0.5, 0.6, 1.0, 0.95, 0.1, -0.05, -0.03)


def verlet_kepler(*state: Array) -> tuple[Array, ...]:
    """Return place (3) and velocity (3) after four leapfrog steps round a mass, the last argument."""
    place: Vector = (state[0], state[1], state[2])
    velocity: Vector = (state[3], state[4], state[5])
    time_step = 0.1

    def pull(place: Vector) -> Vector:
        square = dot(place, place)
        return scale(-state[6] / (square * jnp.sqrt(square)), place)

    velocity = add(velocity, scale(0.5 * time_step, pull(place)))
    for step in range(4):
        place = add(place, scale(time_step, velocity))
        kick = 0.5 * time_step if step == 3 else time_step
        velocity = add(velocity, scale(kick, pull(place)))
    return *place, *velocity


def verlet_kepler_args() -> tuple[np.ndarray, ...]:
    """An inclined ellipse."""
    return float32_arrays(1.0, 0.2, -0.1, -0.1, 0.9, 0.3, 1.1)
