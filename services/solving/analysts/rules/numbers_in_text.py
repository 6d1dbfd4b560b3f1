"""Numbers as people write them in a problem: percentages, points, money, durations, counts, and the words around them."""

import re
from dataclasses import dataclass
from typing import Literal

from services.solving.analysts.rules.vocabulary import table
from shared.kit.numbers import Style

Kind = Literal["percent", "points", "money", "duration", "factor", "plain"]
Bound = Literal["exact", "at_most", "at_least", "about"]

DAYS = {"seconds": 1 / 86400, "minutes": 1 / 1440, "hours": 1 / 24, "days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}
_CHINESE = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}

_FIGURE = r"\d{1,3}(?:[, ']\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_AMOUNT = re.compile(
    rf"(?P<lead>[€$£¥]|\b(?:EUR|USD|GBP|CHF|CNY)\s?)?(?<![A-Za-z0-9_.])(?P<figure>{_FIGURE})"
    r"(?P<scale>\s?(?:thousand|millions?|billion|mio|mn|bn|万|亿)|[kKmMbB](?![A-Za-z]))?"
    r"\s?(?P<unit>percentage[\s-]points?|percent\b|per\s?cent\b|%(?:\s?-?points?\b)?|pp\b|points?\b|pts?\b|个百分点|"
    r"[€$£¥]|eur\b|euros?\b|usd\b|dollars?\b|gbp\b|pounds\b|chf\b|cny\b|rmb\b|jpy\b|欧元|元|"
    r"-?(?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|seconds?|secs?)\b|分钟|小时|天|x\b|times\b)?",
    re.IGNORECASE,
)
_PART = "|".join(sorted(table("parts"), key=len, reverse=True))
_COUNT = "|".join(sorted(table("counts"), key=len, reverse=True))
_SPELLED = re.compile(
    rf"\b(?P<share>{_PART})\b(?!\s+(?:\d|of\s+(?:19|20)\d\d|year))"
    rf"|\b(?P<word>{_COUNT})\s(?P<what>per\s?cent|percent|percentage points?|points?)\b"
    r"|百分之(?P<cn>[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])|(?P<cheng>[一二两三四五六七八九])成",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"(?:under|below|less than|at most|no more than|not more than|max(?:imum)?(?: of)?|within|低于|以内|以下)\s*$", re.IGNORECASE
)
_AT_LEAST = re.compile(
    r"(?:over|above|more than|at least|no less than|min(?:imum)?(?: of)?|exceed(?:ing|s)?|高于|超过|至少)\s*$", re.IGNORECASE
)
_ABOUT = re.compile(r"(?:about|around|roughly|approximately|some|nearly|almost|circa|约)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Quantity:
    """A number the text states: shares and points as fractions, money and counts in full."""

    value: float
    kind: Kind
    unit: str
    bound: Bound
    start: int
    end: int
    text: str

    @property
    def style(self) -> Style:
        """How the number is written back."""
        return _STYLES[self.kind]


_STYLES: dict[Kind, Style] = {
    "percent": Style.PERCENT,
    "points": Style.POINTS,
    "money": Style.MONEY,
    "duration": Style.NUMBER,
    "factor": Style.RATIO,
    "plain": Style.NUMBER,
}


def quantities(text: str, taken: tuple[tuple[int, int], ...] = ()) -> list[Quantity]:
    """Return the numbers of a text in reading order, but for spans already `taken` (dates, mostly)."""
    found = [_amount(text, m) for m in _AMOUNT.finditer(text)] + [_spelled(text, m) for m in _SPELLED.finditer(text)]
    free = [q for q in found if not any(q.start < end and start < q.end for start, end in taken)]
    return _joined(sorted(free, key=lambda q: q.start), text)


def _joined(found: list[Quantity], text: str) -> list[Quantity]:
    """Return "9 minutes 30 seconds" as one duration, in the unit it begins with."""
    joined: list[Quantity] = []
    for q in found:
        last = joined[-1] if joined else None
        near = last is not None and re.fullmatch(r"\s*(?:and\s+)?", text[last.end : q.start]) is not None
        if last and near and last.kind == q.kind == "duration" and DAYS[q.unit] < DAYS[last.unit]:
            value = round(last.value + q.value * DAYS[q.unit] / DAYS[last.unit], 9)
            joined[-1] = Quantity(value, "duration", last.unit, last.bound, last.start, q.end, text[last.start : q.end])
        else:
            joined.append(q)
    return joined


def figure(text: str) -> float:
    """Return a written figure as a number; a comma before other than three digits is a decimal comma, else a separator."""
    plain = re.sub(r"(?<=\d)[ '](?=\d{3})", "", text)
    if re.fullmatch(r"\d+,\d+", plain) and len(plain.split(",")[1]) != 3:
        return float(plain.replace(",", "."))
    return float(plain.replace(",", ""))


def _amount(text: str, match: re.Match[str]) -> Quantity:
    value = figure(match["figure"]) * table("scales").get((match["scale"] or "").strip().lower(), 1.0)
    unit = re.sub(r"\s+", " ", (match["unit"] or "").strip().lower().lstrip("-"))
    lead = (match["lead"] or "").strip().lower()
    kind, name = _kind_of(unit, lead)
    if kind in ("percent", "points"):
        value = round(value / 100, 12)
    return _quantity(text, value, kind, name, match)


def _kind_of(unit: str, lead: str) -> tuple[Kind, str]:
    if unit in ("%", "percent", "per cent"):
        return "percent", ""
    if unit and ("point" in unit or unit in ("pp", "pt", "pts", "个百分点")):
        return "points", ""
    if currency := table("currencies").get(unit) or table("currencies").get(lead):
        return "money", currency
    if unit in ("x", "times"):
        return "factor", ""
    singular = unit if unit in table("durations") else unit.removesuffix("s")
    if singular in table("durations"):
        return "duration", table("durations")[singular]
    return "plain", ""


def _spelled(text: str, match: re.Match[str]) -> Quantity:
    if share := match["share"]:
        return _quantity(text, table("parts")[share.lower()], "percent", "", match)
    if word := match["word"]:
        kind: Kind = "points" if "point" in match["what"].lower() else "percent"
        return _quantity(text, table("counts")[word.lower()] / 100, kind, "", match)
    return _quantity(text, _chinese_share(match), "percent", "", match)


def _chinese_share(match: re.Match[str]) -> float:
    if tenths := match["cheng"]:
        return _CHINESE[tenths] / 10
    tens, ten, ones = match["cn"].partition("十")
    return ((_CHINESE.get(tens, 1) * 10 if ten else _CHINESE[tens]) + _CHINESE.get(ones, 0)) / 100


def _quantity(text: str, value: float, kind: Kind, unit: str, match: re.Match[str]) -> Quantity:
    before = text[max(0, match.start() - 20) : match.start()]
    bound: Bound = (
        "at_most" if _AT_MOST.search(before) else "at_least" if _AT_LEAST.search(before) else "about" if _ABOUT.search(before) else "exact"
    )
    return Quantity(value, kind, unit, bound, match.start(), match.end(), match.group(0).strip())
