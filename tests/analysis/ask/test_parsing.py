"""The parts of the grammar, without data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analysis.ask.filters import conditions_in
from services.analysis.ask.linking import Linker, Named
from services.analysis.ask.plan import Condition, Writing
from services.analysis.ask.reading import read
from services.analysis.ask.verdicts import bounds_in, option_in
from services.analysis.ask.wanted import wanted_of
from services.analysis.ask.writing import written

COLUMNS = [
    Named("unit_price", numeric=True),
    Named("parcelWeight", numeric=True),
    Named("channel", numeric=False, few=("web", "store")),
    Named("returned", numeric=True, boolean=True, few=("0", "1")),
    Named("grade", numeric=True, few=("1", "2", "3")),
]


def conditions(text: str) -> set[Condition]:
    return {found.condition for found in conditions_in(read(text, "", COLUMNS))}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("orders with a unit price above 30", [("unit_price", ">", 30.0)]),
        ("orders with at least 4 parcel weight", [("parcelWeight", ">=", 4.0)]),
        ("orders whose unit price is between 3 and 5", [("unit_price", ">=", 3.0), ("unit_price", "<=", 5.0)]),
        ("exclude orders with a unit price below 2", [("unit_price", ">=", 2.0)]),
        ("orders that were returned", [("returned", "=", 1.0)]),
        ("orders that were not returned", [("returned", "=", 0.0)]),
        ("orders of the second grade", [("grade", "=", 2.0)]),
        ("orders from the web", [("channel", "=", "web")]),
        ("all orders", []),
    ],
)
def test_conditions(text: str, wanted: list[tuple[str, str, str | float]]) -> None:
    assert conditions(text) == {Condition.model_validate({"column": c, "comparison": s, "value": v}) for c, s, v in wanted}


def test_a_name_is_met_by_its_words_and_a_tie_by_none() -> None:
    linker = Linker([Named("net_revenue", numeric=True), Named("gross_revenue", numeric=True), Named("passengerAge", numeric=True)])
    assert [m.column for m in linker.mentions("the net revenue and the passenger's age")] == ["net_revenue", "passengerAge"]
    assert linker.mentions("the revenue") == []


def test_the_format() -> None:
    first, second = wanted_of(
        '@mean_x[m], @kind[k] where "m" is a float rounded to 3 decimal places and "k" is a string, either "up" or "not up".'
    )
    assert (first.name, first.slots[0].writing.decimals, first.slots[0].options) == ("mean_x", 3, ())
    assert (second.name, second.slots[0].options) == ("kind", ("up", "not up"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("the p-value is less than 0.05", [("p", False, "<", 0.05)]),
        ("the absolute value of r is at least 0.5", [("r", True, ">=", 0.5)]),
        ("p-value >= 0.01 and skewness > 1", [("p", False, ">=", 0.01), ("skew", False, ">", 1.0)]),
    ],
)
def test_bounds(text: str, wanted: list[tuple[str, bool, str, float]]) -> None:
    assert [(b.thing, b.absolute, b.comparison, b.value) for b in bounds_in(text)] == wanted


def test_options_are_told_from_their_opposites() -> None:
    assert option_in("report that it is not normal", ("normal", "not normal")) == "not normal"
    assert option_in("define it as a nonlinear relationship", ("linear", "nonlinear", "none")) == "nonlinear"
    assert option_in("there is no relationship", ("linear", "nonlinear", "none")) == "none"


@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_a_written_number_is_the_number_to_its_decimals(value: float, decimals: int) -> None:
    text = written(value, Writing(decimals=decimals))
    assert abs(float(text) - value) <= 0.5 * 10.0**-decimals * (1 + 1e-6) + abs(value) * 1e-14
    assert not text.startswith("-0") or float(text) != 0


@given(st.text(max_size=200), st.text(max_size=100))
def test_any_text_can_be_read(question: str, constraints: str) -> None:
    reading = read(question, constraints, COLUMNS)
    assert all(len(s.used) == len(s.text) for s in reading.sentences)
