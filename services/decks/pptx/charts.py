"""Native charts as DrawingML text: cached numbers, a workbook behind them, and nothing a reader must delete first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from pptx.opc.constants import CONTENT_TYPE as CT
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.parts.chart import ChartPart

from services.decks.elements import Cell
from services.decks.metrics import printable
from services.decks.palette import AXIS, FONT_EAST_ASIAN, GRID, MUTED, TEXT
from services.decks.pptx.shapes import outline, solid
from services.decks.pptx.workbook import SHEET, column_name, numeral, workbook
from services.decks.series import ChartData, Series

_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
NAMESPACES = (
    f'xmlns:c="{_C}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
AXIS_X, AXIS_Y = 111111111, 222222222


@dataclass(frozen=True, slots=True)
class Plot:
    """Where the plotting area stands in the frame, as fractions of the frame: left, top, width, height."""

    left: float
    top: float
    width: float
    height: float


def font(size: float, color: str = TEXT, *, bold: bool = False, tag: str = "c:txPr") -> str:
    """Return text properties of a part of a chart."""
    weight = "1" if bold else "0"
    return (
        f'<{tag}><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{round(size * 100)}" b="{weight}">{solid(color)}'
        f'<a:ea typeface="{FONT_EAST_ASIAN}"/></a:defRPr></a:pPr><a:endParaRPr lang="en-US"/></a:p></{tag}>'
    )


def _cells(column: int, count: int) -> str:
    letters = column_name(column)
    return f"{SHEET}!${letters}$2:${letters}${count + 1}"


def numbers(values: Sequence[Cell], column: int, *, code: str = "General") -> str:
    """Return a reference to numbers in the workbook with their cache."""
    points = "".join(
        f'<c:pt idx="{i}"><c:v>{numeral(value)}</c:v></c:pt>' for i, value in enumerate(values) if isinstance(value, float | int)
    )
    return (
        f"<c:numRef><c:f>{_cells(column, len(values))}</c:f><c:numCache><c:formatCode>{escape(code)}</c:formatCode>"
        f'<c:ptCount val="{len(values)}"/>{points}</c:numCache></c:numRef>'
    )


def _strings(values: Sequence[Cell], column: int) -> str:
    points = "".join(f'<c:pt idx="{i}"><c:v>{escape(printable(str(value)))}</c:v></c:pt>' for i, value in enumerate(values))
    return f'<c:strRef><c:f>{_cells(column, len(values))}</c:f><c:strCache><c:ptCount val="{len(values)}"/>{points}</c:strCache></c:strRef>'


def head(index: int, series: Series) -> str:
    """Return a series' place and name."""
    cell = f"{SHEET}!${column_name(series.y_column)}$1"
    name = escape(printable(series.name))
    return (
        f'<c:idx val="{index}"/><c:order val="{index}"/><c:tx><c:strRef><c:f>{cell}</c:f><c:strCache><c:ptCount val="1"/>'
        f'<c:pt idx="0"><c:v>{name}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
    )


def looks(fill: str | None, line: str | None = None, width: float = 0.75, dash: str | None = None) -> str:
    """Return the fill and line of a series or point."""
    return f"<c:spPr>{solid(fill)}{outline(line, width, dash)}</c:spPr>"


def stroke(color: str | None, width: float = 2.25, dash: str | None = None) -> str:
    """Return the line of a line or scatter series."""
    line = outline(color, width, dash).replace("<a:ln ", '<a:ln cap="rnd" ')
    return f"<c:spPr>{line}</c:spPr>"


def category_data(series: Series, code: str, *, dated: bool = False) -> str:
    """Return the categories and values of a bar or line series."""
    x = numbers(series.x, series.x_column, code="yyyy\\-mm\\-dd") if dated else _strings(series.x, series.x_column)
    return f"<c:cat>{x}</c:cat><c:val>{numbers(series.y, series.y_column, code=code)}</c:val>"


def xy_data(series: Series) -> str:
    """Return the x and y of a scatter series."""
    return f"<c:xVal>{numbers(series.x, series.x_column)}</c:xVal><c:yVal>{numbers(series.y, series.y_column)}</c:yVal>"


_SHOWN = (
    '<c:showLegendKey val="0"/><c:showVal val="{value}"/><c:showCatName val="0"/><c:showSerName val="0"/>'
    '<c:showPercent val="0"/><c:showBubbleSize val="0"/>'
)


def label(code: str, place: str, size: float, color: str, *, bold: bool = False, point: int | None = None, fill: str | None = None) -> str:
    """Return value labels of a series, or of one point."""
    inner = (
        f'<c:numFmt formatCode="{escape(code, {chr(34): "&quot;"})}" sourceLinked="0"/>'
        f"<c:spPr>{solid(fill)}<a:ln><a:noFill/></a:ln></c:spPr>"
        f'{font(size, color, bold=bold)}<c:dLblPos val="{place}"/>{_SHOWN.format(value=1)}'
    )
    return inner if point is None else f'<c:dLbl><c:idx val="{point}"/>{inner}</c:dLbl>'


def written_label(point: int, text: str, place: str, size: float, color: str, *, bold: bool) -> str:
    """Return a label with words of its own for one point."""
    weight = "1" if bold else "0"
    rich = (
        f'<c:tx><c:rich><a:bodyPr wrap="none"/><a:lstStyle/><a:p><a:r><a:rPr lang="en-US" sz="{round(size * 100)}" b="{weight}">'
        f"{solid(color)}"
        f'<a:ea typeface="{FONT_EAST_ASIAN}"/></a:rPr><a:t>{escape(text)}</a:t></a:r></a:p></c:rich></c:tx>'
    )
    return f'<c:dLbl><c:idx val="{point}"/>{rich}<c:dLblPos val="{place}"/>{_SHOWN.format(value=1)}</c:dLbl>'


def no_labels() -> str:
    """Return the labels of a series that has none except those written out."""
    return _SHOWN.format(value=0)


def error_bars(plus: Sequence[float], minus: Sequence[float], color: str, width: float = 1.25) -> str:
    """Return vertical whiskers with a reach of their own at every point."""

    def reach(tag: str, values: Sequence[float]) -> str:
        points = "".join(f'<c:pt idx="{i}"><c:v>{numeral(value)}</c:v></c:pt>' for i, value in enumerate(values))
        return f'<c:{tag}><c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numLit></c:{tag}>'

    return (
        '<c:errBars><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
        f"{reach('plus', plus)}{reach('minus', minus)}<c:spPr>{outline(color, width)}</c:spPr></c:errBars>"
    )


def category_axis(
    *, size: float = 12, color: str = TEXT, line: str | None = AXIS, reverse: bool = False, low: bool = False, skip: int = 1
) -> str:
    """Return an axis of names; `skip` shows every so many of them."""
    order = "maxMin" if reverse else "minMax"
    thin = f'<c:tickLblSkip val="{skip}"/><c:tickMarkSkip val="{skip}"/>' if skip > 1 else ""
    return (
        f'<c:catAx><c:axId val="{AXIS_X}"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{"l" if reverse else "b"}"/><c:numFmt formatCode="General" sourceLinked="0"/>{_ticks("low" if low else "nextTo")}'
        f'<c:spPr>{outline(line)}</c:spPr>{font(size, color)}<c:crossAx val="{AXIS_Y}"/><c:crosses val="autoZero"/><c:auto val="0"/>'
        f'<c:lblAlgn val="ctr"/><c:lblOffset val="60"/>{thin}<c:noMultiLvlLbl val="1"/></c:catAx>'
    )


def _ticks(place: str) -> str:
    return f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="{place}"/>'


def date_axis(unit: str, step: int, step_unit: str, code: str) -> str:
    """Return a time axis: base unit, and a label every `step` of `step_unit` (days, months, years)."""
    return (
        f'<c:dateAx><c:axId val="{AXIS_X}"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/>'
        f'<c:numFmt formatCode="{escape(code)}" sourceLinked="0"/>{_ticks("low")}<c:spPr>{outline(AXIS)}</c:spPr>{font(11, MUTED)}'
        f'<c:crossAx val="{AXIS_Y}"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblOffset val="60"/>'
        f'<c:baseTimeUnit val="{unit}"/><c:majorUnit val="{step}"/><c:majorTimeUnit val="{step_unit}"/></c:dateAx>'
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """The ends and the step of a value axis."""

    low: float
    high: float
    step: float


def value_axis(
    scale: Scale, code: str = "General", *, shown: bool = True, grid: bool = False, x: bool = False, size: float = 11, line: bool = False
) -> str:
    """Return a value axis; `x` makes it the horizontal one of a scatter."""
    own, other = (AXIS_X, AXIS_Y) if x else (AXIS_Y, AXIS_X)
    lines = f"<c:majorGridlines><c:spPr>{outline(GRID, 0.5)}</c:spPr></c:majorGridlines>" if grid else ""
    between = "midCat" if line else "between"
    return (
        f'<c:valAx><c:axId val="{own}"/><c:scaling><c:orientation val="minMax"/><c:max val="{numeral(scale.high)}"/>'
        f'<c:min val="{numeral(scale.low)}"/></c:scaling><c:delete val="{0 if shown else 1}"/><c:axPos val="{"b" if x else "l"}"/>{lines}'
        f'<c:numFmt formatCode="{escape(code, {chr(34): "&quot;"})}" sourceLinked="0"/>{_ticks("low")}'
        f'<c:spPr>{outline(AXIS if line else None)}</c:spPr>{font(size, MUTED)}<c:crossAx val="{other}"/>'
        f'<c:crosses val="{"min" if line else "autoZero"}"/><c:crossBetween val="{between}"/>'
        f'<c:majorUnit val="{numeral(scale.step)}"/></c:valAx>'
    )


def plotted(kind: str, before: str, series: str, after: str) -> str:
    """Return a plot of one kind with its two axes named; `before` and `after` stand around the series."""
    return f'<c:{kind}>{before}{series}{after}<c:axId val="{AXIS_X}"/><c:axId val="{AXIS_Y}"/></c:{kind}>'


def chart_xml(plots: str, axes: str, plot: Plot) -> str:
    """Return a whole chart: no title, no legend, no border, transparent, its plotting area placed by hand."""
    layout = (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="{plot.left:.5f}"/><c:y val="{plot.top:.5f}"/><c:w val="{plot.width:.5f}"/><c:h val="{plot.height:.5f}"/>'
        "</c:manualLayout></c:layout>"
    )
    return (
        f'<c:chartSpace {NAMESPACES}><c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/>'
        f"<c:plotArea>{layout}{plots}{axes}<c:spPr><a:noFill/></c:spPr></c:plotArea>"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{font(12)}</c:chartSpace>"
    )


def attach(slide: Any, number: int, xml: str, data: ChartData) -> str:
    """Add a chart part with its workbook to a slide and return the graphic data that shows it."""
    package = slide.part.package
    part = ChartPart(PackURI(f"/ppt/charts/chart{number}.xml"), CT.DML_CHART, package, parse_xml(xml))
    part.chart_workbook.update_from_xlsx_blob(workbook(data.header, data.rows, dated=data.dated))
    rel_id = slide.part.relate_to(part, RT.CHART)
    return f'<a:graphicData uri="{_C}"><c:chart xmlns:c="{_C}" r:id="{rel_id}"/></a:graphicData>'
