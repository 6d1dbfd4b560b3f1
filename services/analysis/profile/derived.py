"""Measures and cuts that follow from the tables without anybody naming them: backlog, tenure, periods, parts of codes and texts.

Durations, rates, counts and met targets are in `services.analysis.measures`; here is what needs
several tables or looks inside cells. Every expression is SQL over one table alone, so that it runs on
a plain read of the upload.
"""

from collections.abc import Sequence
from typing import Literal

from services.analysis.dataset import ColumnProfile, Dataset, Role
from services.analysis.profile.keys import KeyJoin, looked_up
from services.analysis.profile.periods import PeriodJoin, inside
from services.analysis.sql import quote_identifier
from services.analysis.workspace import Workspace
from shared.kit.numbers import Style
from shared.kit.value import Value

SECONDS_PER_DAY = 86400.0
MOST_PARTS = 30
FEWEST_PARTS = 2
FEWEST_MARKED, MARKED = 20, 0.05  # texts, and their share, that must name an identifier
RECURRING = 3  # how many texts name the same identifier on average
Grain = Literal["day", "week", "month", "quarter", "year"]


class DerivedMeasure(Value):
    """Something a row has a value of: `expression` gives it; `columns` are those it rests on, `tables` the other tables it reads."""

    name: str
    kind: Literal["backlog", "tenure", "inside"]
    expression: str
    columns: tuple[str, ...]
    tables: tuple[str, ...] = ()
    unit: str = ""
    style: Style = Style.NUMBER


class DerivedCut(Value):
    """Something rows are grouped by that no column holds as it stands; `expression` gives text."""

    name: str
    kind: Literal["first_word", "last_part", "prefix", "identifier", "looked_up"]
    expression: str
    columns: tuple[str, ...]
    tables: tuple[str, ...] = ()


def derived_measures(
    workspace: Workspace, dataset: Dataset, joins: Sequence[KeyJoin] = (), periods: Sequence[PeriodJoin] = ()
) -> tuple[DerivedMeasure, ...]:
    """Return the derived measures of a table, in the order of their names."""
    found = _backlogs(dataset)
    for join in joins:
        if join.table == dataset.name and join.keeps_rows:
            found += _tenures(workspace, dataset, join)
    for period in periods:
        if period.table == dataset.name:
            found.append(_inside(workspace, period))
    return tuple(sorted(found, key=lambda measure: measure.name))


def _backlogs(dataset: Dataset) -> list[DerivedMeasure]:
    """A date every row has and a later one that some rows lack: those rows are still open."""
    times = [c for c in dataset.columns if c.is_time and c.present >= 2]
    pairs = [(a, b) for a in times for b in times if a.missing == 0 < b.missing and str(a.min) <= str(b.min)]
    return [
        DerivedMeasure(
            name=f"backlog({a.name} -> {b.name})",
            kind="backlog",
            expression=f"(case when {b.expression} is null then 1.0 else 0.0 end)",
            columns=(a.name, b.name),
            style=Style.PERCENT,
        )
        for a, b in pairs
    ]


def backlog_over_time(dataset: Dataset, start: ColumnProfile, end: ColumnProfile, grain: Grain = "month") -> str:
    """Return SQL of rows (period, open): how many rows had started and not ended when each period of the table's time ended."""
    step, table = f"interval 1 {grain}", quote_identifier(dataset.name)
    periods = (
        f"select unnest(generate_series(date_trunc('{grain}', min({start.expression})::timestamp), "
        f"date_trunc('{grain}', max({start.expression})::timestamp), {step})) as period from {table}"
    )
    ended = f"({end.expression} is null or {end.expression} >= period + {step})"
    counted = f"count(*) filter ({start.expression} < period + {step} and {ended})"
    return f"select period, {counted} as open from ({periods}), {table} group by period order by period"


def _tenures(workspace: Workspace, dataset: Dataset, join: KeyJoin) -> list[DerivedMeasure]:
    """How long something the row points to had been there when the row's event happened."""
    target = workspace.dataset(join.target)
    here = quote_identifier(dataset.name)
    measures = []
    for since in (c for c in target.columns if c.is_time):
        for event in (c for c in dataset.columns if c.is_time):
            began = looked_up(workspace, join, since.name)
            measures.append(
                DerivedMeasure(
                    name=f"tenure({join.column}.{since.name} -> {event.name})",
                    kind="tenure",
                    expression=f"((epoch({event.qualified(here)}) - epoch({began})) / {SECONDS_PER_DAY!r})",
                    columns=(join.column, event.name, since.name, join.target_column),
                    tables=(join.target,),
                    unit="days",
                )
            )
    return measures


def _inside(workspace: Workspace, join: PeriodJoin) -> DerivedMeasure:
    period = join.period
    columns = [join.column, join.event, join.target_column, period.start, *([period.end] if period.end else [])]
    span = f"{period.start} -> {period.end}" if period.end else period.start
    event = workspace.dataset(join.table).column(join.event)
    return DerivedMeasure(
        name=f"inside({join.column}, {join.event} in {period.table}: {span})",
        kind="inside",
        expression=f"(case when {event.expression} is not null then ({inside(workspace, join)})::int::double end)",
        columns=tuple(dict.fromkeys(columns)),
        tables=(period.table,),
        style=Style.PERCENT,
    )


def derived_cuts(workspace: Workspace, dataset: Dataset, joins: Sequence[KeyJoin] = ()) -> tuple[DerivedCut, ...]:
    """Return the derived cuts of a table: parts of cells that recur though the cells do not, and categories of tables it points to."""
    found = [cut for column in dataset.columns if _divisible(column) for cut in _parts(workspace, dataset, column)]
    found += [cut for column in dataset.columns if _wordy(column) if (cut := _identifier_in(workspace, dataset, column)) is not None]
    for join in joins:
        if join.table == dataset.name and join.keeps_rows:
            found += _looked_up(workspace, join)
    return tuple(sorted(found, key=lambda cut: cut.name))


def _divisible(column: ColumnProfile) -> bool:
    roles = {Role.CATEGORY, Role.GEOGRAPHY, Role.IDENTIFIER}
    return column.type == "text" and column.role in roles and column.distinct > MOST_PARTS / 2 and not column.looks_personal


def _parts(workspace: Workspace, dataset: Dataset, column: ColumnProfile) -> list[DerivedCut]:
    """Keep a part where it takes few values, several of them often, though the whole cells take many."""
    x = column.expression
    shapes: dict[Literal["first_word", "last_part", "prefix"], str] = {
        "first_word": f"nullif(regexp_extract({x}, '^([^\\s]+)\\s', 1), '')",
        "last_part": f"nullif(trim(regexp_extract({x}, ',([^,]*)$', 1)), '')",
        "prefix": f"nullif(regexp_extract({x}, '^([A-Za-z]{{1,6}})[-_ ]?[0-9]', 1), '')",
    }
    cuts = []
    for kind, part in shapes.items():
        counted = f"select {part} as v, count(*) as n from {quote_identifier(dataset.name)} where {part} is not null group by 1"
        (row,) = workspace.query(
            f"select count(*), coalesce(sum(n), 0), count(*) filter (n >= {max(3, dataset.rows // 50)}) from ({counted})"
        )
        values, rows, frequent = (int(cell) for cell in row)
        few = FEWEST_PARTS <= values <= min(MOST_PARTS, column.distinct / 2)
        if few and rows >= 0.8 * column.present and frequent >= FEWEST_PARTS:
            cuts.append(DerivedCut(name=f"{kind}({column.name})", kind=kind, expression=part, columns=(column.name,)))
    return cuts


def _wordy(column: ColumnProfile) -> bool:
    roles = {Role.FREE_TEXT, Role.CATEGORY}
    return column.type == "text" and column.role in roles and column.distinct > MOST_PARTS / 2 and not column.looks_personal


def _identifier_in(workspace: Workspace, dataset: Dataset, column: ColumnProfile) -> DerivedCut | None:
    """Return the identifier that texts name among other words (letters and then digits: PRN-004, Room12), where identifiers recur."""
    x = column.expression
    token = f"nullif(regexp_extract({x}, '(?:^|[^A-Za-z0-9])([A-Za-z]{{1,12}}[-_#]?[0-9]{{2,8}})(?:$|[^A-Za-z0-9])', 1), '')"
    part = f"(case when regexp_matches({x}, '\\S\\s+\\S') then {token} end)"
    counted = f"select {part} as v, count(*) as n from {quote_identifier(dataset.name)} where {part} is not null group by 1"
    (row,) = workspace.query(f"select count(*), coalesce(sum(n), 0) from ({counted})")
    values, rows = (int(cell) for cell in row)
    recurs = values >= FEWEST_PARTS and rows >= RECURRING * values and values < column.distinct
    if not recurs or rows < max(FEWEST_MARKED, MARKED * column.present):
        return None
    return DerivedCut(name=f"identifier({column.name})", kind="identifier", expression=part, columns=(column.name,))


def _looked_up(workspace: Workspace, join: KeyJoin) -> list[DerivedCut]:
    target = workspace.dataset(join.target)
    # A value that every row of the target has for itself says no more than the key.
    wanted = [c for c in target.columns if c.is_cut and c.distinct < c.present and c.name != join.target_column and not c.looks_personal]
    return [
        DerivedCut(
            name=f"{join.column}.{column.name}",
            kind="looked_up",
            expression=f"({looked_up(workspace, join, column.name)})::varchar",
            columns=(join.column, column.name, join.target_column),
            tables=(join.target,),
        )
        for column in wanted
    ]
