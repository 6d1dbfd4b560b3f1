"""Two series together: partial correlations of SciPy and statsmodels, and silence where only time is shared."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from statsmodels.api import OLS, add_constant
from statsmodels.tsa.stattools import acf

from services.analysis.statistics.comovement import beside_time, comovement, effective_pairs

Floats = NDArray[np.float64]
TIME = np.r_[np.arange(40), np.arange(45, 85)].astype(np.float64)  # with a gap


def drifting(rng: np.random.Generator, n: int, memory: float) -> Floats:
    values = np.zeros(n)
    for i in range(1, n):
        values[i] = memory * values[i - 1] + rng.normal()
    return values


def test_a_trend_is_taken_out_as_by_a_regression() -> None:
    values = np.random.default_rng(1).normal(size=80) + 0.3 * TIME
    assert beside_time(values, TIME) == pytest.approx(OLS(values, add_constant(TIME)).fit().resid)


def test_the_correlation_is_the_partial_one_of_ranks() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=80) + 0.05 * TIME
    y = x + rng.normal(size=80) + 0.1 * TIME
    found = comovement(x, y, TIME)
    xy, xt, yt = (float(stats.spearmanr(a, b).statistic) for a, b in ((x, y), (x, TIME), (y, TIME)))
    # Ranks beside the time itself, whose gap its ranks do not show: the textbook formula in r of ranks with time.
    xt, yt = (float(stats.pearsonr(stats.rankdata(a), TIME).statistic) for a in (x, y))
    assert found.level.effect_size == pytest.approx((xy - xt * yt) / np.sqrt((1 - xt**2) * (1 - yt**2)))
    assert found.changes.effect_size == pytest.approx(stats.spearmanr(np.diff(x), np.diff(y)).statistic)
    assert found.p_value == max(found.level.p_value, found.changes.p_value) < 0.001


def test_autocorrelated_pairs_count_for_fewer() -> None:
    rng = np.random.default_rng(3)
    x, y = drifting(rng, 100, 0.9), drifting(rng, 100, 0.9)
    rx, ry, lags = acf(x, nlags=20, fft=False), acf(y, nlags=20, fft=False), np.arange(1, 21)
    expected = 1 / (1 / 100 + 2 / 100 * float(((100 - lags) / 100 * rx[1:] * ry[1:]).sum()))
    assert effective_pairs(x, y) == pytest.approx(expected)
    assert expected < 60
    assert effective_pairs(np.ones(9), np.ones(9)) == 9


@pytest.mark.parametrize("shape", ["noise", "trend", "season", "drift"])
def test_what_only_shares_time_does_not_move_together(shape: str) -> None:
    rng, n = np.random.default_rng(4), 78
    t = np.arange(n, dtype=np.float64)

    def series() -> Floats:
        if shape == "drift":
            return drifting(rng, n, 0.95)
        shared = {"noise": np.zeros(n), "trend": 0.1 * t, "season": 2 * np.sin(2 * np.pi * t / 52)}[shape]
        return np.asarray(rng.normal(size=n) + shared, dtype=np.float64)

    p = np.array([comovement(series(), series(), t).p_value for _ in range(300)])
    assert (p < 0.05).mean() <= 0.09
    assert (p < 0.005).mean() <= 0.01


def test_series_that_point_apart_do_not_move_together() -> None:
    t = np.arange(60, dtype=np.float64)
    wave, jitter = np.sin(t / 8), np.where(t % 2 == 0, 0.3, -0.3)
    found = comovement(wave + jitter, wave - jitter, t)
    assert found.level.effect_size * found.changes.effect_size < 0
    assert found.p_value == 1
