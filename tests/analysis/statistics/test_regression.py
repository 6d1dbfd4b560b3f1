"""Regressions: the coefficients and robust errors of statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from statsmodels.stats.outliers_influence import variance_inflation_factor

from services.analysis.statistics import regression

Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def design() -> Floats:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(400, 2))
    return np.column_stack([np.ones(400), x, (rng.random(400) < 0.3).astype(float)])


def _noise(design: Floats) -> Floats:
    noise: Floats = np.random.default_rng(5).normal(size=len(design)) * (1 + np.abs(design[:, 1]))
    return noise


def test_least_squares_has_hc3_errors(design: Floats) -> None:
    y = design @ np.array([2.0, 1.5, 0.0, -3.0]) + _noise(design)
    ours, theirs = regression.least_squares(design, y), sm.OLS(y, design).fit().get_robustcov_results("HC3", use_t=True)
    assert ours is not None
    assert ours.coefficients == pytest.approx(theirs.params)
    assert ours.errors == pytest.approx(theirs.bse)
    assert ours.p_value(2) == pytest.approx(theirs.pvalues[2])
    assert ours.interval(1) == pytest.approx(tuple(theirs.conf_int()[1]))


def test_a_column_put_beside_a_design_has_the_coefficient_and_error_of_the_whole_fit(design: Floats) -> None:
    y = design @ np.array([2.0, 1.5, 0.0, -3.0]) + _noise(design)
    product = design[:, 1] * design[:, 3]
    ours, dependent = regression.each_added(design, y, [product, design[:, 1] - design[:, 2]])
    theirs = sm.OLS(y, np.column_stack([design, product])).fit().get_robustcov_results("HC3", use_t=True)
    assert ours is not None
    assert ours.coefficients[0] == pytest.approx(theirs.params[4])
    assert ours.errors[0] == pytest.approx(theirs.bse[4])
    assert ours.p_value(0) == pytest.approx(theirs.pvalues[4])
    assert dependent is None
    assert regression.each_added(design, y, []) == []


def test_logistic_and_poisson_have_the_coefficients_and_robust_errors_of_generalised_linear_models(design: Floats) -> None:
    rng = np.random.default_rng(6)
    eta = design @ np.array([-0.4, 0.8, 0.0, 0.5])
    events, counts = (rng.random(len(eta)) < 1 / (1 + np.exp(-eta))).astype(float), rng.poisson(np.exp(eta)).astype(float)
    for ours, family, y in (
        (regression.logistic(design, events), sm.families.Binomial(), events),
        (regression.poisson(design, counts), sm.families.Poisson(), counts),
    ):
        theirs = sm.GLM(y, design, family=family).fit(cov_type="HC0", tol=1e-12)
        assert ours is not None
        assert ours.coefficients == pytest.approx(theirs.params, abs=1e-7)
        assert ours.errors == pytest.approx(theirs.bse, rel=1e-5)


@pytest.mark.parametrize(("place", "binary"), [(1, False), (3, True)])
def test_average_marginal_effects_of_a_logistic_regression(design: Floats, place: int, binary: bool) -> None:
    eta = design @ np.array([-0.4, 0.8, 0.0, 0.5])
    events = (np.random.default_rng(6).random(len(eta)) < 1 / (1 + np.exp(-eta))).astype(float)
    theirs = sm.Logit(events, design).fit(disp=0, tol=1e-12).get_margeff(dummy=True)
    ours = regression.logistic(design, events)
    assert ours is not None
    assert regression.marginal_effect(ours, design, place, binary=binary) == pytest.approx(theirs.margeff[place - 1], abs=1e-7)


def test_a_separated_logistic_regression_has_no_answer(design: Floats) -> None:
    assert regression.logistic(design, (design[:, 1] > 0).astype(float)) is None


def test_median_regression_is_quantile_regression(design: Floats) -> None:
    y = design @ np.array([2.0, 1.5, 0.0, -3.0]) + _noise(design)
    theirs = sm.QuantReg(y, design).fit(q=0.5, max_iter=5000, p_tol=1e-9)
    assert regression.median_regression(design, y) == pytest.approx(theirs.params, abs=2e-2)


def test_variance_inflation_factors(design: Floats) -> None:
    rng = np.random.default_rng(7)
    close = np.column_stack([design, design[:, 1] + 0.2 * rng.normal(size=len(design))])
    theirs = [variance_inflation_factor(close, i) for i in range(1, close.shape[1])]
    assert regression.inflation(close) == pytest.approx(theirs)


def test_columns_that_depend_on_each_other_have_no_answer(design: Floats) -> None:
    twice = np.column_stack([design, 2 * design[:, 1]])
    assert regression.least_squares(twice, _noise(design)) is None
    assert not np.isfinite(regression.inflation(twice)).any()
