"""Estimation: filters that weigh what is predicted against what is measured, and a Gaussian process.

R. E. Kalman, "A new approach to linear filtering and prediction problems", J. Basic Eng. 82 (1960) 35-45, with
the update of R. S. Bucy, P. D. Joseph (1968); S. Thrun, W. Burgard, D. Fox, "Probabilistic Robotics" (MIT 2005),
section 10.2; C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning" (MIT 2006),
algorithm 2.1; L. E. Baum, T. Petrie, Ann. Math. Stat. 37 (1966) 1554-1563.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array


def kalman_filter(*values: Array) -> tuple[Array, ...]:
    """Return mean (2), covariance (3) and log-likelihood after three measurements of a place.

    Mean place and speed, their covariance (3), noise of acceleration and measurement, time step, and the
    measurements (3).
    """
    place, speed, pp, ps, ss, shake, noise, dt = values[:8]
    log = None
    for measured in values[8:11]:
        place = place + dt * speed
        half = 0.5 * dt * dt
        moved_ps = ps + dt * ss
        pp = pp + dt * (ps + moved_ps) + half * half * shake
        ps = moved_ps + half * dt * shake
        ss = ss + dt * dt * shake
        miss = measured - place
        spread = pp + noise
        gain_p, gain_s = pp / spread, ps / spread
        place, speed = place + gain_p * miss, speed + gain_s * miss
        kept = 1.0 - gain_p
        pp, ps, ss = kept * pp, kept * ps, ss - gain_s * ps
        term = -0.5 * (jnp.log(2.0 * math.pi * spread) + miss * miss / spread)
        log = term if log is None else log + term
    assert log is not None
    return place, speed, pp, ps, ss, log


def kalman_filter_args() -> tuple[np.ndarray, ...]:
    """A body that speeds up."""
    return float32_arrays(0.0, 1.0, 1.0, 0.1, 0.5, 0.2, 0.3, 0.5, 0.6, 1.3, 2.2)


def landmark_update(*values: Array) -> tuple[Array, ...]:
    """Return a robot's pose (3) and its variances (3) after sighting a landmark by range and bearing.

    Pose (x, y, heading), covariance (6, row by row above the diagonal), landmark (2), range and
    bearing measured, and their variances: Thrun et al., section 10.2.
    """
    x, y, heading, xx, xy, xh, yy, yh, hh = values[:9]
    mark_x, mark_y, measured, bearing, noise_r, noise_b = values[9:15]
    dx, dy = mark_x - x, mark_y - y
    square = dx * dx + dy * dy
    distance = jnp.sqrt(square)
    cos, sin = dx / distance, dy / distance
    turn_x, turn_y = dy / square, dx / square
    covariance = ((xx, xy, xh), (xy, yy, yh), (xh, yh, hh))
    by_range = [-row[0] * cos - row[1] * sin for row in covariance]
    by_bearing = [row[0] * turn_x - row[1] * turn_y - row[2] for row in covariance]
    rr = -cos * by_range[0] - sin * by_range[1] + noise_r
    rb = -cos * by_bearing[0] - sin * by_bearing[1]
    bb = turn_x * by_bearing[0] - turn_y * by_bearing[1] - by_bearing[2] + noise_b
    determinant = rr * bb - rb * rb
    miss_r = measured - distance
    miss_b = bearing - (jnp.arctan2(dy, dx) - heading)
    means, variances = [], []
    for mean, variance, a, b in zip(
        (x, y, heading), (xx, yy, hh), by_range, by_bearing, strict=True
    ):
        gain_r = (a * bb - b * rb) / determinant
        gain_b = (b * rr - a * rb) / determinant
        means.append(mean + gain_r * miss_r + gain_b * miss_b)
        variances.append(variance - gain_r * a - gain_b * b)
    return *means, *variances


def landmark_update_args() -> tuple[np.ndarray, ...]:
    """A robot unsure of its heading."""
    pose = (1.0, 2.0, 0.3, 0.2, 0.02, 0.01, 0.3, -0.02, 0.1)
    return float32_arrays(*pose, 3.0, 4.0, 2.7, 0.5, 0.05, 0.02)


def gaussian_process(*values: Array) -> Array:
    """Return the log marginal likelihood of four values, the covariance's Cholesky factor in scalars.

    Places (4), values (4), length scale, amplitude and noise, all three as logarithms.
    """
    places, heights = values[:4], values[4:8]
    rate, power, noise = (
        jnp.exp(-2.0 * values[8]),
        jnp.exp(2.0 * values[9]),
        jnp.exp(2.0 * values[10]),
    )
    factor: dict[tuple[int, int], Array] = {}
    solved: list[Array] = []
    log = None
    for i in range(4):
        for j in range(i + 1):
            if i == j:
                entry = power + noise
            else:
                apart = places[i] - places[j]
                entry = power * jnp.exp(-0.5 * rate * apart * apart)
            for k in range(j):
                entry = entry - factor[i, k] * factor[j, k]
            factor[i, j] = jnp.sqrt(entry) if i == j else entry / factor[j, j]
        rest = heights[i]
        for k in range(i):
            rest = rest - factor[i, k] * solved[k]
        solved.append(rest / factor[i, i])
        term = -0.5 * solved[i] * solved[i] - jnp.log(factor[i, i])
        log = term if log is None else log + term
    assert log is not None
    return log - 2.0 * math.log(2.0 * math.pi)


def gaussian_process_args() -> tuple[np.ndarray, ...]:
    """A smooth function with noise."""
    return float32_arrays(0.0, 0.7, 1.5, 2.1, 0.1, 0.7, 0.9, 0.6, -0.1, 0.2, -1.5)


def hidden_markov(*values: Array) -> Array:
    """Return the log-likelihood of five symbols under two hidden states, by the forward algorithm.

    Logits of the start, of staying in either state, and of the three symbols in either state (6).
    """
    start = 1.0 / (1.0 + jnp.exp(-values[0]))
    stay = [1.0 / (1.0 + jnp.exp(-logit)) for logit in values[1:3]]
    shown = []
    for state in range(2):
        powers = [jnp.exp(logit) for logit in values[3 + 3 * state : 6 + 3 * state]]
        total = powers[0] + powers[1] + powers[2]
        shown.append([power / total for power in powers])
    symbols = (0, 2, 1, 1, 0)
    a, b = start * shown[0][0], (1.0 - start) * shown[1][0]
    log = None
    for symbol in symbols[1:]:
        total = a + b
        term = jnp.log(total)
        log = term if log is None else log + term
        a, b = a / total, b / total
        a, b = (
            (a * stay[0] + b * (1.0 - stay[1])) * shown[0][symbol],
            (a * (1.0 - stay[0]) + b * stay[1]) * shown[1][symbol],
        )
    assert log is not None
    return log + jnp.log(a + b)


def hidden_markov_args() -> tuple[np.ndarray, ...]:
    """States that prefer different symbols."""
    return float32_arrays(0.3, 1.2, 0.8, 0.5, -0.2, 0.1, -0.6, 0.9, 0.4)
