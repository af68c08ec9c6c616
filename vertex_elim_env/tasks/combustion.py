"""Combustion of propane in air: eleven equations for the equilibrium of eleven species.

B. M. Averick, R. G. Carter, J. J. Moré, G.-L. Xue, "The MINPACK-2 test problem collection",
Argonne National Laboratory, MCS-P153-0692 (1992), "Combustion of propane, full formulation";
after K. Meintjes, A. P. Morgan, ACM Transactions on Mathematical Software 16 (1990) 143-151.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array

PRESSURE = 40.0
AIR_TO_FUEL = 10.0
CARBON, HYDROGEN = 3.0, 8.0
"""Atoms in propane, C3H8."""
NITROGEN = 4.0 * AIR_TO_FUEL


def propane_combustion() -> Callable[..., tuple[Array, ...]]:
    """Return the residuals of the element balances and of the reaction equilibria.

    The equilibrium constants are taken as 1: they scale entries, not the structure.
    """

    def residuals(
        x1: Array, x2: Array, x3: Array, x4: Array, x5: Array, x6: Array,
        x7: Array, x8: Array, x9: Array, x10: Array, x11: Array,
    ) -> tuple[Array, ...]:  # fmt: skip
        root = jnp.sqrt(PRESSURE / x11)
        carbon = x1 + x4 - CARBON
        oxygen = 2.0 * x1 + x2 + x4 + x7 + x8 + x9 + 2.0 * x10 - AIR_TO_FUEL
        hydrogen = 2.0 * x2 + 2.0 * x5 + x6 + x7 - HYDROGEN
        nitrogen = 2.0 * x3 + x9 - NITROGEN
        equilibria = (
            x2 * x4 - x1 * x5,
            jnp.sqrt(x2 * x4) - jnp.sqrt(x1) * root * x6,
            jnp.sqrt(x1 * x2) - jnp.sqrt(x4) * x7 * root,
            x1 - x4 * x8 * PRESSURE / x11,
            x1 * jnp.sqrt(x3) - x4 * x9 * root,
            x1**2 - x4**2 * x10 * PRESSURE / x11,
        )
        total = x11 - x1 - x2 - x3 - x4 - x5 - x6 - x7 - x8 - x9 - x10
        return (carbon, oxygen, hydrogen, nitrogen, *equilibria, total)

    return residuals


def propane_combustion_args() -> tuple[np.ndarray, ...]:
    """Amounts of the ten species and their total, near a solution's orders of magnitude."""
    amounts = np.linspace(0.5, 2.3, 10)
    return float32_arrays(*amounts, amounts.sum())
