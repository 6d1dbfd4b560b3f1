"""Charts as vector marks and words, drawn from the facts of their DrawingML."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from services.decks.fitting import fitted
from services.decks.metrics import LINE, Para, Piece, text_width
from services.decks.page import Point, Words
from services.decks.pdf import marks
from services.decks.pdf.chart_facts import Axis, Label, Pen, ShownChart, ShownSeries
from services.decks.pdf.marks import Mark, Stroke
from services.decks.pdf.numerals import dated, numeral
from services.decks.pptx.shapes import Box
from services.decks.series import from_serial, serial

_GAP = 0.06  # between a mark and its label, an axis and its ticks
_CAP = 0.04  # half the width of the bar across the end of a whisker
_Align = Literal["l", "c", "r"]


@dataclass
class Drawing:
    """A chart being drawn in a frame that begins at nought; lengths are inches."""

    chart: ShownChart
    width: float
    height: float
    language: str
    marks: list[Mark] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)

    @property
    def inner(self) -> Box:
        """The plotting area."""
        plot = self.chart.plot
        return (plot.left * self.width, plot.top * self.height, plot.width * self.width, plot.height * self.height)

    def write(self, text: str, at: Point, label: tuple[float, str, bool], *, align: _Align, anchor: str = "m") -> None:
        """Write one line whose `align` side and `anchor` edge lie on a point."""
        size, color, bold = label
        wide, tall = text_width(text, size, bold=bold) + 0.02, size * LINE / 72
        left = at[0] - {"l": 0.0, "c": wide / 2, "r": wide}[align]
        top = at[1] - {"t": 0.0, "m": tall / 2, "b": tall}[anchor]
        self.words.append(Words("", (left, top, wide, tall), (Para((Piece(text, size, color, bold=bold),), align, 1.0),)))

    def write_in(self, text: str, box: Box, label: tuple[float, str, bool], *, align: _Align, anchor: str = "m") -> None:
        """Write text into a box, on more lines or smaller where it must be."""
        size, color, bold = label
        para = Para((Piece(text, size, color, bold=bold),), align, 1.0)
        self.words.append(Words("", box, fitted((para,), box[2], box[3]), anchor=anchor))


def draw_chart(chart: ShownChart, width: float, height: float, language: str) -> Drawing:
    """Return a chart drawn into a frame of that size."""
    drawing = Drawing(chart, width, height, language)
    if chart.kind == "bar":
        _bars(drawing)
    elif chart.kind == "line":
        _lines(drawing)
    else:
        _points(drawing)
    return drawing


def stroke(pen: Pen | None) -> Stroke:
    """Return a pen as a stroke."""
    return marks.stroke(pen.color, pen.width, pen.dash) if pen else None


def _share(value: float, axis: Axis) -> float:
    return (value - axis.scale.low) / ((axis.scale.high - axis.scale.low) or 1.0)


def _up(drawing: Drawing, value: float) -> float:
    """Return the height at which a value of the vertical axis stands."""
    _, top, _, tall = drawing.inner
    return top + tall * (1 - _share(value, drawing.chart.y))


def _along(drawing: Drawing, value: float, axis: Axis) -> float:
    left, _, width, _ = drawing.inner
    return left + width * _share(value, axis)


# Bars ------------------------------------------------------------------------------------------------------------


def _bars(drawing: Drawing) -> None:
    chart = drawing.chart
    names = chart.series[0].names if chart.series else ()
    if not chart.across:
        _value_axis(drawing)
    base_up, base_down = [0.0] * len(names), [0.0] * len(names)
    whiskers: list[Mark] = []
    for series in chart.series:
        for i, value in enumerate(series.y):
            if value is None:
                continue
            base = (base_up if value >= 0 else base_down) if chart.stacked else [0.0] * len(names)
            start, end = base[i], base[i] + value
            base[i] = end
            _bar(drawing, series, i, (start, end))
            if series.whisker and i < len(series.plus):
                whiskers += _whisker(drawing, series.whisker, i, end, (series.plus[i], series.minus[i]))
    drawing.marks += whiskers
    (_names_beside if chart.across else _names_below)(drawing, names)
    zero = max(min(0.0, chart.y.scale.high), chart.y.scale.low)
    if chart.x.shown and chart.x.line:
        left, top, width, tall = drawing.inner
        if chart.across:
            x = _along(drawing, zero, chart.y)
            drawing.marks.append(marks.polyline(((x, top), (x, top + tall)), stroke(chart.x.line)))
        else:
            y = _up(drawing, zero)
            drawing.marks.append(marks.polyline(((left, y), (left + width, y)), stroke(chart.x.line)))


def _bar(drawing: Drawing, series: ShownSeries, index: int, span: tuple[float, float]) -> None:
    chart, (left, top, width, tall) = drawing.chart, drawing.inner
    count = max(len(series.y), 1)
    pitch = (tall if chart.across else width) / count
    thick = pitch / (1 + chart.gap)
    place = count - 1 - index if chart.across and not chart.x.reverse else index
    middle = (top if chart.across else left) + (place + 0.5) * pitch
    start, end = (_along(drawing, value, chart.y) if chart.across else _up(drawing, value) for value in span)
    low, high = min(start, end), max(start, end)
    fill = series.fills[index]
    if fill:
        box = (low, middle - thick / 2, high - low, thick) if chart.across else (middle - thick / 2, low, thick, high - low)
        drawing.marks.append(["rect", *(round(side, 5) for side in box), fill, None, 0])
    label = series.labels[index]
    if label:
        _bar_label(drawing, label, series.y[index] or 0.0, middle, (start, end))


def _whisker(drawing: Drawing, pen: Pen, index: int, end: float, reach: tuple[float, float]) -> list[Mark]:
    """Return the marks of an interval around the end of a column; they lie on all bars."""
    if not any(reach):
        return []
    left, _, width, _ = drawing.inner
    x = left + (index + 0.5) * width / max(len(drawing.chart.series[0].y), 1)
    top, bottom = _up(drawing, end + reach[0]), _up(drawing, end - reach[1])
    lines = (((x, top), (x, bottom)), ((x - _CAP, top), (x + _CAP, top)), ((x - _CAP, bottom), (x + _CAP, bottom)))
    return [marks.polyline(points, stroke(pen)) for points in lines]


def _bar_label(drawing: Drawing, label: Label, value: float, middle: float, ends: tuple[float, float]) -> None:
    text, look = label.text or numeral(value, label.code), (label.size, label.color, label.bold)
    inside = label.place == "ctr"
    at = sum(ends) / 2 if inside else ends[1]
    if drawing.chart.across:
        align: _Align = "c" if inside else "l" if value >= 0 else "r"
        shift = 0.0 if inside else _GAP if value >= 0 else -_GAP
        drawing.write(text, (at + shift, middle), look, align=align)
    else:
        anchor = "m" if inside else "b" if value >= 0 else "t"
        drawing.write(text, (middle, at + (0.0 if inside else -0.02 if value >= 0 else 0.02)), look, align="c", anchor=anchor)


def _names_beside(drawing: Drawing, names: Sequence[str]) -> None:
    axis, (left, top, _, tall) = drawing.chart.x, drawing.inner
    if not axis.shown:
        return
    pitch = tall / max(len(names), 1)
    for i, name in enumerate(names):
        place = i if axis.reverse else len(names) - 1 - i
        box = (0.0, top + place * pitch, left - _GAP, pitch)
        drawing.write_in(name, box, (axis.size, axis.color, False), align="r")


def _names_below(drawing: Drawing, names: Sequence[str]) -> None:
    axis, (left, top, width, tall) = drawing.chart.x, drawing.inner
    if not axis.shown:
        return
    pitch = width / max(len(names), 1)
    below = top + tall + 0.04
    for i in range(0, len(names), axis.skip):
        room = pitch * axis.skip - 0.04
        box = (left + (i + 0.5) * pitch - room / 2, below, room, max(drawing.height - below, 0.2))
        drawing.write_in(names[i], box, (axis.size, axis.color, False), align="c", anchor="t")


# Lines -----------------------------------------------------------------------------------------------------------


def _lines(drawing: Drawing) -> None:
    chart = drawing.chart
    _value_axis(drawing)
    steps = _steps(chart)
    left, top, width, tall = drawing.inner
    for series in chart.series:
        places = [(i if not series.x else steps.place(x)) for i, x in enumerate(series.x or series.names)]
        for points in _unbroken(drawing, series, places, steps.count):
            drawing.marks.append(marks.polyline(points, stroke(series.pen)))
    if chart.x.line:
        y = _up(drawing, max(min(0.0, chart.y.scale.high), chart.y.scale.low))
        drawing.marks.append(marks.polyline(((left, y), (left + width, y)), stroke(chart.x.line)))
    if chart.x.kind == "date":
        for value in steps.ticks(chart.x):
            x = left + (steps.place(value) + 0.5) / steps.count * width
            text = dated(value, chart.x.code, drawing.language)
            drawing.write(text, (x, top + tall + _GAP), (chart.x.size, chart.x.color, False), align="c", anchor="t")
    else:
        _names_below(drawing, chart.series[0].names if chart.series else ())


def _unbroken(drawing: Drawing, series: ShownSeries, places: Sequence[float], count: int) -> Iterator[list[Point]]:
    """Yield the stretches of a line between its gaps; a value alone between two gaps becomes a short stroke."""
    left, _, width, _ = drawing.inner
    points: list[Point] = []
    for place, value in [*zip(places, series.y, strict=True), (0.0, None)]:
        if value is not None:
            points.append((left + (place + 0.5) / count * width, _up(drawing, value)))
        elif points:
            yield points if len(points) > 1 else [(points[0][0] - 0.02, points[0][1]), (points[0][0] + 0.02, points[0][1])]
            points = []


@dataclass(frozen=True)
class _Steps:
    """The steps of a time axis: days, months or years from the first."""

    first: float
    last: float
    unit: str
    count: int

    def place(self, value: float | str | None) -> float:
        one, other = from_serial(self.first), from_serial(float(value or 0))
        if self.unit == "years":
            return other.year - one.year
        return (other.year - one.year) * 12 + other.month - one.month if self.unit == "months" else float(value or 0) - self.first

    def ticks(self, axis: Axis) -> Iterator[float]:
        """Yield the day numbers that carry a label."""
        if axis.step_unit == "days":
            yield from (self.first + i for i in range(0, int(self.last - self.first) + 1, axis.step))
            return
        date = from_serial(self.first)
        step = axis.step * (12 if axis.step_unit == "years" else 1)
        month = date.year * 12 + date.month - 1
        while (found := serial(f"{month // 12:04d}-{month % 12 + 1:02d}-01")) is not None and found <= self.last:
            if found >= self.first or self.unit != "days":
                yield max(found, self.first)
            month += step


def _steps(chart: ShownChart) -> _Steps:
    days = [x for series in chart.series for x in series.x if x is not None]
    if chart.x.kind != "date" or not days:
        return _Steps(0, 0, "", max((len(series.y) for series in chart.series), default=1) or 1)
    first, last = min(days), max(days)
    steps = _Steps(first, last, chart.x.unit, 1)
    return _Steps(first, last, chart.x.unit, int(steps.place(last)) + 1)


# Points ----------------------------------------------------------------------------------------------------------


def _points(drawing: Drawing) -> None:
    chart, (left, top, width, tall) = drawing.chart, drawing.inner
    _value_axis(drawing)
    for value in _ticks(chart.x):
        at = (_along(drawing, value, chart.x), top + tall + _GAP)
        drawing.write(numeral(value, chart.x.code), at, (chart.x.size, chart.x.color, False), align="c", anchor="t")
    if chart.x.line:
        drawing.marks.append(marks.polyline(((left, top + tall), (left + width, top + tall)), stroke(chart.x.line)))
    for series in chart.series:
        known = [(x, y, i) for i, (x, y) in enumerate(zip(series.x, series.y, strict=True)) if x is not None and y is not None]
        places = [((_along(drawing, x, chart.x), _up(drawing, y)), i) for x, y, i in known]
        if series.pen and len(places) > 1:
            drawing.marks.append(marks.polyline([point for point, _ in places], stroke(series.pen)))
        for point, i in places:
            _point(drawing, series, point, i)


def _point(drawing: Drawing, series: ShownSeries, point: Point, index: int) -> None:
    size = 0.0
    if series.marker:
        size, fill, edge = series.marker
        drawing.marks.append(marks.dot(point, size, fill, stroke(edge)))
    label = series.labels[index]
    if label and label.text:
        gap = size / 144 + 0.03
        dx, dy, align, anchor = {"t": (0, -gap, "c", "b"), "b": (0, gap, "c", "t"), "l": (-gap, 0, "r", "m")}.get(
            label.place, (gap, 0, "l", "m")
        )
        place = (point[0] + dx, point[1] + dy)
        drawing.write(label.text, place, (label.size, label.color, label.bold), align=align, anchor=anchor)  # type: ignore[arg-type]


def _value_axis(drawing: Drawing) -> None:
    """Draw the vertical axis: gridlines, ticks and, where it has one, its line."""
    axis, (left, top, width, tall) = drawing.chart.y, drawing.inner
    if not axis.shown:
        return
    for value in _ticks(axis):
        y = _up(drawing, value)
        if axis.grid:
            drawing.marks.append(marks.polyline(((left, y), (left + width, y)), stroke(axis.grid)))
        drawing.write(numeral(value, axis.code), (left - _GAP, y), (axis.size, axis.color, False), align="r")
    if axis.line:
        drawing.marks.append(marks.polyline(((left, top), (left, top + tall)), stroke(axis.line)))


def _ticks(axis: Axis) -> Iterator[float]:
    low, high, step = axis.scale.low, axis.scale.high, axis.scale.step
    count = int((high - low) / step + 1e-6) if step > 0 else 0
    yield from (float(f"{low + i * step:.12g}") for i in range(min(count, 200) + 1))
