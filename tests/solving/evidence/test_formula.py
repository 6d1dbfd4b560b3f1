"""Formulas over ledger entries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.solving.evidence.formula import FormulaError, evaluate

finite = st.floats(min_value=-1e6, max_value=1e6)


def test_arithmetic_over_named_numbers() -> None:
    assert evaluate("gap * share - overlap", {"gap": 13.0, "share": 0.5, "overlap": 1.5}) == 5.0
    assert evaluate("max(0, min(a, b)) ** 2", {"a": 3.0, "b": 4.0}) == 9.0


@pytest.mark.parametrize(
    "hostile",
    ["__import__('os')", "gap.__class__", "open('x')", "[1][0]", "lambda: 1", "gap if gap else 1", "unknown + 1", "True", "1 +", "'a' * 9"],
)
def test_anything_but_arithmetic_is_refused(hostile: str) -> None:
    with pytest.raises(FormulaError):
        evaluate(hostile, {"gap": 1.0})


def test_a_division_by_zero_has_a_name() -> None:
    with pytest.raises(FormulaError):
        evaluate("a / b", {"a": 1.0, "b": 0.0})


@given(finite, finite, finite)
def test_agrees_with_python(a: float, b: float, c: float) -> None:
    assert evaluate("(a + b) * c - abs(a)", {"a": a, "b": b, "c": c}) == (a + b) * c - abs(a)
