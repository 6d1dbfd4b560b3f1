"""Number formats of charts and the scale they need: what `shared.kit.numbers.display` writes, said in a spreadsheet's way."""

from collections.abc import Iterable

from services.decks.pptx.charts import Scale
from services.decks.scales import decimals
from shared.kit.numbers import MINUS, Style, display


def scale(style: Style) -> float:
    """Return what plotted values are multiplied by: points are kept as fractions and shown as points."""
    return 100.0 if style is Style.POINTS else 1.0


def number_format(style: Style, values: Iterable[float | None], *, signed: bool = False, decimals: int | None = None) -> str:
    """Return the format code for values of one style (already scaled), the decimals chosen for the largest of them."""
    size = max((abs(value) for value in values if value is not None), default=0.0)
    if style is Style.MONEY and decimals is None:
        return _money(size)
    places = decimals if decimals is not None else _places(style, size)
    digits = "#,##0" + ("." + "0" * places if places else "")
    tail = {Style.PERCENT: "%", Style.RATIO: '"x"'}.get(style, "")
    plus = "+" if signed else ""
    return f'{plus}{digits}{tail};"{MINUS}"{digits}{tail};{digits}{tail}'


def axis_format(style: Style, ends: Scale) -> str:
    """Return the format code of an axis: as many decimals as its step needs."""
    return number_format(style, [ends.high, ends.low], decimals=None if style is Style.MONEY else _tick_places(style, ends))


def axis_text(style: Style, value: float, ends: Scale) -> str:
    """Return how a tick of the axis reads, to measure it (values already scaled)."""
    if style is Style.MONEY:
        return display(max(abs(value), abs(ends.high)), style=style, signed=value < 0)
    return display(value / scale(style), style=style, decimals=_tick_places(style, ends)).replace("\u00a0pp", "")


def _tick_places(style: Style, ends: Scale) -> int:
    return decimals(ends.step * (100 if style is Style.PERCENT else 1))


def _places(style: Style, size: float) -> int:
    if style is Style.COUNT:
        return 0
    if style is Style.PERCENT:
        size *= 100
    whole_from = 10 if style in (Style.PERCENT, Style.POINTS) else 100 if style is Style.RATIO else 1000
    if size >= whole_from or size == 0:
        return 0
    return 1 if size >= 1 else 2 if size >= 0.1 else 3


def _money(size: float) -> str:
    """Return a format by the largest value, so that all labels of a chart share one unit."""
    if size >= 1e9:
        digits = '#,##0.0,,,"B"'
    elif size >= 1e6:
        digits = '#,##0.0,,"M"'
    elif size >= 1e4:
        digits = '#,##0.0,"K"'
    else:
        digits = "#,##0" if size >= 100 else "#,##0.0"
    return f'{digits};"{MINUS}"{digits};0'
