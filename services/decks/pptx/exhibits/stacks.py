"""Stacked bars: parts of a whole for each category, the parts named in a key above the bars."""

from services.decks.elements import Exhibit
from services.decks.metrics import text_width
from services.decks.page import Looks, Page
from services.decks.palette import GREY, INK, MUTED, RULE, TEXT, WHITE, contrast
from services.decks.pptx import charts
from services.decks.pptx.charts import Scale
from services.decks.pptx.exhibits.area import Area, gap_width, spec_of
from services.decks.pptx.formats import number_format
from services.decks.series import ChartData

_SHADES = (INK, MUTED, GREY, RULE, "8D99A5", "E6EAEE")


def draw_stacks(page: Page, exhibit: Exhibit, area: Area) -> None:
    """Draw the bars and their key."""
    spec = spec_of(page, exhibit)
    data = page.chart_data(spec)
    colors = [area.accent if series.name in exhibit.highlight else _SHADES[i % len(_SHADES)] for i, series in enumerate(data.series)]
    top = _key(page, data, colors, area)
    names = [str(row[0]) for row in data.rows]
    size = 12.0 if (area.height - top) / max(len(names), 1) >= 0.3 else 10.0
    gutter = min(max((text_width(name, size) for name in names), default=1) + 0.15, 0.4 * area.width)
    plot = area.plot(gutter, top, 0.25, 0.02)
    totals = [sum(value for value in row[1:] if isinstance(value, float) and value > 0) for row in data.rows]
    lows = [sum(value for value in row[1:] if isinstance(value, float) and value < 0) for row in data.rows]
    high, low = max([*totals, 0.0]) or 1.0, min([*lows, 0.0])
    code = number_format(exhibit.style, [high], decimals=exhibit.decimals)
    drawn = "".join(_series(data, i, color, code, high - low) for i, color in enumerate(colors))
    bars = charts.plotted(
        "barChart",
        '<c:barDir val="bar"/><c:grouping val="stacked"/><c:varyColors val="0"/>',
        drawn,
        f'<c:gapWidth val="{gap_width((area.height - top) / max(len(names), 1))}"/><c:overlap val="100"/>',
    )
    ends = Scale(float(f"{low:.6g}"), float(f"{high:.6g}"), float(f"{(high - low) / 4:.6g}"))
    axes = charts.category_axis(size=size, reverse=True, low=True) + charts.value_axis(ends, shown=False)
    page.chart(area.box, spec, (charts.chart_xml(bars, axes, plot), data), alt=area.alt)


def _series(data: ChartData, index: int, color: str, code: str, whole: float) -> str:
    series = data.series[index]
    ink = WHITE if contrast(color, WHITE) >= 4.5 else INK
    small = "".join(
        f'<c:dLbl><c:idx val="{i}"/><c:delete val="1"/></c:dLbl>' for i, v in enumerate(series.y) if v is None or abs(v) < 0.07 * whole
    )
    return (
        f'<c:ser>{charts.head(index, series)}{charts.looks(color)}<c:invertIfNegative val="0"/>'
        f"<c:dLbls>{small}{charts.label(code, 'ctr', 11, ink)}</c:dLbls>{charts.category_data(series, code)}</c:ser>"
    )


def _key(page: Page, data: ChartData, colors: list[str], area: Area) -> float:
    """Place a coloured square and a name for each part, wrapping where a line is full, and return the room it took."""
    x, y = area.x, area.y
    for series, color in zip(data.series, colors, strict=True):
        width = text_width(series.name, 11) + 0.08
        if x > area.x and x + width + 0.2 > area.x + area.width:
            x, y = area.x, y + 0.24
        page.mark("Key", (x, y + 0.05, 0.14, 0.12), Looks(fill=color))
        wide = min(width, area.x + area.width - x - 0.2)
        page.text("Key name", (x + 0.2, y, wide, 0.22), page.para(page.literal(series.name), 11, TEXT), anchor="m", one_line=True)
        x += wide + 0.42
    return y - area.y + 0.34
