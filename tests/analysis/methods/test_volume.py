"""Volume against a measure: what follows the number of records is found; a trend, a season or a long tail alone is not."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from services.analysis.findings import Finding
from services.analysis.insights import analyze, run_method
from services.analysis.study import Study
from tests.analysis.methods.planted import Level, busy_weeks
from tests.analysis.methods.tables import assert_same_facts, only, study_of


def found_in(study: Study) -> list[Finding]:
    return [f for f in analyze(study.workspace).findings if f.method == "volume"]


def test_what_rises_with_the_number_of_records_is_found(tmp_path: Path) -> None:
    with study_of(tmp_path, busy_weeks(lambda week, load: 20 + 4 * load)) as study:
        (finding,) = found_in(study)
        assert study.workspace.scalar(finding.query) == pytest.approx(finding.value)
        assert study.workspace.scalar(finding.fact("baseline").query or "") == pytest.approx(finding.baseline)
        (again,) = run_method(study.workspace, "volume", finding.params)
    assert (finding.kind, finding.strength, finding.measure, finding.direction) == ("association", "association", "hours", "positive")
    assert finding.ci_low is not None
    assert finding.ci_high is not None
    assert finding.effect_size is not None
    assert 0 < finding.ci_low < finding.effect_size < finding.ci_high
    # By design the busiest third of the loads is at 0.4 on average, the quietest at -0.4.
    assert finding.value - (finding.baseline or 0) == pytest.approx(3.2, abs=0.8)
    assert_same_facts(again, finding)
    assert again.statement == finding.statement


def test_what_falls_with_it_is_said_to_fall_and_names_from_the_data_do_no_harm(tmp_path: Path) -> None:
    table = busy_weeks(lambda week, load: 20 - 7 * load)
    names = {"opened_on": 'opened "on"', "hours": "1st [hours]; 'x'", "cost": "{cost} 2", "team": "te am"}
    with study_of(tmp_path, {names[c]: v for c, v in table.items()}) as study:
        (finding,) = found_in(study)
        assert study.workspace.scalar(finding.query) == pytest.approx(finding.value)
    assert finding.direction == "negative"
    assert "lower in weeks with more records" in finding.statement


@pytest.mark.parametrize(
    ("level", "usual"),
    [
        (lambda week, load: 20 + 0.1 * week, lambda week, load: 6 + 0.3 * week),
        (lambda week, load: 20 + 5 * np.sin(week / 8), lambda week, load: 14 + 8 * np.sin(week / 8)),
        (lambda week, load: 20 + 8 * (week > 40), lambda week, load: 8 + 14 * (week > 40)),
    ],
    ids=["two trends", "two seasons", "two steps"],
)
def test_what_time_does_to_both_is_not_told(tmp_path: Path, level: Level, usual: Level) -> None:
    with study_of(tmp_path, busy_weeks(level, usual=usual)) as study:
        assert found_in(study) == []


def test_a_long_tail_does_not_make_busy_weeks_look_dear(tmp_path: Path) -> None:
    for seed in range(6):
        with study_of(tmp_path, busy_weeks(lambda week, load: 0.0, seed=seed, tail=1.5), f"cases{seed}") as study:
            assert found_in(study) == []


def test_shuffled_measures_are_silent(tmp_path: Path) -> None:
    table = busy_weeks(lambda week, load: 20 + 4 * load)
    for seed in range(6):
        rng = np.random.default_rng(seed)
        mixed = {c: [v[i] for i in rng.permutation(len(v))] if c != "opened_on" else v for c, v in table.items()}
        with study_of(tmp_path, mixed, f"cases{seed}") as study:
            assert found_in(study) == []


def test_few_or_thin_periods_are_not_looked_at(tmp_path: Path) -> None:
    table = busy_weeks(lambda week, load: 20 + 4 * load)
    with study_of(tmp_path, {c: v[::8] for c, v in table.items()}) as study:
        assert run_method(study.workspace, "volume", {"measure": "hours", "other": "count"}) == []
    even = {c: [x for x in v for _ in range(3)] for c, v in table.items()}
    even["opened_on"] = [date(2023, 1, 2) + timedelta(days=i // 2) for i in range(len(even["hours"]))]
    with study_of(tmp_path, even, "even") as study:
        assert run_method(study.workspace, "volume", {"measure": "hours", "other": "count"}) == []


def test_months_are_used_where_weeks_are_thin(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    table: dict[str, list[object]] = {"opened_on": [], "hours": []}
    for month in range(36):
        n = int(rng.integers(6, 20))
        table["opened_on"] += [date(2021 + month // 12, month % 12 + 1, int(d)) for d in rng.integers(1, 29, n)]
        table["hours"] += [round(20 + 0.5 * n + float(rng.normal(0, 4)), 3) for _ in range(n)]
    with study_of(tmp_path, table) as study:
        assert "in months with more records" in only(study, "volume", measure="hours", other="count").statement
