"""Rows of engineering: flows, robots, vehicles, structures, circuits."""

from __future__ import annotations

from vertex_elim_env.tasks.science.catalogue.row import rows_of

TORO = "E. F. Toro, Riemann Solvers and Numerical Methods for Fluid Dynamics, 3rd edition, Springer, 2009"
CRAIG = "J. J. Craig, Introduction to Robotics, 3rd edition, Pearson, 2005"
TEST_SET = "F. Mazzia, C. Magherini, Test Set for Initial Value Problem Solvers, Bari, 2008"
CRISFIELD = (
    "M. A. Crisfield, Non-linear Finite Element Analysis of Solids and Structures, Wiley, 1991"
)

_riemann = rows_of("fluid dynamics", "riemann_fluxes")
_plasma = rows_of("fluid dynamics", "magnetohydrodynamics")
_flow = rows_of("fluid dynamics", "flow_models")
_robot = rows_of("robotics", "robot_dynamics")
_vehicle = rows_of("vehicles", "vehicles")
_structure = rows_of("structural mechanics", "structural_mechanics")
_circuit = rows_of("electrical engineering", "circuits")

SPECS = (
    _riemann("HLLCFlux", "hllc_flux", "Flux between two cells of a gas with a contact wave.", TORO),
    _riemann(
        "AUSMPlusFlux",
        "ausm_plus_flux",
        "Flux between two cells of a gas, advection and pressure split.",
        "M.-S. Liou, J. Comput. Phys. 129, 364-382, 1996",
    ),
    _riemann(
        "VanLeerFlux",
        "van_leer_flux",
        "Flux between two cells of a gas by vector splitting.",
        "B. van Leer, Lecture Notes in Physics 170, 507-512, 1982",
    ),
    _riemann(
        "RelativisticHLLFlux",
        "relativistic_hll_flux",
        "Flux between two cells of a gas near the speed of light.",
        "V. Schneider et al., J. Comput. Phys. 105, 92-107, 1993",
    ),
    _plasma(
        "HLLDFlux",
        "hlld_flux",
        "Flux between two cells of a magnetized plasma with five waves.",
        "T. Miyoshi, K. Kusano, J. Comput. Phys. 208, 315-344, 2005",
    ),
    _flow(
        "WENO5Face",
        "weno5_face",
        "Both sides' values at a face, from six cells.",
        "G.-S. Jiang, C.-W. Shu, J. Comput. Phys. 126, 202-228, 1996",
    ),
    _flow(
        "ShallowWaterRoeFlux",
        "shallow_water_roe_flux",
        "Roe's flux of shallow water with an entropy fix.",
        "R. J. LeVeque, Finite Volume Methods for Hyperbolic Problems, Cambridge, 2002",
        "A. Harten, J. Comput. Phys. 49, 357-393, 1983",
    ),
    _flow(
        "SpalartAllmaras",
        "spalart_allmaras",
        "Sources of a one-equation turbulence model.",
        "P. R. Spalart, S. R. Allmaras, AIAA 92-0439, 1992",
    ),
    _flow(
        "MenterSST",
        "menter_sst",
        "Eddy viscosity and sources of a two-equation turbulence model.",
        "F. R. Menter, AIAA J. 32, 1598-1605, 1994",
    ),
    _robot(
        "InverseDynamics_7DOF",
        "inverse_dynamics_7dof",
        "Joint torques of a seven-joint arm by the recursive Newton-Euler algorithm.",
        "R. Featherstone, Rigid Body Dynamics Algorithms, Springer, 2008",
        CRAIG,
    ),
    _robot(
        "DoublePendulumStep",
        "double_pendulum_step",
        "A double pendulum after a Runge-Kutta step.",
        "L. D. Landau, E. M. Lifshitz, Mechanics, 3rd edition, Butterworth, 1976",
    ),
    _robot(
        "CartPoleStep",
        "cart_pole_step",
        "A cart with a pole after a Runge-Kutta step.",
        "A. G. Barto, R. S. Sutton, C. W. Anderson, IEEE Trans. SMC 13, 834-846, 1983",
    ),
    _robot(
        "StewartPlatform",
        "stewart_platform",
        "Lengths of the six legs of a platform.",
        "D. Stewart, Proc. Inst. Mech. Eng. 180, 371-386, 1965",
    ),
    _vehicle(
        "Quadrotor",
        "quadrotor",
        "Rates of the state of an aircraft with four rotors.",
        "R. Mahony, V. Kumar, P. Corke, IEEE Robot. Autom. Mag. 19:3, 20-32, 2012",
    ),
    _vehicle(
        "SingleTrackVehicle",
        "single_track_vehicle",
        "Accelerations of a car with magic-formula tyres.",
        "R. Rajamani, Vehicle Dynamics and Control, 2nd edition, Springer, 2012",
        "H. B. Pacejka, Tyre and Vehicle Dynamics, 2nd edition, Butterworth, 2006",
    ),
    _vehicle(
        "MadgwickStep",
        "madgwick_step",
        "Attitude estimated from a gyroscope and an accelerometer.",
        "S. O. H. Madgwick, A. J. L. Harrison, R. Vaidyanathan, IEEE ICORR, 2011",
    ),
    _structure(
        "HyperelasticQuad",
        "hyperelastic_quad",
        "Nodal forces of a four-node element of rubber.",
        "T. Belytschko et al., Nonlinear Finite Elements for Continua and Structures, 2nd edition, Wiley, 2014",
    ),
    _structure(
        "CorotationalBeam",
        "corotational_beam",
        "End forces of a slender beam that turns far.",
        CRISFIELD,
    ),
    _structure("ShallowTruss", "shallow_truss", "Nodal forces of a star of nine bars.", CRISFIELD),
    _structure(
        "PrincipalStresses",
        "principal_stresses",
        "Principal stresses of a stress tensor in closed form.",
        "O. K. Smith, Commun. ACM 4, 168, 1961",
    ),
    _structure(
        "MooneyRivlin",
        "mooney_rivlin",
        "Cauchy stress of rubber under a deformation gradient.",
        "G. A. Holzapfel, Nonlinear Solid Mechanics, Wiley, 2000",
    ),
    _structure(
        "PlasticReturn",
        "plastic_return",
        "Stress after a step past the yield of hardening metal.",
        "J. C. Simo, T. J. R. Hughes, Computational Inelasticity, Springer, 1998",
    ),
    _structure(
        "SurfaceCurvatures",
        "surface_curvatures",
        "Mean and Gaussian curvature of a surface.",
        "M. P. do Carmo, Differential Geometry of Curves and Surfaces, Prentice-Hall, 1976",
    ),
    _circuit(
        "TransistorAmplifier",
        "transistor_amplifier",
        "Node currents of an amplifier with two transistors.",
        TEST_SET,
        "E. Hairer, C. Lubich, M. Roche, The Numerical Solution of Differential-Algebraic Systems, Springer, 1989",
    ),
    _circuit(
        "RingModulator",
        "ring_modulator",
        "Rates of fifteen voltages and currents of a ring of diodes.",
        TEST_SET,
    ),
    _circuit(
        "GummelPoon",
        "gummel_poon",
        "Currents and charge of a bipolar transistor.",
        "H. K. Gummel, H. C. Poon, Bell Syst. Tech. J. 49, 827-852, 1970",
    ),
    _circuit(
        "EnzMOSFET",
        "enz_mosfet",
        "Drain current of a transistor from weak to strong inversion.",
        "C. C. Enz, F. Krummenacher, E. A. Vittoz, Analog Integr. Circuits Signal Process. 8, 83-114, 1995",
    ),
    _circuit(
        "PowerFlow",
        "power_flow",
        "Power into the four buses of a grid.",
        "J. J. Grainger, W. D. Stevenson, Power System Analysis, McGraw-Hill, 1994",
    ),
    _circuit(
        "InductionMotorStep",
        "induction_motor_step",
        "Fluxes and speed of an induction motor after a Runge-Kutta step.",
        "P. C. Krause, O. Wasynczuk, S. D. Sudhoff, Analysis of Electric Machinery, 2nd edition, IEEE, 2002",
    ),
)
