"""A chart's DrawingML as facts: what a program that shows the .pptx would draw, so that the PDF draws the very same chart."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from services.decks.palette import THEME
from services.decks.pptx.charts import Plot, Scale

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_COLOURS = {themed: colour for colour, themed in THEME.items()}
_Element = ET.Element


@dataclass(frozen=True, slots=True)
class Pen:
    """A line's colour, width in points and dash."""

    color: str
    width: float
    dash: str | None


@dataclass(frozen=True, slots=True)
class Label:
    """How the value of a point is written: by a format code or in words of its own, where, and in which type."""

    code: str
    text: str
    place: str
    size: float
    color: str
    bold: bool


@dataclass(frozen=True, slots=True)
class ShownSeries:
    """A series as it is drawn. `fills` and `labels` are by point; a point without a label has none."""

    names: tuple[str, ...]
    x: tuple[float | None, ...]
    y: tuple[float | None, ...]
    fills: tuple[str | None, ...]
    pen: Pen | None
    labels: tuple[Label | None, ...]
    marker: tuple[float, str | None, Pen | None] | None
    plus: tuple[float, ...]
    minus: tuple[float, ...]
    whisker: Pen | None


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis. A value axis has a scale; a date axis counts `unit`s and is labelled every `step` of `step_unit`."""

    kind: str
    shown: bool
    reverse: bool
    scale: Scale
    code: str
    size: float
    color: str
    line: Pen | None
    grid: Pen | None
    at_low_end: bool
    skip: int
    unit: str
    step: int
    step_unit: str


@dataclass(frozen=True, slots=True)
class ShownChart:
    """A chart: bar, line or scatter, its plotting area as fractions of the frame, its two axes and its series."""

    kind: str
    plot: Plot
    across: bool
    stacked: bool
    gap: float
    x: Axis
    y: Axis
    series: tuple[ShownSeries, ...]


def chart_facts(xml: str) -> ShownChart:
    """Return what a chart's DrawingML says. Raises ValueError for a plot that this engine never writes."""
    area = _child(ET.fromstring(xml), "chart", "plotArea")  # noqa: S314 -- our own words, not a stranger's
    plot = next((element for element in area if element.tag in (f"{_C}barChart", f"{_C}lineChart", f"{_C}scatterChart")), None)
    if plot is None:
        raise ValueError("no plot that can be drawn")
    axes = [_axis(element) for element in area if element.tag.endswith("Ax")]
    layout = _child(area, "layout", "manualLayout")
    sides = (float(_value(layout, side) or 0) for side in ("x", "y", "w", "h"))
    return ShownChart(
        kind=plot.tag[len(_C) : -len("Chart")],
        plot=Plot(*sides),
        across=_value(plot, "barDir") == "bar",
        stacked=_value(plot, "grouping") == "stacked",
        gap=float(_value(plot, "gapWidth") or 0) / 100,
        x=axes[0],
        y=axes[1],
        series=tuple(_series(element) for element in plot.iter(f"{_C}ser")),
    )


def _child(element: _Element, *path: str) -> _Element:
    found = element.find("/".join(f"{_C}{name}" for name in path))
    if found is None:
        raise ValueError(f"the chart has no {path[-1]}")
    return found


def _value(element: _Element | None, *path: str) -> str | None:
    found = None if element is None else element.find("/".join(f"{_C}{name}" for name in path))
    return None if found is None else found.get("val")


def _fill(properties: _Element | None) -> str | None:
    solid = None if properties is None else properties.find(f"{_A}solidFill")
    if solid is None or not len(solid):
        return None
    value = solid[0].get("val", "")
    return _COLOURS.get(value, value)


def _pen(properties: _Element | None) -> Pen | None:
    line = None if properties is None else properties.find(f"{_A}ln")
    color = _fill(line)
    if line is None or color is None:
        return None
    dash = line.find(f"{_A}prstDash")
    return Pen(color, int(line.get("w", "9525")) / 12700, None if dash is None else dash.get("val"))


def _axis(element: _Element) -> Axis:
    size, color, _ = _type(element.find(f"{_C}txPr"))
    low, high = (float(_value(element, "scaling", end) or 0) for end in ("min", "max"))
    grid = element.find(f"{_C}majorGridlines/{_C}spPr")
    return Axis(
        kind=element.tag[len(_C) : -2],
        shown=_value(element, "delete") != "1",
        reverse=_value(element, "scaling", "orientation") == "maxMin",
        scale=Scale(low, high, float(_value(element, "majorUnit") or 1)),
        code=_child(element, "numFmt").get("formatCode", "General"),
        size=size,
        color=color,
        line=_pen(element.find(f"{_C}spPr")),
        grid=_pen(grid),
        at_low_end=_value(element, "crosses") == "min",
        skip=int(_value(element, "tickLblSkip") or 1),
        unit=_value(element, "baseTimeUnit") or "",
        step=int(float(_value(element, "majorUnit") or 1)) if element.tag == f"{_C}dateAx" else 1,
        step_unit=_value(element, "majorTimeUnit") or "",
    )


def _type(properties: _Element | None) -> tuple[float, str, bool]:
    """Return size, colour and weight of text."""
    found = None if properties is None else next((e for e in properties.iter() if e.tag in (f"{_A}defRPr", f"{_A}rPr")), None)
    if found is None:
        return 12.0, "000000", False
    return int(found.get("sz", "1200")) / 100, _fill(found) or "000000", found.get("b") == "1"


def _series(element: _Element) -> ShownSeries:
    where, what = ("cat", "val") if element.find(f"{_C}val") is not None else ("xVal", "yVal")
    y = _cached(element.find(f"{_C}{what}"))
    x = element.find(f"{_C}{where}")
    own = element.find(f"{_C}spPr")
    points = {int(_value(point, "idx") or 0): _fill(point.find(f"{_C}spPr")) for point in element.findall(f"{_C}dPt")}
    bars = element.find(f"{_C}errBars")
    plus, minus = (_cached(None if bars is None else bars.find(f"{_C}{side}")) for side in ("plus", "minus"))
    return ShownSeries(
        names=tuple(_names(x)),
        x=_cached(x),
        y=y,
        fills=tuple(points.get(i, _fill(own)) for i in range(len(y))),
        pen=_pen(own),
        labels=tuple(_labels(element.find(f"{_C}dLbls"), len(y))),
        marker=_marker(element.find(f"{_C}marker")),
        plus=tuple(value or 0.0 for value in plus),
        minus=tuple(value or 0.0 for value in minus),
        whisker=_pen(None if bars is None else bars.find(f"{_C}spPr")),
    )


def _cached(element: _Element | None) -> tuple[float | None, ...]:
    """Return cached numbers, None where the cache has a gap."""
    cache = None if element is None else next((e for e in element.iter() if e.tag in (f"{_C}numCache", f"{_C}numLit")), None)
    if cache is None:
        return ()
    found = {int(point.get("idx", "0")): float(point.findtext(f"{_C}v") or 0) for point in cache.findall(f"{_C}pt")}
    return tuple(found.get(i) for i in range(int(_value(cache, "ptCount") or 0)))


def _names(element: _Element | None) -> Iterator[str]:
    cache = None if element is None else next(element.iter(f"{_C}strCache"), None)
    for point in () if cache is None else cache.findall(f"{_C}pt"):
        yield point.findtext(f"{_C}v") or ""


def _marker(element: _Element | None) -> tuple[float, str | None, Pen | None] | None:
    if element is None or _value(element, "symbol") != "circle":
        return None
    properties = element.find(f"{_C}spPr")
    return float(_value(element, "size") or 5), _fill(properties), _pen(properties)


def _labels(element: _Element | None, count: int) -> Iterator[Label | None]:
    if element is None:
        yield from [None] * count
        return
    usual = _label(element)
    own = {int(_value(one, "idx") or 0): None if _value(one, "delete") == "1" else _label(one) for one in element.findall(f"{_C}dLbl")}
    for i in range(count):
        yield own.get(i, usual)


def _label(element: _Element) -> Label | None:
    if _value(element, "showVal") != "1":
        return None
    format_of = element.find(f"{_C}numFmt")
    rich = element.find(f"{_C}tx/{_C}rich")
    size, color, bold = _type(element.find(f"{_C}txPr") if rich is None else rich)
    text = "" if rich is None else "".join(found.text or "" for found in rich.iter(f"{_A}t"))
    code = "General" if format_of is None else format_of.get("formatCode", "General")
    return Label(code, text, _value(element, "dLblPos") or "outEnd", size, color, bold)
