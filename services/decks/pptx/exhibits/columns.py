"""Histograms: columns that touch, the highlighted bins hot."""

from services.decks.elements import Exhibit
from services.decks.metrics import text_width
from services.decks.page import Page
from services.decks.palette import GREY, GREY_DARK, MUTED, TEXT
from services.decks.pptx import charts
from services.decks.pptx.charts import Scale
from services.decks.pptx.exhibits.area import Area, spec_of
from services.decks.pptx.formats import number_format
from services.decks.scales import nice

_LABELLED = 14  # up to so many bins carry their value, more would run into each other


def draw_histogram(page: Page, exhibit: Exhibit, area: Area) -> None:
    """Draw the bins with their values above or, where there are many, an axis of values."""
    spec = spec_of(page, exhibit)
    data = page.chart_data(spec)
    series = data.series[0]
    names = [str(x) for x in series.x]
    code = number_format(exhibit.style, series.y, signed=exhibit.signed, decimals=exhibit.decimals)
    labelled = len(names) <= _LABELLED
    widest = max((text_width(name, 11) for name in names), default=0.5) + 0.1
    wraps = min(3, -(-round(widest * 100) // max(1, round(100 * (area.width - 0.75) / max(len(names), 1)))))
    plot = area.plot(0.05 if labelled else 0.7, 0.3, 0.05, 0.22 + 0.19 * wraps + (0.3 if exhibit.x_label else 0.0))
    ends = Scale(*nice(series.y, zero=True))
    hot = [i for i, name in enumerate(names) if name in exhibit.highlight]
    points = "".join(
        f'<c:dPt><c:idx val="{i}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>{charts.looks(area.accent)}</c:dPt>' for i in hot
    )
    written = "".join(charts.label(code, "outEnd", 14, area.accent, bold=True, point=i) for i in hot if labelled)
    labels = charts.label(code, "outEnd", 11, TEXT) if labelled else charts.no_labels()
    fill = GREY if labelled else GREY_DARK
    drawn = (
        f'<c:ser>{charts.head(0, series)}{charts.looks(fill)}<c:invertIfNegative val="0"/>{points}<c:dLbls>{written}{labels}</c:dLbls>'
        f"{charts.category_data(series, code)}</c:ser>"
    )
    bars = charts.plotted(
        "barChart", '<c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>', drawn, '<c:gapWidth val="8"/>'
    )
    axes = charts.category_axis(size=11, color=MUTED, low=True, skip=2 if wraps > 2 else 1) + charts.value_axis(
        ends, code, shown=not labelled, grid=not labelled
    )
    page.chart(area.box, spec, (charts.chart_xml(bars, axes, plot), data), alt=area.alt)
    if exhibit.x_label:
        para = page.para(exhibit.x_label, 11, MUTED, bold=True, align="c")
        page.text("Axis name", (area.x, area.y + area.height - 0.24, area.width, 0.22), para, one_line=True)
