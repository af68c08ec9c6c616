"""Computer vision: what cameras see, and losses of what they should have seen.

Bundle adjustment, Gaussian mixture and hand: F. Srajer, Z. Kukelova, A. Fitzgibbon, "A benchmark of selected
algorithmic differentiation tools on some problems in computer vision and machine learning", Optim. Methods
Softw. 33 (2018) 889-906. Epipolar distance: R. Hartley, A. Zisserman, "Multiple View Geometry", 2nd edition
(Cambridge 2004), section 11.4.3. Fisheye: J. Kannala, S. S. Brandt, IEEE Trans. PAMI 28 (2006) 1335-1340.
Splat: M. Zwicker et al., "EWA splatting", IEEE Trans. Vis. Comput. Graph. 8 (2002) 223-238; B. Kerbl et al.,
"3D Gaussian splatting for real-time radiance field rendering", ACM Trans. Graph. 42:4 (2023).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.science.vectors import (
    Vector,
    add,
    product,
    rotated,
    rotation_of_quaternion,
    subtract,
    transposed,
)

Array = jax.Array


def bundle_adjustment(*values: Array) -> tuple[Array, Array, Array]:
    """Return a weighted reprojection error (2) and the weight's own error.

    The camera's rotation (3), center (3), focal length, principal point (2) and radial distortion
    (2); the point (3); its weight. The pixel measured is a constant.
    """
    turn: Vector = (values[0], values[1], values[2])
    center: Vector = (values[3], values[4], values[5])
    focal, middle_x, middle_y, k1, k2 = values[6:11]
    point: Vector = (values[11], values[12], values[13])
    weight = values[14]
    x, y, z = rotated(turn, subtract(point, center))
    u, v = x / z, y / z
    square = u * u + v * v
    distortion = 1.0 + k1 * square + k2 * square * square
    error_x = weight * (u * distortion * focal + middle_x - 0.3)
    error_y = weight * (v * distortion * focal + middle_y + 0.1)
    return error_x, error_y, 1.0 - weight * weight


def bundle_adjustment_args() -> tuple[np.ndarray, ...]:
    """A point before a turned camera."""
    camera = (0.2, -0.1, 0.3, 0.5, 0.2, -2.0, 1.1, 0.05, -0.02, 0.1, -0.05)
    return float32_arrays(*camera, 0.8, -0.3, 2.0, 0.9)


def sampson_distance(*values: Array) -> tuple[Array, Array]:
    """Return the signed Sampson distance and the algebraic error of a pair of image points.

    A fundamental matrix (9, row by row), then the points (x, y) in the first and the second image.
    """
    rows = (values[0:3], values[3:6], values[6:9])
    x, y, u, v = values[9:13]
    line = [row[0] * x + row[1] * y + row[2] for row in rows]
    back = [rows[0][k] * u + rows[1][k] * v + rows[2][k] for k in range(2)]
    algebraic = u * line[0] + v * line[1] + line[2]
    slope = line[0] * line[0] + line[1] * line[1] + back[0] * back[0] + back[1] * back[1]
    return algebraic / jnp.sqrt(slope), algebraic


def sampson_distance_args() -> tuple[np.ndarray, ...]:
    """A matrix of rank two and a pair near its epipolar line."""
    matrix = (0.0, -0.3, 0.2, 0.4, 0.0, -0.9, -0.1, 0.8, 0.05)
    return float32_arrays(*matrix, 0.4, 0.3, 0.5, 0.2)


def fisheye_projection(*values: Array) -> tuple[Array, Array]:
    """Return the pixel at which a fisheye camera sees a point.

    The camera's rotation (3) and translation (3), focal lengths (2), principal point (2), four
    coefficients of the angle's polynomial; the point (3).
    """
    turn: Vector = (values[0], values[1], values[2])
    shift: Vector = (values[3], values[4], values[5])
    focal_x, focal_y, middle_x, middle_y, k1, k2, k3, k4 = values[6:14]
    point: Vector = (values[14], values[15], values[16])
    x, y, z = add(rotated(turn, point), shift)
    radius = jnp.sqrt(x * x + y * y)
    angle = jnp.arctan2(radius, z)
    square = angle * angle
    bent = angle * (1.0 + square * (k1 + square * (k2 + square * (k3 + square * k4))))
    ratio = bent / radius
    return focal_x * (ratio * x) + middle_x, focal_y * (ratio * y) + middle_y


def fisheye_projection_args() -> tuple[np.ndarray, ...]:
    """A point far from the axis."""
    pose = (0.2, -0.1, 0.3, 0.1, 0.2, 0.3)
    lens = (1.1, 1.2, 0.5, 0.4, 0.05, -0.02, 0.01, -0.003)
    return float32_arrays(*pose, *lens, 0.9, -0.7, 0.8)


def gaussian_splat(*values: Array) -> tuple[Array, ...]:
    """Return image place (2), inverse covariance (3) and strength of a Gaussian seen by a camera.

    Its attitude quaternion (4, any length), scales (3, logarithms), place before the camera (3) and
    opacity (before the sigmoid): Zwicker et al., section 4; Kerbl et al., equations 5 and 6.
    """
    w, x, y, z = values[:4]
    length = jnp.sqrt(w * w + x * x + y * y + z * z)
    rotation = rotation_of_quaternion(w / length, x / length, y / length, z / length)
    scales = [jnp.exp(s) for s in values[4:7]]
    px, py, pz = values[7:10]
    stretched = tuple(
        tuple(entry * s for entry, s in zip(row, scales, strict=True)) for row in rotation
    )
    covariance = product(stretched, transposed(stretched))  # type: ignore[arg-type]
    depth = 1.0 / pz
    u, v = px * depth, py * depth
    zero = jnp.zeros_like(px)
    jacobian_u: Vector = (depth, zero, -u * depth)
    jacobian_v: Vector = (zero, depth, -v * depth)

    def spread(a: Vector, b: Vector) -> Array:
        terms = [
            a[i] * covariance[i][j] * b[j]
            for i in range(3)
            for j in range(3)
            if a[i] is not zero and b[j] is not zero
        ]
        return terms[0] + terms[1] + terms[2] + terms[3]

    blur = 0.01
    uu, uv = spread(jacobian_u, jacobian_u) + blur, spread(jacobian_u, jacobian_v)
    vv = spread(jacobian_v, jacobian_v) + blur
    determinant = uu * vv - uv * uv
    opacity = 1.0 / (1.0 + jnp.exp(-values[10]))
    inverse = (vv / determinant, -uv / determinant, uu / determinant)
    return u, v, *inverse, opacity


def gaussian_splat_args() -> tuple[np.ndarray, ...]:
    """A flat Gaussian beside the axis."""
    return float32_arrays(0.8, 0.3, -0.4, 0.2, -1.0, -1.5, -2.5, 0.4, -0.3, 2.0, 0.7)


POINTS = np.array([[0.3, -0.5], [1.1, 0.4], [-0.7, 0.9], [0.2, 1.3], [-1.0, -0.6]], np.float32)
"""What the mixture is fitted to, (5, 2)."""


def gaussian_mixture(weights: Array, means: Array, scales: Array, slants: Array) -> Array:
    """Return minus the log-likelihood of five points, with a Wishart prior, up to constants.

    Weights (K,) before the softmax, means (K, 2), logarithms of the diagonals (K, 2) and the entries
    below them (K,) of the inverse covariances' triangular factors: Srajer et al., section 4.1.
    """
    points = jnp.asarray(POINTS, means.dtype)
    shifted = points[:, None, :] - means[None, :, :]
    diagonal = jnp.exp(scales)
    first = diagonal[None, :, 0] * shifted[:, :, 0]
    second = diagonal[None, :, 1] * shifted[:, :, 1] + slants[None, :] * shifted[:, :, 0]
    logs = weights + jnp.sum(scales, axis=1) - 0.5 * (first * first + second * second)
    likelihood = jnp.sum(_log_sum_exp(logs)) - len(POINTS) * _log_sum_exp(weights)
    size = jnp.sum(diagonal * diagonal) + jnp.sum(slants * slants)
    return 0.5 * size - jnp.sum(scales) - likelihood


def _log_sum_exp(x: Array) -> Array:
    """Over the last axis, with the largest taken out first."""
    largest = jax.lax.stop_gradient(jnp.max(x, axis=-1, keepdims=True))
    return jnp.log(jnp.sum(jnp.exp(x - largest), axis=-1)) + jnp.squeeze(largest, -1)


def gaussian_mixture_args() -> tuple[np.ndarray, ...]:
    """Three Gaussians in the plane."""
    means = [[0.5, -0.4], [-0.6, 0.7], [0.9, 1.0]]
    return float32_arrays(
        [0.2, -0.1, 0.4], means, [[0.1, -0.2], [0.3, 0.0], [-0.1, 0.2]], [0.3, -0.2, 0.1]
    )


def hand_tracking(*angles: Array) -> tuple[Array, ...]:
    """Return the distances (9) of a finger's three skin points from where they were measured.

    Two angles at the knuckle and one at each of two more joints, then the palm's turn (3); skin is
    blended between a bone and the next: Srajer et al., section 4.3.
    """
    bones, radius = (0.5, 0.35, 0.25), 0.08
    turn: Vector = (angles[4], angles[5], angles[6])
    spread_cos, spread_sin = jnp.cos(angles[0]), jnp.sin(angles[0])
    along = depth = jnp.zeros_like(angles[0])
    bend = angles[1]
    distances: list[Array] = []
    for bone, next_bend in zip(bones, (angles[2], angles[3], 0.1), strict=True):
        following = bend + next_bend
        ends = []
        for direction in (bend, following):
            cos, sin = jnp.cos(direction), jnp.sin(direction)
            ends.append((along + bone * cos - radius * sin, depth + bone * sin + radius * cos))
        skin_along, skin_depth = (0.6 * a + 0.4 * b for a, b in zip(*ends, strict=True))
        skin = (skin_along * spread_cos, skin_along * spread_sin, skin_depth)
        distances += subtract(rotated(turn, skin), (0.1, 0.2, 0.3))  # type: ignore[arg-type]
        along, depth = along + bone * jnp.cos(bend), depth + bone * jnp.sin(bend)
        bend = following
    return tuple(distances)


def hand_tracking_args() -> tuple[np.ndarray, ...]:
    """A bent finger of a turned hand."""
    return float32_arrays(0.2, 0.4, 0.5, 0.3, 0.3, -0.2, 0.4)
