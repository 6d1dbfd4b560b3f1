"""Events inside periods of another table: a case opened while its owner was away, a sale during a campaign."""

from collections.abc import Sequence

from services.analysis.dataset import ColumnProfile, Dataset, Role
from services.analysis.profile.keys import CONTAINED, NO_KEYS, KeyJoin
from services.analysis.sql import quote_identifier
from services.analysis.workspace import Workspace
from shared.kit.value import Value

MOST_PAIRS = 50
IN_ORDER = 0.9  # share of rows in which a period must end no earlier than it starts
_DATES = r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?"


class Period(Value):
    """Periods a table's rows hold: from `start` to `end`, or written as pairs of ISO dates inside the one text column `start`."""

    table: str
    start: str
    end: str | None = None


class PeriodJoin(Value):
    """Rows of `table` whose date `event` lies inside a period of the rows of `period.table` that have their key.

    `inside` is how many rows do, of the `matched` rows whose key is found there. It says whether, not
    which: a row inside two periods is still one row.
    """

    table: str
    column: str
    event: str
    period: Period
    target_column: str
    matched: int
    inside: int


def find_periods(workspace: Workspace) -> tuple[Period, ...]:
    """Return the periods the tables hold: ordered pairs of dates, and texts that list pairs of dates."""
    return tuple(period for dataset in workspace.datasets for period in [*_date_pairs(workspace, dataset), *_written(workspace, dataset)])


def _date_pairs(workspace: Workspace, dataset: Dataset) -> list[Period]:
    times = [c for c in dataset.columns if c.is_time and c.present >= 2][:10]
    pairs = [(a, b) for a in times for b in times if a is not b]
    if not pairs:
        return []
    parts = ", ".join(
        f"count(*) filter ({a.expression} is not null and {b.expression} is not null), count(*) filter ({a.expression} < {b.expression}), "
        f"count(*) filter ({a.expression} > {b.expression})"
        for a, b in pairs
    )
    (row,) = workspace.query(f"select {parts} from {quote_identifier(dataset.name)}")
    found = []
    for i, (a, b) in enumerate(pairs):
        both, before, after = row[3 * i : 3 * i + 3]
        if both >= 2 and before > 0 and after <= (1 - IN_ORDER) * both and before > after:
            found.append(Period(table=dataset.name, start=a.name, end=b.name))
    return found


def _written(workspace: Workspace, dataset: Dataset) -> list[Period]:
    texts = [c for c in dataset.columns if c.type == "text" and c.role is not Role.EMPTY and (c.mean_length or 0) >= 20]
    if not texts:
        return []
    parts = ", ".join(f"count(*) filter (len({_dates(c.expression)}) >= 2 and len({_dates(c.expression)}) % 2 = 0)" for c in texts)
    (row,) = workspace.query(f"select {parts} from {quote_identifier(dataset.name)}")
    return [Period(table=dataset.name, start=c.name) for c, n in zip(texts, row, strict=True) if n >= max(2, 0.8 * c.present)]


def _dates(expression: str) -> str:
    return f"regexp_extract_all({expression}, '{_DATES}')"


def find_period_joins(workspace: Workspace, joins: Sequence[KeyJoin] = ()) -> tuple[PeriodJoin, ...]:
    """Return which dates of which tables fall inside which periods of rows with the same key, where some do and some do not."""
    found = []
    for period in find_periods(workspace):
        target = workspace.dataset(period.table)
        for home in workspace.datasets:
            if home is target:
                continue
            for column, key in _pairs(workspace, home, target, joins):
                for event in (c for c in home.columns if c.is_time):
                    join = _measured(workspace, home, column, event, period, key)
                    if 0 < join.inside < join.matched:
                        found.append(join)
    return tuple(sorted(found, key=lambda j: (-j.matched, -j.inside, j.table, j.column, j.event, j.target_column)))


def _pairs(workspace: Workspace, home: Dataset, target: Dataset, joins: Sequence[KeyJoin]) -> list[tuple[ColumnProfile, ColumnProfile]]:
    """Return the measured keys between two tables, else columns that hold the target's values: not everybody was away, some were twice."""
    measured = [j for j in joins if (j.table, j.target) == (home.name, target.name)]
    if measured:
        return [(home.column(j.column), target.column(j.target_column)) for j in measured]
    pairs = [(c, k) for c in home.columns for k in target.columns if _comparable(c, k)][:MOST_PAIRS]
    return [(column, key) for column, key in pairs if _holds(workspace, home, column, target, key)]


def _comparable(column: ColumnProfile, key: ColumnProfile) -> bool:
    if column.type != key.type or {column.role, key.role} & NO_KEYS:
        return False
    return column.type == "text" or column.name.lower() == key.name.lower()


def _holds(workspace: Workspace, home: Dataset, column: ColumnProfile, target: Dataset, key: ColumnProfile) -> bool:
    values = f"select distinct {key.expression} as v from {quote_identifier(target.name)} where {key.expression} is not null"
    known = f"select {column.expression} from {quote_identifier(home.name)} where {column.expression} is not null"
    ((number, found),) = workspace.query(f"select count(*), count(*) filter (v in ({known})) from ({values})")
    return int(number) >= 2 and int(found) >= CONTAINED * int(number)


def _measured(
    workspace: Workspace, home: Dataset, column: ColumnProfile, event: ColumnProfile, period: Period, key: ColumnProfile
) -> PeriodJoin:
    join = PeriodJoin(table=home.name, column=column.name, event=event.name, period=period, target_column=key.name, matched=0, inside=0)
    table = quote_identifier(home.name)
    known = f"{column.expression} in (select {key.expression} from {quote_identifier(period.table)})"
    (row,) = workspace.query(
        f"select count(*) filter ({known} and {event.expression} is not null), count(*) filter ({inside(workspace, join)}) from {table}"
    )
    return join.model_copy(update={"matched": int(row[0]), "inside": int(row[1])})


def inside(workspace: Workspace, join: PeriodJoin) -> str:
    """Return SQL that is true for the rows of `join.table` whose event lies inside a period, to be used in a query of that table alone."""
    home, target = workspace.dataset(join.table), workspace.dataset(join.period.table)
    here = quote_identifier(home.name)
    moment = home.column(join.event).qualified(here)
    same = f"{target.column(join.target_column).qualified('r')} = {home.column(join.column).qualified(here)}"
    start = target.column(join.period.start).qualified("r")
    if join.period.end is not None:
        within = f"{moment} between {start} and {target.column(join.period.end).qualified('r')}"
    else:
        dates = f"{_dates(start)}::timestamp[]"
        within = (
            f"len(list_filter(range(1, len({dates}) // 2 + 1), lambda i: {moment} between ({dates})[2 * i - 1] and ({dates})[2 * i])) > 0"
        )
    return f"exists (select 1 from {quote_identifier(target.name)} r where {same} and {within})"
