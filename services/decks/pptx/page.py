"""A slide of a .pptx being drawn: shapes, tables and charts that stay native and editable."""

from collections.abc import Iterator, Sequence
from typing import Any

from pptx.opc.constants import RELATIONSHIP_TYPE as RT

from services.decks.model import Deck
from services.decks.page import NOTHING, Looks, Page, Point, Words
from services.decks.palette import RULE
from services.decks.pptx import charts, tables
from services.decks.pptx import shapes as draw
from services.decks.pptx.shapes import Box
from services.decks.series import ChartData
from services.decks.spans import evidence_url


class PptxPage(Page):
    """One slide; `xml` are its shapes, in drawing order."""

    def __init__(self, deck: Deck, slide: Any, number: int, chart_numbers: Iterator[int]) -> None:
        super().__init__(deck, number)
        self.slide = slide
        self.xml: list[str] = []
        self.chart_numbers = chart_numbers
        self._last_id = 1

    @property
    def slide_id(self) -> int:
        """The slide's own number inside the file."""
        return int(self.slide.slide_id)

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

    def line(self, start: Point, end: Point, color: str = RULE, width: float = 0.75, *, dash: str | None = None) -> None:
        """Place a straight line."""
        (x1, y1), (x2, y2) = start, end
        box = (min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))
        flip = "flipV" if (x2 - x1) * (y2 - y1) < 0 else ""
        self.xml.append(draw.connector(self._identity(self._unique("Line"), ()), box, draw.outline(color, width, dash), flip=flip))

    def path(self, called: str, points: Sequence[Point], color: str, width: float, *, fill: str | None = None) -> None:
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

    def put_words(self, words: Words) -> int:
        """Put text into a shape, or into a text box where it has no looks of its own, and return the shape's id."""
        body = draw.text_body(words.paras, self.lang, anchor=words.anchor, pad=words.pad)
        if words.capitals:
            body = body.replace(' dirty="0"', ' cap="all" dirty="0"')
        who = self._identity(words.called, words.keys)
        bare = words.looks == NOTHING
        self.xml.append(draw.shape(who, words.box, self._looks(words.looks), body, textbox=bare, turn=words.turn))
        return self._last_id

    def put_placeholder(self, kind: str, box: Box | None, words: Words) -> None:
        """Fill a placeholder of the layout."""
        body = draw.text_body(words.paras, self.lang, anchor="t", pad=(0, 0, 0, 0))
        self.xml.append(draw.placeholder(self._identity(words.called, words.keys), kind, box, body))

    def put_table(self, called: str, box: Box, widths: Sequence[float], lines: Sequence[tables.Line], keys: list[str], alt: str) -> None:
        """Put a native table onto the slide."""
        who = self._identity(called, keys, alt=alt)
        self.xml.append(draw.graphic_frame(who, box, tables.table(widths, lines, self.lang)))

    def put_chart(self, called: str, box: Box, drawn: tuple[str, ChartData], keys: list[str], alt: str) -> None:
        """Put a native chart with its workbook onto the slide."""
        content = charts.attach(self.slide, next(self.chart_numbers), *drawn)
        self.xml.append(draw.graphic_frame(self._identity(called, keys, alt=alt), box, content))

    def _identity(self, called: str, keys: Sequence[str], *, alt: str = "") -> str:
        self._last_id += 1
        url = evidence_url(self.deck, *keys)
        link = str(self.slide.part.relate_to(url, RT.HYPERLINK, is_external=True)) if url else ""
        return draw.identity(self._last_id, called, link=link, tip=self.words["evidence"], alt=alt)

    @staticmethod
    def _looks(looks: Looks) -> str:
        return draw.geometry(looks.geometry, looks.adjust) + draw.solid(looks.fill) + draw.outline(looks.line, looks.width, looks.dash)
