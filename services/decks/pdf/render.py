"""From the deck model to a tagged PDF and to pictures of its slides: the same drawing as the .pptx, the same bytes every time."""

import json
from pathlib import Path
from typing import Any, Literal

from services.decks.metrics import printable
from services.decks.model import Deck
from services.decks.pages import pages
from services.decks.palette import WIDTH
from services.decks.pdf.page import PdfPage
from services.decks.pptx.kinds import KINDS
from services.decks.typesetting import compiler, tagged_pdf
from services.decks.words import LANG_TAG
from shared.kit.cited import resolve
from shared.kit.value import Value

_TEMPLATE = Path(__file__).parent / "deck.typ"


class Overflow(Value):
    """A text that is set larger than its box: by how many inches it is too tall and too wide (negative: it has room)."""

    slide: int
    text: str
    lower: float
    wider: float


def render_pdf(deck: Deck) -> bytes:
    """Return the deck as a tagged PDF (PDF/UA-1): one page a slide, drawn as in the .pptx, fonts embedded, notes left out.

    Every number links to its evidence, every chart has its alternative text. Chinese takes its glyphs from the fonts of
    the system. Raises UncitedNumberError, UnknownEvidenceError and KeyError as `render_pptx` does.
    """
    return tagged_pdf(_compiler(deck), deck.date)


def slide_images(deck: Deck, *, width: int = 1920, image_format: Literal["png", "svg"] = "png") -> list[bytes]:
    """Return one picture for each slide of the file (split slides count as in the .pptx and the PDF), in order.

    PNG are `width` pixels wide and 9/16 of that high (1920: 1920 x 1080, as a video needs; 480 makes a thumbnail);
    SVG scale and ignore `width`. The same deck gives the same bytes. Raises what `render_pdf` raises.
    """
    document = _compiler(deck)
    made = document.compile(format="png", ppi=width / WIDTH) if image_format == "png" else document.compile(format="svg")
    return list(made) if isinstance(made, list) else [made]


def overflows(deck: Deck) -> list[Overflow]:
    """Return every text that is larger than its box as it is set; empty means that nothing runs over and nothing is hidden."""
    found = json.loads(_compiler(deck, check="yes").query("<overflow>", field="value"))
    return [Overflow(slide=one["page"], text=one["text"] or "", lower=one["inches"], wider=one["wide"]) for one in found]


def _compiler(deck: Deck, **inputs: str) -> Any:
    return compiler(str(_TEMPLATE), json.dumps(_content(deck), ensure_ascii=False), **inputs)


def _content(deck: Deck) -> dict[str, Any]:
    drawn = []
    for number, slide in enumerate(pages(deck), 1):
        page = PdfPage(deck, number, cover=slide.kind == "cover")
        KINDS[slide.kind](page, slide)
        drawn.append(page.drawn())
    return {
        "title": printable(resolve(deck.title, deck.displays)),
        "description": printable(resolve(deck.subtitle, deck.displays)),
        "language": LANG_TAG[deck.language].split("-"),
        "date": [deck.date.year, deck.date.month, deck.date.day],
        "pages": drawn,
    }
