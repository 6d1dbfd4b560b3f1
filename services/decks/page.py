"""A page being drawn: measures and fits text, names shapes and notes what each claims; a format puts the marks down.

`services.decks.pptx.page` puts them into a slide, `services.decks.pdf.page` into a page of a PDF. What a page looks like
is decided once, by the kinds of slides, and is the same in both.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from services.decks.elements import Cited
from services.decks.fitting import fitted, in_pieces
from services.decks.manifest import ManifestChart, ManifestShape
from services.decks.metrics import Para, Piece, height, printable
from services.decks.model import Deck
from services.decks.palette import RULE, TEXT
from services.decks.pptx import tables
from services.decks.pptx.shapes import Box
from services.decks.series import ChartData, ChartSpec, derive
from services.decks.words import LANG_TAG, WORDS
from shared.kit.cited import cited_keys, loose_numerals, name, resolve

Point = tuple[float, float]
_LEADING = re.compile(r"\[\[E[0-9a-f]{8}\]\]")


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
Pad = tuple[float, float, float, float]
"""Room left free inside a box at its left, top, right and bottom, in inches."""


@dataclass(frozen=True, slots=True)
class Words:
    """Fitted text in its box: what the shape is called, how it looks, where the text stands in it, the keys it cites."""

    called: str
    box: Box
    paras: tuple[Para, ...]
    keys: tuple[str, ...] = ()
    looks: Looks = NOTHING
    anchor: str = "t"
    pad: Pad = (0, 0, 0, 0)
    turn: float = 0
    capitals: bool = False


class Page(ABC):
    """One slide under construction. Coordinates are inches, sizes points, texts cited text."""

    def __init__(self, deck: Deck, number: int) -> None:
        self.deck = deck
        self.number = number
        self.words = WORDS[deck.language]
        self.lang = LANG_TAG[deck.language]
        self.shapes: list[ManifestShape] = []
        self.charts: list[ManifestChart] = []
        self._displays = deck.displays
        self._names: dict[str, int] = {}

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
        pad: Pad = (0, 0, 0, 0),
        one_line: bool = False,
        turn: float = 0,
    ) -> int:
        """Place text in a box, set smaller where it must be, and return the shape's id."""
        paras = fitted(
            (paras,) if isinstance(paras, Para) else paras, box[2] - pad[0] - pad[2], box[3] - pad[1] - pad[3], one_line=one_line
        )
        called = self._unique(called)
        return self.put_words(Words(called, box, paras, self._claim(called, paras), looks, anchor, pad, turn))

    def capitals(self, called: str, box: Box, para: Para) -> None:
        """Place one line shown in capitals while its letters stay as written."""
        upper = replace(para, pieces=tuple(replace(piece, text=piece.text.upper()) for piece in para.pieces))
        size = fitted((upper,), box[2], box[3], one_line=True)[0].pieces[0].size
        para = replace(para, pieces=tuple(replace(piece, size=size) for piece in para.pieces))
        called = self._unique(called)
        self.put_words(Words(called, box, (para,), self._claim(called, (para,)), capitals=True))

    def placeholder(self, kind: str, called: str, box: Box | None, paras: Sequence[Para]) -> None:
        """Fill a placeholder of the layout; the text is set as given, so that its caller has measured it."""
        called = self._unique(called)
        self.put_placeholder(kind, box, Words(called, box or (0, 0, 0, 0), tuple(paras), self._claim(called, paras)))

    def table(self, called: str, at: Point, widths: Sequence[float], lines: Sequence[tables.Line], alt: Cited) -> float:
        """Place a table whose cells are fitted to their rows, and return its bottom."""
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
        self.put_table(called, box, widths, placed, keys, self._alt(called, alt))
        return at[1] + box[3]

    def chart_data(self, spec: ChartSpec) -> ChartData:
        """Return what a chart plots, from the rows of the deck's numbers."""
        return derive(spec, {key: number.rows for key, number in self.deck.numbers.items() if number.rows is not None})

    def chart(self, box: Box, spec: ChartSpec, drawn: tuple[str, ChartData], *, alt: Cited, labels: Sequence[Cited] = ()) -> None:
        """Place a chart; `drawn` is its DrawingML and its data, `labels` the cited texts written inside it."""
        called = self._unique("Chart")
        keys = [spec.key, *(key for label in labels for key in cited_keys(label))]
        self.put_chart(called, box, drawn, keys, self._alt(called, alt))
        self.charts.append(ManifestChart(slide=self.slide_id, name=called, key=spec.key, spec=spec, labels=tuple(labels)))

    def claim(self, called: str, paras: Sequence[Cited]) -> None:
        """Note the cited text of words that stand outside the slide's shapes (its notes)."""
        self.shapes.append(ManifestShape(name=called, template=tuple(paras), keys=tuple(cited_keys(" ".join(paras)))))

    def _claim(self, called: str, paras: Sequence[Para]) -> tuple[str, ...]:
        template = tuple("".join(piece.template for piece in para.pieces) for para in paras)
        keys = tuple(cited_keys(" ".join(template)))
        self.shapes.append(ManifestShape(name=called, template=template, keys=keys))
        return keys

    def _alt(self, called: str, alt: Cited) -> str:
        self.shapes.append(ManifestShape(name=f"{called}!alt", keys=tuple(cited_keys(alt)), alt=alt))
        return self.resolved(alt)

    def _unique(self, called: str) -> str:
        count = self._names.get(called, 0) + 1
        self._names[called] = count
        return called if count == 1 else f"{called} {count}"

    @property
    @abstractmethod
    def slide_id(self) -> int:
        """The slide's own number inside the file."""

    @abstractmethod
    def page_number(self) -> None:
        """Place the page number."""

    @abstractmethod
    def mark(self, called: str, box: Box, looks: Looks) -> int:
        """Place a shape without text and return its id."""

    @abstractmethod
    def line(self, start: Point, end: Point, color: str = RULE, width: float = 0.75, *, dash: str | None = None) -> None:
        """Place a straight line."""

    @abstractmethod
    def path(self, called: str, points: Sequence[Point], color: str, width: float, *, fill: str | None = None) -> None:
        """Place a polyline, or with `fill` an area."""

    @abstractmethod
    def elbow(self, start: tuple[int, float, float], end: tuple[int, float, float], color: str, width: float) -> None:
        """Join the right side of one shape to the left side of another; each end is (shape id, x, y)."""

    @abstractmethod
    def put_words(self, words: Words) -> int:
        """Put fitted text into the file and return the shape's id."""

    @abstractmethod
    def put_placeholder(self, kind: str, box: Box | None, words: Words) -> None:
        """Put text into a placeholder of the layout, at its own place where `box` is None."""

    @abstractmethod
    def put_table(self, called: str, box: Box, widths: Sequence[float], lines: Sequence[tables.Line], keys: list[str], alt: str) -> None:
        """Put a fitted table into the file."""

    @abstractmethod
    def put_chart(self, called: str, box: Box, drawn: tuple[str, ChartData], keys: list[str], alt: str) -> None:
        """Put a chart into the file."""
