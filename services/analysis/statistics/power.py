"""What a test could have seen: minimum detectable effects at a given power."""

import math
from collections.abc import Callable

from scipy import special

from services.analysis.statistics.tails import normal_quantile

POWER = 0.8
ALPHA = 0.05


def _needed(alpha: float, power: float) -> float:
    return normal_quantile(1 - alpha / 2) + normal_quantile(power)


def detectable_difference(n1: float, n2: float, *, alpha: float = ALPHA, power: float = POWER) -> float:
    """Return the smallest difference of two means, in standard deviations, found with the given power."""
    return _needed(alpha, power) * math.sqrt(1 / n1 + 1 / n2)


def detectable_proportion(n: float, share: float, *, alpha: float = ALPHA, power: float = POWER) -> float:
    """Return the smallest departure of a proportion of n from a stated share found with the given power (normal approximation)."""
    return _needed(alpha, power) * math.sqrt(share * (1 - share) / n)


def detectable_correlation(n: float, *, alpha: float = ALPHA, power: float = POWER) -> float:
    """Return the smallest correlation found among n pairs with the given power (Fisher's z)."""
    return math.tanh(_needed(alpha, power) / math.sqrt(n - 3)) if n > 3 else 1.0


def detectable_f(n: float, groups: int, *, alpha: float = ALPHA, power: float = POWER) -> float:
    """Return the smallest Cohen's f (spread of group means in standard deviations) an analysis of variance would find."""
    df1, df2 = groups - 1, n - groups
    if df2 < 1:
        return math.inf
    critical = float(special.fdtri(df1, df2, 1 - alpha))
    return _search(lambda f: 1 - float(special.ncfdtr(df1, df2, f * f * n, critical)), power)


def detectable_w(n: float, df: int, *, alpha: float = ALPHA, power: float = POWER) -> float:
    """Return the smallest Cohen's w a chi-square test with df degrees of freedom would find among n."""
    critical = float(special.chdtri(df, alpha))
    return _search(lambda w: 1 - float(special.chndtr(critical, df, w * w * n)), power)


def _search(power_at: Callable[[float], float], power: float) -> float:
    low, high = 0.0, 1.0
    while power_at(high) < power and high < 64:
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        if power_at(middle) < power:
            low = middle
        else:
            high = middle
    return high
