"""Rows of physics: relativity, celestial mechanics, optics, molecules, thermodynamics, kinetics."""

from __future__ import annotations

from vertex_elim_env.tasks.science.catalogue.row import rows_of

HAIRER_2 = (
    "E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, 2nd edition, Springer, 1996"
)
HAIRER_1 = (
    "E. Hairer, S. P. Nørsett, G. Wanner, Solving Ordinary Differential Equations I, 2nd edition, "
    "Springer, 1993"
)
BORN_WOLF = "M. Born, E. Wolf, Principles of Optics, 7th edition, Cambridge, 1999"
VALLADO = (
    "D. A. Vallado, Fundamentals of Astrodynamics and Applications, 4th edition, Microcosm, 2013"
)

_kinetics = rows_of("chemical kinetics", "kinetics")
_relativity = rows_of("relativity", "relativity")
_orbit = rows_of("celestial mechanics", "celestial_mechanics")
_optics = rows_of("optics", "optics")
_molecule = rows_of("molecular physics", "molecules")
_thermo = rows_of("thermodynamics", "thermodynamics")

SPECS = (
    _kinetics(
        "RobertsonStep",
        "robertson_step",
        "Robertson's three reactants after a Rosenbrock step.",
        "H. H. Robertson, in J. Walsh (ed.), Numerical Analysis: An Introduction, Academic Press, 1966, 178-182",
        "J. G. Verwer, E. J. Spee, J. G. Blom, W. Hundsdorfer, SIAM J. Sci. Comput. 20, 1456-1480, 1999",
    ),
    _kinetics(
        "HIRES",
        "hires",
        "Rates of eight reactants of a plant's response to light.",
        "E. Schäfer, J. Math. Biol. 2, 41-56, 1975",
        HAIRER_2,
    ),
    _kinetics(
        "HIRESStep",
        "hires_step",
        "The eight reactants of HIRES after a Runge-Kutta step.",
        "E. Schäfer, J. Math. Biol. 2, 41-56, 1975",
        HAIRER_1,
    ),
    _kinetics(
        "POLLU",
        "pollu",
        "Rates of twenty species of polluted air in 25 reactions.",
        "J. G. Verwer, SIAM J. Sci. Comput. 15, 1243-1250, 1994",
        HAIRER_2,
    ),
    _kinetics(
        "TroeFalloff",
        "troe_falloff",
        "Rate of a unimolecular reaction between its limits of low and high pressure.",
        "R. G. Gilbert, K. Luther, J. Troe, Ber. Bunsenges. Phys. Chem. 87, 169-177, 1983",
    ),
    _relativity(
        "KerrMetric",
        "kerr_metric",
        "The metric of a rotating black hole and its inverse.",
        "R. H. Boyer, R. W. Lindquist, J. Math. Phys. 8, 265-281, 1967",
    ),
    _relativity(
        "KerrGeodesic",
        "kerr_geodesic",
        "Velocity of a body that falls freely about a rotating black hole.",
        "J. M. Bardeen, W. H. Press, S. A. Teukolsky, Astrophys. J. 178, 347-369, 1972",
    ),
    _relativity(
        "BinaryInspiral",
        "binary_inspiral",
        "Relative acceleration of two masses that radiate gravitational waves, to order 2.5.",
        "L. E. Kidder, Phys. Rev. D 52, 821-847, 1995",
    ),
    _relativity(
        "EllipticalLens",
        "elliptical_lens",
        "Source place and convergence of an elliptical gravitational lens with shear.",
        "R. Kormann, P. Schneider, M. Bartelmann, Astron. Astrophys. 284, 285-299, 1994",
    ),
    _relativity(
        "NeutronStarStep",
        "neutron_star_step",
        "Pressure and mass of a relativistic star a Runge-Kutta step further out.",
        "J. R. Oppenheimer, G. M. Volkoff, Phys. Rev. 55, 374-381, 1939",
    ),
    _relativity(
        "DistanceModulus",
        "distance_modulus",
        "Distances to a supernova in an expanding universe with dark energy.",
        "D. W. Hogg, arXiv astro-ph/9905116, 1999",
        "E. V. Linder, Phys. Rev. Lett. 90, 091301, 2003",
    ),
    _orbit(
        "OrbitFromElements",
        "orbit_from_elements",
        "Place and velocity from orbital elements, Kepler's equation by Newton steps.",
        VALLADO,
    ),
    _orbit(
        "RestrictedThreeBodyStep",
        "restricted_three_body_step",
        "A light body near two circling masses after a Runge-Kutta step.",
        "V. Szebehely, Theory of Orbits, Academic Press, 1967",
        HAIRER_1,
    ),
    _orbit(
        "ZonalGravity",
        "zonal_gravity",
        "Acceleration by a flattened planet to the fourth zonal harmonic.",
        VALLADO,
    ),
    _orbit(
        "VerletKepler",
        "verlet_kepler",
        "A planet after four leapfrog steps.",
        "L. Verlet, Phys. Rev. 159, 98-103, 1967",
    ),
    _optics(
        "TripletRay",
        "triplet_ray",
        "A skew ray through four spherical surfaces.",
        "G. H. Spencer, M. V. R. K. Murty, J. Opt. Soc. Am. 52, 672-678, 1962",
    ),
    _optics(
        "AbsorbingFilm",
        "absorbing_film",
        "Reflectance and transmittance of an absorbing film for both polarizations.",
        BORN_WOLF,
    ),
    _optics(
        "CavityBeam",
        "cavity_beam",
        "The mode of a resonator, focused by a lens.",
        "H. Kogelnik, T. Li, Appl. Opt. 5, 1550-1567, 1966",
    ),
    _optics(
        "PrismDeviation",
        "prism_deviation",
        "Deviation of light by a prism of Sellmeier glass.",
        BORN_WOLF,
    ),
    _molecule(
        "TorsionEnergy",
        "torsion_energy",
        "Energies of bonds, angles and torsion of a chain of four atoms.",
        "W. D. Cornell et al., J. Am. Chem. Soc. 117, 5179-5197, 1995",
        "A. Blondel, M. Karplus, J. Comput. Chem. 17, 1132-1141, 1996",
    ),
    _molecule(
        "StillingerWeber",
        "stillinger_weber",
        "Energy of four silicon atoms with forces between pairs and triples.",
        "F. H. Stillinger, T. A. Weber, Phys. Rev. B 31, 5262-5271, 1985",
    ),
    _molecule(
        "WaterDimer",
        "water_dimer",
        "Electrostatic and dispersion energy of two water molecules.",
        "W. L. Jorgensen et al., J. Chem. Phys. 79, 926-935, 1983",
    ),
    _molecule(
        "TersoffBond",
        "tersoff_bond",
        "Energy of a carbon bond, its order lowered by neighbours.",
        "J. Tersoff, Phys. Rev. B 37, 6991-7000, 1988",
    ),
    _thermo(
        "PengRobinson",
        "peng_robinson",
        "Pressure and fugacities of a binary mixture by a cubic equation of state.",
        "D.-Y. Peng, D. B. Robinson, Ind. Eng. Chem. Fundam. 15, 59-64, 1976",
    ),
    _thermo(
        "NRTLActivities",
        "nrtl_activities",
        "Activity coefficients of three liquids.",
        "H. Renon, J. M. Prausnitz, AIChE J. 14, 135-144, 1968",
    ),
    _thermo(
        "FusionPower",
        "fusion_power",
        "Rates of three fusion reactions in a hot plasma.",
        "H.-S. Bosch, G. M. Hale, Nucl. Fusion 32, 611-631, 1992",
    ),
    _thermo(
        "WaterGasEquilibrium",
        "water_gas_equilibrium",
        "Equilibrium constant and affinity of the water-gas shift from NASA polynomials.",
        "A. Burcat, B. McBride, Technion TAE 697, 1997",
        "S. Gordon, B. J. McBride, NASA RP-1311, 1994",
    ),
)
