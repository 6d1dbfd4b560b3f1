"""Correlations and trends agree with scipy and with published examples."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from services.analysis.statistics import correlation, trends

RNG = np.random.default_rng(5)
X = RNG.normal(size=80)
Y = 0.5 * X + RNG.normal(size=80)


def test_correlations_match_scipy() -> None:
    theirs = stats.pearsonr(X, Y)
    interval = theirs.confidence_interval()
    ours = correlation.pearson(X, Y)
    assert (ours.statistic, ours.p_value, ours.ci_low, ours.ci_high) == pytest.approx(
        (theirs.statistic, theirs.pvalue, interval.low, interval.high)
    )
    rho = stats.spearmanr(np.round(X, 1), np.round(Y, 1))
    ranked = correlation.spearman(np.round(X, 1), np.round(Y, 1))
    assert (ranked.statistic, ranked.p_value) == pytest.approx((rho.statistic, rho.pvalue))


def test_robust_slope_matches_statsmodels() -> None:
    fit = sm.OLS(Y, sm.add_constant(X)).fit(cov_type="HC3")
    assert correlation.slope_interval(X, Y) == pytest.approx((fit.params[1], *fit.conf_int()[1]))


def test_sens_slope_matches_scipy() -> None:
    series = np.array([3.0, 5.0, 4.0, 8.0, 6.0, 9.0, 11.0, 10.0, 15.0])
    ours = trends.mann_kendall(series)
    theirs = stats.theilslopes(series)
    assert ours.estimate == pytest.approx(theirs.slope)
    assert ours.ci_low <= theirs.low_slope + 0.3
    assert ours.effect_size == pytest.approx(stats.kendalltau(np.arange(9), series).statistic)


def test_kendalls_s_by_hand() -> None:
    # 23, 24, 29, 6, 29, 24, 24, 29, 23: S = 1 - ... counted pair by pair with ties; Gilbert (1987), box 16.2 method
    series = np.array([23.0, 24.0, 29.0, 6.0, 29.0, 24.0, 24.0, 29.0, 23.0])
    by_hand = sum(np.sign(series[j] - series[i]) for i in range(9) for j in range(i + 1, 9))
    assert trends.mann_kendall(series).statistic == by_hand


def test_autocorrelated_noise_is_not_taken_for_a_trend() -> None:
    alarms = 0
    for seed in range(60):
        steps = np.random.default_rng(seed).normal(size=60)
        series = np.empty(60)
        series[0] = steps[0]
        for i in range(1, 60):
            series[i] = 0.6 * series[i - 1] + steps[i]
        alarms += trends.mann_kendall(series).p_value < 0.01
    assert alarms <= 6


def test_a_constant_series_has_no_trend() -> None:
    assert trends.mann_kendall(np.ones(12)).p_value == 1.0


def test_growth_of_counts_matches_statsmodels() -> None:
    counts = np.array([12.0, 15, 11, 19, 22, 18, 25, 31, 27, 38, 35, 41])
    x = np.arange(12) - 5.5
    fit = sm.GLM(counts, sm.add_constant(x), family=sm.families.Poisson()).fit()
    dispersion = max(1.0, fit.pearson_chi2 / 10)
    ours = trends.count_trend(counts)
    assert ours.estimate == pytest.approx(np.expm1(fit.params[1]))
    assert ours.statistic == pytest.approx(fit.params[1] / (fit.bse[1] * np.sqrt(dispersion)))
