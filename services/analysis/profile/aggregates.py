"""The numbers a profile is made from, gathered in a handful of queries however many columns there are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import duckdb

from services.analysis.dataset import ValueType
from services.analysis.engines.contract import Engine

# Above this many rows, distinct values are counted by a sketch (HyperLogLog, about 2% off) and
# quantiles are those of about so many rows, spread evenly; both give the same answer on any number of threads.
EXACT_ROWS = 250_000
_SPREAD = 2_654_435_761  # Knuth's multiplicative hash of a row's number: an even choice that no cycle in the rows can meet
COLUMNS_PER_QUERY = 20
WIDE_COLUMNS = 60
LONG_COLUMNS = 1000
LONG_CELLS = 20_000_000
_LONG_TYPES: dict[ValueType, str] = {
    "integer": "hugeint",
    "number": "double",
    "date": "date",
    "timestamp": "timestamp",
    "time": "time",
    "boolean": "boolean",
    "text": "varchar",
    "other": "varchar",
}
# Spelled out in each case: folding every cell to lower case would cost more than all other counts of a text column.
_MARKERS = "'n/a', 'N/A', 'na', 'NA', '#N/A', 'nan', 'NaN', 'NAN', 'null', 'Null', 'NULL', '#VALUE!', '#DIV/0!', '#REF!'"
_ODD = {
    "formulas": "count(*) filter (regexp_matches($c, '^(=.|[+@-][A-Za-z_.]*[(|!])'))",
    "markers": f"count(*) filter ($c in ({_MARKERS}))",
    "blank": "count(*) filter (regexp_matches($c, '^\\s*$'))",
}
FEW_ENOUGH_TO_GROUP = 10_000  # distinct cells of a column up to which they are counted before they are looked at
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Cells:
    """A column to summarise: the SQL that reads it, the type that SQL gives, and whether a fraction has been seen in it already."""

    expression: str
    type: ValueType
    fractions: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """Aggregates of one column over the values of its expression.

    Of numbers: `whole` says that no value has a fraction. Of text: `formulas` counts cells that begin
    like a spreadsheet formula, `markers` those that hold a word for missing, `blank` those of spaces.
    """

    present: int
    distinct: int
    min: float | str | None = None
    max: float | str | None = None
    mean: float | None = None
    deviation: float | None = None
    quantiles: tuple[float, float, float, float, float] | None = None
    whole: bool = False
    formulas: int = 0
    markers: int = 0
    blank: int = 0


def summarize(connection: Engine, table: str, rows: int, columns: Sequence[Cells]) -> list[Summary]:
    """Return the aggregates of `columns` of `table` (a relation in SQL), in the same order."""
    exact = rows <= EXACT_ROWS
    slow_planner = isinstance(connection, duckdb.DuckDBPyConnection)
    if slow_planner and len(columns) > WIDE_COLUMNS and rows * len(columns) <= LONG_CELLS:
        return _summarize_long(connection, table, columns)
    summaries: list[Summary] = []
    for start in range(0, len(columns), COLUMNS_PER_QUERY):
        chunk = columns[start : start + COLUMNS_PER_QUERY]
        parts = [_aggregates(cells, exact=exact) for cells in chunk]
        inner = ", ".join(f"({cells.expression}) as c{i}" for i, cells in enumerate(chunk))
        chosen = "true" if exact else f"({row_number(table)} * {_SPREAD}) % {2**32} < {2**32 * EXACT_ROWS // rows}"
        outer = ", ".join(sql.replace("$c", f"c{i}") for i, part in enumerate(parts) for sql in part.values())
        row = connection.execute(f"select {outer} from (select {inner}, {chosen} as chosen from {table})").fetchone()
        assert row is not None
        values = iter(row)
        summaries += [_summary({key: next(values) for key in part}) for part in parts]
    return _with_odd_cells(connection, table, columns, summaries)


def row_number(table: str) -> str:
    """Return SQL of a row's number in a relation that is a table or a Parquet file."""
    return "file_row_number" if table.startswith("read_parquet(") else "rowid"


def _summarize_long(connection: Engine, table: str, columns: Sequence[Cells]) -> list[Summary]:
    """The same for a wide table: cells one below the other, grouped by column, since planning thousands of aggregates takes minutes."""
    found: dict[int, Summary] = {}
    for kind in sorted({cells.type for cells in columns}):
        chosen = [i for i, cells in enumerate(columns) if cells.type == kind]
        part = _aggregates(Cells("", kind), exact=True) | (_ODD if kind == "text" else {})
        outer = ", ".join(sql.replace("$c", "v") for sql in part.values())
        for start in range(0, len(chosen), LONG_COLUMNS):
            chunk = chosen[start : start + LONG_COLUMNS]
            values = ", ".join(f"({columns[i].expression})::{_LONG_TYPES[kind]}" for i in chunk)
            cells = f"select unnest([{', '.join(map(str, chunk))}]) as n, unnest([{values}]) as v from {table}"
            for n, *row in connection.execute(f"select n, {outer} from ({cells}) group by n").fetchall():
                found[n] = _summary(dict(zip(part, row, strict=True)))
    return [found[i] for i in range(len(columns))]


def _with_odd_cells(connection: Engine, table: str, columns: Sequence[Cells], summaries: Sequence[Summary]) -> list[Summary]:
    """Add the counts of odd cells of text: looked for only among cells that could be odd, and once a value where values recur."""
    filled = list(summaries)
    counts = ", ".join(sql.replace("count(*)", "sum(n)").replace("$c", "v") for sql in _ODD.values())
    for i, cells in enumerate(columns):
        if cells.type != "text" or not summaries[i].distinct:
            continue
        each = f"select ({cells.expression}) as v, 1 as n from {table}"
        if summaries[i].distinct <= FEW_ENOUGH_TO_GROUP:
            each = f"select v, count(*) as n from ({each}) group by v"
        row = connection.execute(f"select {counts} from ({each}) where v < 'A' or v in ({_MARKERS})").fetchone()
        formulas, markers, blank = (int(n or 0) for n in row or (0, 0, 0))
        filled[i] = replace(filled[i], formulas=formulas, markers=markers, blank=blank)
    return filled


def _aggregates(cells: Cells, *, exact: bool) -> dict[str, str]:
    always = {"present": "count($c)", "distinct": "count(distinct $c)" if exact else "approx_count_distinct($c)"}
    if cells.type in {"integer", "number"}:
        # Whether all values are whole needs no look at every one where a sample shows a fraction.
        known = {"integer": "true", "number": "false" if cells.fractions else "count(*) filter ($c <> trunc($c)) = 0"}
        return always | {
            "min": "min($c)",
            "max": "max($c)",
            "mean": "avg($c::double)",
            # Values whose squares overflow have no deviation that could be shown.
            "deviation": "stddev_samp(case when abs($c::double) < 1e150 then $c::double end)",
            "whole": known[cells.type],
            "quantiles": f"quantile_cont($c::double, {list(QUANTILES)})" + ("" if exact else " filter (chosen)"),
        }
    return always | ({"min": "min($c)", "max": "max($c)"} if cells.type in {"date", "timestamp", "time"} else {})


def _summary(values: dict[str, Any]) -> Summary:
    if values.get("quantiles") is not None:
        values["quantiles"] = tuple(values["quantiles"])
    for key in ("mean", "deviation"):
        values[key] = steady(values.get(key))
    return Summary(**{key: _plain(value) for key, value in values.items()})


def steady(value: float | None) -> float | None:
    """Return a number to twelve significant digits, so that the order in which threads add up does not show; None where not finite."""
    return float(f"{value:.12g}") if value is not None and math.isfinite(value) else None


def _plain(value: Any) -> Any:
    """Dates as ISO text, decimals as floats, everything else as it is."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, int | float | str | tuple):
        return value
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value)
