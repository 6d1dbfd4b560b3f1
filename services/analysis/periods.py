"""Cutting time into periods: days, weeks, months or quarters, as many as a chart can show."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from services.analysis.dataset import ColumnProfile

Floats = NDArray[np.float64]
_DAYS = {"day": 1.0, "week": 7.0, "month": 30.44, "quarter": 91.31, "year": 365.25}
FEWEST = 8  # periods before a trend is looked for
PARTIAL = 0.25  # share of a first or last period that may be missing before it is left out


@dataclass(frozen=True)
class Periods:
    """A calendar of equal periods over a date column. `index` is each row's period, -1 outside full ones."""

    unit: str
    column: ColumnProfile
    starts: list[datetime]
    index: NDArray[np.int64]

    @property
    def sql(self) -> str:
        """SQL of the period a row falls in, a date."""
        return f"date_trunc('{self.unit}', {self.column.expression})::date"

    @property
    def condition(self) -> str:
        """SQL that keeps the rows of full periods."""
        first, end = self.starts[0], following(self.starts[-1], self.unit)
        return f"{self.column.expression} >= timestamp '{first:%Y-%m-%d}' and {self.column.expression} < timestamp '{end:%Y-%m-%d}'"

    def ends(self, period: int) -> str:
        """The last day of a period, ISO."""
        return f"{following(self.starts[period], self.unit) - timedelta(days=1):%Y-%m-%d}"

    def begins(self, period: int) -> str:
        """The first day of a period, ISO."""
        return f"{self.starts[period]:%Y-%m-%d}"

    def label(self, period: int) -> str:
        """What a period is called: 2023-05 for a month, its first day otherwise."""
        start = self.starts[period]
        if self.unit == "month":
            return f"{start:%Y-%m}"
        if self.unit == "quarter":
            return f"{start.year}-Q{(start.month - 1) // 3 + 1}"
        return f"{start:%Y}" if self.unit == "year" else f"{start:%Y-%m-%d}"


def periods(column: ColumnProfile, seconds: Floats, unit: str | None = None) -> Periods | None:
    """Return the calendar of a date column, its partial first and last period left out; None with fewer than eight."""
    known = seconds[~np.isnan(seconds)]
    if len(known) < FEWEST:
        return None
    low, high = float(known.min()), float(known.max())
    unit = unit or fitting_unit((high - low) / 86400)
    if unit is None:
        return None
    starts = [floor(_moment(low), unit)]
    while starts[-1] <= _moment(high):
        starts.append(following(starts[-1], unit))
    edges = np.array([s.replace(tzinfo=UTC).timestamp() for s in starts])
    first = 1 if low - edges[0] > PARTIAL * (edges[1] - edges[0]) else 0
    last = len(edges) - 2 if edges[-1] - high > PARTIAL * (edges[-1] - edges[-2]) + 86400 else len(edges) - 1
    if last - first < FEWEST:
        return None
    index = np.searchsorted(edges, np.nan_to_num(seconds, nan=-1e18), side="right") - 1 - first
    index = np.where((index >= 0) & (index < last - first) & ~np.isnan(seconds), index, -1)
    return Periods(unit, column, starts[first:last], index.astype(np.int64))


def fitting_unit(days: float) -> str | None:
    """Return the longest unit that gives at least nine periods, or None for a span of less than nine days."""
    for unit in ("quarter", "month", "week", "day"):
        fewest = 16 if unit == "quarter" else 9
        if days / _DAYS[unit] >= fewest:
            return unit
    return None


def floor(moment: datetime, unit: str) -> datetime:
    """Return the start of the period a moment falls in."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def following(start: datetime, unit: str) -> datetime:
    """Return the start of the next period."""
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months is None:
        return start + timedelta(days=7 if unit == "week" else 1)
    total = start.year * 12 + start.month - 1 + months
    return start.replace(year=total // 12, month=total % 12 + 1)


def _moment(seconds: float) -> datetime:
    return datetime(1970, 1, 1) + timedelta(seconds=math.floor(seconds))  # noqa: DTZ001 (a column of dates has no zone)


def day_of(seconds: float) -> datetime:
    """Return midnight of the day a moment falls in, in UTC: its timestamp compares with the arrays' seconds."""
    return datetime.fromtimestamp(math.floor(seconds / 86400) * 86400, tz=UTC)
