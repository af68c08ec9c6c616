"""Chemical kinetics: mass-action networks, a stiff step, and a rate that depends on pressure.

Robertson: H. H. Robertson, "The solution of a set of reaction rate equations", in J. Walsh (ed.),
Numerical Analysis: An Introduction (Academic Press 1966) 178-182. HIRES: E. Schäfer, "A new approach to
explain the high irradiance responses of photomorphogenesis", J. Math. Biol. 2 (1975) 41-56. POLLU: J. G.
Verwer, "Gauss-Seidel iteration for stiff ODEs from chemical kinetics", SIAM J. Sci. Comput. 15 (1994)
1243-1250. All three in E. Hairer, G. Wanner, "Solving Ordinary Differential Equations II", 2nd edition
(Springer 1996), sections IV.1 and IV.10. Falloff: R. G. Gilbert, K. Luther, J. Troe, Ber. Bunsenges. Phys.
Chem. 87 (1983) 169-177.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.families.dynamics import State, runge_kutta_step
from vertex_elim_env.tasks.science.vectors import Matrix, Vector, add, scale, solution, subtract

Array = jax.Array

STEP = 0.01
GAS_CONSTANT = 8.314
"""Of ideal gases, in J/(mol K)."""


def robertson_step(
    a: Array, b: Array, c: Array, slow: Array, fast: Array, fastest: Array
) -> Vector:
    """Return three concentrations after a step of the second-order Rosenbrock method ROS2.

    J. G. Verwer, E. J. Spee, J. G. Blom, W. Hundsdorfer, SIAM J. Sci. Comput. 20 (1999) 1456-1480:
    (I - g t A) k1 = f(u), (I - g t A) k2 = f(u + t k1) - 2 k1.
    """
    gamma = 1.0 + 1.0 / math.sqrt(2.0)

    def rates(state: Vector) -> Vector:
        x, y, z = state
        gained, lost, burnt = fast * y * z, slow * x, fastest * y * y
        return gained - lost, lost - gained - burnt, burnt

    h = gamma * STEP
    d_y, d_z, d_burnt = fast * c * h, fast * b * h, 2.0 * fastest * b * h
    matrix: Matrix = (
        (1.0 + slow * h, -d_y, -d_z),
        (-slow * h, 1.0 + d_y + d_burnt, d_z),
        (jnp.zeros_like(a), -d_burnt, jnp.ones_like(a)),
    )
    first = solution(matrix, rates((a, b, c)))
    moved = add((a, b, c), scale(STEP, first))
    second = solution(matrix, subtract(rates(moved), scale(2.0, first)))
    return add((a, b, c), add(scale(1.5 * STEP, first), scale(0.5 * STEP, second)))


def robertson_step_args() -> tuple[np.ndarray, ...]:
    """A state shortly after the start, and Robertson's rates scaled down to float32's range."""
    return float32_arrays(0.98, 0.03, 0.02, 0.04, 10.0, 30.0)


def hires(
    y1: Array, y2: Array, y3: Array, y4: Array, y5: Array, y6: Array, y7: Array, y8: Array
) -> State:
    """Return the rates of eight reactants: Hairer and Wanner, section IV.10."""
    bound = 280.0 * y6 * y8
    released = 1.81 * y7
    return (
        -1.71 * y1 + 0.43 * y2 + 8.32 * y3 + 0.0007,
        1.71 * y1 - 8.75 * y2,
        -10.03 * y3 + 0.43 * y4 + 0.035 * y5,
        8.32 * y2 + 1.71 * y3 - 1.12 * y4,
        -1.745 * y5 + 0.43 * y6 + 0.43 * y7,
        -bound + 0.69 * y4 + 1.71 * y5 - 0.43 * y6 + 0.69 * y7,
        bound - released,
        released - bound,
    )


def hires_args() -> tuple[np.ndarray, ...]:
    """A state on the way from the published start to rest."""
    return float32_arrays(0.7, 0.15, 0.06, 0.3, 0.1, 0.2, 0.004, 0.002)


def hires_step(*state: Array) -> State:
    """Return the eight reactants a classical Runge-Kutta step later."""
    return runge_kutta_step(lambda y: hires(*y), state, 1e-3)


def hires_step_args() -> tuple[np.ndarray, ...]:
    """The same state."""
    return hires_args()


POLLU_RATES = (
    *(0.35, 26.6, 1.23e4, 8.6e-4, 8.2e-4, 1.5e4, 1.3e-4, 2.4e4, 1.65e4, 9e3, 0.022, 1.2e4, 1.88),
    *(1.63e4, 4.8e6, 3.5e-4, 0.0175, 1e8, 4.44e11, 1240.0, 2.1, 5.78, 0.0474, 1780.0, 3.12),
)
"""Of the 25 reactions: Hairer and Wanner, section IV.10."""


def pollu(*y: Array) -> State:
    """Return the rates of twenty species of polluted air: Hairer and Wanner, section IV.10.

    NO2, NO, O, O3, HO2, OH, HCHO, CO, ALD, MEO2, C2O3, CO2, PAN, CH3O, HNO3, O1D, SO2, SO4, NO3, N2O5.
    """
    k = POLLU_RATES
    no2, no, o, o3, ho2, oh, hcho, _, ald, meo2, c2o3, _, pan, ch3o, _, o1d, so2, _, no3, n2o5 = y
    r1, r2, r3, r4 = k[0] * no2, k[1] * no * o3, k[2] * ho2 * no, k[3] * hcho
    r5, r6, r7, r8 = k[4] * hcho, k[5] * hcho * oh, k[6] * ald, k[7] * ald * oh
    r9, r10, r11, r12 = k[8] * c2o3 * no, k[9] * c2o3 * no2, k[10] * pan, k[11] * meo2 * no
    r13, r14, r15, r16 = k[12] * ch3o, k[13] * no2 * oh, k[14] * o, k[15] * o3
    r17, r18, r19, r20 = k[16] * o3, k[17] * o1d, k[18] * o1d, k[19] * so2 * oh
    r21, r22, r23, r24 = k[20] * no3, k[21] * no3, k[22] * no2 * o3, k[23] * no3 * no2
    r25 = k[24] * n2o5
    return (
        -r1 - r10 - r14 - r23 - r24 + r2 + r3 + r9 + r11 + r12 + r22 + r25,
        -r2 - r3 - r9 - r12 + r1 + r21,
        -r15 + r1 + r17 + r19 + r22,
        -r2 - r16 - r17 - r23 + r15,
        -r3 + 2.0 * r4 + r6 + r7 + r13 + r20,
        -r6 - r8 - r14 - r20 + r3 + 2.0 * r18,
        -r4 - r5 - r6 + r13,
        r4 + r5 + r6 + r7,
        -r7 - r8,
        -r12 + r7 + r9,
        -r9 - r10 + r8 + r11,
        1.0 * r9,
        -r11 + r10,
        -r13 + r12,
        1.0 * r14,
        -r18 - r19 + r16,
        -r20,
        1.0 * r20,
        -r21 - r22 - r24 + r23 + r25,
        -r25 + r24,
    )


def pollu_args() -> tuple[np.ndarray, ...]:
    """The published start, with traces of what is not there yet."""
    start = np.full(20, 1e-4)
    start[[1, 3, 6, 7, 8, 16]] = 0.2, 0.04, 0.1, 0.3, 0.01, 0.007
    start[[2, 4, 5, 9, 10, 13, 15]] = 1e-8
    return float32_arrays(*start)


def troe_falloff(
    temperature: Array,
    density: Array,
    a_high: Array,
    n_high: Array,
    e_high: Array,
    a_low: Array,
    n_low: Array,
    e_low: Array,
    mixing: Array,
    t1: Array,
    t2: Array,
    t3: Array,
) -> tuple[Array, Array, Array]:
    """Return rate, reduced pressure and broadening factor of a unimolecular reaction.

    Arrhenius parameters at high and low pressure (energies in J/mol), the concentration of the
    gas, and the four parameters of the centre's broadening.
    """

    def arrhenius(a: Array, n: Array, energy: Array) -> Array:
        return a * jnp.exp(n * jnp.log(temperature) - energy / (GAS_CONSTANT * temperature))

    high, low = arrhenius(a_high, n_high, e_high), arrhenius(a_low, n_low, e_low)
    reduced = low * density / high
    center = (
        (1.0 - mixing) * jnp.exp(-temperature / t3)
        + mixing * jnp.exp(-temperature / t1)
        + jnp.exp(-t2 / temperature)
    )
    log_center = jnp.log(center) / math.log(10.0)
    shifted = jnp.log(reduced) / math.log(10.0) - 0.4 - 0.67 * log_center
    ratio = shifted / (0.75 - 1.27 * log_center - 0.14 * shifted)
    broadening = jnp.exp(math.log(10.0) * log_center / (1.0 + ratio * ratio))
    rate = high * (reduced / (1.0 + reduced)) * broadening
    return rate, reduced, broadening


def troe_falloff_args() -> tuple[np.ndarray, ...]:
    """Recombination of methyl radicals in the falloff region, concentrations scaled to order one."""
    return float32_arrays(
        1200.0, 0.7, 5.0, -0.6, 3000.0, 40.0, -0.9, 11000.0, 0.53, 1200.0, 3000.0, 180.0
    )
