"""Vectors of three scalars, written out: graphs of scalar operations, nothing stacked."""

from __future__ import annotations

import jax
import jax.numpy as jnp

Array = jax.Array
Vector = tuple[Array, Array, Array]
Matrix = tuple[Vector, Vector, Vector]
"""Three rows."""


def add(a: Vector, b: Vector) -> Vector:
    """Return a + b."""
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def subtract(a: Vector, b: Vector) -> Vector:
    """Return a - b."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def scale(factor: Array | float, a: Vector) -> Vector:
    """Return a number times a vector."""
    return factor * a[0], factor * a[1], factor * a[2]


def dot(a: Vector, b: Vector) -> Array:
    """Return the inner product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    """Return the vector product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def norm(a: Vector) -> Array:
    """Return the length."""
    return jnp.sqrt(dot(a, a))


def unit(a: Vector) -> Vector:
    """Return the vector of length one in the same direction."""
    length = norm(a)
    return a[0] / length, a[1] / length, a[2] / length


def apply(m: Matrix, a: Vector) -> Vector:
    """Return a matrix times a vector."""
    return dot(m[0], a), dot(m[1], a), dot(m[2], a)


def transposed(m: Matrix) -> Matrix:
    """Return the transposed matrix."""
    (a, b, c), (d, e, f), (g, h, i) = m
    return (a, d, g), (b, e, h), (c, f, i)


def product(m: Matrix, n: Matrix) -> Matrix:
    """Return the product of two matrices."""
    columns = transposed(n)
    return apply(columns, m[0]), apply(columns, m[1]), apply(columns, m[2])


def determinant(m: Matrix) -> Array:
    """Return the determinant: the triple product of the rows."""
    return dot(m[0], cross(m[1], m[2]))


def solution(m: Matrix, right: Vector) -> Vector:
    """Return x with m x = right, by Cramer's rule."""
    cofactors = cross(m[1], m[2]), cross(m[2], m[0]), cross(m[0], m[1])
    inverse_determinant = 1.0 / dot(m[0], cofactors[0])
    return scale(inverse_determinant, apply(transposed(cofactors), right))


def rotation_of_quaternion(w: Array, x: Array, y: Array, z: Array) -> Matrix:
    """Return the rotation matrix of a unit quaternion.

    J. B. Kuipers, "Quaternions and Rotation Sequences" (Princeton 1999), section 7.7.
    """
    return (
        (1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)),
        (2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)),
        (2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)),
    )


def rotated(axis_angle: Vector, a: Vector) -> Vector:
    """Return a vector turned about an axis by an angle, the axis vector's length.

    O. Rodrigues, J. Math. Pures Appl. 5 (1840) 380-440.
    """
    angle = norm(axis_angle)
    axis = scale(1.0 / angle, axis_angle)
    cos, sin = jnp.cos(angle), jnp.sin(angle)
    along = scale(dot(axis, a) * (1.0 - cos), axis)
    return add(add(scale(cos, a), scale(sin, cross(axis, a))), along)
