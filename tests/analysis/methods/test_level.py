"""Levels and differences: the right group, the textbook's numbers, and no claim where nothing is."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.oneway import anova_oneway

from tests.analysis.methods.tables import TEAMS, cases, only, study_of


def test_the_slow_team_is_named_with_the_numbers_of_scipy(tmp_path: Path) -> None:
    table = cases()
    hours = np.array([float(str(h)) + (6 if t == "Birch" else 0) for h, t in zip(table["hours"], table["team"], strict=True)])
    table["hours"] = [round(float(h), 3) for h in hours]
    team, rounded = np.array(table["team"]), np.round(hours, 3)
    with study_of(tmp_path, table) as study:
        finding = only(study, "level", measure="hours", by="team", where={})
    expected = anova_oneway([rounded[team == t] for t in TEAMS], use_var="unequal")
    interval = stats.ttest_ind(rounded[team == "Birch"], rounded[team != "Birch"], equal_var=False).confidence_interval()
    assert (finding.kind, finding.direction, finding.entities) == ("level", "higher", {"team": "Birch"})
    assert finding.value == pytest.approx(rounded[team == "Birch"].mean())
    assert finding.baseline == pytest.approx(rounded[team != "Birch"].mean())
    assert finding.statistic == pytest.approx(expected.statistic)
    assert finding.p_value == pytest.approx(expected.pvalue)
    assert (finding.ci_low, finding.ci_high) == pytest.approx((interval.low, interval.high))
    assert "Birch" in finding.statement
    assert finding.robustness == "A rank test (Kruskal-Wallis) agrees."


def test_skewed_values_are_compared_by_ranks(tmp_path: Path) -> None:
    table = cases()
    rng = np.random.default_rng(0)
    cost = np.round(rng.lognormal(3, 1.5, 600) * np.where(np.array(table["team"]) == "Elm", 3, 1), 3)
    table["cost"] = cost.tolist()
    with study_of(tmp_path, table) as study:
        finding = only(study, "level", measure="cost", by="team", where={})
    expected = stats.kruskal(*(cost[np.array(table["team"]) == t] for t in TEAMS))
    assert finding.test == "Kruskal-Wallis"
    assert finding.statistic == pytest.approx(expected.statistic)


def test_a_rate_is_compared_by_chi_square(tmp_path: Path) -> None:
    table = cases(seed=9)
    rng = np.random.default_rng(1)
    table["outcome"] = [
        ("refunded" if rng.random() < 0.5 else "kept") if t == "Cedar" else o for t, o in zip(table["team"], table["outcome"], strict=True)
    ]
    refunded, team = np.array(table["outcome"]) == "refunded", np.array(table["team"])
    with study_of(tmp_path, table) as study:
        finding = only(study, "level", measure="rate(outcome=refunded)", by="team", where={})
    counts = [[refunded[team == t].sum(), (~refunded[team == t]).sum()] for t in TEAMS]
    assert finding.entities == {"team": "Cedar"}
    assert finding.statistic == pytest.approx(stats.chi2_contingency(counts, correction=False).statistic)
    assert finding.value == pytest.approx(refunded[team == "Cedar"].mean())


def test_absence_is_stated_with_what_would_have_been_seen(tmp_path: Path) -> None:
    with study_of(tmp_path, cases(3000)) as study:
        finding = only(study, "level", measure="hours", by="team", where={})
    assert finding.kind == "no_effect"
    assert finding.fact("detectable").value < 0.1
    assert "about the same" in finding.statement


def test_too_little_data_is_described_without_a_claim(tmp_path: Path) -> None:
    with study_of(tmp_path, cases(60, seed=12)) as study:
        finding = only(study, "level", measure="hours", by="team", where={})
    assert (finding.kind, finding.strength, finding.q_value) == ("level", "descriptive", None)
    assert "chance" in finding.statement


def test_a_look_inside_names_what_it_is_inside_of(tmp_path: Path) -> None:
    table = cases()
    table["hours"] = [
        float(str(h)) + (8 if (t, c) == ("Birch", "web") else 0)
        for h, t, c in zip(table["hours"], table["team"], table["channel"], strict=True)
    ]
    with study_of(tmp_path, table) as study:
        finding = only(study, "level", measure="hours", by="channel", where={"team": "Birch"})
    assert finding.entities == {"team": "Birch", "channel": "web"}
    assert "within team Birch" in finding.statement
    assert finding.columns == ["channel", "hours", "team"]


def test_a_difference_is_held_against_what_could_explain_it(tmp_path: Path) -> None:
    table = cases(900)
    rng = np.random.default_rng(4)
    table["channel"] = ["post" if rng.random() < (0.8 if t == "Birch" else 0.2) else "web" for t in table["team"]]
    table["hours"] = [round(float(rng.normal(20, 4)) + (10 if c == "post" else 0), 3) for c in table["channel"]]
    with study_of(tmp_path, table) as study:
        explained = only(study, "level", measure="hours", by="team", where={})
        itself = only(study, "level", measure="hours", by="channel", where={})
    assert "shrinks to less than half within each channel" in (explained.robustness or "")
    assert "keeps its direction within each team" in (itself.robustness or "")
