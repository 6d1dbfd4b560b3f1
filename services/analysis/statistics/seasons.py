"""A series that repeats: its trend taken out, whether the places of a cycle differ, and how strongly."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.analysis.statistics import groups
from services.analysis.statistics.tails import Result, chi2_upper

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
FEWEST_CYCLES = 2


@dataclass(frozen=True)
class Season:
    """The mean of a detrended series at each place of its cycle (centred on 0), the test that they differ, and the place furthest out."""

    effects: Floats
    result: Result
    peak: int


def season(values: Floats, places: Codes, length: int) -> Season | None:
    """Look for a cycle of `length` periods in an even series; `places` (0..length-1) says where in the cycle each period lies.

    The trend is a centred moving average over one cycle (classical decomposition, Hyndman and Athanasopoulos 2021, section 3.4);
    the places are compared by ranks of what is left. None with fewer than two whole cycles beside the ends, or without spread.
    """
    left = values - moving_average(values, length)
    known = ~np.isnan(left)
    if known.sum() < FEWEST_CYCLES * length or np.ptp(left[known]) == 0:
        return None
    rest, where = groups.settled(left[known]), places[known]
    n = np.bincount(where, minlength=length)
    if n.min() < FEWEST_CYCLES:
        return None
    ranks = groups.rank(rest)
    result = _corrected(groups.kruskal(ranks, where, length, groups.tie_sum(ranks)), length)
    effects = np.bincount(where, rest, minlength=length) / n
    effects -= effects.mean()
    return Season(effects, result, int(np.argmax(np.abs(effects))))


def _corrected(result: Result, length: int) -> Result:
    """The moving average holds a share 1/m of each value, so what is left spreads less than the noise: the statistic is cut by as much."""
    statistic = result.statistic * (1 - 1 / length)
    return replace(result, statistic=statistic, p_value=chi2_upper(statistic, length - 1))


def moving_average(values: Floats, length: int) -> Floats:
    """Return the centred moving average over one cycle (2 x m where m is even), NaN at both ends."""
    half = length // 2
    weights = np.full(length, 1.0 / length) if length % 2 else np.r_[0.5, np.ones(length - 1), 0.5] / length
    trend = np.full(len(values), np.nan)
    if len(values) >= len(weights):
        trend[half : len(values) - half] = np.convolve(values, weights, mode="valid")
    return trend


def strength(values: Floats, length: int) -> float:
    """Return the strength of seasonality, max(0, 1 - var(R) / var(S + R)), by a robust STL decomposition (the same book, section 4.3)."""
    from statsmodels.tsa.stl._stl import STL

    parts = STL(values, period=length, robust=True).fit()
    spread = float(np.var(parts.resid + parts.seasonal))
    return max(0.0, 1 - float(np.var(parts.resid)) / spread) if spread > 0 else 0.0
