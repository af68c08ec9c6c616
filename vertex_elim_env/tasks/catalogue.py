"""The catalogue of tasks: what each is, where it comes from, and what was published about it.

Functions and arguments are named, not imported, so that reading the catalogue needs no JAX.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

PAPER = (
    "J. Lohoff, E. Neftci, Optimizing Automatic Differentiation with Deep Reinforcement "
    "Learning, NeurIPS 2024, arXiv 2406.05027"
)
MINPACK_2 = (
    "B. M. Averick, R. G. Carter, J. J. Moré, G.-L. Xue, The MINPACK-2 test problem "
    "collection, Argonne MCS-P153-0692, 1992"
)
ROE = (
    "P. L. Roe, Approximate Riemann solvers, parameter vectors, and difference schemes, J. "
    "Comput. Phys. 43, 357-372, 1981"
)


@dataclass(frozen=True)
class TaskSpec:
    """One entry of the catalogue.

    Attributes:
        name: the task's name.
        domain: the field it comes from.
        description: what the function computes.
        sources: citations.
        function: "module:name" of a builder that takes the sizes and returns the JAX function, or of the
            function itself.
        example_args: "module:name" of a function that takes the sizes and returns float32 arrays.
        sizes: sizes that can be changed, with the published values.
        published: the paper's multiplication counts by method: forward, reverse, markowitz,
            alphazero and ppo, the last two the best of their seeds.
        comparable: whether those counts were made for the same graph and bookkeeping as ours.
        is_builder: whether ``function`` names a builder.
        is_frozen: whether the graph is kept as data; else it is traced when it is asked for.
    """

    name: str
    domain: str
    description: str
    sources: tuple[str, ...]
    function: str
    example_args: str
    published: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    comparable: bool = True
    sizes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    is_builder: bool = True
    is_frozen: bool = True


def _counts(
    forward: int, reverse: int, markowitz: int, alphazero: int, ppo: int
) -> Mapping[str, int]:
    return MappingProxyType(
        {
            "forward": forward,
            "reverse": reverse,
            "markowitz": markowitz,
            "alphazero": alphazero,
            "ppo": ppo,
        }
    )


def _builder(module: str, name: str) -> str:
    return f"vertex_elim_env.tasks.{module}:{name}"


_SPECS = (
    TaskSpec(
        "PropaneCombustion",
        "chemistry",
        "Residuals of the element balances and reaction equilibria of propane burning in air: "
        "eleven equations in eleven amounts.",
        (MINPACK_2, PAPER),
        _builder("combustion", "propane_combustion"),
        _builder("combustion", "propane_combustion_args"),
        _counts(151, 90, 111, 88, 92),
    ),
    TaskSpec(
        "HumanHeartDipole",
        "medicine",
        "Residuals of eight moment equations that locate two dipoles of the heart.",
        (MINPACK_2, PAPER),
        _builder("medicine", "human_heart_dipole"),
        _builder("medicine", "human_heart_dipole_args"),
        _counts(240, 172, 194, 148, 161),
    ),
    TaskSpec(
        "RobotArm_6DOF",
        "robotics",
        "Forward kinematics of an arm with six revolute joints: position and Euler angles of the hand.",
        ("J. J. Craig, Introduction to Robotics, 3rd edition, Pearson, 2005, chapter 3", PAPER),
        _builder("robotics", "robot_arm_6dof"),
        _builder("robotics", "robot_arm_6dof_args"),
        _counts(397, 301, 288, 231, 247),
    ),
    TaskSpec(
        "RoeFlux_1d",
        "fluid dynamics",
        "Roe's approximate Riemann flux between two cells of a gas in one dimension.",
        (ROE, PAPER),
        _builder("fluid_dynamics", "roe_flux_1d"),
        _builder("fluid_dynamics", "roe_flux_1d_args"),
        _counts(620, 364, 407, 320, 326),
    ),
    TaskSpec(
        "RandomG",
        "random programs",
        "The paper's random function g: 105 scalar operations of 15 arguments, 20 results.",
        (PAPER,),
        _builder("program", "random_g"),
        _builder("program", "random_g_args"),
        _counts(632, 566, 451, 416, 422),
    ),
    TaskSpec(
        "BlackScholes_Jacobian",
        "finance",
        "First derivatives of the Black-Scholes price of a call, written out by reverse mode; its Jacobian "
        "holds the second-order Greeks. The published graph keeps dead results and constants (134 vertices).",
        (
            "F. Black, M. Scholes, The pricing of options and corporate liabilities, J. Polit. Econ. 81, 637-654, 1973",
            PAPER,
        ),
        _builder("program", "black_scholes_jacobian"),
        _builder("program", "black_scholes_jacobian_args"),
        _counts(545, 572, 350, 311, 308),
        comparable=False,
    ),
    TaskSpec(
        "RoeFlux_3d",
        "fluid dynamics",
        "Roe's approximate Riemann flux through a face between two cells of a gas in three dimensions. "
        "Published counts rest on a coarser bookkeeping of tensor Jacobians.",
        (
            ROE,
            "E. F. Toro, Riemann Solvers and Numerical Methods for Fluid Dynamics, 3rd edition, "
            "Springer, 2009, chapter 11",
            PAPER,
        ),
        _builder("fluid_dynamics", "roe_flux_3d"),
        _builder("fluid_dynamics", "roe_flux_3d_args"),
        _counts(1556, 979, 938, 784, 877),
        comparable=False,
    ),
    TaskSpec(
        "RandomF",
        "random programs",
        "The paper's random function f of vectors and matrices. Published counts rest on a "
        "coarser bookkeeping of tensor Jacobians.",
        (PAPER,),
        _builder("program", "random_f"),
        _builder("program", "random_f_args"),
        _counts(17728, 8859, 12083, 6374, 6313),
        comparable=False,
    ),
    TaskSpec(
        "MLP",
        "machine learning",
        "Loss of a perceptron with tanh layers, layer normalization and softmax cross entropy. Published "
        "counts rest on a coarser bookkeeping of tensor Jacobians.",
        ("J. L. Ba, J. R. Kiros, G. E. Hinton, Layer Normalization, arXiv 1607.06450, 2016", PAPER),
        _builder("neural_networks", "mlp"),
        _builder("neural_networks", "mlp_args"),
        _counts(10930, 392, 4796, 389, 422),
        comparable=False,
        sizes=MappingProxyType({"features": 4, "width": 8, "classes": 4, "layers": 2}),
    ),
    TaskSpec(
        "Encoder",
        "machine learning",
        "Loss of a transformer encoder with two attention blocks. Published counts rest on a coarser "
        "bookkeeping of tensor Jacobians.",
        ("A. Vaswani et al., Attention is all you need, NeurIPS 2017", PAPER),
        _builder("neural_networks", "encoder"),
        _builder("neural_networks", "encoder_args"),
        _counts(135010, 4688, 51869, 4656, 5741),
        comparable=False,
        sizes=MappingProxyType({"dimension": 4, "classes": 2, "blocks": 2}),
    ),
)

CATALOGUE: Mapping[str, TaskSpec] = MappingProxyType({spec.name: spec for spec in _SPECS})
"""The paper's tasks by name, in its order of complexity."""
