"""Forward kinematics of an arm with six revolute joints: position and Euler angles of its hand.

Denavit-Hartenberg parameters as in J. J. Craig, "Introduction to Robotics: Mechanics and Control",
3rd edition (Pearson 2005), chapter 3; lengths in millimetres.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array

BASE_OFFSET, BASE_HEIGHT = 175.0, 575.0
UPPER_ARM = 890.0
ELBOW_OFFSET, FOREARM = 50.0, 1035.0
HAND = 185.0


class Joints(NamedTuple):
    """Cosines and sines of the joint angles; the second and third joint add up."""

    c1: Array
    c2: Array
    c4: Array
    c5: Array
    c6: Array
    c23: Array
    s1: Array
    s2: Array
    s4: Array
    s5: Array
    s6: Array
    s23: Array


def _joints(t1: Array, t2: Array, t3: Array, t4: Array, t5: Array, t6: Array) -> Joints:
    c1, c2, c4, c5, c6 = (jnp.cos(t) for t in (t1, t2, t4, t5, t6))
    c23 = jnp.cos(t2) * jnp.cos(t3) - jnp.sin(t2) * jnp.sin(t3)
    s1, s2, s4, s5, s6 = (jnp.sin(t) for t in (t1, t2, t4, t5, t6))
    s23 = jnp.cos(t2) * jnp.sin(t3) + jnp.sin(t2) * jnp.cos(t3)
    return Joints(c1, c2, c4, c5, c6, c23, s1, s2, s4, s5, s6, s23)


def _approach(j: Joints) -> tuple[Array, Array, Array]:
    """The direction in which the hand points."""
    return _approach_x(j), _approach_y(j), _approach_z(j)


def _approach_x(j: Joints) -> Array:
    return j.s5 * (j.c1 * j.c23 * j.c4 + j.s1 * j.s4) + j.c1 * j.s23 * j.c5


def _approach_y(j: Joints) -> Array:
    return j.s5 * (j.s1 * j.c23 * j.c4 - j.c1 * j.s4) + j.s1 * j.s23 * j.c5


def _approach_z(j: Joints) -> Array:
    return j.s23 * j.c4 * j.s5 - j.c23 * j.c5


def robot_arm_6dof() -> Callable[..., tuple[Array, ...]]:
    """Return the pose (px, py, pz, and three z-y-z Euler angles) as a function of six angles."""

    def pose(t1: Array, t2: Array, t3: Array, t4: Array, t5: Array, t6: Array) -> tuple[Array, ...]:
        j = _joints(t1, t2, t3, t4, t5, t6)
        ax, ay, az = _approach(j)
        slide = j.c6 * (j.c23 * j.s5 + j.s23 * j.c4 * j.c5) - j.s23 * j.s4 * j.s6
        normal = -j.s6 * (j.c23 * j.s5 + j.s23 * j.c4 * j.c5) - j.s23 * j.s4 * j.c6
        euler_1 = jnp.arctan2(ay, ax)
        euler_2 = jnp.arctan2(jnp.sqrt(1.0 - az**2), az)
        euler_3 = jnp.arctan2(normal, -slide)

        def reach() -> Array:
            """Distance of the wrist from the axis of the base."""
            return BASE_OFFSET + UPPER_ARM * j.c2 + ELBOW_OFFSET * j.c23 + FOREARM * j.s23

        px = HAND * _approach_x(j) + j.c1 * reach()
        # The published program adds c1 s4 here where the approach vector subtracts it.
        published_y = j.s5 * (j.s1 * j.c23 * j.c4 + j.c1 * j.s4) + j.s1 * j.s23 * j.c5
        py = HAND * published_y + j.s1 * reach()
        height = UPPER_ARM * j.s2 + BASE_HEIGHT + ELBOW_OFFSET * j.s23 - FOREARM * j.c23
        pz = height + HAND * _approach_z(j)
        return px, py, pz, euler_1, euler_2, euler_3

    return pose


def robot_arm_6dof_args() -> tuple[np.ndarray, ...]:
    """Six joint angles in radians, away from singular poses."""
    return float32_arrays(0.3, 0.5, -0.4, 0.7, 0.9, -0.6)
