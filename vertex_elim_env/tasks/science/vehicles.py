"""Vehicles: a quadrotor's and a car's equations of motion, and an attitude estimator.

R. Mahony, V. Kumar, P. Corke, "Multirotor aerial vehicles", IEEE Robot. Autom. Mag. 19:3 (2012) 20-32; R.
Rajamani, "Vehicle Dynamics and Control", 2nd edition (Springer 2012), chapters 2 and 13; H. B. Pacejka, "Tyre
and Vehicle Dynamics", 2nd edition (Butterworth 2006), section 4.3; S. O. H. Madgwick, A. J. L. Harrison, R.
Vaidyanathan, "Estimation of IMU and MARG orientation using a gradient descent algorithm", IEEE ICORR (2011).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.science.vectors import (
    Vector,
    cross,
    rotation_of_quaternion,
    scale,
    subtract,
    unit,
)

Array = jax.Array
GRAVITY = 9.81


def quadrotor(*state: Array) -> tuple[Array, ...]:
    """Return the rates of a quadrotor's state: Mahony, Kumar, Corke.

    Velocity (3), attitude as a quaternion (4), turning rates (3), and the speeds of the four rotors;
    the rates of place are the velocity, so they are left out.
    """
    velocity: Vector = (state[0], state[1], state[2])
    w, x, y, z = state[3:7]
    turn: Vector = (state[7], state[8], state[9])
    squares = [rotor * rotor for rotor in state[10:14]]
    thrust_factor, drag_factor, arm, mass = 3e-2, 5e-4, 0.2, 0.5
    inertia = (0.004, 0.005, 0.008)
    thrusts = [thrust_factor * square for square in squares]
    total = thrusts[0] + thrusts[1] + thrusts[2] + thrusts[3]
    rotation = rotation_of_quaternion(w, x, y, z)
    lift = scale(total / mass, (rotation[0][2], rotation[1][2], rotation[2][2]))
    pull = subtract(lift, scale(0.1, velocity))
    moment = (
        arm * (thrusts[1] - thrusts[3]),
        arm * (thrusts[2] - thrusts[0]),
        drag_factor * (squares[0] - squares[1] + squares[2] - squares[3]),
    )
    spin = (inertia[0] * turn[0], inertia[1] * turn[1], inertia[2] * turn[2])
    net = subtract(moment, cross(turn, spin))
    p, q, r = turn
    return (
        pull[0],
        pull[1],
        pull[2] - GRAVITY,
        -0.5 * (x * p + y * q + z * r),
        0.5 * (w * p + y * r - z * q),
        0.5 * (w * q + z * p - x * r),
        0.5 * (w * r + x * q - y * p),
        net[0] / inertia[0],
        net[1] / inertia[1],
        net[2] / inertia[2],
    )


def quadrotor_args() -> tuple[np.ndarray, ...]:
    """A banked turn; rotor speeds in hundreds of radians per second."""
    attitude = np.array([0.9, 0.2, -0.3, 0.25])
    attitude /= np.linalg.norm(attitude)
    return float32_arrays(1.0, -0.5, 0.3, *attitude, 0.4, -0.6, 0.2, 6.0, 6.3, 6.1, 6.6)


def single_track_vehicle(
    along: Array, across: Array, yaw_rate: Array, steering: Array, drive: Array, grip: Array
) -> tuple[Array, Array, Array]:
    """Return the accelerations along and across and of yaw, with magic-formula tyres.

    Speeds in m/s, yaw rate in 1/s, steering angle, driving force in newtons, friction coefficient:
    Rajamani, section 2.3, with Pacejka's tyre.
    """
    mass, inertia, front, rear = 1500.0, 2500.0, 1.2, 1.5

    def tyre(slip: Array, load: float) -> Array:
        stretched = 8.0 * slip
        bent = stretched - 0.97 * (stretched - jnp.arctan(stretched))
        return grip * load * jnp.sin(1.4 * jnp.arctan(bent))

    slip_f = steering - jnp.arctan2(across + front * yaw_rate, along)
    slip_r = -jnp.arctan2(across - rear * yaw_rate, along)
    weight = mass * GRAVITY / (front + rear)
    side_f, side_r = tyre(slip_f, weight * rear), tyre(slip_r, weight * front)
    cos, sin = jnp.cos(steering), jnp.sin(steering)
    air = 0.4 * along * along
    return (
        (drive * cos - side_f * sin - air) / mass + across * yaw_rate,
        (side_f * cos + drive * sin + side_r) / mass - along * yaw_rate,
        (front * (side_f * cos + drive * sin) - rear * side_r) / inertia,
    )


def single_track_vehicle_args() -> tuple[np.ndarray, ...]:
    """A fast bend."""
    return float32_arrays(25.0, -0.5, 0.3, 0.05, 1500.0, 0.9)


def madgwick_step(*values: Array) -> tuple[Array, ...]:
    """Return the attitude quaternion after a gyroscope's and an accelerometer's reading.

    Quaternion (4), turning rates (3), specific force (3), and the filter's gain: a step of gradient
    descent towards an attitude in which gravity is felt as measured, mixed with the integrated turn.
    """
    w, x, y, z = values[:4]
    p, q, r = values[4:7]
    a, b, c = unit((values[7], values[8], values[9]))
    gain, time_step = values[10], 0.01
    error = (
        2.0 * (x * z - w * y) - a,
        2.0 * (w * x + y * z) - b,
        2.0 * (0.5 - x * x - y * y) - c,
    )
    gradient = (
        -2.0 * y * error[0] + 2.0 * x * error[1],
        2.0 * z * error[0] + 2.0 * w * error[1] - 4.0 * x * error[2],
        -2.0 * w * error[0] + 2.0 * z * error[1] - 4.0 * y * error[2],
        2.0 * x * error[0] + 2.0 * y * error[1],
    )
    steepness = jnp.sqrt(gradient[0] ** 2 + gradient[1] ** 2 + gradient[2] ** 2 + gradient[3] ** 2)
    turning = (
        0.5 * (-x * p - y * q - z * r),
        0.5 * (w * p + y * r - z * q),
        0.5 * (w * q - x * r + z * p),
        0.5 * (w * r + x * q - y * p),
    )
    moved = [
        part + time_step * (rate - gain * slope / steepness)
        for part, rate, slope in zip((w, x, y, z), turning, gradient, strict=True)
    ]
    size = jnp.sqrt(moved[0] ** 2 + moved[1] ** 2 + moved[2] ** 2 + moved[3] ** 2)
    return tuple(part / size for part in moved)


def madgwick_step_args() -> tuple[np.ndarray, ...]:
    """A tilted sensor that turns; the gain is Madgwick's."""
    return float32_arrays(0.9, 0.2, -0.3, 0.25, 0.4, -0.6, 0.2, 1.0, 2.0, 9.0, 0.1)
