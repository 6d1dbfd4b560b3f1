"""Counts, totals, pairs of categories and reversals."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tests.analysis.methods.tables import TEAMS, cases, only, study_of


def test_counts_are_compared_with_equal_shares_as_scipy_does(tmp_path: Path) -> None:
    table = cases()
    table["team"] = ["Birch" if i % 3 == 0 else t for i, t in enumerate(table["team"])]
    sizes = np.array([table["team"].count(t) for t in TEAMS])
    with study_of(tmp_path, table) as study:
        finding = only(study, "frequency", measure="count", by="team", where={})
    assert (finding.kind, finding.entities, finding.value) == ("distribution", {"team": "Birch"}, sizes[1])
    assert finding.statistic == pytest.approx(stats.chisquare(sizes).statistic)


def test_an_even_spread_is_said_to_be_even(tmp_path: Path) -> None:
    with study_of(tmp_path, cases(2000)) as study:
        finding = only(study, "frequency", measure="count", by="team", where={})
    assert finding.kind == "no_effect"
    assert "evenly" in finding.statement


def test_the_groups_that_make_up_a_total_are_listed(tmp_path: Path) -> None:
    table = cases()
    table["cost"] = [float(str(c)) * (5 if t == "Elm" else 1) for c, t in zip(table["cost"], table["team"], strict=True)]
    cost, team = np.array(table["cost"], dtype=float), np.array(table["team"])
    with study_of(tmp_path, table) as study:
        finding = only(study, "contribution", measure="cost", by="team", where={})
    assert (finding.kind, finding.entities["team"]) == ("contribution", ["Elm", finding.entities["team"][1]])
    assert finding.value == pytest.approx(cost[team == "Elm"].sum())
    assert finding.fact("share").value == pytest.approx(cost[team == "Elm"].sum() / cost.sum())
    assert finding.q_value is None


def test_categories_that_go_together_are_told_by_their_most_telling_pair(tmp_path: Path) -> None:
    table = cases()
    rng = np.random.default_rng(5)
    table["channel"] = ["post" if t == "Cedar" and rng.random() < 0.6 else c for t, c in zip(table["team"], table["channel"], strict=True)]
    team, channel = np.array(table["team"]), np.array(table["channel"])
    with study_of(tmp_path, table) as study:
        finding = only(study, "composition", by="team", part="channel")
    assert finding.entities == {"team": "Cedar", "channel": "post"}
    assert finding.value == pytest.approx((channel[team == "Cedar"] == "post").mean())
    assert finding.kind == "difference"


def test_a_reversal_is_reported_and_the_crude_difference_kept_back(tmp_path: Path) -> None:
    from services.analysis.insights import analyze

    table = cases(900)
    rng = np.random.default_rng(8)
    table["team"] = [("Alder", "Elm")[i] for i in rng.integers(0, 2, 900)]
    hard = [rng.random() < (0.8 if t == "Alder" else 0.2) for t in table["team"]]
    table["channel"] = ["post" if h else "web" for h in hard]
    table["hours"] = [
        round(float(rng.normal(20, 4)) + (14 if h else 0) - (3 if t == "Alder" else 0), 3) for h, t in zip(hard, table["team"], strict=True)
    ]
    with study_of(tmp_path, table) as study:
        finding = only(study, "reversal", measure="hours", by="team", group="Alder", within="channel")
        told = analyze(study.workspace, "what drives hours")
    assert (finding.kind, finding.direction, finding.strength) == ("difference", "lower", "adjusted")
    assert (finding.baseline or 0) > 0 > finding.value
    assert finding.value == pytest.approx(-3, abs=0.7)
    assert not [f for f in told.findings if f.method == "level" and f.measure == "hours" and f.by == ["team"] and "team" in f.entities]
