"""Counts and proportions: chi-square, Fisher, Wilson and Newcombe intervals, Cramer's V."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from services.analysis.statistics.tails import Result, chi2_upper, critical_z, f_upper

Floats = NDArray[np.float64]

SMALLEST_EXPECTED = 5.0  # Cochran's rule


def goodness_of_fit(counts: Floats, expected_shares: Floats | None = None) -> Result:
    """Chi-square test of counts against shares (equal ones by default); effect size Cohen's w."""
    total = float(counts.sum())
    shares = np.full(len(counts), 1 / len(counts)) if expected_shares is None else expected_shares / expected_shares.sum()
    expected = total * shares
    statistic = float(((counts - expected) ** 2 / expected).sum())
    note = "expected counts are at least five" if expected.min() >= SMALLEST_EXPECTED else "some expected counts are below five"
    p = chi2_upper(statistic, len(counts) - 1)
    return Result(
        "chi-square", statistic, p, int(total), effect_size=math.sqrt(statistic / total), effect_name="Cohen w", assumptions=(note,)
    )


def likelihood_ratio(counts: Floats) -> Result:
    """Likelihood-ratio test (G, Wilks 1938) of counts against equal shares; effect size Cohen's w of the same counts."""
    total = float(counts.sum())
    statistic = 2 * float(special.xlogy(counts, counts * len(counts) / total).sum())
    size = goodness_of_fit(counts).effect_size
    return Result(
        "likelihood ratio", statistic, chi2_upper(statistic, len(counts) - 1), int(total), effect_size=size, effect_name="Cohen w"
    )


def independence(table: Floats) -> Result:
    """Chi-square test of independence of a table of counts (empty rows and columns dropped); effect size Cramer's V.

    V is corrected for chance (Bergsma 2013).
    """
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    total = float(table.sum())
    rows, columns = table.shape
    if rows < 2 or columns < 2:
        return Result("chi-square", 0.0, 1.0, int(total), effect_size=0.0, effect_name="Cramer V")
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    statistic = float(((table - expected) ** 2 / expected).sum())
    small = float((expected < SMALLEST_EXPECTED).mean())
    note = "expected counts are large enough" if small <= 0.2 else "more than a fifth of the expected counts are below five"
    df = (rows - 1) * (columns - 1)
    v = cramers_v(statistic, total, rows, columns)
    return Result(
        "chi-square", statistic, chi2_upper(statistic, df), int(total), effect_size=v, effect_name="Cramer V", assumptions=(note,)
    )


def cramers_v(statistic: float, total: float, rows: int, columns: int) -> float:
    """Return Cramer's V, corrected for chance (Bergsma 2013), 0..1."""
    phi2 = max(0.0, statistic / total - (rows - 1) * (columns - 1) / (total - 1))
    r, c = rows - (rows - 1) ** 2 / (total - 1), columns - (columns - 1) ** 2 / (total - 1)
    limit = min(r, c) - 1
    return math.sqrt(min(1.0, phi2 / limit)) if limit > 0 else 0.0


def fisher_exact(a: int, b: int, c: int, d: int) -> float:
    """Return Fisher's exact two-sided p of the table [[a, b], [c, d]]: the sum of all tables no likelier than it."""
    row, column, total = a + b, a + c, a + b + c + d
    low, high = max(0, row + column - total), min(row, column)
    k = np.arange(low, high + 1, dtype=float)
    log = -(
        special.gammaln(k + 1)
        + special.gammaln(row - k + 1)
        + special.gammaln(column - k + 1)
        + special.gammaln(total - row - column + k + 1)
    )
    log -= special.logsumexp(log)
    here = log[a - low]
    return float(min(1.0, np.exp(log[log <= here + 1e-7]).sum()))


def two_proportions(hits1: float, n1: float, hits2: float, n2: float) -> Result:
    """Compare two proportions: chi-square, or Fisher where a cell is expected below five; Newcombe's interval of the difference.

    The effect size is Cohen's h.
    """
    p1, p2 = hits1 / n1, hits2 / n2
    table = np.array([[hits1, n1 - hits1], [hits2, n2 - hits2]])
    test = independence(table)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    low, high = newcombe_interval(hits1, n1, hits2, n2)
    h = 2 * math.asin(math.sqrt(p1)) - 2 * math.asin(math.sqrt(p2))
    if expected.min() < SMALLEST_EXPECTED:
        p = fisher_exact(int(hits1), int(n1 - hits1), int(hits2), int(n2 - hits2))
        return Result(
            "Fisher exact", p1 - p2, p, int(n1 + n2), p1 - p2, low, high, h, "Cohen h", ("expected counts below five: exact test",)
        )
    return Result("chi-square", test.statistic, test.p_value, int(n1 + n2), p1 - p2, low, high, h, "Cohen h", test.assumptions)


def cochran_armitage(hits: Floats, n: Floats) -> Result:
    """Test of a trend in proportions over ordered, evenly spaced groups (Armitage 1955); the effect size is z / sqrt(total).

    Where the proportions scatter about the trend more than counts do by chance, the statistic is divided by that dispersion and
    held to F (McCullagh and Nelder 1989, section 4.5), so that groups which merely vary make no trend.
    """
    total, k = float(n.sum()), len(n)
    share = float(hits.sum()) / total
    scores = np.arange(k) - float((n * np.arange(k)).sum()) / total
    variance = share * (1 - share) * float((n * scores**2).sum())
    if variance <= 0 or k < 3:
        return Result("Cochran-Armitage", 0.0, 1.0, int(total), effect_size=0.0, effect_name="r")
    z = float((hits * scores).sum()) / math.sqrt(variance)
    departures = float(((hits - n * share) ** 2 / (n * share * (1 - share))).sum()) - z * z
    dispersion = max(1.0, departures / (k - 2))
    p = chi2_upper(z * z, 1) if dispersion <= 1 else f_upper(z * z / dispersion, 1, k - 2)
    note = "scatter about the trend beyond chance allowed for" if dispersion > 1 else "no scatter about the trend beyond chance"
    effect = z / math.sqrt(total)
    return Result("Cochran-Armitage", z, p, int(total), effect_size=effect, effect_name="r", assumptions=(note,))


def wilson_interval(hits: float, n: float) -> tuple[float, float]:
    """Return Wilson's score interval of a proportion."""
    if n <= 0:
        return 0.0, 1.0
    z, p = critical_z(), hits / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    margin = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return max(0.0, centre - margin), min(1.0, centre + margin)


def newcombe_interval(hits1: float, n1: float, hits2: float, n2: float) -> tuple[float, float]:
    """Return the interval of a difference of proportions by Newcombe's hybrid score method (1998, method 10)."""
    p1, p2 = hits1 / n1, hits2 / n2
    low1, high1 = wilson_interval(hits1, n1)
    low2, high2 = wilson_interval(hits2, n2)
    below = math.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    above = math.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
    return p1 - p2 - below, p1 - p2 + above
