"""The slides of a deck as pictures, for pages that show them: drawn when first asked for, and kept for the decks looked at last."""

from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from uuid import UUID

from sqlalchemy.orm import Session

from services import decks
from services.decks.model import Deck
from services.decks.pages import pages_of
from services.solving import outputs
from services.solving.errors import DeliverableNotFoundError
from services.solving.steps.contract import StepName

WIDTH = 1280  # pixels: a slide fills a page's column on a sharp screen
_DECKS_KEPT = 4  # about two megabytes each


@dataclass(frozen=True)
class _Drawing:
    """A version of a deck, told from others by its hash alone."""

    output_hash: str
    deck: Deck = field(compare=False)


_drawing = Lock()  # a page asks for all its pictures at once: one of the requests draws, the others wait


def deck_shown(session: Session, problem_id: UUID) -> tuple[str, Deck]:
    """Return the newest deck with the hash that names it. Raises NotDecidedYetError."""
    output = outputs.decided(session, problem_id, StepName.PRESENT)
    return output.output_hash, output.decision()


def slide_picture(output_hash: str, deck: Deck, slide: int, part: int) -> bytes:
    """Return a slide (1 is the first) as PNG; one that goes on over pages has as many parts. Raises DeliverableNotFoundError."""
    with _drawing:
        pictures = _drawn(_Drawing(output_hash, deck))
    parts = [picture for place, picture in zip(pages_of(deck), pictures, strict=True) if place == slide - 1]
    if not 1 <= part <= len(parts):
        raise DeliverableNotFoundError("The deck has no such slide.")
    return parts[part - 1]


@lru_cache(maxsize=_DECKS_KEPT)
def _drawn(drawing: _Drawing) -> tuple[bytes, ...]:
    return tuple(decks.slide_images(drawing.deck, width=WIDTH))
