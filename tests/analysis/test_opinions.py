"""Second opinions: what counts as far out, what agrees, and what each method's other specification says on a case made for it."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from services.analysis.findings import Finding
from services.analysis.opinions import far_out, left_out, said_of, same_side, without_far_out
from tests.analysis.methods.tables import TEAMS, cases, only, study_of

FENCES = "without values far out (beyond Tukey's outer fences) does not agree."


def test_far_out_is_beyond_tukeys_outer_fences() -> None:
    # 1..100 with four far from them: the outer fences lie at -129.75 and 230.75
    values = np.array([*range(1, 101), 230.0, 231.0, -129.0, -130.0])
    assert tuple(np.quantile(values, [0.25, 0.75])) == (24.75, 76.25)
    assert set(values[far_out(values)]) == {231.0, -130.0}


def test_where_half_of_the_values_are_equal_none_is_far_out() -> None:
    assert not far_out(np.array([0.0] * 80 + [5.0] * 20)).any()


def test_nothing_is_said_of_values_that_are_not_there() -> None:
    assert without_far_out(np.arange(20.0), lambda _: False) == ""
    assert said_of(None, "") is None


def test_a_second_test_must_show_the_same_direction() -> None:
    assert same_side(0.01, 0.3, 2.0)
    assert not same_side(0.01, -0.3, 2.0)
    assert not same_side(0.2, 0.3, 2.0)


def test_rows_left_out_are_said_with_their_reasons() -> None:
    assert left_out(missing=0) == {"n_dropped": 0, "dropped_why": ""}
    both = left_out(missing=2, rare=3)
    assert both["n_dropped"] == 5
    assert both["dropped_why"].count(";") == 1


def _robust(finding: Finding) -> str:
    return finding.robustness or ""


def test_a_correlation_made_by_a_few_points_is_not_borne_out(tmp_path: Path) -> None:
    table = cases(600, seed=4)
    hours, cost = np.array(table["hours"], dtype=float), np.random.default_rng(4).normal(100, 10, 600)
    hours[:8], cost[:8] = 44.0, 152.0  # far out in cost, not in standard deviations
    table["hours"], table["cost"] = hours.tolist(), np.round(cost, 3).tolist()
    with study_of(tmp_path, table) as study:
        finding = only(study, "association", measure="cost", other="hours", where={})
    assert finding.kind == "association"
    assert FENCES in _robust(finding)


@pytest.mark.parametrize(("dear", "agrees"), [(1, True), (9, False)])
def test_a_total_led_by_few_dear_records_is_held_against_the_count(tmp_path: Path, dear: float, *, agrees: bool) -> None:
    table = cases(600, seed=2)
    team: list[object] = ["Alder" if i % 2 else TEAMS[1 + i % 3] for i in range(600)]
    table["team"] = team
    table["cost"] = [float(str(c)) * (dear if t == "Birch" else 1) for c, t in zip(table["cost"], team, strict=True)]
    with study_of(tmp_path, table) as study:
        finding = only(study, "contribution", measure="cost", by="team", where={})
    assert ("The order by number of records agrees." in _robust(finding)) is agrees


@pytest.mark.parametrize(("giant", "agrees"), [(1.0, True), (20.0, False)])
def test_a_concentration_that_rests_on_one_holder_says_so(tmp_path: Path, giant: float, *, agrees: bool) -> None:
    rng = np.random.default_rng(3)
    table = cases(600, seed=3)
    weights = np.array([20.0, 16, 12, *([1.0] * 17)]) if agrees else np.array([giant, *([1.0] * 19)])
    table["client"] = [f"Client {'ABCDEFGHIJKLMNOPQRST'[i]}" for i in rng.choice(20, 600, p=weights / weights.sum())]
    with study_of(tmp_path, table) as study:
        finding = only(study, "concentration", measure="count", holder="client")
    assert f"without the largest of them {'agrees' if agrees else 'does not agree'}." in _robust(finding)


def test_a_step_of_single_values_is_not_found_on_ranks(tmp_path: Path) -> None:
    table = cases(600, seed=5)
    cost = np.random.default_rng(2).normal(100, 10, 600)
    cost[400::9] += 600  # the level of the mean steps up, that of the middle does not
    table["cost"] = np.round(cost, 3).tolist()
    with study_of(tmp_path, table) as study:
        finding = only(study, "change", measure="cost", where={})
    assert finding.kind == "change_point"
    assert _robust(finding) == "The same search on ranks does not agree."


@pytest.mark.parametrize(
    ("months", "agrees"),
    [([9, 10, 8, 11, 9, 10, 40, 9, 10, 11, 9, 10], True), ([9, 10, 8, 40, 9, 10, 60, 9, 38, 11, 9, 10], False)],
)
def test_a_month_that_stands_out_is_held_against_the_other_peaks(tmp_path: Path, months: list[int], *, agrees: bool) -> None:
    days = [date(2023, month, 1 + i % 28) for month, size in enumerate(months, start=1) for i in range(size * 2)]
    with study_of(tmp_path, {"opened_on": days, "team": [TEAMS[i % 4] for i in range(len(days))]}) as study:
        finding = only(study, "window", measure="count", where={})
    assert _robust(finding) == f"A test against the ordinary spread of the other periods {'agrees' if agrees else 'does not agree'}."


def test_a_lead_within_chance_is_said(tmp_path: Path) -> None:
    table = cases(600, seed=7)
    table["team"] = ["Alder" if i < 250 else "Birch" if i < 490 else "Cedar" if i < 550 else "Elm" for i in range(600)]
    with study_of(tmp_path, table) as study:
        both = only(study, "frequency", measure="count", by="team", where={})
    assert both.entities == {"team": ["Alder", "Birch"]}
    assert "could be chance" not in _robust(both)  # two lead together, ahead of the third
    table["team"] = ["Alder" if i < 215 else "Birch" if i < 405 else "Cedar" if i < 575 else "Elm" for i in range(600)]
    with study_of(tmp_path, table, name="close") as study:
        close = only(study, "frequency", measure="count", by="team", where={})
    assert close.entities == {"team": "Alder"}
    assert "The lead over the next group could be chance." in _robust(close)
