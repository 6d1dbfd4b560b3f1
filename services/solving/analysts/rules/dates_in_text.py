"""Dates as people write them in a problem: the deadline of the work, and the periods it speaks of."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if n} | {
    name.lower(): n for n, name in enumerate(calendar.month_abbr) if n
}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_COUNT = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "nine": 9, "ten": 10, "twelve": 12, "eighteen": 18}
_N = r"(?P<n>\d{1,3}|" + "|".join(_COUNT) + ")"

_END = r"(?:(?:the\s+)?end\s+of\s+)?"
_SORT = r"(?:fiscal\s+|calendar\s+|financial\s+)?"
# A point in time, said in any of the ways below; the name of the pattern is the name of its reader.
_POINTS: tuple[tuple[str, str], ...] = (
    ("iso", r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)"),
    ("day_month", rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})(?:,?\s+(?P<y>20\d\d))?"),
    ("month_day", rf"(?P<month>{_MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%])(?:,?\s+(?P<y>20\d\d))?"),
    ("month", rf"(?:(?:the\s+)?end\s+of\s+)?(?P<month>{_MONTH})(?:\s+(?P<y>20\d\d))?"),
    ("quarter", rf"{_END}(?:Q(?P<q>[1-4])|the\s+(?P<ordinal>first|second|third|fourth)\s+quarter)(?:\s*(?:of\s+)?/?(?P<y>20\d\d))?"),
    ("quarter_zh", r"(?:(?P<y>20\d\d)年)?第?(?P<zh>[一二三四])季度末?"),
    ("month_zh", r"(?:(?P<y>20\d\d)年|(?P<rel>[今明后]年))?(?P<m>\d{1,2})月(?:份|底|末)?(?:之?前|以前|底|末)?"),
    ("half", r"(?:(?:the\s+)?end\s+of\s+)?H(?P<h>[12])(?:\s+(?P<y>20\d\d))?"),
    ("next_period", rf"{_END}(?:the\s+)?(?P<which>next|this|current|coming)\s+{_SORT}(?P<p>year|quarter|month)"),
    ("fiscal", rf"{_END}FY\s?'?(?:20)?(?P<fy>\d\d)(?:\s+end)?"),
    (
        "year_end",
        r"(?:the\s+)?(?:year[- ]?end|end\s+of\s+(?:the\s+)?(?:fiscal\s+|calendar\s+|financial\s+)?year)|(?P<rel>[今明后])?年(?:底|末)",
    ),
    ("year", r"(?:(?:the\s+)?end\s+of\s+)?(?P<y>20\d\d)(?:年底?)?"),
)  # fmt: skip
_BY = r"(?P<by>\b(?:by|before|until|no later than|not later than|on|in)\s+(?:the\s+)?|)"
_SPAN = re.compile(
    rf"\b(?:within|in|over)\s+(?:the\s+)?(?:next\s+|coming\s+)?{_N}[\s-](?P<u>days?|weeks?|months?|quarters?|years?)\b|(?P<zn>\d+|[一两二三四五六七八九十]+)\s?个?(?P<zu>天|周|月|年)(?:之|以)?内",
    re.IGNORECASE,
)
_ZH_COUNT = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十二": 12, "十八": 18}
_ZH_AHEAD = {"今年": 0, "今": 0, "明年": 1, "明": 1, "后年": 2, "后": 2}
_DEADLINE_WORDS = ("by", "before", "until", "no later than", "not later than")
_PAST = re.compile(r"\b(?:since|from|last|past|previous|during|between)\s+(?:the\s+)?$", re.IGNORECASE)
_PERIOD = re.compile(
    rf"\b(?:over|in|during|for)\s+the\s+(?:last|past|previous)\s+(?:{_N}\s+)?(?:days?|weeks?|months?|quarters?|years?)\b"
    rf"|\b(?:last|past|previous)\s+(?:year|quarter|month|summer|winter|spring|autumn)\b|\bsince\s+(?:last\s+\w+|{_MONTH}(?:\s+20\d\d)?|20\d\d|Q[1-4](?:\s+20\d\d)?)"
    r"|\byear[- ]on[- ]year\b|\b(?:in|during)\s+20\d\d\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Moment:
    """A point in time the text names: the last day of what it says, and the words that say it."""

    day: date
    text: str
    start: int
    end: int
    is_deadline: bool
    urgency: int = 1  # 0: "by" a day; 1: "on" a day or within a span; 2: said in passing


def moments(text: str, today: date) -> list[Moment]:
    """Return the dates of a text in reading order; periods mean their last day, years left out mean the next such day."""
    found: list[Moment] = []
    for name, pattern in _POINTS:
        for match in re.finditer(
            rf"{_BY}\b{pattern}" if not pattern.startswith(("(?:(?P<y>20", "(?:(?:the")) else rf"{_BY}{pattern}", text, re.IGNORECASE
        ):
            if any(match.start() < m.end and m.start < match.end() for m in found) or (name == "month" and _is_plain_word(match)):
                continue
            day = _day(name, match, today)
            if day is not None:
                word = (match["by"] or "").split(" the")[0].strip().lower()
                found.append(
                    Moment(
                        day, _words(match), match.start(), match.end(), _is_deadline(word, match, text, day, today), _urgency(word, name)
                    )
                )
    found += [Moment(_after(m, today), m.group(0), m.start(), m.end(), is_deadline=True) for m in _SPAN.finditer(text)]
    return sorted(found, key=lambda m: m.start)


def deadline(text: str, today: date) -> Moment | None:
    """Return the last day the text gives the work, or None where it gives none."""
    ahead = [m for m in moments(text, today) if m.is_deadline and m.day >= today]
    return ahead[0] if ahead else None


def period(text: str) -> str | None:
    """Return the words that say which past period the text speaks of ("since April", "last year"), or None."""
    match = _PERIOD.search(text)
    return match.group(0) if match else None


def taken(text: str, today: date) -> tuple[tuple[int, int], ...]:
    """Return the spans of a text that are dates and periods, so that nobody reads their digits as quantities."""
    spans = [(m.start, m.end) for m in moments(text, today)] + [m.span() for m in _PERIOD.finditer(text)]
    return tuple(spans + [m.span() for m in re.finditer(r"\b(?:19|20)\d\d\b(?!\s?(?:EUR|USD|%|units|customers))", text)])


def spoken(day: date) -> str:
    """Return a date as people write it: 31 December 2025."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def end_of_month(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def months_later(day: date, months: int) -> date:
    """Return the same day of the month some months later, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _is_plain_word(match: re.Match[str]) -> bool:
    # "may" and "march" are words too: a month needs a year, a capital letter or a preposition before it
    word = match["month"].rstrip(".")
    return not word[0].isupper() or (word.lower() in ("may", "march") and not match["by"] and match["y"] is None)


def _is_deadline(word: str, match: re.Match[str], text: str, day: date, today: date) -> bool:
    if word in _DEADLINE_WORDS:
        return True
    words = match.group(0).lower()
    ahead = word in ("in", "on") or bool(match.groupdict().get("which")) or "end" in words or bool(re.search("[年月季]|fy", words))
    return ahead and day > today and not _PAST.search(text[: match.start()])


def _urgency(word: str, pattern: str) -> int:
    if word in _DEADLINE_WORDS:
        return 0
    return 2 if pattern in ("year", "next_period") else 1


def _words(match: re.Match[str]) -> str:
    return match.group(0)[len(match["by"] or "") :]


def _day(name: str, match: re.Match[str], today: date) -> date | None:
    groups = match.groupdict()
    year = int(groups["y"]) if groups.get("y") else None
    try:
        return _DAY_OF[name](groups, year, today)
    except ValueError:  # "31 February": no such day, so no date
        return None


def _next(month: int, year: int | None, today: date) -> date:
    last = end_of_month(year or today.year, month)
    return last if year or last >= today else end_of_month(today.year + 1, month)


def _ahead(said: str | None, today: date) -> int | None:
    """Return the year that Chinese words for this, next and the year after mean, or None where none is said."""
    return today.year + _ZH_AHEAD[said] if said else None


def _of_month(groups: dict[str, str | None], year: int | None, today: date) -> date:
    return _next(_MONTHS[(groups["month"] or "").rstrip(".").lower()], year, today)


def _of_day(groups: dict[str, str | None], year: int | None, today: date) -> date:
    month, day = _MONTHS[(groups["month"] or "").rstrip(".").lower()], int(groups["d"] or 0)
    written = date(year or today.year, month, day)
    return written if year or written >= today else date(today.year + 1, month, day)


def _of_quarter(groups: dict[str, str | None], year: int | None, today: date) -> date:
    ordinals = {"first": 1, "second": 2, "third": 3, "fourth": 4, "一": 1, "二": 2, "三": 3, "四": 4}
    quarter = int(groups["q"] or 0) if groups.get("q") else ordinals[(groups.get("ordinal") or groups.get("zh") or "").lower()]
    return _next(quarter * 3, year, today)


def _of_period(groups: dict[str, str | None], year: int | None, today: date) -> date:
    ahead = 1 if groups["which"] in ("next", "coming") else 0
    if groups["p"] == "year":
        return date((year or today.year) + ahead, 12, 31)
    if groups["p"] == "month":
        later = months_later(today.replace(day=1), ahead)
        return end_of_month(later.year, later.month)
    later = months_later(date(today.year, 3 * ((today.month - 1) // 3) + 1, 1), 3 * ahead + 2)
    return end_of_month(later.year, later.month)


_DAY_OF: dict[str, Callable[[dict[str, str | None], int | None, date], date]] = {
    "iso": lambda g, y, _: date(y or 0, int(g["m"] or 0), int(g["d"] or 0)),
    "day_month": _of_day,
    "month_day": _of_day,
    "month": _of_month,
    "quarter": _of_quarter,
    "quarter_zh": _of_quarter,
    "month_zh": lambda g, y, today: _next(int(g["m"] or 0), y or _ahead(g["rel"], today), today),
    "fiscal": lambda g, _, __: date(2000 + int(g["fy"] or 0), 12, 31),
    "half": lambda g, y, today: _next(6 * int(g["h"] or 0), y, today),
    "next_period": _of_period,
    "year_end": lambda g, _, today: date(_ahead(g["rel"], today) or today.year, 12, 31),
    "year": lambda _, y, __: date(y or 0, 12, 31),
}


def _after(match: re.Match[str], today: date) -> date:
    if match["zn"]:
        written = match["zn"]
        count, unit = (
            int(written) if written.isdigit() else _ZH_COUNT.get(written, 1),
            {"天": "day", "周": "week", "月": "month", "年": "year"}[match["zu"]],
        )
    else:
        count = int(match["n"]) if match["n"].isdigit() else _COUNT[match["n"].lower()]
        unit = match["u"].lower().rstrip("s")
    if unit in ("day", "week"):
        return today + timedelta(days=count * (7 if unit == "week" else 1))
    return months_later(today, count * {"month": 1, "quarter": 3, "year": 12}[unit])
