"""Funnels, cohorts and distributions: counts by hand, what was planted found, and nothing said where there is nothing."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from services.analysis.insights import analyze, run_method
from services.analysis.study import Study
from tests.analysis.methods.planted import leads, returning, tailed
from tests.analysis.methods.tables import cases, only, study_of


def _again(study: Study, method: str) -> list[str]:
    """Run the method's findings of a full pass again, hold queries to values, and return the statements."""
    found = [f for f in analyze(study.workspace).findings if f.method == method]
    for finding in found:
        assert study.workspace.scalar(finding.query) == pytest.approx(finding.value)
        (again,) = run_method(study.workspace, method, finding.params)
        assert again.statement == finding.statement
    return [f.statement for f in found]


def test_a_funnel_counts_its_stages_and_names_the_narrowest(tmp_path: Path) -> None:
    table = leads()
    with study_of(tmp_path, table) as study:
        finding = only(study, "funnel", measure="count", stages=["called_on", "offered_on", "won_on"])
    reached = [sum(x is not None for x in table[c]) for c in ("called_on", "offered_on", "won_on")]
    assert finding.value == pytest.approx(reached[1] / reached[0])
    assert [finding.fact(f"stage_{x}").value for x in "abc"] == pytest.approx([r / 2000 for r in reached])
    assert "between called on and offered on" in finding.statement


def test_who_is_lost_at_the_narrowest_stage_is_found_by_the_full_pass(tmp_path: Path) -> None:
    table = leads()
    with study_of(tmp_path, table) as study:
        said = _again(study, "funnel")
        finding = only(study, "funnel", measure="count", stages=["called_on", "offered_on", "won_on"], by="channel")
    frame = pd.DataFrame(table)[pd.Series(table["called_on"]).notna()]
    expected = stats.chi2_contingency(pd.crosstab(frame.channel, frame.offered_on.notna()), correction=False)
    assert finding.entities == {"channel": "web"}
    assert finding.direction == "lower"
    assert (finding.statistic, finding.p_value) == pytest.approx((expected.statistic, expected.pvalue))
    assert any("Fewer of web" in s for s in said)


def test_groups_that_go_on_alike_and_dates_without_an_order_make_no_funnel(tmp_path: Path) -> None:
    alike = leads(lost=0.5)
    with study_of(tmp_path, alike) as study:
        assert not any("go on from" in s for s in _again(study, "funnel"))
    rng = np.random.default_rng(3)
    unordered = cases(800)
    for name in ("called_on", "paid_on"):
        unordered[name] = [d if rng.random() < 0.6 else None for d in unordered["opened_on"]]
    with study_of(tmp_path, unordered, "other") as study:
        assert _again(study, "funnel") == []


def test_cohorts_that_come_back_less_often_are_found(tmp_path: Path) -> None:
    table = returning(0.25)
    with study_of(tmp_path, table) as study:
        said = _again(study, "cohort")
        finding = only(study, "cohort", measure="count", entity="customer_id", days=90)
    frame = pd.DataFrame({k: list(v) for k, v in table.items()})
    frame["visited_on"] = pd.to_datetime(frame.visited_on)
    frame["first"] = frame.groupby("customer_id").visited_on.transform("min")
    frame["back"] = (frame.visited_on > frame["first"]) & (frame.visited_on <= frame["first"] + pd.Timedelta(days=90))
    each = frame.groupby("customer_id").agg(first=("first", "first"), back=("back", "max"))
    window = pd.Timedelta(days=90)
    each = each[(each["first"] >= frame.visited_on.min() + window) & (each["first"] <= frame.visited_on.max() - window)]
    late = each["first"] >= each["first"].quantile(0.5, interpolation="lower")
    assert finding.n == len(each)
    assert finding.value == pytest.approx(each.back[late].mean())
    assert finding.baseline == pytest.approx(each.back[~late].mean())
    assert finding.direction == "decreasing"
    assert len(said) == 1


def test_cohorts_that_come_back_alike_are_not_said_to_differ(tmp_path: Path) -> None:
    with study_of(tmp_path, returning(0.6)) as study:
        found = [f for f in analyze(study.workspace).findings if f.method == "cohort"]
    assert {f.kind for f in found} <= {"no_effect"}


def test_a_long_tail_is_described_and_an_even_spread_is_not(tmp_path: Path) -> None:
    table = tailed()
    with study_of(tmp_path, table) as study:
        assert len(_again(study, "distribution")) == 1
        finding = only(study, "distribution", measure="cost")
        assert run_method(study.workspace, "distribution", {"measure": "hours"}) == []
    cost = pd.Series([float(str(c)) for c in table["cost"]])
    reach = 3 * (cost.quantile(0.75) - cost.quantile(0.25))
    inside = cost[cost.between(cost.quantile(0.25) - reach, cost.quantile(0.75) + reach)]
    assert (finding.value, finding.baseline) == pytest.approx((cost.median(), cost.mean()))
    assert finding.fact("beyond").value == len(cost) - len(inside)
    assert finding.fact("trimmed").value == pytest.approx(inside.mean())
    assert finding.effect_size == pytest.approx(stats.skew(cost, bias=False), rel=1e-6)


def test_a_heap_of_noughts_is_told_with_the_average_of_the_others(tmp_path: Path) -> None:
    table, rng = cases(600), np.random.default_rng(4)
    for share, name in ((0.35, "some"), (0.8, "most")):
        table["cost"] = [0.0 if rng.random() < share else c for c in cases(600)["cost"]]
        with study_of(tmp_path, table, name) as study:
            _again(study, "distribution")
            finding = only(study, "distribution", measure="cost")
            assert study.workspace.scalar(finding.query) == pytest.approx(finding.value)
        cost = pd.Series([float(str(c)) for c in table["cost"]])
        assert finding.fact("heap").value == 0
        assert finding.fact("heaped").value == pytest.approx((cost == 0).mean())
        assert finding.fact("others").value == pytest.approx(cost[cost != 0].mean())
        assert "are exactly" in finding.statement


def test_values_that_recur_by_rounding_are_no_heap(tmp_path: Path) -> None:
    table = cases(600)
    table["hours"] = [round(float(str(h))) for h in table["hours"]]
    with study_of(tmp_path, table) as study:
        assert run_method(study.workspace, "distribution", {"measure": "hours"}) == []
