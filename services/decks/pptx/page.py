"""A page being drawn: places measured text and marks on a slide and notes what each shape claims."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import quote

from pptx.opc.constants import RELATIONSHIP_TYPE as RT

from services.decks.elements import Cited
from services.decks.fitting import fitted, in_pieces
from services.decks.manifest import ManifestChart, ManifestShape
from services.decks.metrics import Para, Piece, height, printable
from services.decks.model import Deck
from services.decks.palette import RULE, TEXT
from services.decks.pptx import charts, tables
from services.decks.pptx import shapes as draw
from services.decks.pptx.shapes import Box
from services.decks.series import ChartData, ChartSpec, derive
from services.decks.words import LANG_TAG, WORDS
from shared.kit.cited import cited_keys, loose_numerals, name, resolve

Point = tuple[float, float]
_LEADING = re.compile(r"\[\[E[0-9a-f]{8}\]\]")
_MOST_KEYS = 180  # a click's address stays under the 2,079 characters that office programs follow


def leading_number(cited: Cited) -> tuple[Cited, Cited]:
    """Return the token of the number a text begins with, or nothing, and the rest."""
    found = _LEADING.match(cited)
    return (found[0], cited[found.end() :]) if found else ("", cited)


@dataclass(frozen=True, slots=True)
class Looks:
    """How a shape looks: fill, outline, its width in points, preset geometry and its handle, dash."""

    fill: str | None = None
    line: str | None = None
    width: float = 0.75
    geometry: str = "rect"
    adjust: float | None = None
    dash: str | None = None


NOTHING = Looks()


class Page:
    """One slide under construction. Coordinates are inches, sizes points, texts cited text."""

    def __init__(self, deck: Deck, slide: Any, number: int, chart_numbers: Iterator[int]) -> None:
        self.deck = deck
        self.slide = slide
        self.number = number
        self.words = WORDS[deck.language]
        self.lang = LANG_TAG[deck.language]
        self.shapes: list[ManifestShape] = []
        self.charts: list[ManifestChart] = []
        self.xml: list[str] = []
        self.chart_numbers = chart_numbers
        self._displays = deck.displays
        self._names: dict[str, int] = {}
        self._last_id = 1

    def word(self, key: str) -> Cited:
        """Return one of the engine's own words as cited text."""
        return self.literal(self.words[key])

    @staticmethod
    def literal(text: str) -> Cited:
        """Return plain text as cited text: a name where it holds digits."""
        return name(text) if loose_numerals(text) else text

    def resolved(self, cited: Cited) -> str:
        """Return cited text as people read it. Raises UncitedNumberError and UnknownEvidenceError."""
        return printable(resolve(cited, self._displays))

    def pieces(self, cited: Cited, size: float, color: str = TEXT, *, bold: bool = False, unit: float | None = None) -> tuple[Piece, ...]:
        """Return cited text as pieces of one style, units behind no-break spaces in size `unit` where given."""
        return in_pieces(self.resolved(cited), cited, size=size, color=color, bold=bold, unit_size=unit)

    def para(
        self,
        cited: Cited,
        size: float = 12,
        color: str = TEXT,
        *,
        bold: bool = False,
        unit: float | None = None,
        align: Literal["l", "c", "r"] = "l",
        spacing: float = 1.08,
        after: float = 0,
        bullet: str | None = None,
    ) -> Para:
        """Return a paragraph of one style."""
        pieces = self.pieces(cited, size, color, bold=bold, unit=unit)
        return Para(pieces, align, max(spacing, 1.15) if self.deck.language == "zh" and size < 24 else spacing, after, bullet)

    def led(self, cited: Cited, size: float, color: str, *, big: float = 16) -> tuple[Piece, ...]:
        """Return cited text whose leading number stands large and bold before the words."""
        lead, rest = leading_number(cited)
        if not lead:
            return self.pieces(cited, size, color, bold=True)
        return self.pieces(lead, big, color, bold=True, unit=size) + (self.pieces(rest, size, color) if rest else ())

    def height(self, paras: Sequence[Para], width: float) -> float:
        """Return the height paragraphs take in a box that wide."""
        return height(paras, width)

    def text(
        self,
        called: str,
        box: Box,
        paras: Sequence[Para] | Para,
        looks: Looks = NOTHING,
        *,
        anchor: str = "t",
        pad: tuple[float, float, float, float] = (0, 0, 0, 0),
        one_line: bool = False,
        turn: float = 0,
    ) -> int:
        """Place text in a box, set smaller where it must be, and return the shape's id."""
        paras = fitted(
            (paras,) if isinstance(paras, Para) else paras, box[2] - pad[0] - pad[2], box[3] - pad[1] - pad[3], one_line=one_line
        )
        called = self._unique(called)
        keys = self._claim(called, paras)
        words = draw.text_body(paras, self.lang, anchor=anchor, pad=pad)
        bare = looks == NOTHING
        who = self._identity(called, keys)
        self.xml.append(draw.shape(who, box, self._looks(looks), words, textbox=bare, turn=turn))
        return self._last_id

    def capitals(self, called: str, box: Box, para: Para) -> None:
        """Place one line shown in capitals while its letters stay as written."""
        upper = replace(para, pieces=tuple(replace(piece, text=piece.text.upper()) for piece in para.pieces))
        size = fitted((upper,), box[2], box[3], one_line=True)[0].pieces[0].size
        para = replace(para, pieces=tuple(replace(piece, size=size) for piece in para.pieces))
        called = self._unique(called)
        words = draw.text_body((para,), self.lang, anchor="t", pad=(0, 0, 0, 0)).replace(' dirty="0"', ' cap="all" dirty="0"')
        who = self._identity(called, self._claim(called, (para,)))
        self.xml.append(draw.shape(who, box, self._looks(NOTHING), words, textbox=True))

    def page_number(self) -> None:
        """Place the page number as a field, which follows when slides move."""
        words = (
            f'<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
            f'<a:rPr lang="{self.lang}"/><a:t>{self.number}</a:t></a:fld></a:p></p:txBody>'
        )
        who = self._identity(self._unique("Slide number"), ())
        self.xml.append(draw.placeholder(who, 'type="sldNum" sz="quarter" idx="11"', None, words))

    def mark(self, called: str, box: Box, looks: Looks) -> int:
        """Place a shape without text and return its id."""
        self.xml.append(draw.shape(self._identity(self._unique(called), ()), box, self._looks(looks)))
        return self._last_id

    def line(
        self, start: tuple[float, float], end: tuple[float, float], color: str = RULE, width: float = 0.75, *, dash: str | None = None
    ) -> None:
        """Place a straight line."""
        (x1, y1), (x2, y2) = start, end
        box = (min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))
        flip = "flipV" if (x2 - x1) * (y2 - y1) < 0 else ""
        self.xml.append(draw.connector(self._identity(self._unique("Line"), ()), box, draw.outline(color, width, dash), flip=flip))

    def path(self, called: str, points: Sequence[tuple[float, float]], color: str, width: float, *, fill: str | None = None) -> None:
        """Place a polyline, or with `fill` an area."""
        box, geometry = draw.polygon(points, closed=fill is not None)
        looks = geometry + draw.solid(fill) + draw.outline(None if fill else color, width)
        self.xml.append(draw.shape(self._identity(self._unique(called), ()), box, looks))

    def elbow(self, start: tuple[int, float, float], end: tuple[int, float, float], color: str, width: float) -> None:
        """Glue the right side of one shape to the left side of another; each end is (shape id, x, y)."""
        (first, x1, y1), (last, x2, y2) = start, end
        box = (x1, min(y1, y2), x2 - x1, abs(y2 - y1))
        who = self._identity(self._unique("Connector"), ())
        kind = "bentConnector3" if abs(y2 - y1) > 0.01 else "straightConnector1"
        flip = "flipV" if y2 < y1 else ""
        self.xml.append(draw.connector(who, box, draw.outline(color, width), kind=kind, flip=flip, ends=(first, 3, last, 1)))

    def placeholder(self, kind: str, called: str, box: Box | None, paras: Sequence[Para]) -> None:
        """Fill a placeholder of the layout; the text is set as given, so that its caller has measured it."""
        called = self._unique(called)
        keys = self._claim(called, paras)
        words = draw.text_body(paras, self.lang, anchor="t", pad=(0, 0, 0, 0))
        self.xml.append(draw.placeholder(self._identity(called, keys), kind, box, words))

    def table(self, called: str, at: tuple[float, float], widths: Sequence[float], lines: Sequence[tables.Line], alt: Cited) -> float:
        """Place a native table whose cells are fitted to their rows, and return its bottom."""
        called = self._unique(called)
        placed = []
        keys: list[str] = []
        for r, line in enumerate(lines, 1):
            cells = []
            for c, (cell, width) in enumerate(zip(line.cells, widths, strict=True), 1):
                paras = fitted(cell.paras, width - cell.left - cell.right, line.height - 2 * tables.PADDING)
                keys += self._claim(f"{called}!R{r}C{c}", paras)
                cells.append(replace(cell, paras=paras))
            placed.append(replace(line, cells=tuple(cells)))
        box = (*at, sum(widths), sum(line.height for line in lines))
        who = self._identity(called, keys, alt=self._alt(called, alt))
        self.xml.append(draw.graphic_frame(who, box, tables.table(widths, placed, self.lang)))
        return at[1] + box[3]

    def chart_data(self, spec: ChartSpec) -> ChartData:
        """Return what a chart plots, from the rows of the deck's numbers."""
        return derive(spec, {key: number.rows for key, number in self.deck.numbers.items() if number.rows is not None})

    def chart(self, box: Box, spec: ChartSpec, drawn: tuple[str, ChartData], *, alt: Cited, labels: Sequence[Cited] = ()) -> None:
        """Place a native chart; `drawn` is its XML and data, `labels` the cited texts written inside it."""
        called = self._unique("Chart")
        content = charts.attach(self.slide, next(self.chart_numbers), *drawn)
        keys = [spec.key, *(key for label in labels for key in cited_keys(label))]
        who = self._identity(called, keys, alt=self._alt(called, alt))
        self.xml.append(draw.graphic_frame(who, box, content))
        self.charts.append(ManifestChart(slide=self.slide.slide_id, name=called, key=spec.key, spec=spec, labels=tuple(labels)))

    def claim(self, called: str, paras: Sequence[Cited]) -> None:
        """Note the cited text of words that stand outside the slide's shapes (its notes)."""
        self.shapes.append(ManifestShape(name=called, template=tuple(paras), keys=tuple(cited_keys(" ".join(paras)))))

    def _claim(self, called: str, paras: Sequence[Para]) -> list[str]:
        template = tuple("".join(piece.template for piece in para.pieces) for para in paras)
        keys = cited_keys(" ".join(template))
        self.shapes.append(ManifestShape(name=called, template=template, keys=tuple(keys)))
        return keys

    def _alt(self, called: str, alt: Cited) -> str:
        self.shapes.append(ManifestShape(name=f"{called}!alt", keys=tuple(cited_keys(alt)), alt=alt))
        return self.resolved(alt)

    def _unique(self, called: str) -> str:
        count = self._names.get(called, 0) + 1
        self._names[called] = count
        return called if count == 1 else f"{called} {count}"

    def _identity(self, called: str, keys: Sequence[str], *, alt: str = "") -> str:
        self._last_id += 1
        link = self._link(keys) if keys and self.deck.evidence_base_url else ""
        return draw.identity(self._last_id, called, link=link, tip=self.words["evidence"], alt=alt)

    def _link(self, keys: Sequence[str]) -> str:
        ids = ",".join(dict.fromkeys(keys[:_MOST_KEYS]))
        url = f"{self.deck.evidence_base_url.rstrip('/')}/evidence?ids={quote(ids, safe=',')}"
        return str(self.slide.part.relate_to(url, RT.HYPERLINK, is_external=True))

    @staticmethod
    def _looks(looks: Looks) -> str:
        return draw.geometry(looks.geometry, looks.adjust) + draw.solid(looks.fill) + draw.outline(looks.line, looks.width, looks.dash)
