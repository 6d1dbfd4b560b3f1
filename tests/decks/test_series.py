"""What charts plot follows from rows by arithmetic that closes."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.decks.elements import Row
from services.decks.series import ChartSpec, Series, derive, from_serial, serial

KEY = "E00000001"
finite = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))


def by_name(series: tuple[Series, ...]) -> dict[str, Series]:
    return {one.name: one for one in series}


def bars(rows: list[Row], **how: object) -> tuple[tuple[str, ...], tuple[float | None, ...]]:
    data = derive(ChartSpec.model_validate({"kind": "bar", "key": KEY, "columns": ("x", "y"), **how}), {KEY: rows})
    return tuple(str(x) for x in data.series[0].x), data.series[0].y


def test_bars_are_ranked_and_gaps_come_last() -> None:
    names, values = bars([("a", 1.0), ("b", None), ("c", 3.0), ("d", -2.0)])
    assert names == ("c", "a", "d", "b")
    assert values == (3.0, 1.0, -2.0, None)


def test_bars_keep_their_order_when_they_have_one() -> None:
    assert bars([("Mon", 1.0), ("Tue", 3.0)], ranked=False)[0] == ("Mon", "Tue")


def test_thirty_bars_become_fourteen_and_the_mean_or_sum_of_the_rest() -> None:
    rows: list[Row] = [(f"c{i}", float(30 - i)) for i in range(30)]
    names, values = bars(rows)
    assert len(names) == 15
    assert names[-1] == "Other 16 (mean)"
    assert values[-1] == sum(range(1, 17)) / 16
    assert bars(rows, other="sum")[1][-1] == sum(range(1, 17))


def test_a_highlight_at_the_far_end_is_never_folded_into_the_rest() -> None:
    rows: list[Row] = [(f"c{i}", float(30 - i)) for i in range(30)]
    assert bars(rows, highlight=("c29",))[0][0] == "c29"


@given(st.lists(finite, min_size=1, max_size=40))
def test_no_value_is_lost_when_bars_are_summed_up(values: list[float]) -> None:
    rows: list[Row] = [(f"c{i}", value) for i, value in enumerate(values)]
    _, shown = bars(rows, other="sum")
    assert sum(value or 0 for value in shown) == pytest.approx(sum(values), abs=1e-3)


@given(st.floats(0, 1000).map(lambda x: round(x, 2)), st.lists(st.floats(0, 500).map(lambda x: round(x, 2)), max_size=6))
def test_a_waterfall_closes_above_and_below_zero(start: float, savings: list[float]) -> None:
    rest = start - sum(savings)
    middle = [(f"s{i}", saved, saved / 2, saved * 2) for i, saved in enumerate(savings)]
    rows: list[Row] = [("start", start, None, None), *middle, ("rest", rest, None, None)]
    roles = ("start", *("saving" for _ in savings), "rest")
    series = by_name(derive(ChartSpec.model_validate({"kind": "waterfall", "key": KEY, "roles": roles}), {KEY: rows}).series)
    level = start
    for i, saved in enumerate(savings, 1):
        base, above, below = (series[name].y[i] or 0.0 for name in ("Base", "Saved", "Saved below zero"))
        top = base + above if base >= 0 else base
        bottom = min(base, base + below) if base < 0 else (below or base)
        assert top == pytest.approx(level if level > 0 else min(level, 0), abs=1e-4)
        assert bottom == pytest.approx(level - saved, abs=1e-4)
        level -= saved


def test_a_whisker_turns_over_because_a_small_saving_leaves_a_high_level() -> None:
    rows: list[Row] = [("start", 10.0, None, None), ("R1", 4.0, 3.0, 6.0), ("rest", 6.0, 4.0, 7.0)]
    series = by_name(derive(ChartSpec(kind="waterfall", key=KEY, roles=("start", "saving", "rest")), {KEY: rows}).series)
    assert (series["Base"].plus[1], series["Base"].minus[1]) == (1.0, 2.0)
    assert (series["Left"].plus[2], series["Left"].minus[2]) == (1.0, 2.0)


def test_a_line_breaks_at_its_change_and_keeps_every_point_once() -> None:
    rows: list[Row] = [(f"2025-0{i}-01", float(i)) for i in range(1, 7)]
    data = derive(ChartSpec(kind="line", key=KEY, columns=("Month", "Level"), change="2025-04-01"), {KEY: rows})
    before, after = data.series
    assert data.dated
    assert before.y == (1.0, 2.0, 3.0, None, None, None)
    assert after.y == (None, None, None, 4.0, 5.0, 6.0)


def test_periods_that_are_no_dates_stay_names() -> None:
    data = derive(ChartSpec(kind="line", key=KEY), {KEY: [("Q1", 1.0), ("Q2", 2.0)]})
    assert not data.dated
    assert data.series[0].x == ("Q1", "Q2")


@given(st.dates(min_value=dt.date(1901, 1, 1)))
def test_spreadsheet_days_are_dates(date: object) -> None:
    value = serial(str(date))
    assert value is not None
    assert from_serial(value) == date


def test_matrix_series_stand_longest_first() -> None:
    rows: list[Row] = [("R1", 1.0, 2.0), ("O2", 3.0, 4.0), ("O3", 5.0, 6.0), ("O4", 5.0, 7.0)]
    spec = ChartSpec(kind="matrix", key=KEY, cut="E00000002", go=("R1",), x_range=(0, 10), y_range=(0, 10))
    data = derive(spec, {KEY: rows, "E00000002": [(0.0, 1.0), (10.0, 9.0)]})
    sizes = [len(series.y) for series in data.series]
    assert sizes == sorted(sizes, reverse=True)
    assert {series.name for series in data.series} == {"Below the cut", "Go forward", "Cut line", "Middle of x", "Middle of y"}
