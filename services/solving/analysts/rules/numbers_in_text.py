"""Numbers as people write them in a problem: percentages, points, money, durations, counts, and the words around them."""

import re
from dataclasses import dataclass
from typing import Literal

from shared.kit.numbers import Style

Kind = Literal["percent", "points", "money", "duration", "factor", "plain"]
Bound = Literal["exact", "at_most", "at_least", "about"]

_SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6, "millions": 1e6,
    "b": 1e9, "bn": 1e9, "billion": 1e9, "万": 1e4, "亿": 1e8,
}  # fmt: skip
_CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "CNY", "eur": "EUR", "euro": "EUR", "euros": "EUR", "usd": "USD", "dollars": "USD",
               "dollar": "USD", "gbp": "GBP", "pounds": "GBP", "chf": "CHF", "cny": "CNY", "rmb": "CNY", "jpy": "JPY", "元": "CNY", "欧元": "EUR"}  # fmt: skip
_UNITS = {"minute": "minutes", "min": "minutes", "hour": "hours", "hr": "hours", "day": "days", "week": "weeks", "month": "months",
          "second": "seconds", "sec": "seconds", "分钟": "minutes", "小时": "hours", "天": "days"}  # fmt: skip
_WORDS = {"half": 0.5, "a half": 0.5, "a third": 1 / 3, "one third": 1 / 3, "two thirds": 2 / 3, "a quarter": 0.25, "one quarter": 0.25,
          "three quarters": 0.75, "a fifth": 0.2, "one fifth": 0.2, "a tenth": 0.1, "one tenth": 0.1}  # fmt: skip
_TENS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15,
         "twenty": 20, "twenty-five": 25, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}  # fmt: skip
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
_SPELLED = re.compile(
    r"\b(?P<share>a half|half|a third|one third|two thirds|a quarter|one quarter|three quarters|a fifth|one fifth|a tenth|one tenth)\b(?!\s+(?:\d|of\s+(?:19|20)\d\d|year))"
    r"|\b(?P<word>" + "|".join(sorted(_TENS, key=len, reverse=True)) + r")\s(?P<what>per\s?cent|percent|percentage points?|points?)\b"
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
    "percent": Style.PERCENT, "points": Style.POINTS, "money": Style.MONEY, "duration": Style.NUMBER, "factor": Style.RATIO, "plain": Style.NUMBER,
}  # fmt: skip


def quantities(text: str, taken: tuple[tuple[int, int], ...] = ()) -> list[Quantity]:
    """Return the numbers of a text in reading order, but for spans already `taken` (dates, mostly)."""
    found = [_amount(text, m) for m in _AMOUNT.finditer(text)] + [_spelled(text, m) for m in _SPELLED.finditer(text)]
    free = [q for q in found if not any(q.start < end and start < q.end for start, end in taken)]
    return sorted(free, key=lambda q: q.start)


def figure(text: str) -> float:
    """Return a written figure as a number: thousands separators dropped, one comma before other than three digits read as the decimal point."""
    plain = re.sub(r"(?<=\d)[ '](?=\d{3})", "", text)
    if re.fullmatch(r"\d+,\d+", plain) and len(plain.split(",")[1]) != 3:
        return float(plain.replace(",", "."))
    return float(plain.replace(",", ""))


def _amount(text: str, match: re.Match[str]) -> Quantity:
    value = figure(match["figure"]) * _SCALES.get((match["scale"] or "").strip().lower(), 1.0)
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
    if currency := _CURRENCIES.get(unit) or _CURRENCIES.get(lead):
        return "money", currency
    if unit in ("x", "times"):
        return "factor", ""
    singular = unit if unit in _UNITS else unit.removesuffix("s")
    if singular in _UNITS:
        return "duration", _UNITS[singular]
    return "plain", ""


def _spelled(text: str, match: re.Match[str]) -> Quantity:
    if share := match["share"]:
        return _quantity(text, _WORDS[share.lower()], "percent", "", match)
    if word := match["word"]:
        kind: Kind = "points" if "point" in match["what"].lower() else "percent"
        return _quantity(text, _TENS[word.lower()] / 100, kind, "", match)
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
