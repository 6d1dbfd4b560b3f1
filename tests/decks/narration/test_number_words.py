"""Numbers in words: a table of how people say them, and a listener who gets every number back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.decks.narration.number_words import number, ordinal, whole, year
from shared.kit.numbers import Style, display
from tests.decks.narration.listening import heard

SAID = {
    "8.2%": "eight point two percent",
    "\u22128.2%": "minus eight point two percent",
    "34.0%": "thirty-four percent",
    "100%": "one hundred percent",
    "0": "zero",
    "+4.4": "plus four point four",
    "0.05": "zero point zero five",
    "12,408": "twelve thousand four hundred eight",
    "10,567,361": "ten million five hundred sixty-seven thousand three hundred sixty-one",
    "18.1K": "eighteen point one thousand",
    "26.4M\u00a0EUR": "twenty-six point four million euros",
    "12.0M\u00a0EUR": "twelve million euros",
    "1.2B\u00a0USD": "one point two billion dollars",
    "1\u00a0EUR": "one euro",
    "1.0\u00a0pp": "one percentage point",
    "14\u00a0pp": "fourteen percentage points",
    "\u221218.6\u00a0pp": "minus eighteen point six percentage points",
    "1,116\u00a0EUR": "one thousand one hundred sixteen euros",
    "$3.2M": "three point two million dollars",
    "\u2212$412": "minus four hundred twelve dollars",
    "£1": "one pound",
    "2.4x": "two point four times",
    "<\u00a00.001": "below zero point zero zero one",
    "\u2265\u00a05": "at least five",
    "0.030": "zero point zero three",
    "5\u00a0EUR/visit": "five euros per visit",
    "1\u00a0day": "one day",
    "3,942\u00a0days": "three thousand nine hundred forty-two days",
    "1.5\u00a0MWh": "one point five megawatt hours",
}


@pytest.mark.parametrize(("written", "said"), SAID.items())
def test_a_number_is_said_as_people_say_it(written: str, said: str) -> None:
    assert number(written) == said


@given(
    st.floats(min_value=-9e11, max_value=9e11, allow_nan=False),
    st.sampled_from([Style.NUMBER, Style.COUNT, Style.PERCENT, Style.POINTS, Style.MONEY, Style.RATIO]),
    st.booleans(),
)
def test_a_listener_writes_down_what_the_deck_shows(value: float, style: Style, signed: bool) -> None:
    shown = display(value, style=style, unit="EUR" if style is Style.MONEY else "", signed=signed)
    said = number(shown)
    scale = {"K": 1e3, "M": 1e6, "B": 1e9}.get(shown.split("\u00a0")[0][-1], 1.0)
    digits = "".join(char for char in shown if char.isdigit() or char == ".")
    assert heard(said) == pytest.approx((-1 if shown.startswith("\u2212") else 1) * float(digits) * scale, rel=1e-12)
    assert not any(char.isdigit() for char in said)


@given(st.floats(min_value=0, max_value=1))
def test_a_p_value_is_heard_as_it_is_written(p: float) -> None:
    shown = display(p, style=Style.P_VALUE)
    assert heard(number(shown)) == float(shown.lstrip("<\u00a0"))
    assert number(shown).startswith("below") == shown.startswith("<")


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_every_whole_number_comes_back(value: int) -> None:
    assert heard(whole(value)) == value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1, "first"),
        (2, "second"),
        (3, "third"),
        (5, "fifth"),
        (8, "eighth"),
        (9, "ninth"),
        (12, "twelfth"),
        (20, "twentieth"),
        (21, "twenty-first"),
        (30, "thirtieth"),
        (31, "thirty-first"),
        (100, "one hundredth"),
        (103, "one hundred third"),
    ],
)
def test_ranks(value: int, said: str) -> None:
    assert ordinal(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1998, "nineteen ninety-eight"),
        (1905, "nineteen oh five"),
        (1900, "nineteen hundred"),
        (2000, "two thousand"),
        (2005, "two thousand five"),
        (2010, "twenty ten"),
        (2026, "twenty twenty-six"),
    ],
)
def test_years(value: int, said: str) -> None:
    assert year(value) == said


def test_what_is_no_number_is_left_alone() -> None:
    assert number("to be measured") == "to be measured"
    with pytest.raises(ValueError, match="not said in words"):
        whole(10**15)
