"""A page of a PDF being drawn: the same slides as the .pptx, as vector marks and tagged words."""

import itertools
from collections.abc import Sequence

from services.decks.model import Deck
from services.decks.page import Looks, Page, Point, Words
from services.decks.palette import LEFT, MUTED, NAVY, RULE, SPAN, WHITE
from services.decks.pdf import marks
from services.decks.pdf.chart import draw_chart
from services.decks.pdf.chart_facts import chart_facts
from services.decks.pdf.marks import Item, Mark, Stroke
from services.decks.pptx import tables
from services.decks.pptx.shapes import Box
from services.decks.pptx.template import FOOTER_BOX, PAGE_BOX
from services.decks.series import ChartData
from services.decks.spans import evidence_url

_LAST = ("Source", "Date and data", "Mark")  # read after all else on the page


class PdfPage(Page):
    """One page; `items` are its marks and words as `deck.typ` draws them, in reading order."""

    def __init__(self, deck: Deck, number: int, *, cover: bool) -> None:
        super().__init__(deck, number)
        self.cover = cover
        self.items: list[Item] = []
        self._tail: list[Item] = []
        self._ids = itertools.count(1)

    @property
    def slide_id(self) -> int:
        """The number of the page."""
        return self.number

    def drawn(self) -> Item:
        """Return the page."""
        if not self.cover:
            self._mark(marks.polyline(((LEFT, 7.02), (LEFT + SPAN, 7.02)), marks.stroke(RULE, 0.5)))
        return {"fill": NAVY if self.cover else WHITE, "items": [*self.items, *self._tail]}

    def page_number(self) -> None:
        """Place the page number."""
        number = self.para(self.literal(str(self.number)), 8, MUTED, align="r")
        self._tail.append(marks.words(self.deck, Words("Slide number", PAGE_BOX, (number,)), role="artifact"))

    def mark(self, called: str, box: Box, looks: Looks) -> int:  # noqa: ARG002 -- names are for shapes that somebody may edit
        """Place a shape without text and return its id."""
        self._mark(marks.shape(box, looks))
        return next(self._ids)

    def line(self, start: Point, end: Point, color: str = RULE, width: float = 0.75, *, dash: str | None = None) -> None:
        """Place a straight line."""
        self._mark(marks.polyline((start, end), marks.stroke(color, width, dash)))

    def path(self, called: str, points: Sequence[Point], color: str, width: float, *, fill: str | None = None) -> None:  # noqa: ARG002 -- see mark
        """Place a polyline, or with `fill` an area."""
        line: Stroke = None if fill else marks.stroke(color, width)
        self._mark(marks.polyline(points, line, fill=fill))

    def elbow(self, start: tuple[int, float, float], end: tuple[int, float, float], color: str, width: float) -> None:
        """Join the right side of one shape to the left side of another."""
        (_, x1, y1), (_, x2, y2) = start, end
        middle = (x1 + x2) / 2
        self._mark(marks.polyline(((x1, y1), (middle, y1), (middle, y2), (x2, y2)), marks.stroke(color, width)))

    def put_words(self, words: Words) -> int:
        """Put text onto the page, its box behind it."""
        if words.looks.fill or words.looks.line:
            self._mark(marks.shape(words.box, words.looks))
        target = self._tail if words.called in _LAST else self.items
        target.append(marks.words(self.deck, words))
        return next(self._ids)

    def put_placeholder(self, kind: str, box: Box | None, words: Words) -> None:
        """Put the title as a heading, the footer as furniture that no reader is read."""
        if "title" in kind.lower():
            self.items.append(marks.words(self.deck, words, role="title"))
        else:
            placed = Words(words.called, box or FOOTER_BOX, words.paras)
            self._tail.append(marks.words(self.deck, placed, role="artifact"))

    def put_table(self, called: str, box: Box, widths: Sequence[float], lines: Sequence[tables.Line], keys: list[str], alt: str) -> None:  # noqa: ARG002 -- a table speaks for itself
        """Put a table onto the page, its first line as its header."""
        rows = [[self._cell(cell) for cell in line.cells] for line in lines]
        rules = [None if rule is None else marks.stroke(*rule) for rule in tables.rules(lines)]
        heights = [line.height for line in lines]
        size = {"x": box[0], "y": box[1], "widths": list(widths), "heights": heights}
        self.items.append({"kind": "table", "rows": rows, "rules": rules, "alt": alt, **size})

    def _cell(self, cell: tables.Cell) -> Item:
        paras = [marks.paragraph(self.deck, para) for para in cell.paras if any(piece.text for piece in para.pieces)]
        return {"paras": paras, "anchor": cell.anchor, "fill": cell.fill, "left": cell.left, "right": cell.right}

    def put_chart(self, called: str, box: Box, drawn: tuple[str, ChartData], keys: list[str], alt: str) -> None:  # noqa: ARG002 -- see mark
        """Draw the chart that the .pptx holds, as a figure with its alternative text, linked to its evidence."""
        chart = draw_chart(chart_facts(drawn[0]), box[2], box[3], self.deck.language)
        words = [marks.words(self.deck, text, role="plain") for text in chart.words]
        place = {"x": box[0], "y": box[1], "width": box[2], "height": box[3]}
        url = evidence_url(self.deck, *keys)
        self.items.append({"kind": "figure", "alt": alt, "url": url, "marks": chart.marks, "words": words, **place})

    def _mark(self, mark: Mark) -> None:
        """Add a mark to those just drawn: decoration, which a reader is not read."""
        if not self.items or self.items[-1]["kind"] != "marks":
            self.items.append({"kind": "marks", "marks": []})
        self.items[-1]["marks"].append(mark)
