"""The two periods that are compared: the one the KPI is read in today, and an earlier one of the same length."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from services.analysis.dataset import ColumnProfile
from services.analysis.ratios import Period
from services.solving.analysts.rules.dates_in_text import months_later
from shared.kit.cited import name

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_REFERENCE = re.compile(
    r"\b(?:than|against|compared (?:with|to)|versus|vs\.?|baseline(?: is)?|from|in)\s+(?:in\s+|the\s+)*"
    r"(?:(?P<half>first|second) half of (?P<hy>20\d\d)|H(?P<h>[12])\s(?P<hhy>20\d\d)|Q(?P<q>[1-4])\s(?P<qy>20\d\d)|(?P<y>20\d\d))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Periods:
    """What is read as today and what it is compared with; None where the data are too short for it."""

    first: date
    end: date  # the day after the last
    current: Period | None
    earlier: Period | None
    reason: str

    @property
    def whole(self) -> str:
        """The whole window of the data, in words."""
        return months_said(self.first, self.end)


def periods_of(clock: ColumnProfile | None, text: str) -> Periods | None:
    """Return the periods to compare on a date column, or None where there is no date.

    The text's own reference period wins; else the last half-year, quarter or third of the data. It is
    compared with the same months a year earlier where the data reach back, so that the season cancels out.
    """
    if clock is None or clock.min is None or clock.max is None:
        return None
    first = date.fromisoformat(str(clock.min)[:10])
    last = date.fromisoformat(str(clock.max)[:10])
    start, end = whole_months(first, last, by_month=first.day == 1 and last.day == 1)
    months = (end.year - start.year) * 12 + end.month - start.month
    if (stated := _stated(text, start, end)) is not None:
        since, until = stated
        reason = "the period the text compares with"
    else:
        length = 6 if months >= 18 else 3 if months >= 9 else months // 3
        if length < 1:
            return Periods(first, last + timedelta(days=1), None, None, "the data cover too few months to compare")
        since, until = months_later(end, -length), end
        reason = "the latest months of the data"
    current = Period(column=clock.name, start=since.isoformat(), end=until.isoformat())
    return Periods(first, last + timedelta(days=1), current, _earlier(clock.name, since, until, start), reason)


def whole_months(first: date, last: date, *, by_month: bool) -> tuple[date, date]:
    """Return the first day of the first whole month and the day after the last; months cut short count only where few are whole.

    `by_month`: the data are dated by the first of each month.
    """
    start, end = first.replace(day=1), months_later(last.replace(day=1), 1)
    if by_month:
        return start, end
    inner = months_later(start, 1) if first.day > 5 else start
    outer = months_later(end, -1) if (end - last).days > 5 else end
    return (inner, outer) if months_later(inner, 4) <= outer else (start, end)


def _earlier(column: str, since: date, until: date, start: date) -> Period | None:
    length = (until.year - since.year) * 12 + until.month - since.month
    for back in (12, length):
        begin = months_later(since, -back)
        if back >= length and begin >= start:
            return Period(column=column, start=begin.isoformat(), end=months_later(until, -back).isoformat())
    return None


def _stated(text: str, start: date, end: date) -> tuple[date, date] | None:
    for match in _REFERENCE.finditer(text):
        if match["half"] or match["h"]:
            second = match["half"].lower() == "second" if match["half"] else match["h"] == "2"
            since = date(int(match["hy"] or match["hhy"]), 7 if second else 1, 1)
            length = 6
        elif match["q"]:
            since, length = date(int(match["qy"]), 3 * int(match["q"]) - 2, 1), 3
        else:
            since, length = date(int(match["y"]), 1, 1), 12
        until = months_later(since, length)
        if since >= start and until <= end:
            return since, until
    return None


def months_said(since: date, end: date) -> str:
    """Return a period as people say it, as a name: "January to June 2026"."""
    last = end - timedelta(days=1)
    a, b = f"{_MONTHS[since.month - 1]}", f"{_MONTHS[last.month - 1]} {last.year}"
    if (since.year, since.month) == (last.year, last.month):
        return name(b)
    return name(f"{a} to {b}" if since.year == last.year else f"{a} {since.year} to {b}")


def period_said(period: Period) -> str:
    """Return a period as people say it, as a name."""
    return months_said(date.fromisoformat(period.start), date.fromisoformat(period.end))
