"""Dates as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.solving.analysts.rules.dates_in_text import deadline, moments, months_later, period, spoken, taken
from services.solving.analysts.rules.workdays import after, next_monday, workday

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by Q4", date(2026, 12, 31)),
        ("before the end of Q1 2027", date(2027, 3, 31)),
        ("by March 2027", date(2027, 3, 31)),
        ("by 31 March 2027", date(2027, 3, 31)),
        ("by March 31, 2027", date(2027, 3, 31)),
        ("until 2027-02-15", date(2027, 2, 15)),
        ("by year end", date(2026, 12, 31)),
        ("by the end of the year", date(2026, 12, 31)),
        ("by the end of next quarter", date(2027, 3, 31)),
        ("by the end of 2027", date(2027, 12, 31)),
        ("by H1 2027", date(2027, 6, 30)),
        ("within six months", date(2027, 5, 23)),
        ("in the next 90 days", date(2027, 2, 21)),
        ("over the next 12 months", date(2027, 11, 23)),
        ("grow it this year", date(2026, 12, 31)),
        ("年底前", date(2026, 12, 31)),
        ("2027年3月前", date(2027, 3, 31)),
        ("6个月内", date(2027, 5, 23)),
    ],
)
def test_a_deadline_is_the_last_day_of_what_is_said(text: str, day: date) -> None:
    found = deadline(text, TODAY)
    assert found is not None
    assert found.day == day


@pytest.mark.parametrize("text", ["since April", "last year", "it may fall", "no date at all", "on 31 February 2027"])
def test_what_is_past_or_no_date_is_no_deadline(text: str) -> None:
    assert deadline(text, TODAY) is None


def test_the_day_named_first_with_by_is_the_deadline_and_a_passing_year_is_not() -> None:
    found = moments("enter in 2027; decide by 15 January 2027", TODAY)
    assert min(found, key=lambda m: m.urgency).day == date(2027, 1, 15)


def test_the_period_spoken_of_is_found() -> None:
    assert period("it fell since April 2026 in all shops") == "since April 2026"
    assert period("it fell") is None


def test_digits_of_dates_are_taken() -> None:
    text = "by 31 March 2027 below 5%"
    assert any(text[a:b].strip().endswith("2027") for a, b in taken(text, TODAY))


@given(st.text(max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert all(m.start < m.end for m in moments(text, TODAY))


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 60))
def test_months_later_keeps_the_day_or_the_months_last(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 40))
def test_work_falls_on_working_days(day: date, days: int) -> None:
    assert after(day, days).weekday() < 5
    assert workday(day).weekday() < 5
    assert next_monday(day).weekday() == 0
    assert next_monday(day) > day


def test_a_date_is_spoken_in_words() -> None:
    assert spoken(date(2026, 3, 5)) == "5 March 2026"
