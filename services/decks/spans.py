"""Cited text as stretches of words, each number with the address of its evidence."""

import re
from urllib.parse import quote

from services.decks.elements import Cited
from services.decks.metrics import printable
from services.decks.model import Deck
from shared.kit.cited import resolve

_TOKEN = re.compile(r"\[\[(?:=(?P<name>.*?)\]\](?!\])|(?P<key>E[0-9a-f]{8})\]\])", re.DOTALL)
_MOST_KEYS = 180  # a click's address stays under the 2,079 characters that office programs follow


def spans(deck: Deck, cited: Cited) -> list[tuple[str, str]]:
    """Return cited text as (words, address of the evidence or '').

    Raises UncitedNumberError for a numeral outside a token and UnknownEvidenceError for an unknown key.
    """
    resolve(cited, deck.displays)
    found: list[tuple[str, str]] = []
    place = 0
    for match in _TOKEN.finditer(cited):
        found.append((printable(cited[place : match.start()]), ""))
        key = match["key"]
        found.append((printable(deck.numbers[key].display), evidence_url(deck, key)) if key else (printable(match["name"]), ""))
        place = match.end()
    found.append((printable(cited[place:]), ""))
    return [span for span in found if span[0]]


def evidence_url(deck: Deck, *keys: str) -> str:
    """Return the page that shows where numbers come from, or '' when the deck names none."""
    ids = ",".join(dict.fromkeys(keys[:_MOST_KEYS]))
    return f"{deck.evidence_base_url.rstrip('/')}/evidence?ids={quote(ids, safe=',')}" if keys and deck.evidence_base_url else ""
