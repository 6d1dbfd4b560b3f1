"""Cited text: prose in which every number is a reference to the evidence ledger.

    "Loading takes [[E3f9a2c1]] longer at [[=Pier 4]]"

`[[E...]]` names a ledger entry and is replaced by the entry's one display; `[[=...]]` is a name that
happens to hold digits (a category, a file, a period) and is printed as it stands. Digits anywhere else
are numbers nobody vouches for: `loose_numerals` finds them, and nothing that has any may be shown.
"""

import re
from collections.abc import Mapping
from typing import Any

from shared.kit.errors import ErrorKind, SevenStepsError

_TOKEN = re.compile(r"\[\[(?:=(?P<name>.*?)\]\](?!\])|(?P<key>E[0-9a-f]{8})\]\])", re.DOTALL)
_DOUBLED = re.compile(r"\[(?=\[)|\](?=\])")
# Digits glued to a letter (Q4, R1, B2B) are names, not numbers.
_NUMERAL = re.compile(r"(?<!\w)[-+\u2212]?\d[\d,.]*%?")


class UncitedNumberError(SevenStepsError):
    """A text holds a number that no ledger entry vouches for."""

    code = "uncited_number"
    kind = ErrorKind.INTERNAL


class UnknownEvidenceError(SevenStepsError):
    """A text cites a ledger entry that does not exist."""

    code = "unknown_evidence"
    kind = ErrorKind.INTERNAL


def cite(key: str) -> str:
    """Return the token for a ledger entry."""
    return f"[[{key}]]"


def name(text: object) -> str:
    """Return a token for a name taken from the data (a category, a column, a period), digits and all.

    Double brackets in it are spaced apart, so that no name can end its token or begin another.
    """
    return "[[=" + _DOUBLED.sub(r"\g<0> ", str(text)) + "]]"


def cited_keys(text: str) -> list[str]:
    """Return the ledger keys a text cites, in order of first appearance."""
    return list(dict.fromkeys(m["key"] for m in _TOKEN.finditer(text) if m["key"]))


def names(text: str) -> list[str]:
    """Return the names quoted in a text."""
    return [m["name"] for m in _TOKEN.finditer(text) if m["name"] is not None]


def loose_numerals(text: str) -> list[str]:
    """Return the numerals that stand outside every token: numbers with nothing behind them."""
    return _NUMERAL.findall(_TOKEN.sub(" ", text))


def shown(value: Any, displays: Mapping[str, str]) -> Any:
    """Return a JSON value with every text in it as people read it; a token whose number is unknown stays as it is.

    For showing records, whose dates and ids are no prose; what is rendered goes through `resolve`.
    """
    match value:
        case str():
            return _TOKEN.sub(lambda m: m["name"] if m["name"] is not None else displays.get(m["key"], m[0]), value)
        case dict():
            return {key: shown(item, displays) for key, item in value.items()}
        case list() | tuple():
            return [shown(item, displays) for item in value]
        case _:
            return value


def resolve(text: str, displays: Mapping[str, str]) -> str:
    """Return the text as people read it, every token replaced.

    `displays` maps a ledger key to how its number is written. Raises UnknownEvidenceError for a key
    that is not in it and UncitedNumberError when a numeral stands outside every token.
    """
    loose = loose_numerals(text)
    if loose:
        raise UncitedNumberError(f"the number {loose[0]!r} in {text[:80]!r} cites no evidence", numerals=loose)

    def replace(match: re.Match[str]) -> str:
        if match["name"] is not None:
            return str(match["name"])
        try:
            return displays[match["key"]]
        except KeyError:
            raise UnknownEvidenceError(f"evidence {match['key']} is not in the ledger", key=match["key"]) from None

    return _TOKEN.sub(replace, text)
