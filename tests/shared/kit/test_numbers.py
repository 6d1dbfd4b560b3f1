"""How numbers are written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kit.numbers import MINUS, NBSP, Style, display


@pytest.mark.parametrize(
    ("value", "options", "written"),
    [
        (12.44, {}, "12.4"),
        (0.0312, {}, "0.031"),
        (1204.4, {}, "1,204"),
        (11.4, {"signed": True, "unit": "min"}, f"+11.4{NBSP}min"),
        (-3.5, {}, f"{MINUS}3.5"),
        (-0.0, {"signed": True}, "0"),
        (-0.04, {"decimals": 1}, "0.0"),
        (18270, {"style": Style.COUNT}, "18,270"),
        (0.214, {"style": Style.PERCENT}, "21%"),
        (0.0821, {"style": Style.PERCENT}, "8.2%"),
        (0.14, {"style": Style.POINTS, "signed": True}, f"+14{NBSP}pp"),
        (3_204_000, {"style": Style.MONEY, "unit": "EUR"}, f"3.2M{NBSP}EUR"),
        (412.6, {"style": Style.MONEY, "unit": "EUR"}, f"413{NBSP}EUR"),
        (45_200, {"style": Style.MONEY}, "45.2K"),
        (2.44, {"style": Style.RATIO}, "2.4x"),
        (0.0004, {"style": Style.P_VALUE}, f"<{NBSP}0.001"),
        (0.0421, {"style": Style.P_VALUE}, "0.042"),
        (0.42, {"style": Style.P_VALUE}, "0.42"),
    ],
)
def test_display(value: float, options: dict[str, object], written: str) -> None:
    assert display(value, **options) == written  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_never_written(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        display(value)


@given(st.floats(min_value=-1e12, max_value=1e12), st.sampled_from([s for s in Style if s is not Style.P_VALUE]))
def test_a_negative_number_never_hides_its_sign(value: float, style: Style) -> None:
    written = display(value, style=style)
    shows_something = any(c in "123456789" for c in written)
    assert (MINUS in written) == (value < 0 and shows_something)
