"""Robots: dynamics of arms and pendulums, geometry of a platform.

R. Featherstone, "Rigid Body Dynamics Algorithms" (Springer 2008), chapter 5, after J. Y. S. Luh, M. W.
Walker, R. P. C. Paul, J. Dyn. Syst. Meas. Control 102 (1980) 69-76; J. J. Craig, "Introduction to Robotics",
3rd edition (Pearson 2005), section 6.5; D. Stewart, "A platform with six degrees of freedom", Proc. Inst.
Mech. Eng. 180 (1965) 371-386; A. G. Barto, R. S. Sutton, C. W. Anderson, "Neuronlike adaptive elements that
can solve difficult learning control problems", IEEE Trans. SMC 13 (1983) 834-846.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.families.dynamics import State, runge_kutta_step
from vertex_elim_env.tasks.science.vectors import add, norm, scale

Array = jax.Array
GRAVITY = 9.81


class Link(NamedTuple):
    """A link of an arm, in the frame of its joint, whose axis is z.

    Attributes:
        twist: cosine and sine of the angle about x between the joint before and this one.
        offset: from the joint before, metres, (3,).
        mass: kilograms.
        center: of mass, metres, (3,).
        inertia: moments about the center, kg m^2, (3,).
    """

    twist: tuple[float, float]
    offset: tuple[float, float, float]
    mass: float
    center: tuple[float, float, float]
    inertia: tuple[float, float, float]


ARM = tuple(
    Link((0.0, sine), offset, mass, (0.01, -0.02, 0.06), (0.04 * mass / 4, 0.03 * mass / 4, 0.01))
    if sine
    else Link((1.0, 0.0), offset, mass, (0.0, 0.01, 0.08), (0.05, 0.05, 0.02))
    for sine, offset, mass in (
        (0.0, (0.0, 0.0, 0.36), 5.8),
        (-1.0, (0.0, 0.0, 0.0), 6.4),
        (1.0, (0.0, -0.42, 0.0), 3.5),
        (1.0, (0.0, 0.0, 0.0), 3.5),
        (-1.0, (0.0, 0.4, 0.0), 3.5),
        (-1.0, (0.0, 0.0, 0.0), 1.8),
        (1.0, (0.0, -0.126, 0.0), 1.2),
    )
)
"""Seven joints, each square to the next, with the lengths of a KUKA LBR iiwa 14 and rounded masses."""


SKEW = np.array(
    [
        [[0, 0, 0], [0, 0, -1], [0, 1, 0]],
        [[0, 0, 1], [0, 0, 0], [-1, 0, 0]],
        [[0, -1, 0], [1, 0, 0], [0, 0, 0]],
    ]
)
"""Times a vector it is the matrix that forms vector products with that vector."""


def inverse_dynamics_7dof(angles: Array, rates: Array, accelerations: Array) -> Array:
    """Return the joint torques (7,), in N m, by the recursive Newton-Euler algorithm.

    Joint angles, their rates and accelerations, each (7,): Craig, equations 6.45 to 6.53.
    """
    turn = jnp.zeros(3, angles.dtype)
    turning = jnp.zeros(3, angles.dtype)
    lifted = jnp.array([0.0, 0.0, GRAVITY], angles.dtype)
    axis = jnp.array([0.0, 0.0, 1.0], angles.dtype)
    rotations, forces, moments = [], [], []
    for i, link in enumerate(ARM):
        rotation = _joint_rotation(jnp.cos(angles[i]), jnp.sin(angles[i]), link)
        offset = jnp.array(link.offset, angles.dtype)
        lifted = rotation.T @ (
            lifted + _cross(turning, offset) + _cross(turn, _cross(turn, offset))
        )
        carried = rotation.T @ turn
        spin = axis * rates[i]
        turning = rotation.T @ turning + _cross(carried, spin) + axis * accelerations[i]
        turn = carried + spin
        center = jnp.array(link.center, angles.dtype)
        inertia = jnp.array(link.inertia, angles.dtype)
        acceleration = lifted + _cross(turning, center) + _cross(turn, _cross(turn, center))
        rotations.append(rotation)
        forces.append(link.mass * acceleration)
        moments.append(inertia * turning + _cross(turn, inertia * turn))
    torques = []
    force = moment = None
    for i in reversed(range(len(ARM))):
        center = jnp.array(ARM[i].center, angles.dtype)
        own = moments[i] + _cross(center, forces[i])
        if force is None or moment is None:
            force, moment = forces[i], own
        else:
            passed = rotations[i + 1] @ force
            offset = jnp.array(ARM[i + 1].offset, angles.dtype)
            moment = own + rotations[i + 1] @ moment + _cross(offset, passed)
            force = forces[i] + passed
        torques.append(moment[2])
    return jnp.stack(torques[::-1])


def _joint_rotation(cos: Array, sin: Array, link: Link) -> Array:
    """The rotation matrix from the frame of a joint to that of the joint before, (3, 3)."""
    c, s = link.twist
    zero, one = jnp.zeros_like(cos), jnp.ones_like(cos)
    entries = [cos, -sin, zero, c * sin, c * cos, -s * one, s * sin, s * cos, c * one]
    return jnp.stack(entries).reshape(3, 3)


def _cross(a: Array, b: Array) -> Array:
    """The vector product: the skew matrix of the one times the other."""
    return (jnp.asarray(SKEW, a.dtype) @ a) @ b


def inverse_dynamics_7dof_args() -> tuple[np.ndarray, ...]:
    """A bent arm that moves in every joint."""
    k = np.arange(7)
    return float32_arrays(0.4 + 0.2 * np.sin(k), np.cos(k), 0.5 * np.sin(2 * k + 1))


def double_pendulum_step(
    a: Array, b: Array, a_rate: Array, b_rate: Array, length: Array, mass: Array
) -> State:
    """Return both angles and rates a Runge-Kutta step later.

    The second rod's length and mass are in units of the first's. L. D. Landau, E. M. Lifshitz,
    "Mechanics", 3rd edition (Butterworth 1976), section 5, problem 1, solved for the accelerations.
    """

    def field(state: State) -> State:
        a, b, u, v = state
        cos, sin = jnp.cos(a - b), jnp.sin(a - b)
        right_1 = -mass * length * v * v * sin - (1.0 + mass) * GRAVITY * jnp.sin(a)
        right_2 = u * u * sin - GRAVITY * jnp.sin(b)
        below = 1.0 + mass * sin * sin
        return (
            u,
            v,
            (right_1 - mass * cos * right_2) / below,
            ((1.0 + mass) * right_2 - cos * right_1) / (length * below),
        )

    return runge_kutta_step(field, (a, b, a_rate, b_rate), 0.02)


def double_pendulum_step_args() -> tuple[np.ndarray, ...]:
    """Both rods raised, turning."""
    return float32_arrays(1.2, 0.7, 0.5, -0.8, 0.8, 0.6)


def cart_pole_step(
    place: Array, angle: Array, speed: Array, rate: Array, force: Array, mass: Array
) -> State:
    """Return place, angle, speed and rate of a cart with a pole, a Runge-Kutta step later.

    The pole's mass is in kilograms; cart 1 kg, half a pole 0.5 m: Barto, Sutton, Anderson, appendix.
    """

    def field(state: State) -> State:
        _, angle, speed, rate = state
        cos, sin = jnp.cos(angle), jnp.sin(angle)
        total = 1.0 + mass
        pushed = (force + 0.5 * mass * rate * rate * sin) / total
        turning = (GRAVITY * sin - cos * pushed) / (0.5 * (4.0 / 3.0 - mass * cos * cos / total))
        return speed, rate, pushed - 0.5 * mass * turning * cos / total, turning

    return runge_kutta_step(field, (place, angle, speed, rate), 0.02)


def cart_pole_step_args() -> tuple[np.ndarray, ...]:
    """A leaning pole, the cart pushed."""
    return float32_arrays(0.1, 0.2, -0.3, 0.4, 10.0, 0.1)


def stewart_platform(
    x: Array, y: Array, z: Array, roll: Array, pitch: Array, yaw: Array
) -> tuple[Array, ...]:
    """Return the lengths of six legs, in metres, of the platform's place and its three angles."""
    cr, sr = jnp.cos(roll), jnp.sin(roll)
    cp, sp = jnp.cos(pitch), jnp.sin(pitch)
    cy, sy = jnp.cos(yaw), jnp.sin(yaw)
    first = (cy * cp, sy * cp, -sp)
    second = (cy * sp * sr - sy * cr, sy * sp * sr + cy * cr, cp * sr)
    lengths = []
    for leg in range(6):
        below = np.deg2rad(60 * (leg // 2 * 2) + (15 if leg % 2 else -15))
        above = np.deg2rad(60 * (leg // 2 * 2) + (50 if leg % 2 else -50))
        joint = add(
            scale(0.6 * float(np.cos(above)), first), scale(0.6 * float(np.sin(above)), second)
        )
        reach = add(joint, (x - float(np.cos(below)), y - float(np.sin(below)), z))
        lengths.append(norm(reach))
    return tuple(lengths)


def stewart_platform_args() -> tuple[np.ndarray, ...]:
    """A platform raised by 1.2 m and tilted."""
    return float32_arrays(0.1, -0.05, 1.2, 0.1, -0.15, 0.2)
