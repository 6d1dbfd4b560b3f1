"""D09, D10, D13, D14, D15 and D22: exhibits name their source, add up, can be edited, and do not speak by colour alone."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from services.decks.lint.contract import Checked, Fault, error, warning
from services.decks.lint.layout import source_line, texts_on
from services.decks.pptx.chart_facts import ChartFacts, SeriesFacts
from services.decks.pptx.inspection import ShapeFacts, SlideFacts
from services.decks.series import MAX_BARS

_EXHIBITS = ("finding", "priorities", "impact", "recommendations")
_MOST_SERIES = 6
_CELL = re.compile(r"(?P<table>.*)!R(?P<row>\d+)C(?P<column>\d+)")
_TOTAL = re.compile(r"(total|sum|gesamt|summe|合计|总计)\b", re.IGNORECASE)
_NUMBER = re.compile(r"^\D{0,4}?(?P<sign>[-\u2212+]?)\s?(?P<number>\d[\d,. \u00a0']*)(?P<unit>\s?%?).{0,6}$")
_QUERY = re.compile(r"\b(Q-\d+|query|sha|problem as submitted|Abfrage|查询|E[0-9a-f]{8})|\.(csv|xlsx|parquet|json|tsv)\b", re.IGNORECASE)


def sources(deck: Checked) -> Iterator[Fault]:
    """D09: every slide with a chart has a source line, as have tables of results; ours name the data and the query or hash."""
    for slide in deck.slides:
        lines = [shape for shape in slide.shapes if source_line(shape) and shape.text.strip()]
        kinds = {shape.kind for shape in slide.shapes}
        table = "table" in kinds and (deck.kind(slide) in _EXHIBITS or deck.presented is None)
        if not lines and ("chart" in kinds or table):
            yield error(slide.number, "", "the exhibit has no source line")
        elif deck.presented and "chart" in kinds and not any(_QUERY.search(line.text) for line in lines):
            yield error(slide.number, lines[0], "the source line names neither data nor query")


def alternatives(deck: Checked) -> Iterator[Fault]:
    """D10: charts, tables and pictures have an alternative text."""
    for slide in deck.slides:
        for shape in slide.exhibits:
            if not shape.alt.strip():
                yield error(slide.number, shape, f"the {shape.kind} has no alternative text")


def sums(deck: Checked) -> Iterator[Fault]:
    """D13: a waterfall closes, the shares of a pie make a whole, and a total is the sum of its parts as printed."""
    for shown in deck.presented.slides if deck.presented else ():
        for chart in shown.charts:
            if chart.spec is not None and chart.spec.kind == "waterfall":
                totals = {series.name: sum(value for value in series.y if isinstance(value, float)) for series in chart.series}
                left = totals.get("Start", 0.0) - totals.get("Saved", 0.0) + totals.get("Saved below zero", 0.0)
                rest = totals.get("Left", 0.0)
                if "rest" in chart.spec.roles and abs(left - rest) > 0.011 * max(abs(totals.get("Start", 0.0)), 1e-9):
                    yield error(
                        shown.number, chart.name, f"the waterfall leaves {left:.4g} but shows {rest:.4g}, {abs(left - rest):.4g} apart"
                    )
    for slide in deck.slides:
        for found in slide.charts:
            yield from _shares(slide, found)
        yield from _totals(slide)


def _shares(slide: SlideFacts, chart: ChartFacts) -> Iterator[Fault]:
    whole = {"pie", "pie3D", "doughnut", "ofPie"} & set(chart.kinds)
    for series in chart.series if whole else ():
        values = [value for value in series.values if value is not None]
        total, full = sum(values), 1.0 if max(values, default=0.0) <= 1.0 else 100.0
        if "%" in series.code and values and abs(total - full) > 0.011 * full:
            yield error(
                slide.number, chart.name, f"the shares add up to {100 * total / full:.1f}%, {100 * (total / full - 1):+.1f} points off"
            )


def _totals(slide: SlideFacts) -> Iterator[Fault]:
    """Hold the row called a total against the rows above it, column by column, where all are numbers."""
    for table, rows in _tables(slide).items():
        last = rows[max(rows)]
        if not _TOTAL.match(last.get(1, "").strip()):
            continue
        for column, text in last.items():
            parts = [row[column] for number, row in rows.items() if number != max(rows) and column in row and row[column].strip()]
            numbers = [_parsed(part) for part in parts]
            known = [number for number in numbers[1 if numbers and numbers[0] is None else 0 :] if number is not None]
            total = _parsed(text)
            if column == 1 or total is None or len(known) < 2 or len(known) < len(parts) - 1:
                continue
            printed = sum(value for value, _, _ in known)
            slack = 0.51 * 10 ** -min(places for _, places, _ in known) * len(known)
            if total[2] and abs(total[0] - 100) > 1:  # a rate of the whole is no sum of rates
                continue
            if abs(printed - total[0]) > max(slack, 1e-9):
                yield error(
                    slide.number, f"{table}!R{max(rows)}C{column}", f"the total is {text.strip()} but its parts add up to {printed:g}"
                )


def _tables(slide: SlideFacts) -> dict[str, dict[int, dict[int, str]]]:
    found: dict[str, dict[int, dict[int, str]]] = {}
    for shape in slide.shapes:
        if shape.kind == "cell" and (place := _CELL.fullmatch(shape.name)):
            row = found.setdefault(place["table"], {}).setdefault(int(place["row"]), {})
            row[int(place["column"])] = shape.text
    return found


def _parsed(text: str) -> tuple[float, int, bool] | None:
    """Return a printed number, its decimals and whether it is a percentage; None where the text is not one number."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    digits = found["number"].strip().replace("\u00a0", "").replace(" ", "").replace("'", "").rstrip(".,")
    if "," in digits and not re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", digits):
        digits = digits.replace(".", "").replace(",", ".")
    digits = digits.replace(",", "")
    try:
        value = float(digits)
    except ValueError:
        return None
    places = len(digits.partition(".")[2])
    return (-value if found["sign"] in ("-", "\u2212") else value, places, "%" in found["unit"])


def native(deck: Checked) -> Iterator[Fault]:
    """D14: at least nine in ten exhibits are native charts and tables; logos and icons are none."""
    kinds = Counter(shape.kind for slide in deck.slides for shape in slide.exhibits if shape.kind != "picture" or _exhibit(shape, deck))
    exhibits = kinds["chart"] + kinds["table"] + kinds["picture"]
    if kinds["picture"] > 0.1 * exhibits:
        native_share = 1 - kinds["picture"] / exhibits
        yield error(
            0, "", f"{kinds['picture']} of {exhibits} exhibits are pictures nobody can edit; {native_share:.0%} are native, 90% must be"
        )


def _exhibit(picture: ShapeFacts, deck: Checked) -> bool:
    """Whether a picture is large enough to be read and smaller than a background."""
    share = picture.box[2] * picture.box[3] / (deck.size[0] * deck.size[1])
    return 0.04 <= share <= 0.9


def bars(deck: Checked) -> Iterator[Fault]:
    """D15: bars start at zero and at most fifteen stand in a row, ranked ones in order; a chart has at most six series."""
    for slide in deck.slides:
        for chart in slide.charts:
            shown = [series for series in chart.series if not series.hidden]
            if chart.bars and chart.logarithmic:
                yield error(slide.number, chart.name, "the bars stand on a logarithmic axis, so they have no zero")
            elif chart.bars and chart.starts is not None and (chart.starts > 0 or (chart.starts > min(_values(shown), default=0.0))):
                yield error(
                    slide.number, chart.name, f"the axis of the bars starts at {chart.starts:g}, not at zero or below the lowest bar"
                )
            if len(shown) > _MOST_SERIES and not {"scatter", "bubble"} & set(chart.kinds):
                yield warning(slide.number, chart.name, f"the chart has {len(shown)} series, {len(shown) - _MOST_SERIES} too many")
            longest = max((len(series.values) for series in shown), default=0)
            if "bar" in chart.kinds and longest > MAX_BARS and not _histogram(deck, slide, chart):
                yield warning(slide.number, chart.name, f"{longest} bars stand in a row, {longest - MAX_BARS} too many")
    for presented in deck.presented.slides if deck.presented else ():
        for claimed in presented.charts:
            if claimed.spec and claimed.spec.kind == "bar" and claimed.spec.ranked and claimed.series:
                wrong = _out_of_order([value for value in claimed.series[0].y if isinstance(value, float)], claimed.series[0].x)
                if wrong:
                    yield error(presented.number, claimed.name, f"the ranking is out of order at {wrong}")


def _histogram(deck: Checked, slide: SlideFacts, chart: ChartFacts) -> bool:
    """Whether our manifest says that the bars are counts along a scale or times, which need not be few."""
    if deck.presented is None:
        return False
    claims = [
        claim for shown in deck.presented.slides if shown.slide_id == slide.slide_id for claim in shown.charts if claim.name == chart.name
    ]
    return any(claim.spec is not None and claim.spec.kind in ("histogram", "stacked", "waterfall") for claim in claims)


def _values(series: Sequence[SeriesFacts]) -> list[float]:
    return [value for one in series for value in one.values if value is not None]


def _out_of_order(values: list[float], names: Sequence[object]) -> str:
    """Return the name at which a ranking turns, the bar of all others left out; empty when it does not turn."""
    body = values[: MAX_BARS - 1] if len(values) == MAX_BARS else values
    falls, rises = (next((i for i in range(1, len(body)) if sign * (body[i] - body[i - 1]) > 1e-9), 0) for sign in (1, -1))
    return str(names[max(falls, rises)]) if falls and rises else ""


def colours(deck: Checked) -> Iterator[Fault]:
    """D22: colour is not the only carrier: series are named by a legend or words in the chart, coloured cells have words."""
    for slide in deck.slides:
        for chart in slide.charts:
            shown = [series for series in chart.series if not series.hidden]
            named = chart.legend or chart.written or all(series.labelled for series in shown) or texts_on(slide, chart)
            if len(shown) > 1 and not named:
                yield error(slide.number, chart.name, f"{len(shown)} series are told apart by colour alone: no legend and no words at them")
            if chart.varied and {"pie", "doughnut", "pie3D"} & set(chart.kinds) and not chart.legend and not any(s.labelled for s in shown):
                yield error(slide.number, chart.name, "the slices are told apart by colour alone: no legend and no labels")
        yield from _coloured_cells(slide)


def _coloured_cells(slide: SlideFacts) -> Iterator[Fault]:
    columns: dict[tuple[str, str], list[ShapeFacts]] = {}
    for shape in slide.shapes:
        if shape.kind == "cell" and shape.fill and not shape.text.strip() and (place := _CELL.fullmatch(shape.name)):
            columns.setdefault((place["table"], place["column"]), []).append(shape)
    for (table, column), cells in columns.items():
        if len({cell.fill for cell in cells}) > 1:
            yield error(slide.number, table, f"{len(cells)} cells of column {column} speak by colour alone")
