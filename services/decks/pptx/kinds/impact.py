"""Impact: a waterfall from the gap through the savings to what is left, ranges as whiskers."""

from services.decks.metrics import text_width
from services.decks.model import ImpactSlide, WaterfallStep
from services.decks.page import Page
from services.decks.palette import BODY_BOTTOM, HOT, INK, LEFT, MUTED, POINT, SPAN, TEAL, TEAL_MID, TEXT, column_left, columns_width
from services.decks.pptx import charts
from services.decks.pptx.charts import Scale
from services.decks.pptx.chrome import callout, exhibit_heading, frame
from services.decks.pptx.exhibits.area import Area
from services.decks.pptx.formats import number_format
from services.decks.pptx.shapes import Box
from services.decks.series import ChartData, ChartSpec
from shared.kit.numbers import Style

_GAP_WIDTH = 55
_COLORS = {"Base": None, "Start": HOT, "Saved": TEAL_MID, "Saved below zero": TEAL_MID, "Left": HOT}


def draw_impact(page: Page, slide: ImpactSlide) -> None:
    """Draw the waterfall and its panel."""
    frame(page, slide)
    width = columns_width(8) - 0.1 if slide.callout else SPAN
    top = exhibit_heading(page, slide.heading, slide.note, width)
    spec = ChartSpec(kind="waterfall", key=slide.chart, roles=tuple(step.role for step in slide.steps))
    data = page.chart_data(spec)
    names = _name_height(page, slide, width)
    area = Area(LEFT, top, width, BODY_BOTTOM + 0.02 - top, f"{slide.title}. {slide.heading}")
    plot = area.plot(0.02, 0.12, 0.02, 0.12 + names)
    levels = _levels(data)
    ends = _ends(levels, data, area.height * plot.height)
    drawn = charts.chart_xml(_plot(data), _axes(ends), plot)
    page.chart(area.box, spec, (drawn, data), alt=area.alt)
    _overlay(page, slide, data, (area.inner(plot), ends), levels)
    _names(page, slide, area.inner(plot), area.y + area.height - names)
    if slide.callout:
        callout(page, slide.callout, column_left(9))


def _name_height(page: Page, slide: ImpactSlide, width: float) -> float:
    room = (width - 0.04) / len(slide.steps) - 0.14
    return min(max((page.height((page.para(step.label, 12),), room) for step in slide.steps), default=0.3) + 0.04, 0.9)


def _levels(data: ChartData) -> list[tuple[float, float]]:
    """Return (upper, lower) of each bar, walking from the start through the savings."""
    columns = {series.name: series.y for series in data.series}
    found: list[tuple[float, float]] = []
    level = 0.0
    for i in range(len(data.rows)):
        start, saved, below, left = (columns[name][i] for name in ("Start", "Saved", "Saved below zero", "Left"))
        before, level = (0.0, start or left or 0.0) if saved is None and below is None else (level, level - (saved or 0.0) + (below or 0.0))
        found.append((max(before, level), min(before, level)))
    return found


def _reach(data: ChartData, levels: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Return the top and bottom of each bar with its whisker."""
    tops, bottoms = [top for top, _ in levels], [bottom for _, bottom in levels]
    for series in data.series:
        for i, (plus, minus) in enumerate(zip(series.plus, series.minus, strict=True)):
            if plus or minus:
                end = levels[i][1] if series.name != "Left" else (series.y[i] or 0.0)
                tops[i], bottoms[i] = max(tops[i], end + plus), min(bottoms[i], end - minus)
    return tops, bottoms


def _ends(levels: list[tuple[float, float]], data: ChartData, inches: float) -> Scale:
    tops, bottoms = _reach(data, levels)
    high, low = max([*tops, 0.0]), min([*bottoms, 0.0])
    span = (high - low) or 1.0
    room = 0.62 / max(inches, 1.0)  # the labels above the highest bar
    high += span * room / (1 - room)
    low -= span * (0.08 if low < 0 else 0.07)
    return Scale(float(f"{low:.6g}"), float(f"{high:.6g}"), float(f"{(high - low) / 4:.6g}"))


def _plot(data: ChartData) -> str:
    code = number_format(Style.NUMBER, [value for series in data.series for value in series.y])
    drawn = []
    for i, series in enumerate(data.series):
        whiskers = charts.error_bars(series.plus, series.minus, INK) if series.plus else ""
        drawn.append(
            f'<c:ser>{charts.head(i, series)}{charts.looks(_COLORS[series.name])}<c:invertIfNegative val="0"/>{whiskers}'
            f"{charts.category_data(series, code)}</c:ser>"
        )
    before = '<c:barDir val="col"/><c:grouping val="stacked"/><c:varyColors val="0"/>'
    return charts.plotted("barChart", before, "".join(drawn), f'<c:gapWidth val="{_GAP_WIDTH}"/><c:overlap val="100"/>')


def _axes(ends: Scale) -> str:
    # The names of the bars are text boxes, because programs break long category names each in their own way.
    hidden = charts.category_axis(line=None).replace('<c:delete val="0"/>', '<c:delete val="1"/>')
    return hidden + charts.value_axis(ends, shown=False)


def _overlay(page: Page, slide: ImpactSlide, data: ChartData, field: tuple[Box, Scale], levels: list[tuple[float, float]]) -> None:
    inner, ends = field
    count = len(slide.steps)
    bar = inner[2] / count / (1 + _GAP_WIDTH / 100)

    def x(index: int) -> float:
        return inner[0] + (index + 0.5) / count * inner[2]

    def y(value: float) -> float:
        return inner[1] + inner[3] * (1 - (value - ends.low) / (ends.high - ends.low))

    page.line((inner[0], y(0)), (inner[0] + inner[2], y(0)), INK, 1.25)
    level = 0.0
    for i, step in enumerate(slide.steps):
        level = levels[i][0] if step.role == "start" else levels[i][1] if step.role == "saving" else level
        if i + 1 < count:
            page.line((x(i) + bar / 2, y(level)), (x(i + 1) - bar / 2, y(level)), POINT, 0.75, dash="sysDot")
    tops, _ = _reach(data, levels)
    for i, step in enumerate(slide.steps):
        _label(page, step, x(i), y(max(tops[i], 0.0)), inner[2] / count)
    if slide.zero_label:
        words = page.para(slide.zero_label, 11, INK, bold=True)
        page.text("Zero line", (inner[0] + 0.1, y(0) + 0.05, min(inner[2] / count * 1.9, 3.2), 0.22), words, one_line=True)


def _label(page: Page, step: WaterfallStep, x: float, y: float, pitch: float) -> None:
    color = TEAL if step.role == "saving" else HOT
    paras = [page.para(step.value, 18, color, bold=True, unit=11, align="c", spacing=1.0)]
    if step.range:
        paras.append(page.para(step.range, 11, MUTED, align="c", spacing=1.0))
    wide = min(max(1.6, text_width(page.resolved(step.range), 11) + 0.1), pitch * 0.99)
    page.text("Bar value", (x - wide / 2, y - 0.56, wide, 0.52), paras, anchor="b")


def _names(page: Page, slide: ImpactSlide, inner: Box, y: float) -> None:
    pitch = inner[2] / len(slide.steps)
    for i, step in enumerate(slide.steps):
        para = page.para(step.label, 12, TEXT, align="c")
        page.text("Bar name", (inner[0] + i * pitch + 0.07, y, pitch - 0.14, BODY_BOTTOM + 0.02 - y), para)
