"""Levels and differences: the right group, the textbook's numbers, and no claim where nothing is."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.oneway import anova_oneway
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.proportion import confint_proportions_2indep

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
    table = cases(3000)
    with study_of(tmp_path, table) as study:
        finding = only(study, "level", measure="hours", by="team", where={})
    hours, team = np.array(table["hours"], dtype=float), np.array(table["team"])
    apart = [stats.ttest_ind(hours[team == t], hours[team != t], equal_var=False).confidence_interval() for t in TEAMS]
    fewest = min((team == t).sum() for t in TEAMS)
    power = TTestIndPower().power(finding.fact("detectable").value / hours.std(ddof=4), fewest, 0.05, ratio=len(hours) / fewest - 1)
    assert finding.kind == "no_effect"
    assert power == pytest.approx(0.8, abs=0.01)  # the smallest difference in hours that would have shown
    assert (finding.ci_low, finding.ci_high) == pytest.approx((min(i.low for i in apart), max(i.high for i in apart)))
    assert "is about the same in every team, within 5% of the average" in finding.statement


def test_where_the_intervals_are_wider_than_the_margin_what_would_have_shown_is_said(tmp_path: Path) -> None:
    table = cases(400, seed=8)
    table["cost"] = np.round(np.random.default_rng(8).normal(50, 40, 400), 3).tolist()
    with study_of(tmp_path, table) as study:
        finding = only(study, "level", measure="cost", by="channel", where={})
    assert finding.kind == "no_effect"
    assert "within" not in finding.statement
    assert f"a group {finding.fact('detectable').display} from the rest would have shown" in finding.statement


def test_a_share_is_the_same_within_five_points(tmp_path: Path) -> None:
    table = cases(9000, seed=2)
    with study_of(tmp_path, table) as study:
        finding = only(study, "level", measure="rate(outcome=refunded)", by="channel", where={})
    refunded, channel = np.array(table["outcome"]) == "refunded", np.array(table["channel"])
    apart = [
        confint_proportions_2indep(refunded[a].sum(), a.sum(), refunded[~a].sum(), (~a).sum(), method="newcomb", compare="diff")
        for a in (channel == c for c in ("post", "shop", "web"))
    ]
    assert (finding.ci_low, finding.ci_high) == pytest.approx((min(i[0] for i in apart), max(i[1] for i in apart)))
    assert "within 5\u00a0pp" in finding.statement


def test_a_difference_too_small_to_matter_is_not_called_chance(tmp_path: Path) -> None:
    table = cases(40000, seed=5)
    rng = np.random.default_rng(5)
    table["hours"] = [round(float(rng.normal(10, 30)) + (1.6 if t == "Elm" else 0), 3) for t in table["team"]]
    with study_of(tmp_path, table) as study:
        finding = only(study, "level", measure="hours", by="team", where={})
    assert finding.kind == "no_effect"
    assert finding.q_value is not None
    assert finding.q_value < 0.02
    assert "differs little by team, though by more than chance" in finding.statement


def test_a_difference_that_rests_on_far_out_values_says_so(tmp_path: Path) -> None:
    table = cases(600, seed=6)
    hours = np.array(table["hours"], dtype=float)
    birch = np.flatnonzero(np.array(table["team"]) == "Birch")
    hours[birch[::9]] = 47.5
    table["hours"] = hours.tolist()
    with study_of(tmp_path, table) as study:
        finding = only(study, "level", measure="hours", by="team", where={})
    assert finding.entities == {"team": "Birch"}
    assert "without values far out (beyond Tukey's outer fences) does not agree" in (finding.robustness or "")


def test_rows_left_out_are_counted_with_the_reason(tmp_path: Path) -> None:
    table = cases(600)
    table["hours"] = [
        None if i % 10 == 0 else float(str(h)) + (6 if t == "Birch" else 0)
        for i, (h, t) in enumerate(zip(table["hours"], table["team"], strict=True))
    ]
    table["team"] = ["Yew" if i in {1, 2, 3} else t for i, t in enumerate(table["team"])]
    with study_of(tmp_path, table) as study:
        finding = only(study, "level", measure="hours", by="team", where={})
    assert (finding.n, finding.n_dropped) == (537, 63)
    assert "without a value" in finding.dropped_why
    assert "fewer than five" in finding.dropped_why


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
