"""Lines over time: plain, or two regimes with the change between them, its interval and both means."""

from dataclasses import dataclass, replace
from itertools import pairwise

from services.decks.elements import Cited, Exhibit
from services.decks.metrics import Para, text_width
from services.decks.page import Looks, Page
from services.decks.palette import GREY, HOT_LIGHT, INK, MUTED, SLATE
from services.decks.pptx import charts
from services.decks.pptx.charts import Scale
from services.decks.pptx.exhibits.area import Area, level, spec_of
from services.decks.pptx.formats import axis_format, axis_text, scale
from services.decks.pptx.shapes import Box
from services.decks.scales import nice, spread
from services.decks.series import ChartData, Series, as_text, from_serial, serial

_BEFORE = "6B7783"
_QUIET = ("6B7783", GREY, "8D99A5", "4A5763", "9AA6B1", "D3D9DF")
_TOP, _BOTTOM = 0.1, 0.42
_CHANGE_ROOM = 0.5


@dataclass(frozen=True, slots=True)
class _Field:
    """The plotting area in inches, the scale, and how many steps the x axis has from `first`."""

    inner: Box
    ends: Scale
    first: float
    steps: int
    unit: str

    def x(self, position: float) -> float:
        return self.inner[0] + (position + 0.5) / self.steps * self.inner[2]

    def y(self, value: float) -> float:
        share = (value - self.ends.low) / (self.ends.high - self.ends.low)
        return self.inner[1] + self.inner[3] - share * self.inner[3]

    def position(self, data: ChartData, label: str) -> float | None:
        """Return where a category stands, in steps from the left."""
        if data.dated:
            value = serial(label)
            return None if value is None else _steps(self.first, value, self.unit)
        found = [i for i, x in enumerate(data.series[0].x) if as_text(x) == label]
        return float(found[0]) if found else None


def draw_lines(page: Page, exhibit: Exhibit, area: Area) -> None:
    """Draw the lines with direct labels."""
    spec = spec_of(page, exhibit)
    data = page.chart_data(spec)
    factor = scale(exhibit.style)
    levels = [level(page, key, factor) for key in (exhibit.before_level, exhibit.after_level, exhibit.reference)]
    values = [value for series in data.series for value in series.y] + levels
    ends = Scale(*nice(values))
    if exhibit.change_label and spec.change:  # its words stand above the highest gridline
        share = _CHANGE_ROOM / (area.height - _TOP - _BOTTOM)
        ends = Scale(ends.low, float(f"{ends.high + (ends.high - ends.low) * share / (1 - share):.9g}"), ends.step)
    split = spec.change is not None and len(data.series) == 2 and data.series[0].y_column == 1 and "before" in data.series[0].name
    code = axis_format(exhibit.style, ends)
    gutter = max(text_width(axis_text(exhibit.style, value, ends), 11) for value in (ends.low, ends.high, ends.high - ends.step)) + 0.14
    right = 0.1 if split or len(data.series) == 1 else min(max(text_width(s.name, 12) for s in data.series) + 0.2, 2.2)
    plot = area.plot(gutter, _TOP, right, _BOTTOM)
    first, steps, unit = _axis(data)
    field = _Field(area.inner(plot), ends, first, steps, unit)
    if split:
        _band(page, exhibit, data, field)
    xml = charts.chart_xml(_plot(data, exhibit, code, area.accent, split=split), _axes(data, ends, code, steps, unit), plot)
    page.chart(area.box, spec, (xml, data), alt=area.alt)
    _annotate(page, exhibit, data, field, area, split=split, levels=levels)


def _axis(data: ChartData) -> tuple[float, int, str]:
    """Return the first step, the number of steps and their unit."""
    if not data.dated:
        return 0.0, max(len(data.rows), 1), ""
    days = sorted({float(x) for x in data.series[0].x if isinstance(x, float)})
    gap = min((b - a for a, b in pairwise(days)), default=1.0)
    unit = "years" if gap >= 360 else "months" if gap >= 28 else "days"
    return days[0], int(_steps(days[0], days[-1], unit)) + 1, unit


def _steps(first: float, value: float, unit: str) -> float:
    one, other = from_serial(first), from_serial(value)
    if unit == "years":
        return other.year - one.year
    return (other.year - one.year) * 12 + other.month - one.month if unit == "months" else value - first


def _axes(data: ChartData, ends: Scale, code: str, steps: int, unit: str) -> str:
    values = charts.value_axis(ends, code, grid=True)
    if not data.dated:
        return charts.category_axis(size=11, color=MUTED, low=True, skip=max(1, -(-steps // 12))) + values
    if unit == "years":
        return charts.date_axis("years", max(1, -(-steps // 10)), "years", "yyyy") + values
    if unit == "months":
        step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120) if steps / step <= 10 or step == 120)
        return charts.date_axis("months", step, "months", "mmm yy") + values
    if steps > 70:
        months = steps / 30.4
        step = next(step for step in (1, 2, 3, 6, 12, 24, 60) if months / step <= 10 or step == 60)
        return charts.date_axis("days", step, "months", "mmm yy") + values
    return charts.date_axis("days", next(s for s in (1, 2, 7, 14) if steps / s <= 10 or s == 14), "days", "d mmm") + values


def _plot(data: ChartData, exhibit: Exhibit, code: str, accent: str, *, split: bool) -> str:
    drawn = []
    for i, series in enumerate(data.series):
        hot = (i == 1) if split else (series.name in exhibit.highlight or len(data.series) == 1)
        color = accent if hot else _BEFORE if split else _QUIET[i % len(_QUIET)]
        drawn.append(
            f'<c:ser>{charts.head(i, series)}{charts.stroke(color, 2.75 if hot else 2.25)}<c:marker><c:symbol val="none"/></c:marker>'
            f'{charts.category_data(series, code, dated=data.dated)}<c:smooth val="0"/></c:ser>'
        )
    return charts.plotted("lineChart", '<c:grouping val="standard"/><c:varyColors val="0"/>', "".join(drawn), '<c:marker val="1"/>')


def _band(page: Page, exhibit: Exhibit, data: ChartData, field: _Field) -> None:
    if not exhibit.band:
        return
    low, high = (field.position(data, edge) for edge in exhibit.band)
    if low is not None and high is not None:
        left, right = field.x(min(low, high)), field.x(max(low, high))
        page.mark("Change interval", (left, field.inner[1], max(right - left, 0.04), field.inner[3]), Looks(fill=HOT_LIGHT))


def _annotate(page: Page, exhibit: Exhibit, data: ChartData, field: _Field, area: Area, *, split: bool, levels: list[float | None]) -> None:
    left, _, width, _ = field.inner
    if split and exhibit.change:
        at = field.position(data, exhibit.change) or 0.0
        _change(page, exhibit, data, field, at)
        middle = field.x(at)
        _regime(page, exhibit.before, levels[0], data.series[0], (left, field.x(at - 1)), field, SLATE)
        _regime(page, exhibit.after, levels[1], data.series[1], (middle, left + width), field, area.accent)
    elif len(data.series) > 1:
        _names(page, data, exhibit, field, area)
    if levels[2] is not None:
        y = field.y(levels[2])
        page.line((left, y), (left + width, y), MUTED, 1, dash="dash")
        if exhibit.reference_label:
            para = page.para(exhibit.reference_label, 11, MUTED, bold=True)
            page.text("Reference", (left + 0.1, y - 0.25, width * 0.6, 0.22), para, one_line=True)


def _change(page: Page, exhibit: Exhibit, data: ChartData, field: _Field, at: float) -> None:
    x, (left, top, width, tall) = field.x(at), field.inner
    page.line((x, top), (x, top + tall), INK, 1.25)
    paras = [page.para(text, size, color, bold=bold, align="r") for text, size, color, bold in _change_words(exhibit) if text]
    edge = field.position(data, exhibit.band[0]) if exhibit.band else None
    clear = field.x(min(at, edge)) if edge is not None else x
    if not paras:
        return
    if clear - left > 1.9:
        page.text("Change point", (clear - 0.12 - min(clear - left - 0.2, 4.2), top + 0.02, min(clear - left - 0.2, 4.2), 0.5), paras)
    else:
        edge = field.position(data, exhibit.band[1]) if exhibit.band else None
        clear = field.x(max(at, edge)) if edge is not None else x
        room = left + width - clear - 0.15
        page.text("Change point", (clear + 0.12, top + 0.02, room, 0.5), [replace(para, align="l") for para in paras])


def _change_words(exhibit: Exhibit) -> tuple[tuple[Cited, float, str, bool], ...]:
    return ((exhibit.change_label, 12, INK, True), (exhibit.change_note, 11, MUTED, False))


def _regime(page: Page, words: Cited, mean: float | None, series: Series, span: tuple[float, float], field: _Field, color: str) -> None:
    """Draw a regime's mean, and its label where the line leaves room."""
    known = [value for value in series.y if value is not None]
    if mean is not None:
        page.line((span[0], field.y(mean)), (span[1], field.y(mean)), color, 1, dash="dash")
    if not words or not known:
        return
    below = field.y(min(known)) + 0.1
    room_below = field.inner[1] + field.inner[3] - below
    y = below if room_below > 0.4 else field.y(max(known)) - 0.42
    para = Para(page.led(words, 12, color))
    page.text("Regime", (span[0] + 0.1, y, max(span[1] - span[0] - 0.15, 0.8), 0.32), para, one_line=True)


def _names(page: Page, data: ChartData, exhibit: Exhibit, field: _Field, area: Area) -> None:
    """Name each line at its right end, the names spread so that none covers another."""
    ends = [next((value for value in reversed(series.y) if value is not None), field.ends.low) for series in data.series]
    right = field.inner[0] + field.inner[2]
    wanted = spread([field.y(value) - 0.11 for value in ends], 0.21, field.inner[1] - 0.1, field.inner[1] + field.inner[3] - 0.1)
    for _i, (series, y) in enumerate(zip(data.series, wanted, strict=True)):
        hot = series.name in exhibit.highlight
        para = page.para(page.literal(series.name), 12, area.accent if hot else SLATE, bold=hot)
        page.text("Line name", (right + 0.08, y, area.x + area.width - right - 0.08, 0.22), para, anchor="m", one_line=True)
