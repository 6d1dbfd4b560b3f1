"""Minimum detectable effects agree with statsmodels; adjusted p values with scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import FTestAnovaPower, GofChisquarePower, TTestIndPower

from services.analysis.statistics import power
from services.analysis.statistics.multiplicity import benjamini_hochberg


def test_detectable_f_matches_statsmodels() -> None:
    theirs = FTestAnovaPower().solve_power(effect_size=None, nobs=500, alpha=0.05, power=0.8, k_groups=5)
    assert power.detectable_f(500, 5) == pytest.approx(theirs, rel=1e-3)


def test_detectable_w_matches_statsmodels() -> None:
    theirs = GofChisquarePower().solve_power(effect_size=None, nobs=400, alpha=0.05, power=0.8, n_bins=5)
    assert power.detectable_w(400, 4) == pytest.approx(theirs, rel=1e-3)


def test_detectable_difference_matches_statsmodels() -> None:
    theirs = TTestIndPower().solve_power(effect_size=None, nobs1=100, ratio=2, alpha=0.05, power=0.8)
    assert power.detectable_difference(100, 200) == pytest.approx(theirs, rel=0.01)


def test_detectable_correlation_of_the_textbook() -> None:
    # Cohen (1988), table 3.4.1: n = 85 finds r = 0.30 with power 0.80 at two-sided 0.05
    assert power.detectable_correlation(85) == pytest.approx(0.30, abs=0.002)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusted_p_values_match_scipy(p_values: list[float]) -> None:
    assert benjamini_hochberg(p_values) == pytest.approx(list(stats.false_discovery_control(np.array(p_values))))


def test_detectable_proportion_is_found_four_times_in_five() -> None:
    n, share = 400, 0.25
    departure = power.detectable_proportion(n, share)
    spread = np.sqrt(share * (1 - share) / n)
    assert stats.norm.sf(stats.norm.ppf(0.975) - departure / spread) == pytest.approx(0.8)
