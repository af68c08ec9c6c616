"""The catalogue of families: what each computes, where it comes from, and how large it may be."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType

from vertex_elim_env.errors import UnknownTaskError
from vertex_elim_env.tasks.families.family import Family, Parameter

DYNAMICS = (
    "E. Hairer, S. P. Nørsett, G. Wanner, Solving Ordinary Differential Equations I, 2nd edition, "
    "Springer, 1993, section II.1"
)
LORENZ_96 = (
    "E. N. Lorenz, Predictability: a problem partly solved, ECMWF Seminar on Predictability, 1996"
)
DIFFERENCES = (
    "R. J. LeVeque, Finite Difference Methods for Ordinary and Partial Differential Equations, "
    "SIAM, 2007, chapters 9 and 10"
)
BURGERS = (
    "J. M. Burgers, A mathematical model illustrating the theory of turbulence, Adv. Appl. Mech. 1, "
    "171-199, 1948"
)
GRAVITATION = (
    "S. J. Aarseth, Dynamical evolution of clusters of galaxies, Mon. Not. R. Astron. Soc. 126, "
    "223-255, 1963"
)


def _steps(default: int, usual_maximum: int) -> Parameter:
    return Parameter("steps", "time steps", default, 1, usual_maximum)


WIDTH = Parameter("width", "neurons of a hidden layer", 8, 2, 16)
FEATURES = Parameter("features", "length of an input", 4, 2, 8)
BODIES = Parameter("bodies", "bodies", 3, 2, 6)
SPACE = Parameter("dimensions", "dimensions of space", 2, 1, 3, 3)
VARIABLES = Parameter("variables", "places on the circle", 8, 4, 16)
FIELD = (
    Parameter("dimensions", "dimensions of space", 1, 1, 2, 3),
    Parameter("size", "cells along an axis", 8, 3, 12),
    _steps(3, 6),
)
CELLS = (
    Parameter("dimensions", "dimensions of space", 1, 1, 2, 3),
    Parameter("size", "cells along an axis", 5, 3, 5),
    _steps(2, 3),
)


def _reference(module: str, name: str) -> tuple[str, str]:
    """Where a family's builder and its example arguments are."""
    return _place(module, name), _place(module, f"{name}_args")


def _place(module: str, name: str) -> str:
    return f"vertex_elim_env.tasks.{module}:{name}"


_FAMILIES = (
    Family(
        "RobotArm",
        "robotics",
        "Forward kinematics of an arm with revolute joints: where its hand is and where it points.",
        ("J. J. Craig, Introduction to Robotics, 3rd edition, Pearson, 2005, chapter 3",),
        *_reference("families.robot_arm", "robot_arm"),
        (Parameter("joints", "revolute joints", 6, 2, 12),),
    ),
    Family(
        "RoeFlux",
        "fluid dynamics",
        "Roe's approximate Riemann flux of the Euler equations between two cells of a gas.",
        (
            "P. L. Roe, Approximate Riemann solvers, parameter vectors, and difference schemes, J. "
            "Comput. Phys. 43, 357-372, 1981",
            "E. F. Toro, Riemann Solvers and Numerical Methods for Fluid Dynamics, 3rd edition, "
            "Springer, 2009, chapter 11",
        ),
        *_reference("families.roe_flux", "roe_flux"),
        (Parameter("dimensions", "dimensions of space", 1, 1, 3, 3),),
    ),
    Family(
        "MLP",
        "machine learning",
        "Loss of a perceptron with tanh layers, layer normalization and softmax cross entropy.",
        ("J. L. Ba, J. R. Kiros, G. E. Hinton, Layer Normalization, arXiv 1607.06450, 2016",),
        *_reference("neural_networks", "mlp"),
        (
            Parameter("layers", "layers of weights", 2, 1, 6),
            WIDTH,
            FEATURES,
            Parameter("classes", "classes", 4, 2, 8),
        ),
    ),
    Family(
        "RNN",
        "machine learning",
        "Last state of an Elman network, unrolled over time.",
        ("J. L. Elman, Finding structure in time, Cognitive Science 14, 179-211, 1990",),
        *_reference("families.recurrent_networks", "elman"),
        (_steps(4, 12), WIDTH, FEATURES),
    ),
    Family(
        "LSTM",
        "machine learning",
        "Last state and cell of a long short-term memory with forget gate, unrolled over time.",
        (
            "S. Hochreiter, J. Schmidhuber, Long short-term memory, Neural Computation 9, 1735-1780, 1997",
            "F. A. Gers, J. Schmidhuber, F. Cummins, Learning to forget, Neural Computation 12, "
            "2451-2471, 2000",
        ),
        *_reference("families.recurrent_networks", "lstm"),
        (_steps(2, 6), WIDTH, FEATURES),
    ),
    Family(
        "VanDerPol",
        "dynamical systems",
        "Van der Pol's oscillator after steps of the classical Runge-Kutta method.",
        (
            "B. van der Pol, On relaxation-oscillations, Phil. Mag. 2, 978-992, 1926",
            DYNAMICS,
        ),
        *_reference("families.dynamics", "van_der_pol"),
        (_steps(2, 10),),
    ),
    Family(
        "Lorenz",
        "dynamical systems",
        "Lorenz's convection after steps of the classical Runge-Kutta method.",
        (
            "E. N. Lorenz, Deterministic nonperiodic flow, J. Atmos. Sci. 20, 130-141, 1963",
            DYNAMICS,
        ),
        *_reference("families.dynamics", "lorenz"),
        (_steps(2, 8),),
    ),
    Family(
        "Lorenz96",
        "dynamical systems",
        "Lorenz's waves on a circle of latitude after steps of the classical Runge-Kutta method.",
        (LORENZ_96, DYNAMICS),
        *_reference("families.dynamics", "lorenz_96"),
        (VARIABLES, _steps(2, 4)),
    ),
    Family(
        "Lorenz96_scalar",
        "dynamical systems",
        "Lorenz's waves on a circle of latitude, written in scalars.",
        (LORENZ_96, DYNAMICS),
        *_reference("families.dynamics", "lorenz_96_scalar"),
        (VARIABLES._replace(default=5, usual_maximum=8), _steps(1, 2)),
    ),
    Family(
        "NBody",
        "astronomy",
        "Accelerations of bodies that attract each other, softened at short distance.",
        (GRAVITATION,),
        *_reference("families.gravitation", "n_body"),
        (BODIES._replace(usual_maximum=12), SPACE),
    ),
    Family(
        "NBody_scalar",
        "astronomy",
        "Accelerations of bodies that attract each other, pair by pair in scalars.",
        (GRAVITATION,),
        *_reference("families.gravitation", "n_body_scalar"),
        (BODIES, SPACE),
    ),
    Family(
        "ThinFilm",
        "optics",
        "Reflectance of a stack of thin films on glass, by transfer matrices in real arithmetic.",
        (
            "F. Abelès, Recherches sur la propagation des ondes électromagnétiques sinusoïdales dans "
            "les milieux stratifiés, Ann. Phys. 12, 596-640, 1950",
            "H. A. Macleod, Thin-Film Optical Filters, 4th edition, CRC, 2010, section 2.6",
        ),
        *_reference("families.thin_film", "thin_film"),
        (Parameter("layers", "films", 4, 1, 20),),
    ),
    *(
        Family(
            name + ("_scalar" if scalar else ""),
            "partial differential equations",
            f"{what} after explicit steps on a periodic grid{', cell by cell' if scalar else ''}.",
            sources,
            _place("families.stencils", function + ("_scalar" if scalar else "")),
            _place("families.stencils", "cell_args" if scalar else "field_args"),
            CELLS if scalar else FIELD,
        )
        for name, what, function, sources in (
            ("Heat", "Diffusion of heat", "heat", (DIFFERENCES,)),
            ("Burgers", "Burgers' equation", "burgers", (BURGERS, DIFFERENCES)),
        )
        for scalar in (False, True)
    ),
)

FAMILIES: Mapping[str, Family] = MappingProxyType({family.name: family for family in _FAMILIES})
"""All families by name."""


def names() -> tuple[str, ...]:
    """Return the names of all families."""
    return tuple(FAMILIES)


def get(name: str) -> Family:
    """Return a family by name.

    Raises:
        UnknownTaskError: naming the nearest families.

    >>> get("RobotArm").parameters_of(joints=7)
    {'joints': 7}
    """
    family = FAMILIES.get(name) if isinstance(name, str) else None
    if family is None:
        near = difflib.get_close_matches(str(name), FAMILIES, n=3, cutoff=0.4)
        hint = (
            f"did you mean {' or '.join(near)}?" if near else f"families are {', '.join(FAMILIES)}"
        )
        raise UnknownTaskError(f"no family is named {name!r}; {hint}")
    return family
