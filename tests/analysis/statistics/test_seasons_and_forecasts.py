"""Seasons and forecasts: the decompositions and smoothing of statsmodels, and what linear weights must give."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.tsa.holtwinters import Holt, SimpleExpSmoothing
from statsmodels.tsa.seasonal import seasonal_decompose

from services.analysis.statistics import forecasts, seasons

PLACES = np.arange(140) % 7


def test_the_trend_is_that_of_a_classical_decomposition() -> None:
    values = np.random.default_rng(1).normal(size=60).cumsum()
    for length in (7, 12):
        theirs = seasonal_decompose(values, period=length).trend
        assert seasons.moving_average(values, length) == pytest.approx(theirs, nan_ok=True)


def test_the_places_of_a_cycle_are_compared_as_kruskal_and_wallis_compare_groups() -> None:
    values = np.random.default_rng(2).normal(size=140) + 2 * (PLACES == 3)
    found = seasons.season(values, PLACES, 7)
    assert found is not None
    left = values - seasons.moving_average(values, 7)
    expected = stats.kruskal(*(left[(p == PLACES) & ~np.isnan(left)] for p in range(7)))
    assert found.peak == 3
    assert found.result.statistic == pytest.approx(expected.statistic * 6 / 7)
    assert found.result.p_value == pytest.approx(stats.chi2.sf(expected.statistic * 6 / 7, 6))


def test_noise_has_no_season() -> None:
    rng = np.random.default_rng(3)
    found = [seasons.season(rng.normal(size=140), PLACES, 7) for _ in range(400)]
    assert np.mean([f is not None and f.result.p_value < 0.05 for f in found]) < 0.075


def test_smoothing_is_statsmodels_smoothing() -> None:
    values = np.random.default_rng(4).normal(size=40).cumsum()
    ours = forecasts.smoothing(0.4)(40, 1) @ values
    theirs = SimpleExpSmoothing(values, initialization_method="known", initial_level=values[0]).fit(smoothing_level=0.4, optimized=False)
    assert ours == pytest.approx(theirs.forecast(1)[0])


def test_the_damped_trend_is_statsmodels_damped_trend() -> None:
    values = np.random.default_rng(5).normal(size=40).cumsum()
    model = Holt(values[1:], damped_trend=True, initialization_method="known", initial_level=values[0], initial_trend=0.0)
    theirs = model.fit(smoothing_level=0.4, smoothing_trend=0.3, damping_trend=forecasts.DAMPING, optimized=False)
    ours = [forecasts.damped_trend(0.4, 0.3)(40, ahead) @ values for ahead in (1, 2, 3)]
    assert ours == pytest.approx(theirs.forecast(3))


@pytest.mark.parametrize("ahead", [1, 3])
def test_every_model_repeats_a_constant(ahead: int) -> None:
    for name, weights in forecasts.models(40, 7):
        assert weights(40, ahead).sum() == pytest.approx(1.0), name


def test_a_season_is_forecast_from_one_cycle_ago() -> None:
    values = np.tile([1.0, 5.0, 2.0, 8.0], 8) + np.random.default_rng(6).normal(0, 0.1, 32)
    found = forecasts.next_value(values, 4)
    assert found is not None
    assert found.model == "the value one cycle ago"
    assert found.value == pytest.approx(values[28])
    assert found.low < 1.0 < found.high


def test_intervals_hold_what_they_promise() -> None:
    rng, held = np.random.default_rng(7), []
    for _ in range(300):
        values = rng.normal(10, 2, 37)
        found = forecasts.next_value(values[:36])
        assert found is not None
        held.append(found.low <= values[36] <= found.high)
    assert 0.88 < np.mean(held) <= 1.0
