"""The numbers a profile is made from, gathered in a handful of queries however many columns there are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import duckdb

from services.analysis.dataset import ValueType

# Above this many rows, distinct values are counted by a sketch (HyperLogLog, about 2% off) and
# quantiles are taken over every k-th row; both give the same answer on any number of threads.
EXACT_ROWS = 250_000
COLUMNS_PER_QUERY = 100
_MARKERS = "'n/a', 'na', '#n/a', 'nan', 'null', '#value!', '#div/0!', '#ref!'"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Cells:
    """A column to summarise: the SQL that reads it and the type that SQL gives."""

    expression: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Summary:
    """Aggregates of one column over the values of its expression.

    Of numbers: `whole` counts values without a fraction. Of text: `formulas` counts cells that begin
    like a spreadsheet formula, `markers` those that hold a word for missing, `blank` those of spaces.
    """

    present: int
    distinct: int
    min: float | str | None = None
    max: float | str | None = None
    mean: float | None = None
    deviation: float | None = None
    quantiles: tuple[float, float, float, float, float] | None = None
    whole: int = 0
    formulas: int = 0
    markers: int = 0
    blank: int = 0


def summarize(connection: duckdb.DuckDBPyConnection, table: str, rows: int, columns: Sequence[Cells]) -> list[Summary]:
    """Return the aggregates of `columns` of `table` (a relation in SQL), in the same order."""
    exact = rows <= EXACT_ROWS
    summaries: list[Summary] = []
    for start in range(0, len(columns), COLUMNS_PER_QUERY):
        chunk = columns[start : start + COLUMNS_PER_QUERY]
        parts = [_aggregates(cells, exact=exact) for cells in chunk]
        inner = ", ".join(f"({cells.expression}) as c{i}" for i, cells in enumerate(chunk))
        outer = ", ".join(sql.replace("$c", f"c{i}") for i, part in enumerate(parts) for sql in part.values())
        row = connection.execute(f"select {outer} from (select {inner} from {table})").fetchone()
        assert row is not None
        values = iter(row)
        summaries += [_summary({key: next(values) for key in part}) for part in parts]
    return summaries if exact else _with_sampled_quantiles(connection, table, rows, columns, summaries)


def _with_sampled_quantiles(
    connection: duckdb.DuckDBPyConnection, table: str, rows: int, columns: Sequence[Cells], summaries: Sequence[Summary]
) -> list[Summary]:
    """Add quantiles taken over every k-th row: exact ones would hold every value of every column in memory."""
    numeric = [i for i, cells in enumerate(columns) if cells.type in {"integer", "number"}]
    filled = list(summaries)
    step = -(-rows // EXACT_ROWS)
    for start in range(0, len(numeric), COLUMNS_PER_QUERY):
        chunk = numeric[start : start + COLUMNS_PER_QUERY]
        parts = ", ".join(f"quantile_cont(({columns[i].expression})::double, {list(QUANTILES)})" for i in chunk)
        row = connection.execute(f"select {parts} from {table} where rowid % {step} = 0").fetchone()
        for i, values in zip(chunk, row or (), strict=True):
            filled[i] = replace(filled[i], quantiles=tuple(values) if values is not None else None)
    return filled


def _aggregates(cells: Cells, *, exact: bool) -> dict[str, str]:
    distinct = "count(distinct $c)" if exact else "approx_count_distinct($c)"
    always = {"present": "count($c)", "distinct": distinct}
    if cells.type in {"integer", "number"}:
        quantiles = ", ".join(str(q) for q in QUANTILES)
        numeric = {
            "min": "min($c)",
            "max": "max($c)",
            "mean": "avg($c::double)",
            "deviation": "stddev_samp($c::double)",
            "whole": "count(*) filter ($c = trunc($c))",
        }
        if exact:
            numeric["quantiles"] = f"quantile_cont($c::double, [{quantiles}])"
        return always | numeric
    if cells.type in {"date", "timestamp", "time"}:
        return always | {"min": "min($c)", "max": "max($c)"}
    if cells.type == "text":
        return always | {
            "formulas": "count(*) filter (ascii($c) in (61, 43, 45, 64) and regexp_matches($c, '^(=.|[+@-][A-Za-z_.]*[(|!])'))",
            "markers": f"count(*) filter (strlen($c) <= 7 and lower($c) in ({_MARKERS}))",
            "blank": "count(*) filter ($c <= '!' and trim($c) = '')",
        }
    return always


def _summary(values: dict[str, Any]) -> Summary:
    if values.get("quantiles") is not None:
        values["quantiles"] = tuple(values["quantiles"])
    return Summary(**{key: _plain(value) for key, value in values.items()})


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
