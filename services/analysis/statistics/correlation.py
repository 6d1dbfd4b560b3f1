"""Association of two measures: Pearson and Spearman with intervals."""

import math

import numpy as np
from numpy.typing import NDArray

from services.analysis.statistics.groups import rank
from services.analysis.statistics.tails import Result, critical_z, t_two_sided

Floats = NDArray[np.float64]


def pearson_r(x: Floats, y: Floats) -> float:
    """Return the product-moment correlation, 0 where one of the two does not vary."""
    a, b = x - x.mean(), y - y.mean()
    scale = math.sqrt(float((a * a).sum()) * float((b * b).sum()))
    return max(-1.0, min(1.0, float((a * b).sum()) / scale)) if scale > 0 else 0.0


def correlation_result(r: float, n: int, name: str, *, spread: float = 1.0) -> Result:
    """Return the test of a correlation of n pairs against none, with Fisher's interval.

    `spread` widens the interval for rank correlations (1.06, Fieller, Hartley and Pearson 1957).
    """
    if n < 4 or abs(r) >= 1:
        p = 0.0 if abs(r) >= 1 and n >= 4 else 1.0
        return Result(name, r, p, n, r, r, r, r, "r")
    t = r * math.sqrt((n - 2) / (1 - r * r))
    margin = critical_z() * math.sqrt(spread / (n - 3))
    z = math.atanh(r)
    return Result(name, r, t_two_sided(t, n - 2), n, r, math.tanh(z - margin), math.tanh(z + margin), r, "r")


def pearson(x: Floats, y: Floats) -> Result:
    """Pearson correlation of two arrays without NaN."""
    return correlation_result(pearson_r(x, y), len(x), "Pearson r")


def spearman(x: Floats, y: Floats) -> Result:
    """Spearman rank correlation of two arrays without NaN."""
    return spearman_of_ranks(rank(x), rank(y))


def spearman_of_ranks(x: Floats, y: Floats) -> Result:
    """Spearman rank correlation of two arrays of ranks."""
    return correlation_result(pearson_r(x, y), len(x), "Spearman rho", spread=1.06)


def straight_enough(x: Floats, y: Floats) -> tuple[bool, str]:
    """Say whether Pearson may speak for the pair: no far outliers and agreement with the ranks."""
    if len(x) < 8:
        return False, "few pairs: ranks used"
    for values in (x, y):
        spread = values.std()
        if spread > 0 and float(np.abs(values - values.mean()).max()) / spread > 5:
            return False, "outliers: ranks used"
    return True, "no far outliers"


def slope_interval(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Return the least-squares slope of y on x with its interval from heteroskedasticity-robust errors (HC3)."""
    centred = x - x.mean()
    square = float((centred**2).sum())
    if square <= 0:
        return 0.0, 0.0, 0.0
    slope = float((centred * (y - y.mean())).sum()) / square
    residual = y - y.mean() - slope * centred
    leverage = 1 / len(x) + centred**2 / square
    error = math.sqrt(float((centred**2 * (residual / np.maximum(1 - leverage, 1e-9)) ** 2).sum())) / square
    return slope, slope - critical_z() * error, slope + critical_z() * error
