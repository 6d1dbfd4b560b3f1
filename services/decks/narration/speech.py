"""Cited text as it is said: numbers and names in words, signs spoken, no digit and no unread mark left."""

import re
from collections.abc import Mapping

from services.decks.narration import name_words, number_words
from shared.kit.cited import resolve

_TOKEN = re.compile(r"\[\[(?:=(?P<name>.*?)\]\](?!\])|(?P<key>E[0-9a-f]{8})\]\])", re.DOTALL)
# What stands for a word in writing, read out; applied in this order, once the numbers are words.
_SAID = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"\bn\s*=\s*", "n equals "),
        (r"\b([pq])\s+(?=zero point|one\b)", r"\1 of "),
        (r"\bCI\b", "confidence interval, "),
        (r"\bvs\b\.?", "versus"),
        (r"\bpp\b", "percentage points"),
        (r"\s*\u00d7\s*", " times "),
        (r"\s*\u00f7\s*", " divided by "),
        (r"\s[-\u2212]\s", " minus "),
        (r"\u2212", " minus "),
        (r"\s\+\s?", " plus "),
        (r"\s*=\s*", " equals "),
        (r"\s*\u2192\s*", " to "),
        (r"\s*\u00b1\s*", " plus or minus "),
        (r"\s*\u2264\s*", " at most "),
        (r"\s*\u2265\s*", " at least "),
        (r"\s*<\s*", " below "),
        (r"\s*>\s*", " above "),
        (r"\s*&\s*", " and "),
        (r"\s*%", " percent"),
        (r"\s*[\(\[]\s*", ", "),
        (r"\s*[\)\]]", ", "),
        (r"\s*[\u2013\u2014\u00b7]\s*", ", "),
        (r"[\x00-\x1f\x7f]", " "),
        (r"[_*|\\`~^#\"\u201c\u201d{}]", " "),
        (r"\?\s*[:;,]", "?"),
        (r"\s+(?=[,.:;?!])", ""),
        (r"[,:;]+(?=[,.:;?!])", ""),
        (r"\s+", " "),
        (r"\b([Tt]he) the\b", r"\1"),
    )
)


def spoken(cited: str, displays: Mapping[str, str]) -> str:
    """Return cited text in the words a voice reads, without a digit in it.

    `displays` maps a ledger key to how its number is written. Raises UncitedNumberError for a numeral outside a token and
    UnknownEvidenceError for an unknown key.
    """
    resolve(cited, displays)
    said, place = "", 0
    for match in _TOKEN.finditer(cited):
        said += name_words.name(cited[place : match.start()])
        said += name_words.name(match["name"] if match["name"] is not None else number_words.number(displays[match["key"]]))
        place = match.end()
    said += name_words.name(cited[place:])
    for pattern, words in _SAID:
        said = pattern.sub(words, said)
    said = said.strip(" ,;")
    return said[:1].upper() + said[1:]
