"""Biology: gene circuits, clocks, leaves, trees of life, drugs and epidemics.

M. B. Elowitz, S. Leibler, Nature 403 (2000) 335-338; A. Goldbeter, Proc. R. Soc. B 261 (1995) 319-324; G. D.
Farquhar, S. von Caemmerer, J. A. Berry, Planta 149 (1980) 78-90, with the temperatures of C. J. Bernacchi et al.,
Plant Cell Environ. 24 (2001) 253-259; J. Felsenstein, J. Mol. Evol. 17 (1981) 368-376, with M. Kimura, J. Mol.
Evol. 16 (1980) 111-120; W. O. Kermack, A. G. McKendrick, Proc. R. Soc. A 115 (1927) 700-721; R. N. Bergman et al.,
Am. J. Physiol. 236 (1979) E667-E677.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.families.dynamics import State, runge_kutta_step

Array = jax.Array


def repressilator_step(*values: Array) -> State:
    """Return three messengers and proteins a Runge-Kutta step later: Elowitz and Leibler, box 1.

    Messengers (3), proteins (3), strongest and leaking transcription, and the ratio of decays.
    """
    strongest, leak, ratio = values[6:9]

    def field(state: State) -> State:
        messengers, proteins = state[:3], state[3:]
        made = tuple(
            strongest / (1.0 + proteins[k - 1] * proteins[k - 1]) + leak - messengers[k]
            for k in range(3)
        )
        return *made, *(ratio * (messengers[k] - proteins[k]) for k in range(3))

    return runge_kutta_step(field, values[:6], 0.05)


def repressilator_step_args() -> tuple[np.ndarray, ...]:
    """One gene on."""
    return float32_arrays(2.0, 0.5, 1.2, 1.5, 0.8, 2.2, 20.0, 0.1, 2.0)


def circadian_clock(*values: Array) -> State:
    """Return the rates of messenger and protein in a fly's clock: Goldbeter, equations 1a to 1e.

    Messenger, protein unphosphorylated, once and twice, in the nucleus; transcription, translation.
    """
    messenger, p0, p1, p2, nuclear, transcription, translation = values

    def saturated(rate: float, constant: float, amount: Array) -> Array:
        return rate * amount / (constant + amount)

    square = nuclear * nuclear
    free = transcription / (1.0 + square * square)
    once, undone = saturated(3.2, 2.0, p0), saturated(1.58, 2.0, p1)
    twice, back = saturated(5.0, 2.0, p1), saturated(2.5, 2.0, p2)
    inward, outward = 1.9 * p2, 1.3 * nuclear
    return (
        free - saturated(0.65, 0.5, messenger),
        translation * messenger - once + undone,
        once - undone - twice + back,
        twice - back - inward + outward - saturated(0.95, 0.2, p2),
        inward - outward,
    )


def circadian_clock_args() -> tuple[np.ndarray, ...]:
    """In the evening."""
    return float32_arrays(1.9, 0.8, 0.7, 0.9, 1.1, 0.76, 0.38)


def circadian_clock_step(*values: Array) -> State:
    """Return the clock's state a Runge-Kutta step later."""

    def field(state: State) -> State:
        return circadian_clock(*state, *values[5:])

    return runge_kutta_step(field, values[:5], 0.1)


def circadian_clock_step_args() -> tuple[np.ndarray, ...]:
    """The same state."""
    return circadian_clock_args()


def photosynthesis(
    light: Array, inside: Array, temperature: Array, capacity: Array, transport: Array, bend: Array
) -> tuple[Array, Array, Array]:
    """Return net assimilation, and its limits by enzyme and by light (micromol/m^2/s).

    Absorbed light, carbon dioxide in the leaf (micromol/mol), temperature (K), capacity of the enzyme
    and of electron transport at 25 C, curvature: Farquhar et al.; the
    smaller limit by a smooth minimum.
    """

    def warmed(energy: float) -> Array:
        return jnp.exp(energy / 8.314e-3 * (1.0 / 298.15 - 1.0 / temperature))

    compensation = 42.75 * warmed(37.83)
    enzyme = capacity * warmed(65.33)
    affinity = 404.9 * warmed(79.43) * (1.0 + 210.0 / (278.4 * warmed(36.38)))
    excited = 0.425 * light
    most = transport * warmed(43.0)
    total = excited + most
    electrons = (total - jnp.sqrt(total * total - 4.0 * bend * excited * most)) / (2.0 * bend)
    surplus = inside - compensation
    carboxylation = enzyme * surplus / (inside + affinity)
    regeneration = electrons * surplus / (4.0 * inside + 8.0 * compensation)
    both = carboxylation + regeneration
    root = jnp.sqrt(both * both - 4.0 * 0.98 * carboxylation * regeneration)
    respiration = 0.015 * capacity * warmed(46.39)
    return (both - root) / (2.0 * 0.98) - respiration, carboxylation, regeneration


def photosynthesis_args() -> tuple[np.ndarray, ...]:
    """A leaf in bright light."""
    return float32_arrays(1200.0, 270.0, 301.0, 80.0, 140.0, 0.7)


SITES = ((0, 0, 2, 1), (3, 1, 1, 3), (2, 0, 2, 2))
"""Bases (A, C, G, T) of four species at three sites."""


def tree_likelihood(*values: Array) -> Array:
    """Return the log-likelihood of a tree of four species by pruning, under Kimura's two rates.

    Lengths of the four outer and the inner branch, and the ratio of transitions to transversions.
    """
    *lengths, ratio = values
    changes = []
    for length in lengths:
        rate = length / (ratio + 2.0)
        slow = jnp.exp(-4.0 * rate)
        fast = jnp.exp(-2.0 * (ratio + 1.0) * rate)
        # Probabilities that a base stays, turns within its class, or to the other class.
        changes.append(
            (0.25 + 0.25 * slow + 0.5 * fast, 0.25 + 0.25 * slow - 0.5 * fast, 0.25 - 0.25 * slow)
        )

    def becomes(branch: int, a: int, b: int) -> Array:
        return changes[branch][0 if a == b else 1 if (a - b) % 2 == 0 else 2]

    log = None
    for first, second, third, fourth in SITES:
        upper = [becomes(0, base, first) * becomes(1, base, second) for base in range(4)]
        lower = [becomes(2, base, third) * becomes(3, base, fourth) for base in range(4)]
        site = None
        for a in range(4):
            across = [becomes(4, a, b) * lower[b] for b in range(4)]
            term = upper[a] * (across[0] + across[1] + across[2] + across[3])
            site = term if site is None else site + term
        assert site is not None
        log = jnp.log(0.25 * site) if log is None else log + jnp.log(0.25 * site)
    assert log is not None
    return log


def tree_likelihood_args() -> tuple[np.ndarray, ...]:
    """Branches of different lengths."""
    return float32_arrays(0.2, 0.3, 0.15, 0.4, 0.1, 2.5)


def glucose_insulin_step(*values: Array) -> State:
    """Return glucose, remote and plasma insulin of the minimal model a Runge-Kutta step later.

    The state (3), then the parameters p1, p2, p3, secretion and clearance: Bergman et al., model VI.
    """
    p1, p2, p3, secretion, clearance = values[3:8]

    def field(state: State) -> State:
        glucose, remote, insulin = state
        above = glucose - 1.0
        return (
            -p1 * above - remote * glucose,
            -p2 * remote + p3 * (insulin - 1.0),
            secretion * above * above / (0.5 + glucose) - clearance * (insulin - 1.0),
        )

    return runge_kutta_step(field, values[:3], 0.5)


def glucose_insulin_step_args() -> tuple[np.ndarray, ...]:
    """After a meal, levels relative to fasting."""
    return float32_arrays(2.5, 0.02, 3.0, 0.03, 0.02, 0.01, 0.4, 0.1)


def epidemic_by_age(*values: Array) -> State:
    """Return susceptible, exposed and infectious (3 ages each) after three Euler steps.

    The states (9), then the symmetric contacts (6), the rates of becoming infectious and recovering.
    """
    susceptible, exposed, infectious = (list(values[k : k + 3]) for k in (0, 3, 6))
    aa, ab, ac, bb, bc, cc = values[9:15]
    contacts = ((aa, ab, ac), (ab, bb, bc), (ac, bc, cc))
    onset, recovery = values[15:17]
    for _ in range(3):
        for age in range(3):
            row = contacts[age]
            pressure = row[0] * infectious[0] + row[1] * infectious[1] + row[2] * infectious[2]
            infected, falling, recovering = (
                susceptible[age] * pressure,
                onset * exposed[age],
                recovery * infectious[age],
            )
            susceptible[age] = susceptible[age] - 0.1 * infected
            exposed[age] = exposed[age] + 0.1 * (infected - falling)
            infectious[age] = infectious[age] + 0.1 * (falling - recovering)
    return *susceptible, *exposed, *infectious


def epidemic_by_age_args() -> tuple[np.ndarray, ...]:
    """Early in a wave."""
    start = (0.9, 0.8, 0.7, 0.05, 0.1, 0.08, 0.02, 0.03, 0.04)
    return float32_arrays(*start, 3.0, 1.0, 0.5, 2.0, 0.8, 1.2, 0.5, 0.3)
