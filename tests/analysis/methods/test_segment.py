"""Segments: kinds that are there are found and hold still; clouds, however long or skewed, have none."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import adjusted_rand_score, silhouette_score
from statsmodels.stats.proportion import proportion_confint

from services.analysis.insights import analyze, run_method
from services.analysis.statistics import clusters
from tests.analysis.methods.planted import two_kinds
from tests.analysis.methods.tables import assert_same_facts, cases, study_of


def test_two_kinds_are_found_and_their_rule_counts_them(tmp_path: Path) -> None:
    table = two_kinds()
    with study_of(tmp_path, table) as study:
        (finding,) = [f for f in analyze(study.workspace).findings if f.method == "segment"]
        (again,) = run_method(study.workspace, "segment", finding.params)
        assert study.workspace.scalar(finding.query) == pytest.approx(finding.value)
    assert finding.fact("segments").value == 2
    assert finding.value == pytest.approx(np.mean(np.array(table["hours"], dtype=float) > 32), abs=0.01)
    assert finding.fact("own").value > 2 * finding.fact("rest").value
    assert_same_facts(again, finding)
    assert finding.p_value is not None
    assert finding.p_value < 1e-3
    low, high = proportion_confint(finding.value * finding.n, finding.n, method="wilson")
    assert (finding.ci_low, finding.ci_high) == pytest.approx((low, high))


@pytest.mark.parametrize("shape", ["apart", "together", "skewed"])
def test_one_cloud_has_no_segments(tmp_path: Path, shape: str) -> None:
    table, rng = cases(900), np.random.default_rng(4)
    hours = rng.normal(20, 5, 900)
    cost = {"apart": rng.normal(100, 20, 900), "together": 5 * hours + rng.normal(0, 8, 900), "skewed": rng.lognormal(5, 1.2, 900)}[shape]
    table["hours"], table["cost"] = [round(float(x), 3) for x in hours], [round(float(x), 3) for x in cost]
    with study_of(tmp_path, table) as study:
        assert run_method(study.workspace, "segment", {"measures": ["hours", "cost"]}) == []


def test_two_measures_with_two_peaks_each_that_do_not_go_together_have_no_segments(tmp_path: Path) -> None:
    table, rng = cases(900), np.random.default_rng(3)
    for name in ("hours", "cost"):
        table[name] = [round(float(x), 3) for x in np.where(rng.random(900) < 0.5, 40, 80) + rng.normal(0, 5, 900)]
    with study_of(tmp_path, table) as study:
        assert [f for f in analyze(study.workspace).findings if f.method == "segment"] == []


def test_what_lies_beyond_chance_is_what_a_prediction_interval_of_scipy_leaves_out() -> None:
    chance = [0.3, 0.34, 0.28, 0.31, 0.33, 0.29]
    spread = np.std(chance, ddof=1) * np.sqrt(1 + 1 / len(chance))
    assert clusters.beyond(0.4, chance) == pytest.approx(stats.t.sf((0.4 - np.mean(chance)) / spread, len(chance) - 1))
    assert clusters.beyond(0.2, chance) == 1.0


def test_silhouette_and_agreement_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(5)
    rows = np.concatenate([rng.normal(0, 1, (200, 3)), rng.normal(4, 1, (150, 3))])[rng.permutation(350)]
    codes = clusters.k_means(rows, 3)[1]
    assert clusters.silhouette(rows, codes) == pytest.approx(silhouette_score(rows, codes))
    other = clusters.k_means(rows, 2)[1]
    assert clusters.agreement(codes, other) == pytest.approx(adjusted_rand_score(codes, other))
