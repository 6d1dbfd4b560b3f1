"""Associations: the coefficients of scipy, overall and inside a group."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from services.analysis.insights import analyze
from tests.analysis.methods.tables import cases, only, study_of


def test_a_straight_association_is_pearsons(tmp_path: Path) -> None:
    table = cases()
    rng = np.random.default_rng(2)
    table["cost"] = [round(60 + 5 * float(str(h)) + float(rng.normal(0, 20)), 3) for h in table["hours"]]
    with study_of(tmp_path, table) as study:
        finding = only(study, "association", measure="cost", other="hours", where={})
    expected = stats.pearsonr(np.array(table["hours"], dtype=float), np.array(table["cost"], dtype=float))
    interval = expected.confidence_interval()
    assert (finding.kind, finding.direction, finding.test) == ("association", "positive", "Pearson r")
    assert finding.value == pytest.approx(expected.statistic)
    assert (finding.ci_low, finding.ci_high) == pytest.approx((interval.low, interval.high))


def test_a_curved_association_is_spearmans(tmp_path: Path) -> None:
    table = cases()
    rng = np.random.default_rng(2)
    table["cost"] = [round(float(np.exp(float(str(h)) / 3 + rng.normal(0, 0.5))), 3) for h in table["hours"]]
    with study_of(tmp_path, table) as study:
        finding = only(study, "association", measure="cost", other="hours", where={})
    assert finding.test == "Spearman rho"
    assert finding.value == pytest.approx(
        stats.spearmanr(np.array(table["hours"], dtype=float), np.array(table["cost"], dtype=float)).statistic
    )


def test_an_association_in_one_group_only_is_found_by_the_full_pass(tmp_path: Path) -> None:
    table = cases(1200)
    rng = np.random.default_rng(3)
    table["cost"] = [
        round(300 - 6 * float(str(h)) + float(rng.normal(0, 18)), 3) if t == "Cedar" else c
        for h, c, t in zip(table["hours"], table["cost"], table["team"], strict=True)
    ]
    with study_of(tmp_path, table) as study:
        found = analyze(study.workspace, "what drives hours and cost").findings
    inside = [f for f in found if f.kind == "association" and f.entities == {"team": "Cedar"}]
    assert inside
    assert inside[0].direction == "negative"
    assert "not so in the rest" in inside[0].statement
