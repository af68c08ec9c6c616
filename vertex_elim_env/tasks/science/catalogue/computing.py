"""Rows of computing: vision, graphics, learning, estimation, finance, optimization."""

from __future__ import annotations

from vertex_elim_env.tasks.catalogue import MINPACK_2
from vertex_elim_env.tasks.science.catalogue.row import rows_of

ADBENCH = "F. Srajer, Z. Kukelova, A. Fitzgibbon, Optim. Methods Softw. 33, 889-906, 2018"
MORE = "J. J. Moré, B. S. Garbow, K. E. Hillstrom, ACM Trans. Math. Softw. 7, 17-41, 1981"
CIEDE2000 = "G. Sharma, W. Wu, E. N. Dalal, Color Res. Appl. 30, 21-30, 2005"
SRGB = "IEC 61966-2-1, 1999; CIE 15, 2004"

_vision = rows_of("computer vision", "computer_vision")
_graphics = rows_of("computer graphics", "optics")
_color = rows_of("colour science", "perception")
_network = rows_of("machine learning", "network_layers")
_estimation = rows_of("estimation", "estimation")
_finance = rows_of("finance", "finance")
_squares = rows_of("optimization", "least_squares")

SPECS = (
    _vision(
        "BundleAdjustment",
        "bundle_adjustment",
        "Reprojection error of a point in a camera with distortion.",
        ADBENCH,
    ),
    _vision(
        "SampsonDistance",
        "sampson_distance",
        "Distance of two image points from each other's epipolar line.",
        "R. Hartley, A. Zisserman, Multiple View Geometry, 2nd edition, Cambridge, 2004",
    ),
    _vision(
        "FisheyeProjection",
        "fisheye_projection",
        "Pixel of a point in a fisheye camera.",
        "J. Kannala, S. S. Brandt, IEEE Trans. PAMI 28, 1335-1340, 2006",
    ),
    _vision(
        "GaussianSplat",
        "gaussian_splat",
        "Place and shape of a Gaussian in an image.",
        "M. Zwicker et al., IEEE Trans. Vis. Comput. Graph. 8, 223-238, 2002",
        "B. Kerbl et al., ACM Trans. Graph. 42:4, 2023",
    ),
    _vision(
        "GaussianMixture", "gaussian_mixture", "Loss of three Gaussians in the plane.", ADBENCH
    ),
    _vision("HandTracking", "hand_tracking", "Distances of a finger's skin from data.", ADBENCH),
    _graphics(
        "MicrofacetReflection",
        "microfacet_reflection",
        "Light that a rough metal sends to the eye.",
        "B. Walter et al., Eurographics Symposium on Rendering, 2007",
        "C. Schlick, Comput. Graph. Forum 13, 233-246, 1994",
    ),
    _color(
        "ColorDifference",
        "color_difference",
        "How different two colours look.",
        CIEDE2000,
    ),
    _color("LabOfSRGB", "lab_of_srgb", "CIELAB coordinates of a screen's colour.", SRGB),
    _color(
        "ScreenDifference",
        "screen_difference",
        "How different two colours of a screen look.",
        CIEDE2000,
        SRGB,
    ),
    _network("GRUCell", "gru_cell", "A gated recurrent unit.", "K. Cho et al., EMNLP 2014"),
    _network(
        "PeepholeLSTM",
        "peephole_lstm",
        "Two units with peepholes over two steps, in scalars.",
        "F. A. Gers, N. N. Schraudolph, J. Schmidhuber, J. Mach. Learn. Res. 3, 115-143, 2002",
    ),
    _network(
        "AutoencoderLoss",
        "autoencoder_loss",
        "Loss of a variational autoencoder.",
        "D. P. Kingma, M. Welling, ICLR 2014",
    ),
    _network(
        "CouplingFlow",
        "coupling_flow",
        "A normalizing flow of four coupling layers.",
        "L. Dinh, J. Sohl-Dickstein, S. Bengio, ICLR 2017",
    ),
    _network(
        "GatedLayer",
        "gated_layer",
        "A transformer's gated layer with normalization.",
        "N. Shazeer, arXiv 2002.05202, 2020",
        "B. Zhang, R. Sennrich, NeurIPS 2019",
    ),
    _network(
        "MixtureDensityLoss",
        "mixture_density_loss",
        "Loss of a network that gives three Gaussians.",
        "C. M. Bishop, Aston University NCRG/94/004, 1994",
    ),
    _network(
        "GraphAttention",
        "graph_attention",
        "A layer of attention among four nodes.",
        "P. Veličković et al., ICLR 2018",
    ),
    _network(
        "SelectiveScan",
        "selective_scan",
        "A state space layer over three steps.",
        "A. Gu, T. Dao, arXiv 2312.00752, 2023",
    ),
    _network(
        "ClippedPolicyLoss",
        "clipped_policy_loss",
        "Loss of proximal policy optimization over four actions.",
        "J. Schulman et al., arXiv 1707.06347, 2017",
    ),
    _estimation(
        "KalmanFilter",
        "kalman_filter",
        "Mean, covariance and likelihood after three measurements.",
        "R. E. Kalman, J. Basic Eng. 82, 35-45, 1960",
    ),
    _estimation(
        "LandmarkUpdate",
        "landmark_update",
        "A robot's pose after sighting a landmark.",
        "S. Thrun, W. Burgard, D. Fox, Probabilistic Robotics, MIT, 2005",
    ),
    _estimation(
        "GaussianProcess",
        "gaussian_process",
        "Marginal likelihood of four values, factorized in scalars.",
        "C. E. Rasmussen, C. K. I. Williams, Gaussian Processes for Machine Learning, MIT, 2006",
    ),
    _estimation(
        "HiddenMarkov",
        "hidden_markov",
        "Likelihood of five symbols under two hidden states.",
        "L. E. Baum, T. Petrie, Ann. Math. Stat. 37, 1554-1563, 1966",
    ),
    _finance(
        "BlackScholesGreeks",
        "black_scholes_greeks",
        "Prices of call and put with the call's sensitivities in closed form.",
        "F. Black, M. Scholes, J. Polit. Econ. 81, 637-654, 1973",
    ),
    _finance(
        "SABRVolatility",
        "sabr_volatility",
        "Implied volatility of a swaption.",
        "P. S. Hagan, D. Kumar, A. Lesniewski, D. Woodward, Wilmott, 84-108, Sept. 2002",
    ),
    _finance(
        "HestonCharacteristic",
        "heston_characteristic",
        "Characteristic function of a price with stochastic variance.",
        "S. L. Heston, Rev. Financ. Stud. 6, 327-343, 1993",
        "H. Albrecher et al., Wilmott, 83-92, Jan. 2007",
    ),
    _finance(
        "AmericanPut",
        "american_put",
        "An American put on a binomial tree of six steps.",
        "J. C. Cox, S. A. Ross, M. Rubinstein, J. Financ. Econ. 7, 229-263, 1979",
    ),
    _finance(
        "LIBORSwaption",
        "libor_swaption",
        "A swaption's payoff on one path of six forward rates.",
        "M. Giles, P. Glasserman, Risk, 88-92, Jan. 2006",
    ),
    _finance(
        "SvenssonBond",
        "svensson_bond",
        "Price, duration and convexity of a bond on a yield curve.",
        "L. E. O. Svensson, NBER working paper 4871, 1994",
    ),
    _squares("EnzymeReaction", "enzyme_reaction", "Eleven residuals of rates.", MORE, MINPACK_2),
    _squares("BrownDennis", "brown_dennis", "Twenty residuals, each a sum of squares.", MORE),
    _squares("ExponentialFit", "exponential_fit", "A decay and three peaks.", MORE, MINPACK_2),
    _squares("Watson", "watson", "A differential equation solved by a polynomial.", MORE),
    _squares("Chebyquad", "chebyquad", "Errors of a quadrature with six nodes.", MORE),
    _squares("LennardJones", "lennard_jones", "Energy of five atoms.", MINPACK_2),
    _squares(
        "Superconductor", "superconductor", "Energy of a superconductor on a grid.", MINPACK_2
    ),
)
