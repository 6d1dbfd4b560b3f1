"""Dates written as people write them, and the evidence that tells day/month from month/day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.analysis.sql import literal

_TIME = (
    r"(?P<time>(?P<join>[T ]+)(?P<hm>\d{1,2}:\d{2})(?P<sec>:\d{2})?(?P<frac>\.\d{1,9})?(?P<ampm> ?[AaPp][Mm])?"
    r"(?P<zone>Z| ?[+-]\d{2}:?\d{2}| UTC| GMT)?)?"
)
_MONTH = r"(?P<month>[A-Za-z]{3,9})"
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ymd", re.compile(rf"^(?P<a>\d{{4}})(?P<s>[-/.])(?P<b>\d{{1,2}})(?P=s)(?P<c>\d{{1,2}}){_TIME}$")),
    ("two", re.compile(rf"^(?P<a>\d{{1,2}})(?P<s>[-/.])(?P<b>\d{{1,2}})(?P=s)(?P<c>\d{{4}}|\d{{2}}){_TIME}$")),
    ("dby", re.compile(rf"^(?P<a>\d{{1,2}})(?P<s>[- ./]){_MONTH}(?P<t>[- ./]|, )(?P<c>\d{{4}}|\d{{2}}){_TIME}$")),
    ("bdy", re.compile(rf"^{_MONTH}(?P<s>[- ./])(?P<a>\d{{1,2}})(?P<t>, |,|[- ./])(?P<c>\d{{4}}){_TIME}$")),
    ("ybd", re.compile(rf"^(?P<c>\d{{4}})(?P<s>[- ./]){_MONTH}(?P<t>[- ./])(?P<a>\d{{1,2}}){_TIME}$")),
    ("ym", re.compile(r"^(?P<a>(?:19|20)\d{2})(?P<s>[-/.])(?P<b>\d{1,2})$")),
    ("my", re.compile(r"^(?P<b>\d{1,2})(?P<s>[-/.])(?P<a>(?:19|20)\d{2})$")),
    ("by", re.compile(rf"^{_MONTH}(?P<s>[- ./,]+)(?P<c>\d{{4}}|\d{{2}})$")),
)
_LONG = frozenset(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
)
_SHORT = frozenset(name[:3] for name in _LONG)


@dataclass(frozen=True, slots=True)
class DateFormats:
    """The strptime formats of a column's cells, year of two digits first, and what is still open.

    `open_order` is true when some cells may be day/month or month/day and the sample does not say
    which; `formats` then hold day first and `swapped` the same with month first.
    """

    formats: tuple[str, ...]
    swapped: tuple[str, ...]
    open_order: bool
    has_time: bool

    def expression(self, column: str, *, month_first: bool = False) -> str:
        """Return the SQL that reads a cell of `column` (quoted SQL) as a date, or a timestamp where cells carry a time of day."""
        formats = self.swapped if month_first else self.formats
        several = literal(formats[0]) if len(formats) == 1 else f"[{', '.join(literal(f) for f in formats)}]"
        parsed = f"try_strptime({column}, {several})"
        zoned = any("%z" in f for f in formats)
        if zoned:
            return f"timezone('UTC', {parsed}::timestamptz)"
        return parsed if self.has_time else f"{parsed}::date"


def detect_date_formats(cells: Sequence[str], *, share: float = 0.9, most: int = 8) -> DateFormats | None:
    """Return the formats that read a sample of cells as dates, or None when fewer than `share` of them are dates.

    Where day and month are both numbers, a cell whose first number is above 12 shows day first and a
    cell whose second is shows month first. A column that shows both is read day first, then month
    first for the cells that day first cannot read.
    """
    shaped = [found for found in map(_shape, cells) if found is not None]
    if not cells or len(shaped) < share * len(cells):
        return None
    orders = _orders([match for shape, match in shaped if shape == "two"])
    formats = {text for shape, match in shaped for text in _formats(shape, match, orders)}
    swapped = {text for shape, match in shaped for text in _formats(shape, match, orders | dict.fromkeys(_open(orders), ("md",)))}
    if not formats or len(formats) > most:
        return None
    return DateFormats(
        formats=tuple(sorted(formats, key=_rank)),
        swapped=tuple(sorted(swapped, key=_rank)),
        open_order=bool(_open(orders)),
        has_time=any(match.groupdict().get("time") for _, match in shaped),
    )


def _orders(numeric: Sequence[re.Match[str]]) -> dict[str, tuple[str, ...]]:
    """Return for each separator the orders its cells show: day-month, month-day, both, or none yet ("?")."""
    orders: dict[str, tuple[str, ...]] = {}
    for separator in sorted({match["s"] for match in numeric}):
        cells = [match for match in numeric if match["s"] == separator]
        seen = [
            order for order, shown in (("dm", any(int(m["a"]) > 12 for m in cells)), ("md", any(int(m["b"]) > 12 for m in cells))) if shown
        ]
        # Dots between numbers are written day first wherever they are used.
        orders[separator] = tuple(seen) or (("dm",) if separator == "." else ("?",))
    return orders


def _open(orders: dict[str, tuple[str, ...]]) -> list[str]:
    """Return the separators whose cells do not show which order they are in."""
    return [separator for separator, seen in orders.items() if seen == ("?",)]


def _rank(text: str) -> tuple[bool, bool, int, str]:
    """Order of trying: two-digit years first (a four-digit year would read "20" as the year 20), then day first, then the longer format."""
    return ("%y" not in text, not text.startswith("%d"), -len(text), text)


def _shape(cell: str) -> tuple[str, re.Match[str]] | None:
    text = cell.strip()
    for name, pattern in _SHAPES:
        match = pattern.match(text)
        if match and _plausible(name, match):
            return name, match
    return None


def _plausible(shape: str, match: re.Match[str]) -> bool:
    groups = match.groupdict()
    month = (groups.get("month") or "").lower()
    if month:
        return month in _SHORT or month in _LONG
    if shape == "two":
        a, b = int(groups["a"]), int(groups["b"])
        return 1 <= min(a, b) <= 12 and max(a, b) <= 31
    if shape in {"ym", "my", "ymd"}:
        return 1 <= int(groups["b"]) <= 12 and 1 <= int(groups.get("c") or 1) <= 31
    return True


def _formats(shape: str, match: re.Match[str], orders: dict[str, tuple[str, ...]]) -> list[str]:
    groups = match.groupdict()
    s, t = groups.get("s") or "", groups.get("t") or ""
    year = "%Y" if len(groups.get("c") or "") == 4 else "%y"
    month = "%b" if (groups.get("month") or "").lower() in _SHORT else "%B"
    clock = _clock(groups)
    if shape == "two":
        return [f"{'%m' + s + '%d' if order == 'md' else '%d' + s + '%m'}{s}{year}{clock}" for order in orders[s]]
    return [
        {
            "ymd": f"%Y{s}%m{s}%d",
            "dby": f"%d{s}{month}{t}{year}",
            "bdy": f"{month}{s}%d{t}%Y",
            "ybd": f"%Y{s}{month}{t}%d",
            "ym": f"%Y{s}%m",
            "my": f"%m{s}%Y",
            "by": f"{month}{s}{year}",
        }[shape]
        + clock
    ]


def _clock(groups: dict[str, str | None]) -> str:
    if not groups.get("time"):
        return ""
    half = bool(groups.get("ampm"))
    text = (groups["join"] or " ")[:1] + ("%I:%M" if half else "%H:%M")
    if groups.get("sec"):
        text += ":%S"
    if groups.get("frac"):
        text += ".%n"
    if half:
        text += (" " if (groups["ampm"] or "").startswith(" ") else "") + "%p"
    zone = groups.get("zone")
    if zone:
        text += zone if zone in {"Z", " UTC", " GMT"} else (" " if zone.startswith(" ") else "") + "%z"
    return text
