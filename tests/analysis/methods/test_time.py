"""Trends, steps and windows: found when and where they were put, and checked against reference implementations."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from services.analysis.insights import analyze
from services.analysis.statistics import steps
from tests.analysis.methods.tables import cases, only, study_of


def test_a_trend_in_one_group_only_is_told_as_such(tmp_path: Path) -> None:
    table = cases()
    start = date(2023, 1, 2)
    table["hours"] = [
        float(str(h)) + (14 * (d - start).days / 540 if t == "Elm" else 0)  # type: ignore[operator]
        for h, d, t in zip(table["hours"], table["opened_on"], table["team"], strict=True)
    ]
    inside = np.array(table["team"]) == "Elm"
    days = np.array([(d - start).days for d in table["opened_on"]])  # type: ignore[operator]
    with study_of(tmp_path, table) as study:
        finding = only(study, "trend", measure="hours", where={"team": "Elm"})
        rest = only(study, "trend", measure="hours", where={"team": "Alder"})
    expected = stats.spearmanr(days[inside], np.array(table["hours"], dtype=float)[inside])
    assert (finding.kind, finding.direction, finding.entities) == ("trend", "increasing", {"team": "Elm"})
    assert finding.effect_size == pytest.approx(expected.statistic)
    assert "the rest shows no such trend" in finding.statement
    assert rest.kind == "no_effect"


def test_growing_counts_are_found_overall(tmp_path: Path) -> None:
    table = cases(1500)
    grown = sorted(int(540 * np.sqrt(u)) for u in np.random.default_rng(2).random(1500))
    table["opened_on"] = [date(2023, 1, 2) + timedelta(days=d) for d in grown]
    with study_of(tmp_path, table) as study:
        finding = only(study, "trend", measure="count", where={})
    assert (finding.kind, finding.direction, finding.measure) == ("trend", "increasing", "count")
    assert finding.value > 2 * (finding.baseline or 0)


def test_a_step_is_dated_to_the_day(tmp_path: Path) -> None:
    table = cases(1200)
    when = date(2023, 10, 9)
    table["hours"] = [float(str(h)) + (7 if d >= when else 0) for h, d in zip(table["hours"], table["opened_on"], strict=True)]  # type: ignore[operator]
    with study_of(tmp_path, table) as study:
        finding = only(study, "change", measure="hours", where={})
    assert finding.kind == "change_point"
    assert finding.window is not None
    assert abs((date.fromisoformat(finding.window.start) - when).days) <= 5
    assert finding.direction == "shift_up"


def test_a_steady_rise_is_no_step() -> None:
    rng = np.random.default_rng(4)
    found = steps.one_step(np.linspace(0, 10, 400) + rng.normal(size=400))
    assert found is not None
    assert found.gain < 0


def test_noise_is_rarely_taken_for_a_step() -> None:
    p_values = [s.p_value for seed in range(200) if (s := steps.one_step(np.random.default_rng(seed).normal(size=200))) is not None]
    assert np.mean(np.array(p_values) < 0.05) <= 0.08


def test_a_month_with_four_times_the_records_is_a_window(tmp_path: Path) -> None:
    table = cases(1000)
    extra = {name: [*column, *column[:300]] for name, column in table.items()}
    rng = np.random.default_rng(6)
    extra["opened_on"] = [*table["opened_on"], *(date(2023, 8, 1) + timedelta(days=int(d)) for d in rng.integers(0, 30, 300))]
    with study_of(tmp_path, extra) as study:
        finding = only(study, "window", measure="count", where={})
    assert finding.kind == "outlier_window"
    assert finding.window is not None
    assert (finding.window.start, finding.window.end) == ("2023-08-01", "2023-08-31")
    assert finding.fact("ratio").value > 4


def test_a_time_whose_ends_are_cut_off_by_the_end_of_the_table_does_not_fall(tmp_path: Path) -> None:
    table, rng = cases(1500), np.random.default_rng(12)
    last = table["opened_on"][-1]
    assert isinstance(last, date)
    ends = [d + timedelta(days=int(n)) for d, n in zip(table["opened_on"], rng.exponential(120, 1500), strict=True) if isinstance(d, date)]
    table["closed_on"] = [end if end <= last else None for end in ends]
    with study_of(tmp_path, table) as study:
        found = analyze(study.workspace, "how did the time to close move").findings
    over_time = {"trend", "change", "mix", "forecast", "seasonality"}
    assert [f.statement for f in found if f.method in over_time and f.measure == "duration(opened_on -> closed_on)"] == []
    assert any(f.method == "waiting" for f in found)
