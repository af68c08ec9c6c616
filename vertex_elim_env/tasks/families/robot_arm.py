"""Forward kinematics of an arm with any number of revolute joints.

Denavit-Hartenberg parameters as in J. J. Craig, "Introduction to Robotics: Mechanics and Control",
3rd edition (Pearson 2005), chapter 3, and J. Denavit, R. S. Hartenberg, "A kinematic notation for
lower-pair mechanisms based on matrices", J. Appl. Mech. 22 (1955) 215-221.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Scalar = jax.Array | float
"""A number that is computed, or a constant of the arm."""
Vector = tuple[Scalar, ...]


class Link(NamedTuple):
    """Constant Denavit-Hartenberg parameters of a link.

    Attributes:
        length: along the common normal, in metres.
        quarter_turns: of the twist about it; industrial arms turn by 0 or 90 degrees.
        offset: along the joint's axis, in metres.
    """

    length: float
    quarter_turns: int
    offset: float


LINKS = (
    Link(0.3, 1, 0.7),
    Link(1.1, 0, 0.2),
    Link(0.2, 1, 0.1),
    Link(0.1, -1, 1.2),
    Link(0.1, 1, 0.1),
    Link(0.4, 0, 0.3),
)
"""Shoulder, upper arm, elbow, forearm, wrist, hand; a longer arm begins anew after six joints."""


def robot_arm(*, joints: int) -> Callable[..., tuple[jax.Array, ...]]:
    """Return the pose of the hand as a function of the joint angles.

    Results: its position (x, y, z) in metres, and the unit vector in which it points.
    """

    def pose(*angles: jax.Array) -> tuple[jax.Array, ...]:
        x: Vector = (1.0, 0.0, 0.0)
        y: Vector = (0.0, 1.0, 0.0)
        z: Vector = (0.0, 0.0, 1.0)
        position: Vector = (0.0, 0.0, 0.0)
        for joint in range(joints):
            link, angle = LINKS[joint % len(LINKS)], angles[joint]
            cos, sin = jnp.cos(angle), jnp.sin(angle)
            # The joint turns x and y about z, the twist then y and z about the new x.
            x, y = _combination(cos, x, sin, y), _combination(cos, y, -sin, x)
            position = tuple(
                _sum(_sum(p, _product(link.length, a)), _product(link.offset, b))
                for p, a, b in zip(position, x, z, strict=True)
            )
            y, z = _quarter_turned(y, z, link.quarter_turns)
        return tuple(jnp.asarray(p, angles[0].dtype) for p in (*position, *z))

    return pose


def _combination(a: jax.Array, u: Vector, b: jax.Array, v: Vector) -> Vector:
    return tuple(_sum(_product(a, p), _product(b, q)) for p, q in zip(u, v, strict=True))


def _product(a: Scalar, b: Scalar) -> Scalar:
    """A product without the multiplications by 0, 1 and -1 that nobody would write down."""
    if not isinstance(b, float) or b not in (0.0, 1.0, -1.0):
        return a * b
    return 0.0 if b == 0.0 else a if b == 1.0 else -a


def _sum(a: Scalar, b: Scalar) -> Scalar:
    """A sum without the additions of 0."""
    if isinstance(a, float) and a == 0.0:
        return b
    return a if isinstance(b, float) and b == 0.0 else a + b


def _quarter_turned(y: Vector, z: Vector, turns: int) -> tuple[Vector, Vector]:
    if turns == 0:
        return y, z
    if turns < 0:
        return tuple(-a for a in z), y
    return z, tuple(-a for a in y)


def robot_arm_args(*, joints: int) -> tuple[np.ndarray, ...]:
    """Joint angles in radians, away from singular poses."""
    return float32_arrays(*(0.4 + 0.7 * np.sin(2.0 * np.arange(joints) + 1.0)))
