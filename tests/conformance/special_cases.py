"""One case or more for every differentiable function of jax.scipy and jnp.fft, linear algebra apart."""

from __future__ import annotations

import jax.numpy as jnp
import jax.scipy as jsp
import jax.scipy.special as special
import numpy as np
from jax.experimental.ode import odeint
from jax.scipy.interpolate import RegularGridInterpolator
from jax.scipy.stats import norm

from tests.conformance.case import Case, case, rng, uniform

X, Y, Z = uniform(3), uniform(3, seed=1), uniform(3, seed=2)
SIGNED = rng(3).normal(size=4).astype(np.float32)
SIGNAL, IMAGE = uniform(8, seed=4), uniform(4, 5, seed=5)
V, W, CUBE = uniform(5, seed=6), uniform(5, seed=7), uniform(2, 3, 4, seed=8)

SPECIAL: dict[str, Case] = {
    "beta": case(special.beta, X, Y),
    "betainc": case(special.betainc, X + 1, Y + 1, Z, argnums=(2,)),
    "betaln": case(special.betaln, X, Y),
    "boxcox": case(special.boxcox, X, Y),
    "boxcox1p": case(special.boxcox1p, X, Y),
    "bessel_jn": case(lambda x: special.bessel_jn(x, v=2, n_iter=20), Z + 1),
    "comb": case(special.comb, X + 3, Y),
    "dawsn": case(special.dawsn, X),
    "digamma": case(special.digamma, X),
    "entr": case(special.entr, X),
    "erf": case(special.erf, X),
    "erfc": case(special.erfc, X),
    "erfcx": case(special.erfcx, X),
    "erfinv": case(special.erfinv, X),
    "exp1": case(special.exp1, X),
    "expi": case(special.expi, X),
    "expit": case(special.expit, SIGNED),
    "expn": case(lambda x: special.expn(2, x), X),
    "factorial": case(special.factorial, X),
    "fresnel": case(special.fresnel, X),
    "gamma": case(special.gamma, X),
    "gammainc": case(special.gammainc, X + 1, Y + 1),
    "gammaincc": case(special.gammaincc, X + 1, Y + 1),
    "gammaln": case(special.gammaln, X),
    "hyp1f1": case(special.hyp1f1, X, Y, Z),
    "hyp2f1": case(lambda z: special.hyp2f1(1.0, 2.0, 3.0, z), X),
    "i0": case(special.i0, SIGNED),
    "i0e": case(special.i0e, SIGNED),
    "i1": case(special.i1, SIGNED),
    "i1e": case(special.i1e, SIGNED),
    "kl_div": case(special.kl_div, X, Y),
    "log_ndtr": case(special.log_ndtr, SIGNED),
    "log_softmax": case(special.log_softmax, SIGNED),
    "logit": case(special.logit, X),
    "logsumexp": case(special.logsumexp, SIGNED),
    "multigammaln": case(lambda a: special.multigammaln(a, 2), X + 2),
    "ndtr": case(special.ndtr, SIGNED),
    "ndtri": case(special.ndtri, X),
    "owens_t": case(special.owens_t, X, Y),
    "poch": case(special.poch, X, Y),
    "polygamma": case(lambda x: special.polygamma(1, x), X),
    "rel_entr": case(special.rel_entr, X, Y),
    "sici": case(special.sici, X),
    "softmax": case(special.softmax, SIGNED),
    "spence": case(special.spence, X),
    "sph_harm_y": case(
        lambda t, p: special.sph_harm_y(np.array([1]), np.array([1]), t, p, n_max=2).real,
        X[:1],
        Y[:1],
    ),
    "wofz": case(lambda x: special.wofz(x + 0j).real, X),
    "zeta": case(lambda x: special.zeta(x, 2.0), X + 2),
    "xlog1py": case(special.xlog1py, X, Y),
    "xlogy": case(special.xlogy, X, Y),
}

SIGNALS: dict[str, Case] = {
    "convolve": case(lambda x, k: jsp.signal.convolve(x, k, "same"), SIGNAL, X),
    "convolve2d": case(lambda x, k: jsp.signal.convolve2d(x, k, "valid"), IMAGE, uniform(2, 2)),
    "correlate": case(lambda x, k: jsp.signal.correlate(x, k, "valid"), SIGNAL, X),
    "correlate2d": case(lambda x, k: jsp.signal.correlate2d(x, k, "same"), IMAGE, uniform(2, 2)),
    "detrend": case(jsp.signal.detrend, SIGNAL),
    "fftconvolve": case(lambda x, k: jsp.signal.fftconvolve(x, k, "same"), SIGNAL, X),
    "map_coordinates": case(
        lambda x, c: jsp.ndimage.map_coordinates(x, [c, c + 0.3], 1), IMAGE, X + 1
    ),
    "interpolation on a grid": case(
        lambda values, at: RegularGridInterpolator((jnp.arange(4.0), jnp.arange(5.0)), values)(at),
        IMAGE,
        uniform(3, 2, seed=9),
    ),
    "trapezoid": case(lambda y: jsp.integrate.trapezoid(y, dx=0.5), SIGNAL),
    "csd": case(lambda x: jnp.abs(jsp.signal.csd(x, x * x, nperseg=4)[1]), SIGNAL),
    "istft of stft": case(
        lambda x: jsp.signal.istft(jsp.signal.stft(x, nperseg=4)[2] * 2.0, nperseg=4)[1], SIGNAL
    ),
    "odeint": case(
        lambda y: odeint(lambda y, t: -y * y, y, jnp.linspace(0.0, 1.0, 3)), X, tolerance=1e-3
    ),
    "welch": case(lambda x: jsp.signal.welch(x, nperseg=4)[1], SIGNAL),
    "dct": case(jsp.fft.dct, SIGNAL),
    "idct": case(jsp.fft.idct, SIGNAL),
}

DISTRIBUTIONS: dict[str, Case] = {
    "beta": case(jsp.stats.beta.logpdf, X, Y + 1, Z + 1),
    "cauchy": case(jsp.stats.cauchy.logpdf, X, Y, Z),
    "chi2": case(jsp.stats.chi2.logpdf, X, Y + 1),
    "dirichlet": case(
        jsp.stats.dirichlet.logpdf, np.array([0.2, 0.5, 0.3], np.float32), Y + 1, argnums=(1,)
    ),
    "expon": case(jsp.stats.expon.logpdf, X, Y - 1, Z),
    "gamma": case(jsp.stats.gamma.logpdf, X, Y + 1),
    "laplace": case(jsp.stats.laplace.cdf, X, Y, Z),
    "logistic": case(jsp.stats.logistic.cdf, X, Y, Z),
    "multivariate_normal": case(
        lambda x, m, c: jsp.stats.multivariate_normal.logpdf(x, m, c @ c.T + jnp.eye(3)),
        X,
        Y,
        uniform(3, 3),
    ),
    "norm": case(norm.logpdf, X, Y, Z),
    "norm.logcdf": case(norm.logcdf, X, Y, Z),
    "norm.ppf": case(norm.ppf, X),
    "pareto": case(jsp.stats.pareto.logpdf, X + 2, Y, Y - 0.2, Z),
    "poisson": case(lambda m: jsp.stats.poisson.logpmf(np.array([1, 0, 3]), m), X),
    "t": case(jsp.stats.t.logpdf, X, Y + 1),
    "truncnorm": case(lambda x: jsp.stats.truncnorm.logpdf(x, -1.0, 1.0), X),
    "uniform": case(lambda x, s: jsp.stats.uniform.logpdf(x, 0.0, s), X, Y + 1),
    "gaussian_kde": case(lambda data, x: jsp.stats.gaussian_kde(data)(x), SIGNAL, X),
}

FOURIER: dict[str, Case] = {
    "fft": case(lambda x: jnp.abs(jnp.fft.fft(x)), V),
    "ifft": case(lambda x: jnp.fft.ifft(jnp.fft.fft(x) ** 2).real, V),
    "rfft": case(lambda x: jnp.fft.irfft(jnp.fft.rfft(x) * jnp.fft.rfft(W), 5), V),
    "hfft": case(lambda x: jnp.fft.hfft(x + 1j * x), V),
    "ihfft": case(lambda x: jnp.fft.ihfft(x).imag, V),
    "fft2": case(lambda x: jnp.abs(jnp.fft.fft2(x)) ** 2, IMAGE),
    "rfft2": case(lambda x: jnp.fft.irfft2(jnp.fft.rfft2(x) * 2.0, (4, 5)), IMAGE),
    "rfftn": case(lambda x: jnp.fft.irfftn(jnp.fft.rfftn(x), (2, 3, 4)) * x, CUBE),
    "fftshift": case(lambda x: jnp.fft.fftshift(x) * x, V),
    "ifftshift": case(lambda x: jnp.fft.ifftshift(x, 1), IMAGE),
    "angle": case(lambda x: jnp.angle(x + 1j * x**2), V),
    "imag and conj": case(lambda x: jnp.imag(jnp.conj(jnp.exp(1j * x))), V),
    "exponential of an imaginary": case(lambda x: jnp.real(jnp.exp(1j * x) * x), V),
}
