"""Kaplan-Meier and log-rank agree with statsmodels and with the textbook."""

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from services.analysis.statistics.survival import kaplan_meier, log_rank

RNG = np.random.default_rng(1)
TIMES = np.round(RNG.exponential(20, 200))
HAPPENED = RNG.random(200) < 0.7
CODES = RNG.integers(0, 3, 200).astype(np.int64)


def test_kaplan_meier_matches_statsmodels() -> None:
    ours, theirs = kaplan_meier(TIMES, HAPPENED), SurvfuncRight(TIMES, HAPPENED.astype(int))
    assert ours.times == pytest.approx(theirs.surv_times)
    assert ours.waiting == pytest.approx(theirs.surv_prob)
    assert ours.error == pytest.approx(theirs.surv_prob_se)


def test_log_rank_matches_statsmodels() -> None:
    ours = log_rank(TIMES, HAPPENED, CODES, 3)
    statistic, p_value = survdiff(TIMES, HAPPENED.astype(int), CODES)
    assert (ours.statistic, ours.p_value) == pytest.approx((statistic, p_value))


def test_the_leukaemia_remissions_of_freireich() -> None:
    # Freireich et al. (1963): 6-MP against placebo, log-rank chi-square 16.79; 6-MP keeps 0.627 beyond week 13
    drug = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    relapsed = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    times = np.array(drug + placebo, dtype=float)
    happened = np.array(relapsed + [1] * 21, dtype=bool)
    result = log_rank(times, happened, np.repeat([0, 1], 21).astype(np.int64), 2)
    assert result.statistic == pytest.approx(16.79, abs=0.01)
    assert kaplan_meier(times[:21], happened[:21]).at(14)[0] == pytest.approx(0.690, abs=0.001)


def test_the_early_weights_match_statsmodels() -> None:
    ours = log_rank(TIMES, HAPPENED, CODES, 3, early=True)
    statistic, p_value = survdiff(TIMES, HAPPENED.astype(int), CODES, weight_type="gb")
    assert (ours.statistic, ours.p_value) == pytest.approx((statistic, p_value))


def test_medians_and_restricted_means_match_statsmodels_and_the_area_under_the_curve() -> None:
    ours, theirs = kaplan_meier(TIMES, HAPPENED), SurvfuncRight(TIMES, HAPPENED.astype(int))
    assert ours.median() == theirs.quantile(0.5)
    days = np.arange(30)
    places = np.searchsorted(theirs.surv_times, days, side="right") - 1
    area = np.where(places >= 0, theirs.surv_prob[np.maximum(places, 0)], 1.0).sum()  # the times are whole numbers
    assert ours.restricted_mean(30) == pytest.approx(area)


def test_a_median_that_was_not_reached_is_none() -> None:
    assert kaplan_meier(np.array([1.0, 2, 3, 4]), np.array([True, False, False, False])).median() is None
