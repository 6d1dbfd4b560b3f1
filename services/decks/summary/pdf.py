"""The summary as a tagged PDF; the short form is set so that it stands on one page, and says where it left something out."""

import json
import re
from pathlib import Path
from typing import Any

from services.decks.elements import Cited
from services.decks.metrics import printable
from services.decks.model import Deck
from services.decks.spans import spans
from services.decks.summary.columns import shares
from services.decks.summary.content import Block, Form, Summary, Table, short_forms
from services.decks.summary.long import long_form
from services.decks.typesetting import compiler, tagged_pdf
from services.decks.words import LANG_TAG
from shared.kit.cited import resolve

_TEMPLATE = Path(__file__).parent / "summary.typ"
_SIZES = (11.5, 11.0, 10.5, 10.0, 9.5, 9.0)
_LAST_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0)  # for a deck whose bare headings overfill a page
_LONG_WORD = re.compile(r"\S*[_/.\\=&?-]\S{24,}|\S{90,}")
LONG_SIZE = 10.0


def render_summary_pdf(deck: Deck, form: Form = "short") -> bytes:
    """Return the summary as a tagged PDF (PDF/UA-1), the same bytes for the same deck.

    The short form is one page: the type is set smaller, and then parts are left to the long form. Chinese takes its glyphs
    from the fonts of the system.
    """
    return tagged_pdf(_set(deck, *composed(deck, form)), deck.date)


def composed(deck: Deck, form: Form) -> tuple[Summary, float]:
    """Return the summary and the type size in points at which its short form fills one A4 page."""
    if form == "long":
        return long_form(deck), LONG_SIZE
    forms = short_forms(deck)
    for make, sizes in zip(forms, (_SIZES, _SIZES, (*_SIZES, *_LAST_SIZES)), strict=True):
        page = make()
        for size in sizes:
            if json.loads(_set(deck, page, size).query("<pages>", field="value", one=True)) == 1:
                return page, size
    return page, sizes[-1]


def _breakable(word: re.Match[str]) -> str:
    """Return a word that no language hyphenates (a file, a code) with places where a line may break."""
    return "\u200b".join(word[0][i : i + 12] for i in range(0, len(word[0]), 12))


def table_widths(deck: Deck, table: Table, size: float) -> list[float]:
    """Return the widths of a table's columns in inches."""
    columns = zip(table.head, *table.rows, strict=True)
    return shares([[printable(resolve(cell, deck.displays)) for cell in column] for column in columns], table.numeric, size)


def _set(deck: Deck, page: Summary, size: float) -> Any:
    def text(cited: Cited) -> list[dict[str, str]]:
        return [{"t": _LONG_WORD.sub(_breakable, shown), "u": url} for shown, url in spans(deck, cited)]

    def table(part: Table | None) -> dict[str, Any] | None:
        if part is None:
            return None
        rows = [[text(cell) for cell in row] for row in part.rows]
        widths = table_widths(deck, part, size)
        return {"head": [text(cell) for cell in part.head], "rows": rows, "numeric": list(part.numeric), "widths": widths}

    def block(part: Block) -> dict[str, Any]:
        lines = [{"label": text(label), "text": text(words)} for label, words in part.lines]
        points = [text(point) for point in part.points]
        return {"heading": text(part.heading), "lines": lines, "points": points, "table": table(part.table), "source": text(part.source)}

    content = {
        "language": LANG_TAG[deck.language].split("-"),
        "title": text(page.title),
        "plain_title": printable(resolve(page.title, deck.displays)),
        "subtitle": text(page.subtitle),
        "answer": text(page.answer),
        "blocks": [block(part) for part in page.blocks],
        "footer": text(page.footer),
        "date": [deck.date.year, deck.date.month, deck.date.day],
    }
    return compiler(str(_TEMPLATE), json.dumps(content, ensure_ascii=False), size=str(size))
