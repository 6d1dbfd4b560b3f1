"""How a number is written for people. A number is formatted here once and read everywhere after that."""

import math
from enum import StrEnum

MINUS = "\u2212"
NBSP = "\u00a0"


class Style(StrEnum):
    """The kinds of number that are written differently."""

    NUMBER = "number"  # 12.4, 1,204, 0.031: three significant figures below 100
    COUNT = "count"  # 12,408: a whole number with thousands separators
    PERCENT = "percent"  # stored as a fraction, 0.214 -> 21%
    POINTS = "points"  # a difference of two fractions, 0.14 -> 14 pp
    MONEY = "money"  # 3.2M EUR, 412 EUR; the currency is the unit
    RATIO = "ratio"  # 2.4 times -> 2.4x
    P_VALUE = "p_value"  # < 0.001; three decimals below 0.1, else two


def display(value: float, *, style: Style = Style.NUMBER, unit: str = "", signed: bool = False, decimals: int | None = None) -> str:
    """Write a finite number as people read it: true minus sign, thousands separators, unit after a no-break space.

    Raises ValueError for NaN and infinities: they are never shown.
    """
    if not math.isfinite(value):
        raise ValueError("only finite numbers are shown")
    if style is Style.P_VALUE:
        return _p_value(value)
    scaled, suffix, places = _scaled(value, style, unit, decimals)
    digits = f"{abs(scaled):,.{places}f}"
    nothing = not digits.strip("0.,")
    sign = "" if nothing else MINUS if scaled < 0 else "+" if signed else ""
    return f"{sign}{digits}{suffix}"


def _scaled(value: float, style: Style, unit: str, decimals: int | None) -> tuple[float, str, int]:
    if style is Style.PERCENT:
        value, suffix = value * 100, "%"
        return value, suffix, _places(value, decimals, whole_from=10)
    if style is Style.POINTS:
        value *= 100
        return value, f"{NBSP}pp", _places(value, decimals, whole_from=10)
    if style is Style.RATIO:
        return value, "x", _places(value, decimals, whole_from=100)
    if style is Style.MONEY:
        return _money(value, unit, decimals)
    suffix = f"{NBSP}{unit}" if unit else ""
    if style is Style.COUNT:
        return value, suffix, 0 if decimals is None else decimals
    return value, suffix, _places(value, decimals, whole_from=1000)


def _money(value: float, unit: str, decimals: int | None) -> tuple[float, str, int]:
    tail = f"{NBSP}{unit}" if unit else ""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e4, "K")):
        if abs(value) >= size:
            factor = size if letter != "K" else 1e3
            return value / factor, f"{letter}{tail}", 1 if decimals is None else decimals
    return value, tail, _places(value, decimals, whole_from=100)


def _places(value: float, decimals: int | None, *, whole_from: float) -> int:
    if decimals is not None:
        return decimals
    size = abs(value)
    if size >= whole_from or size == 0:
        return 0
    if size >= 1:
        return 1
    return min(6, 1 - math.floor(math.log10(size)))


def _p_value(value: float) -> str:
    if value < 0.001:
        return f"<{NBSP}0.001"
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"
