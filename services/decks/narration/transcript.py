"""The transcript: what is said, in writing, slide by slide, every number written as the deck writes it."""

from services.decks.metrics import printable
from services.decks.model import Deck
from services.decks.narration.script import Script
from shared.kit.cited import resolve


def transcript(script: Script, deck: Deck) -> str:
    """Return what is said as plain text: the deck's title, then a paragraph for each slide under its heading.

    Raises UncitedNumberError and UnknownEvidenceError for a number nobody vouches for.
    """
    parts = [_read(deck, deck.title)]
    for slide in dict.fromkeys(line.slide for line in script.lines):
        heading = _read(deck, deck.slides[slide].kicker)
        said = " ".join(_read(deck, line.text) for line in script.lines if line.slide == slide)
        parts.append(f"{heading.upper()}\n{said}" if heading else said)
    return "\n\n".join(parts) + "\n"


def _read(deck: Deck, cited: str) -> str:
    return printable(resolve(cited, deck.displays))
