"""What can be measured on a row and what rows can be cut by: the columns themselves and what follows from them.

Nobody has to say that two dates make a duration, that a status makes rates, or that an actual and a
target make a test; each derived measure is named so that its recipe can be read off its name.
"""

import itertools
import math
import re
from dataclasses import dataclass
from typing import Literal

from services.analysis.dataset import ColumnProfile, Dataset, Role
from services.analysis.sql import literal, quote_identifier
from services.analysis.workspace import Workspace
from shared.kit.numbers import Style

MeasureKind = Literal["count", "number", "duration", "rate"]
MAX_GROUPS = 60  # values of a category that are compared one by one
MAX_RATES = 6  # values of a status that are followed
WIDE = 5.0  # how many times the 5th percentile the 95th must be before a measure is cut into brackets
IN_ORDER = 0.9  # share of rows in which the second date must follow the first to call the pair a duration
_CURRENCIES = frozenset("eur usd gbp chf jpy cny sek nok dkk pln czk huf inr aud cad nzd brl mxn zar krw".split())  # noqa: SIM905 (a list of codes)
_TARGET_WORDS = frozenset({"target", "goal", "budget", "budgeted", "plan", "planned", "quota", "limit", "expected", "forecast", "sla"})


@dataclass(frozen=True)
class Measure:
    """Something a row has a value of. `sql` gives it, null where the row has none; a rate is 0 or 1."""

    name: str
    kind: MeasureKind
    sql: str
    columns: tuple[str, ...]
    label: str
    unit: str = ""
    style: Style = Style.NUMBER
    state: str | None = None  # of a rate: the value whose share it is
    adds_up: bool = False  # whether a total says something

    @property
    def aggregate(self) -> str:
        """SQL of the average over a group (of a count: the number of rows)."""
        return "count(*)::double" if self.kind == "count" else f"avg({self.sql})"


@dataclass(frozen=True)
class Cut:
    """Something rows are grouped by. `sql` gives text; `values` are the groups, largest first."""

    name: str
    sql: str
    columns: tuple[str, ...]
    label: str
    values: tuple[str, ...]
    sizes: tuple[int, ...]
    ordered: bool = False
    personal: bool = False
    status: bool = False  # an outcome rather than a circumstance
    calendar: bool = False  # a part of the calendar: its groups are not equally long

    def equals(self, value: str | list[str]) -> str:
        """SQL that selects the rows of a group, or of several."""
        wanted = [value] if isinstance(value, str) else value
        if len(wanted) == 1:
            return f"{self.sql} = {literal(wanted[0])}"
        return f"{self.sql} in ({', '.join(literal(v) for v in wanted)})"


def humanize(name: str) -> str:
    """Return a column's name as words: `assigned_to` and `assignedTo` are "assigned to"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    words = re.sub(r"[\s_.\-/]+", " ", spaced).strip()
    return words if words.isupper() and len(words) <= 5 else words.lower()


COUNT = Measure("count", "count", "1", (), "number of rows", style=Style.COUNT, adds_up=True)


def measures_of(workspace: Workspace, dataset: Dataset) -> list[Measure]:
    """Return every measure of a table, in a fixed order: the count, numbers, durations, rates, met targets."""
    numbers = [_number(column) for column in dataset.columns if column.is_measure]
    return [COUNT, *numbers, *_durations(workspace, dataset), *_rates(workspace, dataset), *_met_targets(dataset)]


def _number(column: ColumnProfile) -> Measure:
    # A column of percentages that are not fractions is a plain number of points: 54.3, not 5430%.
    fraction = column.role is Role.PERCENTAGE and isinstance(column.max, int | float) and column.max <= 1
    style = Style.PERCENT if fraction else Style.MONEY if column.role is Role.CURRENCY else Style.NUMBER
    words = humanize(column.name).split()
    currency = words[-1].upper() if len(words) > 1 and words[-1] in _CURRENCIES else ""
    unit = column.unit or currency or ("%" if column.role is Role.PERCENTAGE and not fraction else "")
    label = " ".join(words[:-1]) if currency else humanize(column.name)
    return Measure(
        column.name,
        "number",
        f"({column.expression})::double",
        (column.name,),
        label,
        unit,
        style,
        adds_up=column.role is Role.CURRENCY or (column.role is Role.MEASURE and _never_negative(column)),
    )


def _never_negative(column: ColumnProfile) -> bool:
    return isinstance(column.min, int | float) and column.min >= 0


def _durations(workspace: Workspace, dataset: Dataset) -> list[Measure]:
    """Pairs of date columns of which the second follows the first in nearly every row that has both."""
    times = [c for c in dataset.columns if c.is_time and c.present >= 10]
    pairs = [(a, b) for i, a in enumerate(times) for b in times[i + 1 :]][:45]
    if not pairs:
        return []
    parts = []
    for a, b in pairs:
        gap = f"(epoch({b.expression}) - epoch({a.expression}))"
        parts += [f"count({gap})", f"count(*) filter ({gap} > 0)", f"count(*) filter ({gap} < 0)", f"median({gap})", f"stddev_samp({gap})"]
    found = workspace.query(f"select {', '.join(parts)} from {quote_identifier(dataset.name)}")[0]
    durations = []
    for i, (a, b) in enumerate(pairs):
        both, after, before, middle, spread = found[5 * i : 5 * i + 5]
        if both < 10 or not spread:
            continue
        if before > after:
            a, b, after, before, middle = b, a, before, after, -middle  # noqa: PLW2901
        if before <= (1 - IN_ORDER) * both and after > 0:
            durations.append(_duration(a, b, float(middle)))
    return durations


def _duration(start: ColumnProfile, end: ColumnProfile, median_seconds: float) -> Measure:
    unit, seconds = _time_unit(median_seconds)
    sql = f"((epoch({end.expression}) - epoch({start.expression})) / {seconds!r})"
    label = f"time from {humanize(start.name)} to {humanize(end.name)}"
    return Measure(f"duration({start.name} -> {end.name})", "duration", sql, (start.name, end.name), label, unit)


def _time_unit(median_seconds: float) -> tuple[str, float]:
    for unit, seconds in (("years", 365.25 * 86400.0), ("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if median_seconds >= 1.5 * seconds:
            return unit, seconds
    return "seconds", 1.0


def _rates(workspace: Workspace, dataset: Dataset) -> list[Measure]:
    measures = []
    for column in dataset.columns:
        if column.role is Role.BOOLEAN and column.distinct == 2:
            states = ["true" if column.type == "boolean" else "1" if column.type == "integer" else "1.0"]
        elif column.role is Role.RATE:
            rows = top_values(workspace, dataset, text_of(column), MAX_RATES)
            states = [value for value, n in rows if 0.01 * column.present <= n <= 0.99 * column.present]
            states = states[:1] if len(rows) == 2 else states
        else:
            continue
        measures += [_rate(column, state) for state in states]
    return measures


def _rate(column: ColumnProfile, state: str) -> Measure:
    text = text_of(column)
    sql = f"(case when {text} = {literal(state)} then 1.0 when {text} is not null then 0.0 end)"
    yes = column.role is Role.BOOLEAN
    label = f"share with {humanize(column.name)}" if yes else f"share with {humanize(column.name)} {state}"
    return Measure(f"rate({column.name}={state})", "rate", sql, (column.name,), label, style=Style.PERCENT, state=state)


def _met_targets(dataset: Dataset) -> list[Measure]:
    """An actual against its target: two numbers of one scale, one of them named as a target."""
    numbers = [c for c in dataset.columns if c.is_measure and c.quantiles is not None]
    measures = []
    for target in (c for c in numbers if _TARGET_WORDS & set(humanize(c.name).split())):
        for actual in numbers:
            if actual.name == target.name or actual.role is not target.role or not _same_scale(actual, target):
                continue
            if _TARGET_WORDS & set(humanize(actual.name).split()):
                continue
            a, t = actual.expression, target.expression
            sql = f"(case when {a} >= {t} then 1.0 when {a} < {t} then 0.0 end)"
            label = f"share with {humanize(actual.name)} at or above {humanize(target.name)}"
            columns = (actual.name, target.name)
            measures.append(Measure(f"rate({actual.name}>={target.name})", "rate", sql, columns, label, style=Style.PERCENT, state="met"))
    return measures


def _same_scale(a: ColumnProfile, b: ColumnProfile) -> bool:
    assert a.quantiles is not None
    assert b.quantiles is not None
    return a.quantiles[0] <= b.quantiles[4] and b.quantiles[0] <= a.quantiles[4]


def text_of(column: ColumnProfile) -> str:
    """SQL of a column's value as text."""
    return column.expression if column.type == "text" else f"cast({column.expression} as varchar)"


def top_values(workspace: Workspace, dataset: Dataset, sql: str, limit: int) -> list[tuple[str, int]]:
    """Return the most frequent values of a text expression with their counts, largest first."""
    table = quote_identifier(dataset.name)
    query = f"select {sql} as v, count(*) as n from {table} where {sql} is not null group by 1 order by 2 desc, 1 limit {limit}"
    return [(str(v), int(n)) for v, n in workspace.query(query)]


def cuts_of(workspace: Workspace, dataset: Dataset) -> list[Cut]:
    """Return what the rows of a table can be grouped by: categories of few enough values."""
    cuts = []
    for column in dataset.columns:
        if not column.is_cut or column.distinct > 5 * MAX_GROUPS or column.distinct > max(2, 0.5 * column.present):
            continue
        rows = top_values(workspace, dataset, text_of(column), MAX_GROUPS)
        if len(rows) < 2:
            continue
        values, sizes = tuple(v for v, _ in rows), tuple(n for _, n in rows)
        personal = column.looks_personal
        cuts.append(
            Cut(
                column.name,
                text_of(column),
                (column.name,),
                humanize(column.name),
                values,
                sizes,
                personal=personal,
                status=column.role is Role.RATE,
            )
        )
    return cuts


def calendar_cuts(workspace: Workspace, dataset: Dataset, time: ColumnProfile) -> list[Cut]:
    """Return the weekday and, over a year or more, the quarter of a date."""
    x = time.expression
    days = workspace.scalar(f"select (epoch(max({x})) - epoch(min({x}))) / 86400 from {quote_identifier(dataset.name)}") or 0.0
    parts = [("weekday", f"dayname({x})", 28), ("quarter", f"'Q' || quarter({x})", 360)]
    cuts = []
    for part, sql, fewest in parts:
        rows = top_values(workspace, dataset, sql, MAX_GROUPS) if days >= fewest else []
        if len(rows) >= 2:
            values, sizes = tuple(v for v, _ in rows), tuple(n for _, n in rows)
            label = f"{part} of {humanize(time.name)}"
            cuts.append(Cut(f"{part}({time.name})", sql, (time.name,), label, values, sizes, ordered=True, calendar=True))
    return cuts


def bracket_cut(workspace: Workspace, dataset: Dataset, measure: Measure) -> Cut | None:
    """Return brackets of a positive measure with round edges (1, 5, 10, 50, ...), or None where there are not three of use."""
    table, x = quote_identifier(dataset.name), measure.sql
    low, high = workspace.query(f"select quantile_disc({x}, 0.05), quantile_disc({x}, 0.95) from {table}")[0]
    if not measure.adds_up or low is None or low <= 0 or high < WIDE * low:
        return None
    edges = _round_edges(low, high)
    if len(edges) < 2:
        return None
    arms = [f"when {x} < {edges[0]!r} then {literal('below ' + _plain(edges[0]))}"]
    arms += [f"when {x} < {b!r} then {literal(_plain(a) + '-' + _plain(b))}" for a, b in itertools.pairwise(edges)]
    sql = f"(case {' '.join(arms)} when {x} is not null then {literal(_plain(edges[-1]) + ' and above')} end)"
    rows = top_values(workspace, dataset, sql, MAX_GROUPS)
    if len([n for _, n in rows if n >= 5]) < 3:
        return None
    values, sizes = tuple(v for v, _ in rows), tuple(n for _, n in rows)
    return Cut(f"bracket({measure.name})", sql, measure.columns, f"{measure.label} bracket", values, sizes, ordered=True)


def _round_edges(low: float, high: float) -> list[float]:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    series = [m * 10.0**k for k in range(first, last + 1) for m in (1, 5)]
    return [edge for edge in series if low < edge < high]


def _plain(edge: float) -> str:
    return f"{edge:g}" if edge < 1e6 else f"{edge:.0f}"
