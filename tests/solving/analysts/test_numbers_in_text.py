"""Numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.solving.analysts.rules.numbers_in_text import quantities


@pytest.mark.parametrize(
    ("text", "value", "kind", "unit", "bound"),
    [
        ("from 8.2% upwards", 0.082, "percent", "", "exact"),
        ("under 5 percent", 0.05, "percent", "", "at_most"),
        ("8,2 % of all", 0.082, "percent", "", "exact"),
        ("fell 3 points", 0.03, "points", "", "exact"),
        ("by two percentage points", 0.02, "points", "", "exact"),
        ("about 1.5 pp", 0.015, "points", "", "about"),
        ("3.2M EUR", 3.2e6, "money", "EUR", "exact"),
        ("€412 a head", 412.0, "money", "EUR", "exact"),
        ("EUR 12 million", 1.2e7, "money", "EUR", "exact"),
        ("$1.2 million", 1.2e6, "money", "USD", "exact"),
        ("1,5 Mio EUR", 1.5e6, "money", "EUR", "exact"),
        ("at least 120k dollars", 120_000.0, "money", "USD", "at_least"),
        ("12.5 minutes", 12.5, "duration", "minutes", "exact"),
        ("more than 30 days", 30.0, "duration", "days", "at_least"),
        ("1,204 units", 1204.0, "plain", "", "exact"),
        ("twenty percent", 0.2, "percent", "", "exact"),
        ("a fifth of it", 0.2, "percent", "", "exact"),
        ("2.5x", 2.5, "factor", "", "exact"),
        ("下降20%", 0.2, "percent", "", "exact"),
        ("降低两成", 0.2, "percent", "", "exact"),
        ("百分之十五", 0.15, "percent", "", "exact"),
        ("3个百分点", 0.03, "points", "", "exact"),
        ("5万元", 50_000.0, "money", "CNY", "exact"),
    ],
)
def test_a_written_number_is_read(text: str, value: float, kind: str, unit: str, bound: str) -> None:
    found = quantities(text)
    assert [(round(q.value, 9), q.kind, q.unit, q.bound) for q in found] == [(value, kind, unit, bound)]


@pytest.mark.parametrize("text", ["no number here", "Q4 and B2B and R1", "halfway through"])
def test_names_with_digits_are_no_numbers(text: str) -> None:
    assert quantities(text) == []


def test_spans_that_are_dates_are_left_alone() -> None:
    assert quantities("in 2025 it was 12%", ((3, 7),))[0].text == "12%"


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for found in quantities(text):
        assert text[found.start : found.end].strip() == found.text


@given(st.integers(1, 99), st.sampled_from(["%", " percent", " per cent"]))
def test_a_percentage_is_a_fraction(whole: int, sign: str) -> None:
    assert quantities(f"cut by {whole}{sign}")[0].value == pytest.approx(whole / 100)
