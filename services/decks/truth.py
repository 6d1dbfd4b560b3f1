"""Holds a deck file against the ledger: pure, and sure that a number nobody vouches for is found.

A text must be its template resolved with the ledger's displays; a chart must plot, cache and keep in its workbook
what follows from the ledger's rows; a numeral in a text that no template explains is a discrepancy by itself. The
manifest inside the file says only where to look: editing it cannot make a number true, it can only hide a name.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Literal

from services.decks.elements import Cell, Cited
from services.decks.manifest import PresentedChart, PresentedDeck, PresentedSeries, PresentedShape, PresentedSlide
from services.decks.metrics import printable
from services.decks.series import ChartData, derive
from shared.kit.cited import UncitedNumberError, UnknownEvidenceError, loose_numerals, resolve
from shared.kit.value import Value

_TOKEN = re.compile(r"\[\[(?:=(?P<name>.*?)|(?P<key>E[0-9a-f]{8}))\]\]", re.DOTALL)
_NUMERALS = re.compile(r"\d[\d,.]*")
_TOLERANCE = 1e-9
Kind = Literal["number", "wording", "chart", "unaccounted", "missing", "unknown"]


class Discrepancy(Value):
    """One place where the deck and the ledger differ.

    `number`: a cited number reads differently; `chart`: a chart's data differ; `unaccounted`: a numeral that no
    template explains; `unknown`: a key the ledger does not have; `wording`: words changed, the numbers did not;
    `missing`: a shape or slide of the manifest is gone.
    """

    slide: int
    shape: str
    kind: Kind
    key: str | None = None
    shown: str = ""
    expected: str = ""

    @property
    def false_number(self) -> bool:
        """Whether the deck shows a number that the ledger does not vouch for."""
        return self.kind not in ("wording", "missing")


class ShownNumber(Value):
    """A cited number as the deck shows it; a chart is listed once, with the number of values it plots."""

    slide: int
    shape: str
    key: str
    shown: str


def compare(presented: PresentedDeck, displays: Mapping[str, str], rows: Mapping[str, Sequence[Sequence[Cell]]]) -> list[Discrepancy]:
    """Return every difference between the deck and the ledger, in reading order; empty means that all agree.

    `displays` maps a key to how its number is written, `rows` a key to the rows of its table.
    """
    found: list[Discrepancy] = []
    for slide in presented.slides:
        for shape in slide.shapes:
            found += _shape(slide, shape, displays)
        for chart in slide.charts:
            found += _chart(slide, chart, displays, rows)
        found += [Discrepancy(slide=slide.number, shape=name, kind="missing") for name in slide.missing]
    found += [Discrepancy(slide=number, shape="", kind="missing") for number in presented.missing_slides]
    return found


def shown_numbers(presented: PresentedDeck) -> list[ShownNumber]:
    """Return every cited number with what the deck shows for it; empty where the words around it were changed."""
    found: list[ShownNumber] = []
    for slide in presented.slides:
        for shape in slide.shapes:
            for template, shown in zip_longest(_filled(shape.template or ()), _filled(shape.shown), fillvalue=""):
                captured = _captured(template, shown)
                pairs = [(key, "") for key in _keys(template)] if captured is None else captured
                found += [ShownNumber(slide=slide.number, shape=shape.name, key=key, shown=text) for key, text in pairs]
        for chart in slide.charts:
            if chart.spec:
                values = sum(1 for series in chart.series for value in series.y if value is not None)
                found.append(ShownNumber(slide=slide.number, shape=chart.name, key=chart.spec.key, shown=f"{values} values"))
    return found


def as_read(text: str) -> str:
    """Return a shown text without the hyphens and line breaks that were set to make a long word fit."""
    return text.replace("\u2010\v", "").replace("\v", "")


def _filled(paragraphs: Sequence[str]) -> list[str]:
    return [text for text in paragraphs if text]


def _shape(slide: PresentedSlide, shape: PresentedShape, displays: Mapping[str, str]) -> Iterator[Discrepancy]:
    if shape.template is None:
        yield from _unaccounted(slide, shape.name, " ".join(shape.shown))
    else:
        for template, shown in zip_longest(_filled(shape.template), _filled(shape.shown), fillvalue=""):
            yield from _text(slide, shape.name, (template, as_read(shown)), displays)
    if shape.alt_template is not None:
        yield from _text(slide, f"{shape.name} (alternative text)", (shape.alt_template, shape.alt), displays)
    else:
        yield from _unaccounted(slide, f"{shape.name} (alternative text)", shape.alt)


def _unaccounted(slide: PresentedSlide, name: str, text: str) -> Iterator[Discrepancy]:
    numerals = loose_numerals(as_read(text).replace("[[", "[ ["))
    if numerals:
        yield Discrepancy(slide=slide.number, shape=name, kind="unaccounted", shown=", ".join(numerals))


def _text(slide: PresentedSlide, name: str, pair: tuple[Cited, str], displays: Mapping[str, str]) -> Iterator[Discrepancy]:
    template, shown = pair
    try:
        expected = printable(resolve(template, displays))
    except UnknownEvidenceError as error:
        yield Discrepancy(slide=slide.number, shape=name, kind="unknown", key=str(error.fields["key"]), shown=shown)
        return
    except UncitedNumberError:
        yield from _unaccounted(slide, name, shown)
        return
    if shown == expected:
        return
    wrong = [(key, text) for key, text in _captured(template, shown) or () if text != printable(displays[key])]
    if wrong:
        for key, text in wrong:
            yield Discrepancy(slide=slide.number, shape=name, kind="number", key=key, shown=text, expected=displays[key])
        return
    same = _NUMERALS.findall(shown) == _NUMERALS.findall(expected)
    yield Discrepancy(slide=slide.number, shape=name, kind="wording" if same else "number", shown=shown, expected=expected)


def _keys(template: Cited) -> list[str]:
    return [match["key"] for match in _TOKEN.finditer(template) if match["key"]]


def _captured(template: Cited, shown: str) -> list[tuple[str, str]] | None:
    """Return (key, what is shown for it) for each key of a template, or None when the words around them do not match."""
    keys = _keys(template)
    if not keys:
        return []
    pattern, place = "", 0
    for match in _TOKEN.finditer(template):
        pattern += re.escape(printable(template[place : match.start()]))
        pattern += "(.*?)" if match["key"] else re.escape(printable(match["name"]))
        place = match.end()
    pattern += re.escape(printable(template[place:]))
    found = re.fullmatch(pattern, as_read(shown), re.DOTALL)
    return list(zip(keys, found.groups(), strict=True)) if found else None


def _chart(
    slide: PresentedSlide, chart: PresentedChart, displays: Mapping[str, str], rows: Mapping[str, Sequence[Sequence[Cell]]]
) -> Iterator[Discrepancy]:
    def differs(shown: object, expected: object) -> Discrepancy:
        key = chart.spec.key if chart.spec else None
        return Discrepancy(slide=slide.number, shape=chart.name, kind="chart", key=key, shown=str(shown), expected=str(expected))

    if chart.spec is None:
        yield Discrepancy(slide=slide.number, shape=chart.name, kind="unaccounted", shown="a chart the manifest does not know")
        return
    absent = [key for key in (chart.spec.key, chart.spec.cut) if key and key not in rows]
    if absent:
        yield Discrepancy(slide=slide.number, shape=chart.name, kind="unknown", key=absent[0])
        return
    data = derive(chart.spec, rows)
    yield from (differs(*pair) for pair in _series_differences(chart.series, data))
    yield from (differs(*pair) for pair in _grid_differences(chart.workbook, data))
    yield from _labels(slide, chart, displays)


def _series_differences(shown: Sequence[PresentedSeries], data: ChartData) -> Iterator[tuple[str, str]]:
    if len(shown) != len(data.series):
        yield (f"{len(shown)} series", f"{len(data.series)} series")
        return
    for drawn, wanted in zip(shown, data.series, strict=True):
        sides = ((drawn.x, wanted.x), (drawn.y, wanted.y), (drawn.plus, wanted.plus), (drawn.minus, wanted.minus))
        pairs = [((drawn.name,), (wanted.name,)), *sides]
        for have, want in pairs:
            for index, (one, other) in enumerate(zip_longest(have, want)):
                if not _same(one, other):
                    yield (f"{wanted.name}, point {index + 1}: {_say(one)}", _say(other))


def _grid_differences(workbook: Sequence[Sequence[Cell]], data: ChartData) -> Iterator[tuple[str, str]]:
    wanted: list[Sequence[Cell]] = [data.header, *data.rows]
    for r, (have, want) in enumerate(zip_longest(workbook, wanted, fillvalue=()), 1):
        for c, (one, other) in enumerate(zip_longest(have, want), 1):
            if not _same(one, other):
                yield (f"workbook row {r}, column {c}: {_say(one)}", _say(other))


def _labels(slide: PresentedSlide, chart: PresentedChart, displays: Mapping[str, str]) -> Iterator[Discrepancy]:
    expected = sorted(printable(resolve(label, displays)) for label in chart.label_templates)
    for extra in _without(chart.labels, expected):
        numerals = loose_numerals(extra.replace("[[", "[ ["))
        kind: Kind = "unaccounted" if numerals else "wording"
        yield Discrepancy(slide=slide.number, shape=chart.name, kind=kind, shown=extra)


def _without(labels: Sequence[str], expected: Sequence[str]) -> list[str]:
    left = list(expected)
    extra = []
    for label in labels:
        if label in left:
            left.remove(label)
        else:
            extra.append(label)
    return extra


def _same(one: Cell, other: Cell) -> bool:
    if isinstance(one, float | int) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=_TOLERANCE, abs_tol=1e-12)
    return printable(str(one if one is not None else "")) == printable(str(other if other is not None else ""))


def _say(cell: Cell) -> str:
    return "nothing" if cell is None else f"{cell:.12g}" if isinstance(cell, float | int) else cell
