"""What a checker needs to know of a chart: its kind, its axis of values, and how its series look and are named."""

from dataclasses import dataclass
from typing import Any

from pptx.oxml.ns import qn

from services.decks.pptx.inherited import Theme

_PLOTS = ("barChart", "bar3DChart", "lineChart", "line3DChart", "areaChart", "area3DChart", "pieChart", "pie3DChart", "doughnutChart",
          "scatterChart", "bubbleChart", "radarChart", "stockChart", "surfaceChart", "ofPieChart")  # fmt: skip
_MOST_POINTS = 100_000


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """A series: its colour as far as it is known, the colours of its single points, whether values are written at it."""

    name: str
    fill: str | None
    hidden: bool
    labelled: bool
    points: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    values: tuple[float | None, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """A chart: kinds without their "Chart", how bars are grouped, where the axis of bars starts, texts written into it."""

    name: str
    kinds: tuple[str, ...]
    grouping: str
    starts: float | None
    logarithmic: bool
    legend: bool
    varied: bool
    series: tuple[SeriesFacts, ...]
    written: tuple[str, ...]
    sizes: tuple[float, ...]

    @property
    def bars(self) -> bool:
        """Whether lengths or areas carry the values."""
        return any(kind in ("bar", "bar3D", "area", "area3D") for kind in self.kinds)


def chart_facts(part: Any, frame: Any, theme: Theme) -> ChartFacts:
    """Return the facts of the chart in a graphic frame."""
    root = part._element  # noqa: SLF001 -- the library's own name
    plots = [plot for plot in root.iter(*(qn(f"c:{name}") for name in _PLOTS))]  # noqa: C416 -- a list is looked at twice
    axis = next((a for a in root.iter(qn("c:valAx")) if plots), None)
    least = next((float(found.get("val")) for found in axis.iter(qn("c:min"))), None) if axis is not None else None
    return ChartFacts(
        name=next(frame.iter(qn("p:cNvPr"))).get("name", ""),
        kinds=tuple(plot.tag.rpartition("}")[2].removesuffix("Chart") for plot in plots),
        grouping=next((found.get("val", "") for found in root.iter(qn("c:grouping"))), ""),
        starts=least,
        logarithmic=axis is not None and next(axis.iter(qn("c:logBase")), None) is not None,
        legend=next(root.iter(qn("c:legend")), None) is not None,
        varied=any(found.get("val") == "1" for plot in plots for found in plot.findall(qn("c:varyColors"))),
        series=tuple(_series(element, plot, theme) for plot in plots for element in plot.findall(qn("c:ser"))),
        written=tuple("".join(t.text or "" for t in rich.iter(qn("a:t"))) for rich in root.iter(qn("c:rich"))),
        sizes=tuple(int(found.get("sz")) / 100 for found in root.iter(qn("a:defRPr"), qn("a:rPr")) if found.get("sz")),
    )


def _series(element: Any, plot: Any, theme: Theme) -> SeriesFacts:
    labels = element.find(qn("c:dLbls")) if element.find(qn("c:dLbls")) is not None else plot.find(qn("c:dLbls"))
    shown = (
        [found.get("val") for found in labels.iter(qn("c:showVal"), qn("c:showSerName"), qn("c:showCatName"))] if labels is not None else []
    )
    values = element.find(qn("c:val")) if element.find(qn("c:val")) is not None else element.find(qn("c:yVal"))
    numbers = _points(values)
    looks = element.find(qn("c:spPr"))
    code = next((found.text or "" for found in values.iter(qn("c:formatCode"))), "") if values is not None else ""
    written = labels.find(qn("c:numFmt")) if labels is not None else None
    return SeriesFacts(
        name=next((v.text or "" for tx in element.findall(qn("c:tx")) for v in tx.iter(qn("c:v"))), ""),
        fill=_fill(looks, theme),
        hidden=_hidden(looks, element),
        labelled="1" in shown,
        points=tuple(fill for point in element.findall(qn("c:dPt")) if (fill := _fill(point.find(qn("c:spPr")), theme))),
        categories=tuple(_points(element.find(qn("c:cat")))),
        values=tuple(_number(text) for text in numbers),
        code=(written.get("formatCode", "") if written is not None else "") or code,
    )


def _fill(looks: Any, theme: Theme) -> str | None:
    if looks is None:
        return None
    own = theme.colour(looks.find(qn("a:solidFill")))
    line = looks.find(qn("a:ln"))
    return own or (theme.colour(line.find(qn("a:solidFill"))) if line is not None else None)


def _hidden(looks: Any, element: Any) -> bool:
    """Whether a series is not painted, as the base of a waterfall is not."""
    if looks is None:
        return False
    line = looks.find(qn("a:ln"))
    bare = looks.find(qn("a:noFill")) is not None or line is not None
    unlined = line is None or line.find(qn("a:noFill")) is not None
    marked = element.find(qn("c:marker")) is not None and next(element.find(qn("c:marker")).iter(qn("c:symbol")), None) is not None
    marked = marked and next(element.find(qn("c:marker")).iter(qn("c:symbol"))).get("val") != "none"
    return bare and unlined and looks.find(qn("a:solidFill")) is None and not marked


def _points(holder: Any) -> list[str]:
    """Return the cached texts of a reference in their places; empty where a point is missing."""
    if holder is None:
        return []
    count = next((int(found.get("val", "0")) for found in holder.iter(qn("c:ptCount"))), 0)
    cells = [""] * min(count, _MOST_POINTS)
    for point in holder.iter(qn("c:pt")):
        index = int(point.get("idx", "0"))
        if index < len(cells):
            cells[index] = next(point.iter(qn("c:v"))).text or ""
    return cells


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
