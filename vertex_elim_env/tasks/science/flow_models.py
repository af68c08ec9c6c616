"""Flow models: reconstruction, shallow water, turbulence, and friction.

WENO: G.-S. Jiang, C.-W. Shu, "Efficient implementation of weighted ENO schemes", J. Comput. Phys. 126
(1996) 202-228. Shallow water: R. J. LeVeque, "Finite Volume Methods for Hyperbolic Problems" (Cambridge
2002), section 15.3.3. Turbulence: P. R. Spalart, S. R. Allmaras, "A one-equation turbulence model for
aerodynamic flows", AIAA 92-0439 (1992); F. R. Menter, "Two-equation eddy-viscosity turbulence models for
engineering applications", AIAA J. 32 (1994) 1598-1605.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array
GRAVITY = 9.81


def weno5_face(a: Array, b: Array, c: Array, d: Array, e: Array, f: Array) -> tuple[Array, Array]:
    """Return the values on both sides of the face between c and d, from six cells in a row."""
    return _weno5(a, b, c, d, e), _weno5(f, e, d, c, b)


def _weno5(a: Array, b: Array, c: Array, d: Array, e: Array) -> Array:
    """Three parabolas through three cells each, weighted by how smooth they are."""
    bend, slope = 13.0 / 12.0, 0.25
    smooth = (
        bend * (a - 2.0 * b + c) ** 2 + slope * (a - 4.0 * b + 3.0 * c) ** 2,
        bend * (b - 2.0 * c + d) ** 2 + slope * (b - d) ** 2,
        bend * (c - 2.0 * d + e) ** 2 + slope * (3.0 * c - 4.0 * d + e) ** 2,
    )
    values = (
        (2.0 * a - 7.0 * b + 11.0 * c) / 6.0,
        (-b + 5.0 * c + 2.0 * d) / 6.0,
        (2.0 * c + 5.0 * d - e) / 6.0,
    )
    weights = [w / (1e-6 + s) ** 2 for w, s in zip((0.1, 0.6, 0.3), smooth, strict=True)]
    total = weights[0] + weights[1] + weights[2]
    weighted = [w * v for w, v in zip(weights, values, strict=True)]
    return (weighted[0] + weighted[1] + weighted[2]) / total


def weno5_face_args() -> tuple[np.ndarray, ...]:
    """A wave with a steep side."""
    return float32_arrays(1.0, 1.2, 1.1, 0.6, 0.3, 0.35)


def shallow_water_roe_flux(
    h_l: Array, hu_l: Array, hv_l: Array, h_r: Array, hu_r: Array, hv_r: Array
) -> tuple[Array, Array, Array]:
    """Return Roe's flux of depth and of momentum across and along a face, with an entropy fix.

    Waves with a speed near zero are smoothed after A. Harten, J. Comput. Phys. 49 (1983) 357-393.
    """

    def flux(h: Array, hu: Array, hv: Array) -> tuple[Array, Array, Array]:
        return hu, hu * hu / h + 0.5 * GRAVITY * h * h, hu * hv / h

    def smoothed(speed: Array, width: Array) -> Array:
        size = jnp.abs(speed)
        return jnp.where(size < width, 0.5 * (speed * speed / width + width), size)

    root_l, root_r = jnp.sqrt(h_l), jnp.sqrt(h_r)
    u = (hu_l / root_l + hu_r / root_r) / (root_l + root_r)
    v = (hv_l / root_l + hv_r / root_r) / (root_l + root_r)
    celerity = jnp.sqrt(0.5 * GRAVITY * (h_l + h_r))
    dh, dhu, dhv = h_r - h_l, hu_r - hu_l, hv_r - hv_l
    back = 0.5 * ((u + celerity) * dh - dhu) / celerity
    shear = dhv - v * dh
    ahead = 0.5 * (dhu - (u - celerity) * dh) / celerity
    width = 0.2 * celerity
    slow = smoothed(u - celerity, width) * back
    fast = smoothed(u + celerity, width) * ahead
    middle = jnp.abs(u) * shear
    jumps = (
        slow + fast,
        slow * (u - celerity) + fast * (u + celerity),
        (slow + fast) * v + middle,
    )
    left, right = flux(h_l, hu_l, hv_l), flux(h_r, hu_r, hv_r)
    return tuple(  # type: ignore[return-value]
        0.5 * (a + b - jump) for a, b, jump in zip(left, right, jumps, strict=True)
    )


def shallow_water_roe_flux_args() -> tuple[np.ndarray, ...]:
    """A bore that runs into shallower water."""
    return float32_arrays(2.0, 3.0, 0.5, 1.2, 0.4, -0.2)


def spalart_allmaras(
    worked: Array,
    viscosity: Array,
    vorticity: Array,
    distance: Array,
    slope_x: Array,
    slope_y: Array,
) -> tuple[Array, Array, Array, Array]:
    """Return eddy viscosity, and the variable's production, destruction and gradient source.

    The working variable and its slopes, molecular viscosity, vorticity, distance to the wall.
    """
    cb1, cb2, sigma, kappa = 0.1355, 0.622, 2.0 / 3.0, 0.41
    cw2, cw3, cv1, ct3, ct4 = 0.3, 2.0, 7.1, 1.2, 0.5
    cw1 = cb1 / kappa**2 + (1.0 + cb2) / sigma
    ratio = worked / viscosity
    cubed = ratio * ratio * ratio
    damping = cubed / (cubed + cv1**3)
    wall = kappa * kappa * distance * distance
    strain = vorticity + worked / wall * (1.0 - ratio / (1.0 + ratio * damping))
    r = jnp.minimum(worked / (strain * wall), 10.0)
    g = r + cw2 * (r**6 - r)
    stress = g * ((1.0 + cw3**6) / (g**6 + cw3**6)) ** (1.0 / 6.0)
    laminar = ct3 * jnp.exp(-ct4 * ratio * ratio)
    production = cb1 * (1.0 - laminar) * strain * worked
    rate = worked / distance
    destruction = (cw1 * stress - cb1 / kappa**2 * laminar) * rate * rate
    source = cb2 / sigma * (slope_x * slope_x + slope_y * slope_y)
    return worked * damping, production, destruction, source


def spalart_allmaras_args() -> tuple[np.ndarray, ...]:
    """The logarithmic layer of a boundary layer, scaled."""
    return float32_arrays(3.0, 0.5, 4.0, 1.5, 0.8, 1.1)


def menter_sst(
    k: Array,
    omega: Array,
    viscosity: Array,
    distance: Array,
    strain: Array,
    vorticity: Array,
    k_slope: Array,
    omega_slope: Array,
) -> tuple[Array, Array, Array]:
    """Return eddy viscosity and the sources of k and omega, both blended: Menter, appendix.

    Turbulent energy and frequency, their slopes along one direction, viscosity, distance to the wall,
    and the sizes of strain rate and vorticity; density one.
    """
    beta_star, a1, kappa = 0.09, 0.31, 0.41
    length = jnp.sqrt(k) / (beta_star * omega * distance)
    layer = 500.0 * viscosity / (distance * distance * omega)
    gradients = k_slope * omega_slope
    sigma_outer = 0.856
    cross = jnp.maximum(2.0 * sigma_outer * gradients / omega, 1e-20)
    argument_1 = jnp.minimum(
        jnp.maximum(length, layer), 4.0 * sigma_outer * k / (cross * distance * distance)
    )
    blend = jnp.tanh(argument_1**4)
    argument_2 = jnp.maximum(2.0 * length, layer)
    eddy = a1 * k / jnp.maximum(a1 * omega, vorticity * jnp.tanh(argument_2 * argument_2))

    def blended(inner: float, outer: float) -> Array:
        return blend * inner + (1.0 - blend) * outer

    beta = blended(0.075, 0.0828)
    production_rate = beta / beta_star - blended(0.5, sigma_outer) * kappa**2 / beta_star**0.5
    production = jnp.minimum(eddy * strain * strain, 10.0 * beta_star * k * omega)
    k_source = production - beta_star * k * omega
    diffusion = 2.0 * (1.0 - blend) * sigma_outer * gradients / omega
    omega_source = production_rate * strain * strain - beta * omega * omega + diffusion
    return eddy, k_source, omega_source


def menter_sst_args() -> tuple[np.ndarray, ...]:
    """The wake of a boundary layer, scaled."""
    return float32_arrays(0.8, 2.0, 0.01, 1.5, 3.0, 2.5, 0.4, 0.3)
