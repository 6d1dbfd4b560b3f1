"""Counts and proportions agree with scipy and statsmodels."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import Table
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from services.analysis.statistics import counts

TABLE = np.array([[30.0, 14.0, 6.0], [22.0, 31.0, 17.0]])


def test_goodness_of_fit_matches_scipy() -> None:
    observed = np.array([40.0, 55.0, 61.0, 44.0])
    ours, theirs = counts.goodness_of_fit(observed), stats.chisquare(observed)
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_independence_matches_scipy() -> None:
    ours = counts.independence(TABLE)
    theirs = stats.chi2_contingency(TABLE, correction=False)
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_empty_rows_change_nothing() -> None:
    padded = np.vstack([TABLE, np.zeros(3)])
    assert counts.independence(padded) == counts.independence(TABLE)


@pytest.mark.parametrize("table", [(3, 1, 1, 3), (8, 2, 1, 5), (0, 10, 7, 3), (1, 24, 5, 15)])
def test_fisher_matches_scipy(table: tuple[int, int, int, int]) -> None:
    a, b, c, d = table
    assert counts.fisher_exact(a, b, c, d) == pytest.approx(stats.fisher_exact(np.array([[a, b], [c, d]])).pvalue)


def test_intervals_match_statsmodels() -> None:
    assert counts.wilson_interval(13, 90) == pytest.approx(proportion_confint(13, 90, method="wilson"))
    assert counts.newcombe_interval(56, 70, 48, 80) == pytest.approx(confint_proportions_2indep(56, 70, 48, 80, method="newcomb"))


def test_newcombes_own_example() -> None:
    # Newcombe (1998), table II, method 10: 56/70 against 48/80 gives 0.0524 to 0.3339
    assert counts.newcombe_interval(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_rare_outcomes_are_tested_exactly() -> None:
    assert counts.two_proportions(1, 25, 5, 20).test == "Fisher exact"
    assert counts.two_proportions(40, 100, 20, 100).test == "chi-square"


def test_likelihood_ratio_matches_scipy() -> None:
    sizes = np.array([40.0, 55.0, 0.0, 61.0])
    ours, theirs = counts.likelihood_ratio(sizes), stats.power_divergence(sizes, lambda_="log-likelihood")
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_a_trend_in_proportions_matches_statsmodels() -> None:
    hits, n = np.array([26.0, 26, 23, 18, 9]), np.array([96.0, 104, 97, 101, 94])
    table = Table(np.column_stack([hits, n - hits]))
    theirs = table.test_ordinal_association(row_scores=np.arange(5), col_scores=np.array([1, 0]))
    ours = counts.cochran_armitage(hits, n)
    # statsmodels divides by n - 1 and not n
    total = n.sum()
    assert ours.statistic == pytest.approx(theirs.zscore * np.sqrt(total / (total - 1)), rel=1e-9)
    assert ours.assumptions == ("no scatter about the trend beyond chance",)
    assert ours.p_value == pytest.approx(stats.chi2.sf(ours.statistic**2, 1))


def test_proportions_that_merely_vary_make_no_trend() -> None:
    rng, called = np.random.default_rng(1), 0
    for _ in range(300):
        n = np.full(10, 200.0)
        hits = rng.binomial(200, rng.beta(10, 10, 10)).astype(float)  # far more scatter than counts have
        called += counts.cochran_armitage(hits, n).p_value < 0.05
    assert called <= 27
