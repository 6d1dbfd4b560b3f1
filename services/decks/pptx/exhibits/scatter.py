"""Scatter: two measures against each other, both axes named."""

from services.decks.elements import Cited, Exhibit
from services.decks.metrics import text_width
from services.decks.page import Page
from services.decks.palette import MUTED, POINT, WHITE
from services.decks.pptx import charts
from services.decks.pptx.charts import Scale
from services.decks.pptx.exhibits.area import Area, level, spec_of
from services.decks.pptx.formats import axis_format, axis_text, scale
from services.decks.pptx.shapes import Box
from services.decks.scales import nice
from shared.kit.numbers import Style


def draw_scatter(page: Page, exhibit: Exhibit, area: Area) -> None:
    """Draw the points, and the reference as a dashed level."""
    spec = spec_of(page, exhibit)
    data = page.chart_data(spec)
    series = data.series[0]
    across = Scale(*nice([x for x in series.x if isinstance(x, float)], ticks=6))
    reference = level(page, exhibit.reference, scale(exhibit.style))
    up = Scale(*nice([*series.y, reference]))
    code = axis_format(exhibit.style, up)
    widest = max(text_width(axis_text(exhibit.style, value, up), 11) for value in (up.low, up.high))
    plot = area.plot(widest + 0.45, 0.1, 0.25, 0.62)
    size = 7 if len(series.y) <= 300 else 5
    drawn = (
        f'<c:ser>{charts.head(0, series)}{charts.stroke(None)}<c:marker><c:symbol val="circle"/><c:size val="{size}"/>'
        f'{charts.looks(POINT, WHITE, 0.5)}</c:marker>{charts.xy_data(series)}<c:smooth val="0"/></c:ser>'
    )
    dots = charts.plotted("scatterChart", '<c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>', drawn, "")
    x_code = axis_format(Style.NUMBER, across)
    axes = charts.value_axis(across, x_code, x=True, line=True) + charts.value_axis(up, code, grid=True, line=True)
    page.chart(area.box, spec, (charts.chart_xml(dots, axes, plot), data), alt=area.alt)
    inner = area.inner(plot)
    axis_names(page, exhibit.x_label, exhibit.y_label, inner, area)
    if reference is not None:
        y = inner[1] + inner[3] * (1 - (reference - up.low) / (up.high - up.low))
        page.line((inner[0], y), (inner[0] + inner[2], y), area.accent, 1.25, dash="dash")
        if exhibit.reference_label:
            para = page.para(exhibit.reference_label, 11, area.accent, bold=True, align="r")
            page.text("Reference", (inner[0], y - 0.24, inner[2], 0.22), para, one_line=True)


def axis_names(page: Page, across: Cited, up: Cited, inner: Box, area: Area) -> None:
    """Write the name of the x axis below the plot and of the y axis turned at its left."""
    if across:
        para = page.para(across, 11, MUTED, bold=True, align="c")
        page.text("Axis name", (inner[0], area.y + area.height - 0.24, inner[2], 0.22), para, one_line=True)
    if up:
        tall, middle = inner[3], inner[1] + inner[3] / 2
        para = page.para(up, 11, MUTED, bold=True, align="c")
        page.text("Axis name", (area.x + 0.11 - tall / 2, middle - 0.11, tall, 0.22), para, one_line=True, turn=270)
