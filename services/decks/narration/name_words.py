"""Names that hold digits, as people say them: days, months, quarters, years, ranges of years, files, "Store 12"."""

import re
from collections.abc import Callable

from services.decks.narration import number_words as words

_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_MONTH = "(?P<month>" + "|".join(month if len(month) == 3 else f"{month[:3]}(?:{month[3:]})?" for month in _MONTHS) + r")\b\.?"
_YEAR = r"(?P<year>1[1-9]\d\d|20\d\d)"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_RANKS = ("first", "second", "third", "fourth")
_FILE = re.compile(r"\b([\w-]*[A-Za-z][\w-]*)\.(?:csv|tsv|xlsx?|parquet|jsonl?|txt|md)\b", re.IGNORECASE)
_RANGE = re.compile(r"(?<=\d)\s?[\u2013\u2014]\s?(?=\d)|(?<=\b\d)-(?=\d{1,4}\b(?![-\d]))|(?<=\b\d\d)-(?=\d{1,4}\b(?![-\d]))")
_RANK = re.compile(r"\b(?P<number>\d{1,6})(?:st|nd|rd|th)\b|\b(?P<decade>1[1-9]\d|20[1-9])0s\b")
# A numeral of a name: grouped digits, decimals and a percent sign belong to it, a full stop or comma after it does not.
_NUMERAL = re.compile(r"(?:(?<![\w-])[-+\u2212])?\d+(?:,\d{3})*(?:\.\d+)?%?")


def name(text: str) -> str:
    """Return a name taken from the data or the calendar in words, without a digit in it."""
    text = _FILE.sub(lambda match: match[1], text).replace("_", " ")
    for pattern, said in _CALENDAR:
        text = pattern.sub(said, text)
    text = _RANGE.sub(" to ", _RANK.sub(_rank, text))
    return _NUMERAL.sub(lambda match: _numeral(text, match), text)


def _numeral(text: str, match: re.Match[str]) -> str:
    """Return a numeral in words, with a space where letters are glued to it: "R1" is "R one"."""
    before = " " if text[: match.start()][-1:].isalpha() else ""
    after = " " if text[match.end() :][:1].isalpha() else ""
    said = words.year(int(match[0])) if re.fullmatch(_YEAR, match[0]) and not before else words.number(match[0])
    return f"{before}{said}{after}"


def _rank(match: re.Match[str]) -> str:
    """Return "3rd" as "third" and "1990s" as "nineteen nineties"."""
    if match["number"]:
        return words.ordinal(int(match["number"]))
    said = words.year(int(match["decade"]) * 10)
    return f"{said[:-1]}ies" if said.endswith("y") else f"{said}s"


def _month(match: re.Match[str]) -> str:
    return next(month for month in _MONTHS if month.startswith(match["month"][:3]))


def _day(match: re.Match[str]) -> str:
    said = f"{_month(match)} {words.ordinal(int(match['day']))}"
    return f"{said}, {words.year(int(match['year']))}" if match["year"] else said


def _iso(match: re.Match[str]) -> str:
    month, year = _MONTHS[int(match["number"]) - 1], words.year(int(match["year"]))
    return f"{month} {words.ordinal(int(match['day']))}, {year}" if match["day"] else f"{month} {year}"


def _part(match: re.Match[str]) -> str:
    said = f"the {_RANKS[int(match['place']) - 1]} {'quarter' if match['kind'].upper() == 'Q' else 'half'}"
    return f"{said} of {words.year(int(match['year']))}" if match["year"] else said


def _years(match: re.Match[str]) -> str:
    return f"{words.year(int(match['first']))} to {words.year(int(match['last']))}"


_Say = Callable[[re.Match[str]], str]
_CALENDAR: tuple[tuple[re.Pattern[str], _Say], ...] = (
    (re.compile(rf"\b{_YEAR}-(?P<number>0[1-9]|1[0-2])(?:-{_DAY})?(?![\d-])"), _iso),
    (re.compile(rf"\b{_DAY}[\s\u00a0]{_MONTH}(?:,?[\s\u00a0]{_YEAR}\b)?"), _day),
    (re.compile(rf"\b{_MONTH}[\s\u00a0]{_DAY}\b(?:,?[\s\u00a0]{_YEAR}\b)?"), _day),
    (re.compile(rf"\b{_YEAR}[\s\u00a0/-]?(?P<kind>[Qq](?=[1-4])|H(?=[12]))(?P<place>[1-4])\b"), _part),
    (re.compile(r"\b(?P<kind>[Qq])(?P<place>[1-4])\b(?:[\s\u00a0/-]?(?P<year>1[1-9]\d\d|20\d\d)\b)?"), _part),
    (re.compile(r"\b(?P<kind>H)(?P<place>[12])[\s\u00a0/-](?P<year>1[1-9]\d\d|20\d\d)\b"), _part),
    (re.compile(r"\b(?P<first>1[1-9]\d\d|20\d\d)\s?[-\u2013]\s?(?P<last>1[1-9]\d\d|20\d\d)\b"), _years),
)
