"""Scenarios: the simulation against closed forms, the tornado against arithmetic, and nothing but arithmetic in the formula."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from services.analysis.arithmetic import evaluated, names_in, read
from services.analysis.errors import QueryError
from services.analysis.insights import run_method
from services.analysis.statistics.simulation import Range, draws
from services.analysis.study import Study
from services.analysis.wording import overclaims
from tests.analysis.methods.tables import cases, only, study_of

VISITS = {"low": 800, "base": 1000, "high": 1500}
FEE = {"low": 40, "base": 50, "high": 55, "label": "fee of 1 visit"}
COST = {"low": 20000, "base": 30000, "high": 36000}
INPUTS = {"visits": VISITS, "fee": FEE, "cost": COST}


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with study_of(tmp_path, cases(40)) as opened:
        yield opened


def _triangular(stated: dict[str, Any]) -> Any:
    width = stated["high"] - stated["low"]
    return stats.triang((stated["base"] - stated["low"]) / width, stated["low"], width)


@pytest.mark.parametrize("stated", [Range(800, 1000, 1500), Range(0, 0, 1), Range(-3, 5, 5)])
def test_draws_follow_the_distributions_of_scipy(stated: Range) -> None:
    width = stated.high - stated.low
    turn = (stated.base - stated.low) / width
    triangular = stats.triang(turn, stated.low, width)
    pert = stats.beta(1 + 4 * turn, 1 + 4 * (1 - turn), stated.low, width)
    assert stats.kstest(draws("a", stated, "triangular", 20_000, 1), triangular.cdf).pvalue > 0.001
    assert stats.kstest(draws("a", stated, "pert", 20_000, 1), pert.cdf).pvalue > 0.001
    assert pert.mean() == pytest.approx((stated.low + 4 * stated.base + stated.high) / 6)  # what PERT is known by


def test_one_triangular_input_has_the_quantiles_and_the_chance_of_the_closed_form(study: Study) -> None:
    finding = only(study, "scenario", formula="2 * visits", inputs={"visits": VISITS}, target=2300, draws=200_000)
    exact = _triangular(VISITS)
    assert finding.value == 2000
    assert finding.fact("median").value == pytest.approx(2 * exact.median(), rel=0.003)
    assert (finding.ci_low, finding.ci_high) == pytest.approx((2 * exact.ppf(0.1), 2 * exact.ppf(0.9)), rel=0.003)
    assert finding.fact("chance").value == pytest.approx(exact.sf(1150), abs=0.005)
    assert finding.level == 0.8


def test_a_sum_has_the_sum_of_means_and_variances(study: Study) -> None:
    del study
    a, b = (draws(name, Range(s["low"], s["base"], s["high"]), "triangular", 200_000, 3) for name, s in (("a", VISITS), ("b", COST)))
    both = _triangular(VISITS), _triangular(COST)
    assert (a + b).mean() == pytest.approx(sum(d.mean() for d in both), rel=0.002)
    assert (a + b).var() == pytest.approx(sum(d.var() for d in both), rel=0.02)  # so the streams are independent


def test_the_tornado_is_arithmetic_and_the_widest_comes_first(study: Study) -> None:
    finding = only(study, "scenario", formula="visits * fee - cost", inputs=INPUTS, label="margin", unit="EUR", style="money", target=15000)
    assert finding.value == 1000 * 50 - 30000
    assert finding.exhibit is not None
    assert finding.exhibit.rows == [
        ["visits", 10000.0, 45000.0],
        ["cost", 30000.0, 14000.0],
        ["fee of 1 visit", 10000.0, 25000.0],
    ]
    assert (finding.fact("swing_low").value, finding.fact("swing_high").value) == (10000, 45000)
    assert "it turns most on visits" in finding.statement
    assert finding.strength == "descriptive"
    assert overclaims(finding.template, finding.strength) == []


def test_the_query_gives_the_base_case_and_a_re_run_the_same_facts(study: Study) -> None:
    params = {"formula": "visits * fee - cost", "inputs": INPUTS, "shape": "pert", "target": 15000, "seed": 9}
    finding = only(study, "scenario", **params)
    assert study.workspace.scalar(finding.query) == finding.value
    again = run_method(study.workspace, "scenario", finding.params)[0]
    assert again == finding
    assert only(study, "scenario", **{**params, "seed": 10}).fact("median").value != finding.fact("median").value


def test_another_input_leaves_the_draws_of_the_others(study: Study) -> None:
    alone = only(study, "scenario", formula="visits", inputs=INPUTS)
    beside = only(study, "scenario", formula="visits + 0 * cost", inputs=dict(reversed(INPUTS.items())))
    assert alone.fact("median").value == beside.fact("median").value


def test_a_skewed_range_told_by_its_ends_alone_does_not_agree_with_pert(study: Study) -> None:
    skewed = {"visits": {"low": 0, "base": 0, "high": 1000}}
    finding = only(study, "scenario", formula="visits", inputs=skewed)
    assert "(triangular or PERT) does not agree." in (finding.robustness or "")


def test_cases_without_a_value_are_counted_and_a_base_without_one_says_nothing(study: Study) -> None:
    inputs = {"a": {"low": 0, "base": 1, "high": 2}, "b": {"low": 0, "base": 0, "high": 0}}
    assert run_method(study.workspace, "scenario", {"formula": "a / b", "inputs": inputs}) == []
    beyond = {"a": {"low": 0, "base": 0.05, "high": 1}, "big": {"base": 1e308}}  # a above 0.9 leaves the numbers a computer has
    finding = only(study, "scenario", formula="2 * a * big", inputs=beyond)
    assert finding.n_dropped == pytest.approx(20_000 * stats.triang(0.05).sf(1.797693 / 2), rel=0.2)
    assert finding.n_dropped + finding.fact("draws").value == 20_000
    assert "no value" in finding.dropped_why


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os').getcwd()",
        "visits ** 9",
        "visits.real",
        "[visits]",
        "visits if fee else cost",
        "visits; fee",
        "'a' * 3",
        "",
        "True + fee",
    ],
)
def test_only_arithmetic_is_read(formula: str) -> None:
    with pytest.raises(QueryError):
        read(formula)


@pytest.mark.parametrize(
    "inputs", [{}, {"visits": {"low": 5, "base": 4, "high": 6}}, {"visits": {"low": 0, "base": 1, "high": float("inf")}}]
)
def test_a_range_that_is_none_is_refused(study: Study, inputs: dict[str, Any]) -> None:
    with pytest.raises(QueryError):
        run_method(study.workspace, "scenario", {"formula": "visits + 1", "inputs": inputs})


def test_formulas_compute_on_arrays() -> None:
    tree = read("-(a + 2) * b / 4")
    assert names_in(tree) == ["a", "b"]
    assert evaluated(tree, {"a": np.array([2.0, 0]), "b": np.array([1.0, 2])}) == pytest.approx([-1, -1])
