"""Cox's model agrees with statsmodels and lifelines, and its check of proportionality tells steady hazards from crossing ones."""

import numpy as np
import pytest
from numpy.typing import NDArray
from statsmodels.duration.hazard_regression import PHReg

from services.analysis.statistics.hazards import Hazards, cox

Floats = NDArray[np.float64]


def _fitted(times: Floats, happened: NDArray[np.bool_], design: Floats) -> Hazards:
    fit = cox(times, happened, design)
    assert fit is not None
    return fit


def _crossing() -> tuple[Floats, NDArray[np.bool_], Floats]:
    rng, n = np.random.default_rng(11), 120
    x = np.column_stack([rng.integers(0, 2, n), rng.normal(size=n).round(2)]).astype(float)
    times, left = rng.weibull(np.where(x[:, 0] == 1, 0.7, 1.6)) * 30, rng.uniform(10, 70, n)
    return np.minimum(times, left), times <= left, x


def test_cox_with_many_ties_matches_statsmodels() -> None:
    rng = np.random.default_rng(2)
    design = np.column_stack([rng.integers(0, 2, 400), rng.integers(0, 3, 400), rng.normal(size=400)]).astype(float)
    times, happened = np.ceil(rng.exponential(8 * np.exp(-0.6 * design[:, 0]))), rng.random(400) < 0.7
    ours, theirs = _fitted(times, happened, design), PHReg(times, design, happened.astype(int), ties="efron").fit()
    assert ours.coefficients == pytest.approx(theirs.params, abs=1e-6)
    assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(theirs.bse, rel=1e-6)
    assert [ours.p_value(i) for i in range(3)] == pytest.approx(theirs.pvalues, rel=1e-4)
    assert ours.ratio(0) == pytest.approx((np.exp(theirs.params[0]), *np.exp(theirs.conf_int()[0])), rel=1e-5)


def test_the_check_of_proportionality_matches_lifelines() -> None:
    # lifelines 0.30.3, proportional_hazard_test(..., time_transform="rank") on the same rows
    fit = _fitted(*_crossing())
    assert fit.coefficients == pytest.approx([0.32887728, 0.01786558], abs=1e-7)
    assert [fit.proportional(i) for i in (0, 1)] == pytest.approx([0.00400173, 0.81897074], abs=1e-7)


def test_the_leukaemia_remissions_of_freireich() -> None:
    # Freireich et al. (1963), Efron's ties: placebo against 6-MP, coefficient 1.572, error 0.412
    drug = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    relapsed = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    fit = _fitted(
        np.array(drug + placebo, dtype=float), np.array(relapsed + [1] * 21, dtype=bool), np.repeat([0.0, 1.0], 21).reshape(-1, 1)
    )
    assert fit.coefficients[0] == pytest.approx(1.572, abs=0.001)
    assert float(np.sqrt(fit.covariance[0, 0])) == pytest.approx(0.412, abs=0.001)
    assert fit.proportional(0) > 0.5


def test_steady_hazards_are_seldom_called_unsteady() -> None:
    rng, called = np.random.default_rng(8), 0
    for _ in range(200):
        x = rng.integers(0, 2, (150, 1)).astype(float)
        times, left = np.ceil(rng.exponential(30 * np.exp(-0.5 * x[:, 0]))), rng.uniform(5, 80, 150)
        called += _fitted(np.minimum(times, left), times <= left, x).proportional(0) < 0.05
    assert called <= 20


def test_no_model_without_events_or_with_columns_that_say_the_same() -> None:
    times, happened, design = _crossing()
    assert cox(times, np.zeros(len(times), dtype=bool), design) is None
    assert cox(times, happened, design[:, [0, 0]]) is None
    assert cox(times, happened & (design[:, 0] == 0), design) is None  # one group never has the event
