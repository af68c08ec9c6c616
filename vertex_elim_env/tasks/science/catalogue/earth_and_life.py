"""Rows of the earth and of life: geodesy, geophysics, climate, biology, neuroscience."""

from __future__ import annotations

from vertex_elim_env.tasks.science.catalogue.row import rows_of

HODGKIN_HUXLEY = "A. L. Hodgkin, A. F. Huxley, J. Physiol. 117, 500-544, 1952"
GOLDBETER = "A. Goldbeter, Proc. R. Soc. B 261, 319-324, 1995"
AKI_RICHARDS = (
    "K. Aki, P. G. Richards, Quantitative Seismology, 2nd edition, University Science, 2002"
)
GNSS = "B. Hofmann-Wellenhof, H. Lichtenegger, E. Wasle, GNSS, Springer, 2008"

_geodesy = rows_of("geodesy", "geodesy")
_geophysics = rows_of("geophysics", "geophysics")
_climate = rows_of("climate", "thermodynamics")
_biology = rows_of("biology", "biology")
_neuron = rows_of("neuroscience", "neurons")

SPECS = (
    _geodesy(
        "VincentyDistance",
        "vincenty_distance",
        "Distance and azimuths on the ellipsoid.",
        "T. Vincenty, Survey Review 23, 88-93, 1975",
    ),
    _geodesy(
        "TransverseMercator",
        "transverse_mercator",
        "Easting, northing and scale on a map.",
        "C. F. F. Karney, J. Geodesy 85, 475-485, 2011",
    ),
    _geodesy(
        "LocalCoordinates",
        "local_coordinates",
        "Where a target is, seen from home on the ellipsoid.",
        GNSS,
    ),
    _geodesy(
        "GeodeticCoordinates",
        "geodetic_coordinates",
        "Latitude, longitude and height of a place in space.",
        "B. R. Bowring, Survey Review 23, 323-327, 1976",
    ),
    _geodesy("DatumShift", "datum_shift", "A place in another datum by seven parameters.", GNSS),
    _geodesy(
        "Pseudorange",
        "pseudorange",
        "A satellite's range through ionosphere and troposphere.",
        "J. Saastamoinen, Bull. Géodésique 105, 279-298, 1972",
        "J. A. Klobuchar, IEEE Trans. Aerosp. Electron. Syst. 23, 325-331, 1987",
    ),
    _geophysics(
        "MagnetotelluricSounding",
        "magnetotelluric_sounding",
        "Apparent resistivity and phase over four layers.",
        "J. R. Wait, Geophysics 19, 281-289, 1954",
    ),
    _geophysics(
        "SeismicReflection",
        "seismic_reflection",
        "Reflected longitudinal and shear wave at a boundary.",
        AKI_RICHARDS,
    ),
    _geophysics(
        "EarthquakeArrivals",
        "earthquake_arrivals",
        "Misfits of arrival times of an earthquake at six stations.",
        "L. Geiger, Nachr. Ges. Wiss. Göttingen, 331-349, 1910",
        AKI_RICHARDS,
    ),
    _geophysics(
        "MagmaSource",
        "magma_source",
        "Displacement and tilt of the ground over a magma chamber.",
        "K. Mogi, Bull. Earthq. Res. Inst. 36, 99-134, 1958",
    ),
    _geophysics(
        "FaultSlipStep",
        "fault_slip_step",
        "A fault with rate and state friction after a Runge-Kutta step.",
        "J. H. Dieterich, J. Geophys. Res. 84, 2161-2168, 1979",
    ),
    _climate(
        "SeaWaterDensity",
        "sea_water_density",
        "Density and compressibility of sea water.",
        "N. P. Fofonoff, R. C. Millard, UNESCO Tech. Pap. Mar. Sci. 44, 1983",
    ),
    _climate(
        "Evapotranspiration",
        "evapotranspiration",
        "Water that a reference crop gives off in a day.",
        "R. G. Allen, L. S. Pereira, D. Raes, M. Smith, FAO Irrigation and Drainage Paper 56, 1998",
    ),
    _biology(
        "RepressilatorStep",
        "repressilator_step",
        "Three genes that repress each other in a ring, after a Runge-Kutta step.",
        "M. B. Elowitz, S. Leibler, Nature 403, 335-338, 2000",
    ),
    _biology("CircadianClock", "circadian_clock", "Rates of a fly's circadian clock.", GOLDBETER),
    _biology(
        "CircadianClockStep",
        "circadian_clock_step",
        "A fly's circadian clock after a Runge-Kutta step.",
        GOLDBETER,
    ),
    _biology(
        "Photosynthesis",
        "photosynthesis",
        "Carbon dioxide that a leaf takes up, limited by enzyme and light.",
        "G. D. Farquhar, S. von Caemmerer, J. A. Berry, Planta 149, 78-90, 1980",
        "C. J. Bernacchi et al., Plant Cell Environ. 24, 253-259, 2001",
    ),
    _biology(
        "TreeLikelihood",
        "tree_likelihood",
        "Log-likelihood of a tree of four species.",
        "J. Felsenstein, J. Mol. Evol. 17, 368-376, 1981",
        "M. Kimura, J. Mol. Evol. 16, 111-120, 1980",
    ),
    _biology(
        "GlucoseInsulinStep",
        "glucose_insulin_step",
        "Glucose and insulin after a Runge-Kutta step.",
        "R. N. Bergman et al., Am. J. Physiol. 236, E667-E677, 1979",
    ),
    _biology(
        "EpidemicByAge",
        "epidemic_by_age",
        "An epidemic in three ages after three steps.",
        "W. O. Kermack, A. G. McKendrick, Proc. R. Soc. A 115, 700-721, 1927",
    ),
    _neuron("HodgkinHuxley", "hodgkin_huxley", "Rates of a nerve's membrane.", HODGKIN_HUXLEY),
    _neuron(
        "HodgkinHuxleyStep",
        "hodgkin_huxley_step",
        "A nerve's membrane after a Runge-Kutta step.",
        HODGKIN_HUXLEY,
    ),
    _neuron(
        "MorrisLecarStep",
        "morris_lecar_step",
        "A muscle fibre's membrane after a Runge-Kutta step.",
        "C. Morris, H. Lecar, Biophys. J. 35, 193-213, 1981",
    ),
    _neuron(
        "AdaptiveExponential",
        "adaptive_exponential",
        "A spiking neuron after six Euler steps.",
        "R. Brette, W. Gerstner, J. Neurophysiol. 94, 3637-3642, 2005",
    ),
    _neuron(
        "HindmarshRoseStep",
        "hindmarsh_rose_step",
        "A bursting neuron after a Runge-Kutta step.",
        "J. L. Hindmarsh, R. M. Rose, Proc. R. Soc. B 221, 87-102, 1984",
    ),
    _neuron(
        "SpikingNetwork",
        "spiking_network",
        "Four leaky neurons with smoothed spikes, unrolled over time.",
        "E. O. Neftci, H. Mostafa, F. Zenke, IEEE Signal Process. Mag. 36:6, 51-63, 2019",
    ),
    _neuron(
        "SynapseTrain",
        "synapse_train",
        "Responses of a tiring synapse to five spikes.",
        "M. V. Tsodyks, H. Markram, PNAS 94, 719-723, 1997",
    ),
    _neuron(
        "RingOfPopulations",
        "ring_of_populations",
        "Rates of six coupled populations of neurons after four steps.",
        "H. R. Wilson, J. D. Cowan, Biophys. J. 12, 1-24, 1972",
    ),
)
