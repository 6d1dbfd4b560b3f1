"""Ranked horizontal bars: one hot, the others grey, values at their ends, no axis of values."""

from services.decks.elements import Exhibit
from services.decks.metrics import text_width
from services.decks.page import Page, leading_number
from services.decks.palette import GREY, MUTED, SLATE, TEXT, WHITE
from services.decks.pptx import charts
from services.decks.pptx.charts import Scale
from services.decks.pptx.exhibits.area import Area, gap_width, level, spec_of
from services.decks.pptx.formats import number_format, scale
from services.decks.pptx.shapes import Box
from services.decks.series import ChartData, Series
from shared.kit.numbers import display

_VALUE_ROOM = 0.85


def draw_bars(page: Page, exhibit: Exhibit, area: Area) -> None:
    """Draw the bars, the bracket over those that are not hot, and a dashed reference."""
    spec = spec_of(page, exhibit)
    data = page.chart_data(spec)
    series = data.series[0]
    factor = scale(exhibit.style)
    reference = level(page, exhibit.reference, factor)
    code = number_format(exhibit.style, series.y, signed=exhibit.signed, decimals=exhibit.decimals)
    names = [str(x) for x in series.x]
    top = 0.28 if reference is not None else 0.02
    pitch = (area.height - top - 0.02) / max(len(names), 1)
    size = 12.0 if pitch >= 0.30 else 10.0
    gutter = min(max((text_width(name, size) for name in names), default=1) + 0.15, 0.4 * area.width)
    plot = area.plot(gutter, top, _label_room(exhibit, series), 0.02)
    ends = _ends(series, reference, area.width * plot.width)
    hot = [i for i, name in enumerate(names) if name in exhibit.highlight]
    xml = _chart(data, (code, gap_width(pitch)), hot, area.accent, ends, size, plot)
    inner = area.inner(plot)
    if reference is not None:  # behind the chart, whose labels are painted, so that no number is struck through
        _reference(page, exhibit, inner, ends, reference)
    page.chart(area.box, spec, (xml, data), alt=area.alt)
    _missing(page, series, inner, ends, size)
    if exhibit.rest and hot == [0] and len(names) > 2:
        _bracket(page, exhibit, inner, ends, series, area)


def _label_room(exhibit: Exhibit, series: Series) -> float:
    """Return the room right of the longest bar for its value at 16 pt."""
    largest = max((abs(value) for value in series.y if value is not None), default=0.0)
    shown = display(largest / scale(exhibit.style), style=exhibit.style, signed=True, decimals=exhibit.decimals)
    return max(_VALUE_ROOM, text_width(shown, 16, bold=True) + 0.2)


def _ends(series: Series, reference: float | None, width: float) -> Scale:
    known = [value for value in (*series.y, reference) if value is not None] or [1.0]
    low, high = min(0.0, *known), max(0.0, *known)
    if low == high:
        high = 1.0
    if low < 0:  # room for the value outside the end of a bar that goes left
        low -= (high - low) * _VALUE_ROOM / max(width, 1)
    return Scale(float(f"{low:.6g}"), float(f"{high:.6g}"), float(f"{(high - low) / 4:.6g}"))


def _chart(data: ChartData, style: tuple[str, int], hot: list[int], accent: str, ends: Scale, size: float, plot: charts.Plot) -> str:
    series, (code, gap) = data.series[0], style
    points = "".join(
        f'<c:dPt><c:idx val="{i}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>{charts.looks(accent)}</c:dPt>' for i in hot
    )
    labels = "".join(charts.label(code, "outEnd", min(16, size + 4), accent, bold=True, point=i, fill=WHITE) for i in hot)
    drawn = (
        f'<c:ser>{charts.head(0, series)}{charts.looks(GREY)}<c:invertIfNegative val="0"/>{points}'
        f"<c:dLbls>{labels}{charts.label(code, 'outEnd', size, TEXT, fill=WHITE)}</c:dLbls>{charts.category_data(series, code)}</c:ser>"
    )
    bars = charts.plotted(
        "barChart", '<c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>', drawn, f'<c:gapWidth val="{gap}"/>'
    )
    axes = charts.category_axis(size=size, reverse=True, low=True) + charts.value_axis(ends, shown=False)
    return charts.chart_xml(bars, axes, plot)


def _missing(page: Page, series: Series, inner: Box, ends: Scale, size: float) -> None:
    """Say of a category without a value that it has none."""
    pitch = inner[3] / max(len(series.y), 1)
    zero = inner[0] - ends.low / (ends.high - ends.low) * inner[2]
    for i, value in enumerate(series.y):
        if value is None:
            place = (zero + 0.08, inner[1] + i * pitch, 1.2, pitch)
            page.text("No value", place, page.para(page.word("no_value"), min(size, 11), MUTED), anchor="m", one_line=True)


def _reference(page: Page, exhibit: Exhibit, inner: Box, ends: Scale, value: float) -> None:
    x = inner[0] + (value - ends.low) / (ends.high - ends.low) * inner[2]
    page.line((x, inner[1] - 0.02), (x, inner[1] + inner[3]), MUTED, 1, dash="dash")
    if exhibit.reference_label:
        right = x - inner[0] > inner[2] * 0.55
        width = (x - inner[0] + 1.0) if right else (inner[0] + inner[2] + 0.6 - x)
        para = page.para(exhibit.reference_label, 11, MUTED, bold=True, align="r" if right else "l")
        page.text("Reference", (x - width if right else x, inner[1] - 0.26, width, 0.22), para, one_line=True)


def _bracket(page: Page, exhibit: Exhibit, inner: Box, ends: Scale, series: Series, area: Area) -> None:
    rest = max((value for value in series.y[1:] if value is not None), default=0.0)
    reach = inner[0] + (max(rest, 0.0) - ends.low) / (ends.high - ends.low) * inner[2]
    x = max(reach + 0.75, inner[0] + 0.35 * inner[2])
    room = area.x + area.width - x - 0.3
    pitch = inner[3] / len(series.y)
    top, bottom = inner[1] + pitch + 0.1, inner[1] + inner[3] - 0.1
    number_token, words = leading_number(exhibit.rest)
    paras = [page.para(number_token, 16, SLATE, bold=True, unit=12)] if number_token else []
    if words.strip():
        paras.append(page.para(words.strip(), 12, MUTED))
    if room < 1.2:
        page.text("Rest", (inner[0] + 0.4 * inner[2], inner[1] + inner[3] - 0.3, 0.6 * inner[2], 0.28), paras, anchor="b")
        return
    page.path("Bracket", ((x - 0.08, top), (x, top), (x, bottom), (x - 0.08, bottom)), "8D99A5", 1)
    page.text("Rest", (x + 0.18, (top + bottom) / 2 - 0.4, room, 0.8), paras, anchor="m")
