"""Tests of groups agree with scipy and statsmodels."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.oneway import anova_oneway

from services.analysis.statistics import groups

RNG = np.random.default_rng(20)
GROUPS = [RNG.normal(5, 2, 40), RNG.normal(6, 4, 25), RNG.normal(5.5, 1, 60)]
VALUES = np.concatenate(GROUPS)
CODES = np.repeat([0, 1, 2], [40, 25, 60]).astype(np.int64)
TIED = np.round(VALUES)


def test_moments_match_numpy() -> None:
    m = groups.moments(VALUES, CODES, 3)
    assert m.n.tolist() == [40, 25, 60]
    assert m.mean == pytest.approx([g.mean() for g in GROUPS])
    assert m.variance == pytest.approx([g.var(ddof=1) for g in GROUPS])


def test_welch_t_matches_scipy() -> None:
    a, b = GROUPS[0], GROUPS[1]
    ours = groups.welch_t(len(a), a.mean(), a.var(ddof=1), len(b), b.mean(), b.var(ddof=1))
    theirs = stats.ttest_ind(a, b, equal_var=False)
    interval = theirs.confidence_interval()
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert (ours.ci_low, ours.ci_high) == pytest.approx((interval.low, interval.high))


def test_welch_anova_matches_statsmodels() -> None:
    ours = groups.welch_anova(groups.moments(VALUES, CODES, 3))
    theirs = anova_oneway(GROUPS, use_var="unequal")
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_ranks_and_kruskal_match_scipy_with_ties() -> None:
    ranks = groups.rank(TIED)
    assert ranks == pytest.approx(stats.rankdata(TIED))
    ours = groups.kruskal(ranks, CODES, 3, groups.tie_sum(ranks))
    theirs = stats.kruskal(*(TIED[k == CODES] for k in range(3)))
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_mann_whitney_matches_scipy_with_ties() -> None:
    first = CODES == 1
    ranks = groups.rank(TIED)
    ours = groups.mann_whitney(ranks, first, groups.tie_sum(ranks))
    theirs = stats.mannwhitneyu(TIED[first], TIED[~first], method="asymptotic")
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_skewed_or_small_groups_send_the_test_to_ranks() -> None:
    skewed = np.exp(RNG.normal(0, 2, 200))
    assert groups.means_can_be_trusted(groups.moments(VALUES, CODES, 3))[0]
    assert not groups.means_can_be_trusted(groups.moments(skewed, np.repeat([0, 1], 100), 2))[0]
    assert not groups.means_can_be_trusted(groups.moments(VALUES[:60], np.repeat([0, 1], [55, 5]), 2))[0]


def test_hedges_g_of_one_standard_deviation() -> None:
    # pooled variance 4, difference 2: d = 1, times the correction 1 - 3 / (4 * 38 - 1)
    assert groups.hedges_g(20, 7, 4, 20, 5, 4) == pytest.approx(1 - 3 / 151)


def test_omega_squared_of_the_textbook_table() -> None:
    # Three groups of five, SSB 20.13 and SSW 23.6 (Field, Discovering Statistics): omega2 = (SSB - 2 MSW) / (SST + MSW)
    m = groups.Moments(np.full(3, 5.0), np.array([2.2, 3.2, 5.0]), np.array([1.7, 1.7, 2.5]), np.zeros(3))
    between, within = 20.133333, 23.6
    expected = (between - 2 * within / 12) / (between + within + within / 12)
    assert groups.omega_squared(m) == pytest.approx(expected, rel=1e-6)
