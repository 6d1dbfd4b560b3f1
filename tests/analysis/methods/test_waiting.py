"""Survival designs beside the plain pair of dates: other cuts held equal by Cox's model, and a length with a mark of its end."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from services.analysis.insights import analyze, run_method
from tests.analysis.methods.tables import assert_same_facts, only, study_of

Table = dict[str, list[object]]


def members(n: int = 900, seed: int = 5, faster: float = 2.2, mark: str = "churned") -> Table:
    """Members with a tenure and a mark of having left; those on plan monthly leave faster, and are more often in the north."""
    rng = np.random.default_rng(seed)
    monthly = rng.random(n) < 0.5
    north = rng.random(n) < np.where(monthly, 0.7, 0.3)
    left = rng.exponential(40 / np.where(monthly, faster, 1.0))
    seen = rng.uniform(1, 60, n)
    return {
        "member": [f"M{i:04d}" for i in range(n)],
        "tenure": [int(x) + 1 for x in np.minimum(left, seen)],
        mark: ["yes" if x else "no" for x in left <= seen],
        "plan": ["monthly" if x else "yearly" for x in monthly],
        "region": ["north" if x else "south" for x in north],
        "colour": [("red", "green", "blue")[i] for i in rng.integers(0, 3, n)],
    }


def test_a_tenure_with_a_mark_is_a_survival_design_found_by_the_full_pass(tmp_path: Path) -> None:
    table = members()
    with study_of(tmp_path, table) as study:
        found = [f for f in analyze(study.workspace, "why do members leave").findings if f.method == "waiting"]
        for finding in found:
            assert study.workspace.scalar(finding.query) == pytest.approx(finding.value)
            (again,) = run_method(study.workspace, "waiting", finding.params)
            assert_same_facts(again, finding)
    frame = pd.DataFrame(table)
    ended = (frame.churned == "yes").astype(int)
    by_plan = next(f for f in found if f.by == ["plan"])
    assert (by_plan.statistic, by_plan.p_value) == pytest.approx(survdiff(frame.tenure, ended, frame.plan))
    assert by_plan.measure == "tenure"
    assert not any(f.by == ["colour"] for f in found)
    overall = next(f for f in found if not f.by)
    curve = SurvfuncRight(frame.tenure, ended)
    assert overall.fact("median").value == curve.quantile(0.5)


def test_the_hazard_ratio_is_that_of_statsmodels_with_the_same_cuts_held_equal(tmp_path: Path) -> None:
    table = members()
    with study_of(tmp_path, table) as study:
        finding = only(study, "waiting", length="tenure", mark="rate(churned=true)", by="plan", given=["region", "colour"])
    frame = pd.DataFrame(table)
    columns = pd.DataFrame(
        {"x": frame.plan == next(iter(finding.entities.values())), "n": frame.region == "north"}
        | {c: frame.colour == c for c in ("red", "green")}
    )
    ended = (frame.churned == "yes").astype(int)
    fit = PHReg(frame.tenure.to_numpy(), columns.to_numpy(dtype=float), ended.to_numpy(), ties="efron").fit()
    assert finding.fact("hazard").value == pytest.approx(np.exp(fit.params[0]), rel=1e-6)
    low, high = np.exp(fit.conf_int()[0])
    assert (finding.fact("hazard_low").value, finding.fact("hazard_high").value) == pytest.approx((low, high), rel=1e-5)
    assert finding.robustness is not None
    assert finding.robustness.endswith("A Cox model with other cuts held equal agrees.")


def test_a_group_that_only_goes_with_what_shortens_is_not_confirmed(tmp_path: Path) -> None:
    with study_of(tmp_path, members()) as study:
        finding = only(study, "waiting", length="tenure", mark="rate(churned=true)", by="region", given=["plan"])
    assert finding.robustness is not None
    assert finding.robustness.endswith("A Cox model with other cuts held equal does not agree.")


def test_hazards_that_cross_are_not_told_as_one_ratio(tmp_path: Path) -> None:
    table = members(faster=1.0)
    rng = np.random.default_rng(3)
    length = np.where(np.array(table["plan"]) == "monthly", 30 * rng.weibull(0.6, 900), 30 * rng.weibull(3.0, 900))
    table["tenure"] = [round(float(min(x, 50)), 2) for x in length]
    table["churned"] = ["yes" if x <= 50 else "no" for x in length]
    with study_of(tmp_path, table) as study:
        finding = only(study, "waiting", length="tenure", mark="rate(churned=true)", by="plan")
    assert not any(f.name == "hazard" for f in finding.facts)
    assert any("not proportional" in a for a in finding.assumptions)


def test_groups_that_leave_alike_are_not_said_to_differ(tmp_path: Path) -> None:
    with study_of(tmp_path, members(faster=1.0, seed=9)) as study:
        found = [f for f in analyze(study.workspace).findings if f.method == "waiting"]
    assert [f.by for f in found] == [[]]


def test_any_number_with_any_yes_or_no_is_no_survival_design(tmp_path: Path) -> None:
    table = members(mark="insured")
    table["age"] = table.pop("tenure")
    with study_of(tmp_path, table) as study:
        assert not [f for f in analyze(study.workspace).findings if f.method == "waiting"]


def test_hostile_names(tmp_path: Path) -> None:
    table = members(mark='left "2024" [x]')
    table["plan {1}"] = table.pop("plan")
    with study_of(tmp_path, table) as study:
        found = [f for f in analyze(study.workspace).findings if f.method == "waiting" and f.by == ["plan {1}"]]
        assert [study.workspace.scalar(f.query) for f in found] == pytest.approx([f.value for f in found])
    assert len(found) == 1
