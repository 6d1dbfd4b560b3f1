"""Seasonality and forecasts of a table: what was planted is found, what was not is not, and queries give the values."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from services.analysis.insights import analyze, run_method
from tests.analysis.methods.planted import quiet_sundays
from tests.analysis.methods.tables import assert_same_facts, cases, only, study_of


def test_a_quiet_sunday_is_found(tmp_path: Path) -> None:
    with study_of(tmp_path, quiet_sundays()) as study:
        found = [f for f in analyze(study.workspace).findings if f.kind == "seasonality"]
        values = [study.workspace.scalar(f.query) for f in found]
        again = [run_method(study.workspace, "seasonality", f.params)[0] for f in found]
    assert [(f.entities, f.direction) for f in found] == [({"opened_on": "Sunday"}, "lower")]
    assert values == pytest.approx([f.value for f in found])
    assert [f.statement for f in again] == [f.statement for f in found]


def test_records_spread_evenly_have_no_season(tmp_path: Path) -> None:
    with study_of(tmp_path, cases(3000)) as study:
        assert [f for f in analyze(study.workspace).findings if f.kind == "seasonality"] == []


def test_a_level_series_is_forecast_at_its_mean_and_the_query_gives_it(tmp_path: Path) -> None:
    with study_of(tmp_path, cases(3000)) as study:
        finding = only(study, "forecast", measure="hours", target=20.0)
        assert study.workspace.scalar(finding.query) == pytest.approx(finding.value)
        (again,) = run_method(study.workspace, "forecast", finding.params)
    assert finding.ci_low is not None
    assert finding.ci_high is not None
    assert finding.ci_low < finding.value < finding.ci_high
    assert finding.value == pytest.approx(20, abs=0.5)
    assert 0 < finding.fact("chance").value < 1
    assert "likely to be at or above" in finding.statement
    assert_same_facts(again, finding)


def test_a_random_walk_is_not_forecast(tmp_path: Path) -> None:
    table, rng = cases(3000), np.random.default_rng(9)
    steps = np.repeat(rng.normal(0, 10, 18).cumsum(), 31)
    first = table["opened_on"][0]
    assert isinstance(first, date)
    table["hours"] = [round(100 + float(steps[min((d - first).days, 557)]), 3) for d in table["opened_on"] if isinstance(d, date)]
    with study_of(tmp_path, table) as study:
        assert run_method(study.workspace, "forecast", {"measure": "hours"}) == []
