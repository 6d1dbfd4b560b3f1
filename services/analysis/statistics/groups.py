"""Means and distributions of groups compared: Welch, Mann-Whitney, Kruskal-Wallis, effect sizes, and which to trust."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analysis.statistics.tails import Result, chi2_upper, critical_t, critical_z, f_upper, normal_two_sided, t_two_sided

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

# A mean of this many values is close to normal unless the data are more skewed than this (central limit theorem).
ENOUGH_FOR_MEANS = 15
SKEW_LIMIT = 2.0


@dataclass(frozen=True)
class Moments:
    """Counts, means, variances (n - 1) and third central moments of groups, one entry a group."""

    n: Floats
    mean: Floats
    variance: Floats
    third: Floats

    @property
    def skewness(self) -> float:
        """Skewness of the residuals: values less their group's mean."""
        total = float(self.n.sum())
        m2 = float(((self.n - 1) * self.variance).sum()) / total
        m3 = float((self.n * self.third).sum()) / total
        return m3 / m2**1.5 if m2 > 0 else 0.0


def moments(values: Floats, codes: Codes, groups: int) -> Moments:
    """Return the moments of `values` (no NaN) within groups coded 0..groups-1."""
    n = np.bincount(codes, minlength=groups).astype(float)
    safe = np.maximum(n, 1)
    mean = np.bincount(codes, values, minlength=groups) / safe
    residual = values - mean[codes]
    squared = residual * residual
    square = np.bincount(codes, squared, minlength=groups)
    third = np.bincount(codes, squared * residual, minlength=groups) / safe
    return Moments(n, mean, square / np.maximum(n - 1, 1), third)


def settled(values: Floats) -> Floats:
    """Return values to nine digits of the largest: what differs only in how floats were subtracted is a tie again."""
    largest = float(np.abs(values).max(initial=0.0))
    return np.asarray(values if largest == 0 else np.round(values, 9 - math.ceil(math.log10(largest))), dtype=np.float64)


def rank(values: Floats) -> Floats:
    """Return ranks from 1, ties sharing their mean rank."""
    order = np.argsort(values, kind="stable")
    return ranks_in_order(values[order], order)[0]


def ranks_in_order(ordered: Floats, places: Codes) -> tuple[Floats, float]:
    """Return the ranks of values given sorted, each put at its place, and the sum of t^3 - t over ties."""
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    ends = np.r_[starts[1:], len(ordered)]
    ranks = np.empty(len(ordered))
    ranks[places] = np.repeat((starts + 1 + ends) / 2, ends - starts)
    runs = (ends - starts).astype(float)
    return ranks, float((runs**3 - runs).sum())


def tie_sum(ranks: Floats) -> float:
    """Return the sum of t^3 - t over runs of t tied ranks."""
    _, counts = np.unique(ranks, return_counts=True)
    t = counts.astype(float)
    return float((t**3 - t).sum())


def welch_t(n1: float, mean1: float, var1: float, n2: float, mean2: float, var2: float) -> Result:
    """Welch's t-test of two means with unequal variances, from moments; effect size Hedges' g with its interval in `effect_size`."""
    a, b = var1 / n1, var2 / n2
    error = math.sqrt(a + b)
    difference = mean1 - mean2
    g = hedges_g(n1, mean1, var1, n2, mean2, var2)
    n = int(n1 + n2)
    if error == 0:
        p = 1.0 if difference == 0 else 0.0
        return Result("Welch t", 0.0, p, n, difference, difference, difference, g, "Hedges g")
    df = (a + b) ** 2 / (a**2 / max(n1 - 1, 1) + b**2 / max(n2 - 1, 1))
    t = difference / error
    margin = critical_t(df) * error
    return Result("Welch t", t, t_two_sided(t, df), n, difference, difference - margin, difference + margin, g, "Hedges g")


def hedges_g(n1: float, mean1: float, var1: float, n2: float, mean2: float, var2: float) -> float:
    """Return the difference of means in pooled standard deviations, corrected for small samples (Hedges 1981)."""
    df = n1 + n2 - 2
    pooled = ((n1 - 1) * var1 + (n2 - 1) * var2) / df if df > 0 else 0.0
    if pooled <= 0:
        return 0.0
    return (mean1 - mean2) / math.sqrt(pooled) * (1 - 3 / (4 * df - 1))


def welch_anova(m: Moments) -> Result:
    """Welch's (1951) one-way analysis of variance; effect size omega squared of the classical table."""
    weight = m.n / m.variance
    total = weight.sum()
    grand = float((weight * m.mean).sum() / total)
    k = len(m.n)
    spread = float((((1 - weight / total) ** 2) / (m.n - 1)).sum())
    between = float((weight * (m.mean - grand) ** 2).sum()) / (k - 1)
    f = between / (1 + 2 * (k - 2) / (k**2 - 1) * spread)
    df2 = (k**2 - 1) / (3 * spread)
    return Result("Welch ANOVA", f, f_upper(f, k - 1, df2), int(m.n.sum()), effect_size=omega_squared(m), effect_name="omega squared")


def omega_squared(m: Moments) -> float:
    """Return the share of variance between groups, corrected for chance (Hays 1963), at least 0."""
    n, k = float(m.n.sum()), len(m.n)
    grand = float((m.n * m.mean).sum()) / n
    between = float((m.n * (m.mean - grand) ** 2).sum())
    within = float(((m.n - 1) * m.variance).sum())
    mean_square = within / (n - k) if n > k else 0.0
    total = between + within + mean_square
    return max(0.0, (between - (k - 1) * mean_square) / total) if total > 0 else 0.0


def kruskal(ranks: Floats, codes: Codes, groups: int, ties: float) -> Result:
    """Kruskal-Wallis test on ranks (ties corrected); effect size epsilon squared (Tomczak 2014)."""
    n = float(len(ranks))
    counts = np.bincount(codes, minlength=groups).astype(float)
    sums = np.bincount(codes, ranks, minlength=groups)
    present = counts > 0
    h = 12 / (n * (n + 1)) * float((sums[present] ** 2 / counts[present]).sum()) - 3 * (n + 1)
    correction = 1 - ties / (n**3 - n)
    k = int(present.sum())
    if correction <= 0 or k < 2:
        return Result("Kruskal-Wallis", 0.0, 1.0, int(n), effect_size=0.0, effect_name="epsilon squared")
    h /= correction
    return Result("Kruskal-Wallis", h, chi2_upper(h, k - 1), int(n), effect_size=max(0.0, h / (n - 1)), effect_name="epsilon squared")


def mann_whitney(ranks: Floats, first: NDArray[np.bool_], ties: float) -> Result:
    """Mann-Whitney test of `first` against the rest (normal approximation, ties and continuity corrected).

    The effect size is the rank-biserial correlation, 2 P(first > other) - 1.
    """
    n, n1 = float(len(ranks)), float(first.sum())
    n2 = n - n1
    u = float(ranks[first].sum()) - n1 * (n1 + 1) / 2
    variance = n1 * n2 / 12 * ((n + 1) - ties / (n * (n - 1)))
    shift = u - n1 * n2 / 2
    z = 0.0 if variance <= 0 else math.copysign(max(abs(shift) - 0.5, 0.0), shift) / math.sqrt(variance)
    return Result("Mann-Whitney", u, normal_two_sided(z), int(n), effect_size=2 * u / (n1 * n2) - 1, effect_name="rank-biserial r")


def means_can_be_trusted(m: Moments) -> tuple[bool, str]:
    """Say whether tests on means hold here, and why: group sizes and the skewness of the residuals."""
    smallest, skew = int(m.n.min()), abs(m.skewness)
    if smallest < ENOUGH_FOR_MEANS:
        return False, "a group is too small for a test on means: ranks used"
    if skew > SKEW_LIMIT:
        return False, "values are strongly skewed: ranks used"
    return True, "groups are large enough for their skewness; unequal variances allowed for"


def mean_interval(n: float, mean: float, variance: float) -> tuple[float, float]:
    """Return the t interval of a mean."""
    if n < 2:
        return mean, mean
    margin = critical_t(n - 1) * math.sqrt(variance / n)
    return mean - margin, mean + margin


def hedges_interval(g: float, n1: float, n2: float) -> tuple[float, float]:
    """Return the large-sample interval of Hedges' g (Hedges and Olkin 1985)."""
    error = math.sqrt((n1 + n2) / (n1 * n2) + g**2 / (2 * (n1 + n2)))
    return g - critical_z() * error, g + critical_z() * error
