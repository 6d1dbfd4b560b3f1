"""Monotone trends of a series: Mann-Kendall with ties and autocorrelation, Theil-Sen slope."""

import math

import numpy as np
from numpy.typing import NDArray

from services.analysis.statistics.groups import rank
from services.analysis.statistics.tails import Result, critical_t, critical_z, normal_two_sided, t_two_sided

Floats = NDArray[np.float64]


def mann_kendall(values: Floats) -> Result:
    """Mann-Kendall test of an evenly spaced series without NaN, with Sen's slope per step and its interval.

    Ties are corrected for (Kendall 1975); where the series is long enough and its ranks are autocorrelated beyond the
    trend, the variance is widened (Hamed and Rao 1998). The effect size is Kendall's tau.
    """
    n = len(values)
    if n < 4:
        return Result("Mann-Kendall", 0.0, 1.0, n, 0.0, 0.0, 0.0, 0.0, "Kendall tau")
    difference = np.sign(values[None, :] - values[:, None])
    s = float(np.triu(difference, 1).sum())
    _, ties = np.unique(values, return_counts=True)
    t = ties.astype(float)
    variance = (n * (n - 1) * (2 * n + 5) - float((t * (t - 1) * (2 * t + 5)).sum())) / 18
    slope, low, high = theil_sen(values, variance)
    widened = variance * autocorrelation_factor(values, slope)
    z = 0.0 if widened <= 0 or s == 0 else (s - math.copysign(1, s)) / math.sqrt(widened)
    pairs = n * (n - 1) / 2
    denominator = math.sqrt(pairs * max(pairs - float((t * (t - 1) / 2).sum()), 0.0))
    tau = s / denominator if denominator > 0 else 0.0
    note = "autocorrelation allowed for" if widened > variance else "no autocorrelation beyond the trend"
    return Result("Mann-Kendall", s, normal_two_sided(z), n, slope, low, high, tau, "Kendall tau", (note,))


def theil_sen(values: Floats, variance: float) -> tuple[float, float, float]:
    """Return the median of pairwise slopes per step and its interval (Sen 1968), given the variance of Kendall's S."""
    n = len(values)
    i, j = np.triu_indices(n, 1)
    slopes = np.sort((values[j] - values[i]) / (j - i))
    margin = critical_z() * math.sqrt(max(variance, 0.0))
    count = len(slopes)
    low = int(max(0, math.floor((count - margin) / 2)))
    high = int(min(count - 1, math.ceil((count + margin) / 2)))
    return float(np.median(slopes)), float(slopes[low]), float(slopes[high])


def autocorrelation_factor(values: Floats, slope: float) -> float:
    """Return by how much autocorrelated ranks of the detrended series inflate the variance of S, at least 1."""
    n = len(values)
    if n < 10:
        return 1.0
    ranks = rank(values - slope * np.arange(n))
    centred = ranks - ranks.mean()
    scale = float((centred**2).sum())
    if scale <= 0:
        return 1.0
    lags = np.arange(1, n - 2)
    rho = np.array([float((centred[k:] * centred[:-k]).sum()) / scale for k in lags])
    significant = np.abs(rho) > critical_z() / math.sqrt(n)
    weight = (n - lags) * (n - lags - 1) * (n - lags - 2)
    factor = 1 + 2 / (n * (n - 1) * (n - 2)) * float((weight * rho * significant).sum())
    return max(1.0, factor)


def count_trend(counts: Floats) -> Result:
    """Quasi-Poisson regression of counts per period on time: log-linear growth with estimated overdispersion.

    `estimate` and its interval are growth per period as a fraction; the effect size is Kendall's tau.
    Fitted by iteratively reweighted least squares (McCullagh and Nelder 1989).
    """
    n = len(counts)
    if n < 4 or counts.sum() <= 0:
        return Result("quasi-Poisson regression", 0.0, 1.0, n, 0.0, 0.0, 0.0, 0.0, "Kendall tau")
    x = np.arange(n) - (n - 1) / 2
    mean, slope = math.log(float(counts.mean())), 0.0
    for _ in range(50):
        mu = np.exp(np.clip(mean + slope * x, -30, 30))
        working = np.log(mu) + (counts - mu) / mu
        total, moment = float(mu.sum()), float((mu * x).sum())
        square = float((mu * x * x).sum())
        determinant = total * square - moment**2
        a, b = float((mu * working).sum()), float((mu * x * working).sum())
        updated = (total * b - moment * a) / determinant
        mean, done = (square * a - moment * b) / determinant, abs(updated - slope) < 1e-12
        slope = updated
        if done:
            break
    dispersion = max(1.0, float(((counts - mu) ** 2 / mu).sum()) / (n - 2))
    error = math.sqrt(dispersion * total / determinant)
    t = slope / error
    margin = critical_t(n - 2) * error
    # an interval may be as wide as it likes, but a double ends near e**709
    growth, low, high = (math.expm1(min(x, 700.0)) for x in (slope, slope - margin, slope + margin))
    tau = mann_kendall(counts).effect_size
    note = "spread beyond chance allowed for (quasi-Poisson)"
    return Result("quasi-Poisson regression", t, t_two_sided(t, n - 2), n, growth, low, high, tau, "Kendall tau", (note,))
