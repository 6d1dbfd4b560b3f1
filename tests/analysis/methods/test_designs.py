"""Trials and switches: the designs that allow more than an association, found by structure and read out as the libraries read them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from services.analysis.designs import switches, trials
from services.analysis.insights import analyze, run_method
from services.analysis.statistics import regression
from tests.analysis.methods.planted import SWITCHED, piloted_table, switched_table, trial_table
from tests.analysis.methods.tables import cases, only, study_of


def test_a_trial_is_read_out_against_its_control(tmp_path: Path) -> None:
    table = trial_table(0.1)
    with study_of(tmp_path, table) as study:
        (trial,) = trials(study)
        finding = only(study, "experiment", measure="rate(bought=true)", by="arm", group="variant one")
        found = [f for f in analyze(study.workspace, "does the variant raise the share bought").findings if f.method == "experiment"]
    frame = pd.DataFrame(table)
    hits = frame.groupby("arm").bought.agg(lambda x: (x == "yes").sum())
    n = frame.arm.value_counts()
    interval = confint_proportions_2indep(hits["variant one"], n["variant one"], hits["control"], n["control"], method="newcomb")
    assert (trial.control, trial.arms) == ("control", ("variant one",))
    assert (finding.kind, finding.strength, finding.direction) == ("difference", "quasi_experiment", "higher")
    assert (finding.ci_low, finding.ci_high) == pytest.approx(interval)
    assert finding.value == pytest.approx(hits["variant one"] / n["variant one"])
    assert {f.kind for f in found if f.measure == "rate(bought=true)"} == {"difference"}


def test_a_trial_without_effect_says_what_it_would_have_seen(tmp_path: Path) -> None:
    with study_of(tmp_path, trial_table(0.0)) as study:
        finding = only(study, "experiment", measure="hours", by="arm", group="variant one")
    frame = pd.DataFrame(trial_table(0.0))
    hours = frame.hours.astype(float)
    again = stats.ttest_ind(hours[frame.arm == "variant one"], hours[frame.arm == "control"], equal_var=False)
    assert finding.kind == "no_effect"
    assert finding.statistic == pytest.approx(again.statistic)
    assert finding.fact("smallest").value == pytest.approx(2.8016 * 5 * np.sqrt(2 / 1500), rel=0.03)


def test_arms_that_are_made_up_differently_are_no_trial(tmp_path: Path) -> None:
    table, rng = trial_table(0.1), np.random.default_rng(3)
    table["arm"] = ["control" if rng.random() < (0.7 if c == "web" else 0.4) else "variant one" for c in table["channel"]]
    with study_of(tmp_path, table) as study:
        assert trials(study) == []


def test_grades_are_no_trial(tmp_path: Path) -> None:
    table, rng = cases(1200), np.random.default_rng(5)
    table["grade"] = ["ABC"[i] for i in rng.integers(0, 3, 1200)]
    with study_of(tmp_path, table) as study:
        assert trials(study) == []


def test_a_step_at_a_switch_is_segmented_regression(tmp_path: Path) -> None:
    with study_of(tmp_path, switched_table(-4.0)) as study:
        (switch,) = switches(study)
        finding = only(study, "interrupted", measure="hours", flag="new_form")
        (again,) = run_method(study.workspace, "interrupted", finding.params)
        assert study.workspace.scalar(finding.query) == pytest.approx(finding.value)
    assert (switch.on, switch.day.date()) == ("true", SWITCHED)
    assert (finding.direction, finding.strength) == ("shift_down", "quasi_experiment")
    assert finding.fact("step").value == pytest.approx(-4, abs=0.8)
    assert again.statement == finding.statement


def test_a_course_that_goes_on_is_no_step(tmp_path: Path) -> None:
    with study_of(tmp_path, switched_table(0.0, slope=0.03)) as study:
        assert [f for f in analyze(study.workspace).findings if f.method == "interrupted" and f.measure == "hours"] == []


def test_newey_west_errors_are_those_of_statsmodels() -> None:
    rng = np.random.default_rng(1)
    design = np.column_stack([np.ones(80), np.arange(80), rng.normal(size=80)])
    y = design @ np.array([1.0, 0.1, 2.0]) + rng.normal(size=80).cumsum()
    ours = regression.newey_west(design, y)
    theirs = sm.OLS(y, design).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True})
    assert ours is not None
    assert ours.errors == pytest.approx(theirs.bse)


def test_a_switch_in_one_group_is_read_against_the_others(tmp_path: Path) -> None:
    table = piloted_table(-5.0)
    with study_of(tmp_path, table) as study:
        found = [f for f in analyze(study.workspace).findings if f.method == "difference_in_differences"]
        assert [study.workspace.scalar(f.query) for f in found] == pytest.approx([f.value for f in found])
    finding = next(f for f in found if f.measure == "hours")
    frame = pd.DataFrame({k: table[k] for k in ("hours", "team", "opened_on")})
    frame["hours"], frame["after"] = frame.hours.astype(float), frame.opened_on >= SWITCHED
    frame["cedar"] = frame.team == "Cedar"
    model = smf.ols("hours ~ cedar * after", frame).fit(cov_type="HC3", use_t=True)
    term = "cedar[T.True]:after[T.True]"
    assert finding.value == pytest.approx(model.params[term])
    assert (finding.ci_low, finding.ci_high) == pytest.approx(tuple(model.conf_int().loc[term]))
    assert (finding.strength, finding.entities) == ("quasi_experiment", {"team": "Cedar", "pilot": "true"})


def test_groups_that_moved_apart_before_are_not_compared(tmp_path: Path) -> None:
    with study_of(tmp_path, piloted_table(-5.0, before=0.05)) as study:
        assert run_method(study.workspace, "difference_in_differences", {"measure": "hours", "flag": "pilot", "by": "team"}) == []
