"""Waiting, mix and concentration against statsmodels and arithmetic by hand."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from services.analysis.insights import run_method
from tests.analysis.methods.tables import cases, only, study_of

START, LAST = date(2023, 1, 2), date(2024, 6, 24)


def unfinished(n: int = 500, seed: int = 4) -> dict[str, list[object]]:
    """Subscriptions, some not yet ended on the last day; those of one plan end sooner."""
    rng = np.random.default_rng(seed)
    began = [START + timedelta(days=int(d)) for d in rng.integers(0, 500, n)]
    plan = [("basic", "plus")[i] for i in rng.integers(0, 2, n)]
    length = [int(rng.exponential(60 if p == "basic" else 180)) for p in plan]
    ended = [b + timedelta(days=d) for b, d in zip(began, length, strict=True)]
    known = [e if e <= LAST else "" for e in ended]
    known[0] = LAST
    return {"id": [f"S{i:04d}" for i in range(n)], "began_on": list(began), "ended_on": list(known), "plan": list(plan)}


def test_survival_matches_statsmodels(tmp_path: Path) -> None:
    table = unfinished()
    days = np.array([((e or LAST) - b).days for b, e in zip(table["began_on"], table["ended_on"], strict=True)])  # type: ignore[operator]
    ended = np.array([bool(e) for e in table["ended_on"]])
    basic = np.array(table["plan"]) == "basic"
    with study_of(tmp_path, table) as study:
        overall = only(study, "waiting", start="began_on", end="ended_on")
        by_plan = only(study, "waiting", start="began_on", end="ended_on", by="plan")
    horizon = overall.fact("horizon").value
    curve = SurvfuncRight(days, ended.astype(int))
    waiting = curve.surv_prob[np.searchsorted(curve.surv_times, horizon, side="right") - 1]
    statistic, p_value = survdiff(days, ended.astype(int), basic)
    assert overall.value == pytest.approx(1 - waiting)
    assert by_plan.statistic == pytest.approx(statistic)
    assert by_plan.p_value == pytest.approx(p_value)
    assert by_plan.kind == "survival"


def test_the_parts_of_a_change_add_up_to_it(tmp_path: Path) -> None:
    table = cases(1200)
    rng = np.random.default_rng(2)
    share = [0.2 + 0.6 * i / 1200 for i in range(1200)]
    table["team"] = ["Elm" if rng.random() < s else "Alder" for s in share]
    table["hours"] = [round(float(rng.normal(35 if t == "Elm" else 15, 3)), 3) for t in table["team"]]
    with study_of(tmp_path, table) as study:
        finding = only(study, "mix", measure="hours", by="team")
    assert finding.kind == "mix_shift"
    assert finding.value + finding.fact("inside").value == pytest.approx(finding.baseline)
    assert finding.value > 0.8 * (finding.baseline or 0) > 0


def test_an_unchanged_measure_is_not_taken_apart(tmp_path: Path) -> None:
    with study_of(tmp_path, cases()) as study:
        assert run_method(study.workspace, "mix", {"measure": "hours", "by": "team"}) == []


def test_the_largest_fifth_of_the_customers_is_measured(tmp_path: Path) -> None:
    table = cases()
    customers = [f"Customer {chr(65 + i)}" for i in range(20)]
    rng = np.random.default_rng(3)
    weights = np.array([0.3, 0.2, 0.1, 0.1, *[0.3 / 16] * 16])
    table["customer"] = [customers[i] for i in rng.choice(20, 600, p=weights)]
    names, counts = np.unique(np.array(table["customer"], dtype=str), return_counts=True)
    with study_of(tmp_path, table) as study:
        finding = only(study, "concentration", measure="count", holder="customer")
    assert len(names) == 20
    assert finding.value == pytest.approx(np.sort(counts)[::-1][:4].sum() / 600)
    assert finding.entities == {"customer": "Customer A"}
