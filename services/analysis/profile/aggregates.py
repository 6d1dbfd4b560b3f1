"""The numbers a profile is made from, gathered in a handful of queries however many columns there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from services.analysis.dataset import ValueType

# Above this many rows, distinct values are counted by a sketch (HyperLogLog, about 2% off) and
# quantiles are taken over every k-th row; both give the same answer on any number of threads.
EXACT_ROWS = 250_000
COLUMNS_PER_QUERY = 100
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Cells:
    """A column to summarise: the SQL that reads it and the type that SQL gives."""

    expression: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Summary:
    """Aggregates of one column. Lengths, words and the share of codes are of text columns only.

    `coded` is the number of cells without a space that hold a digit; `titled` the number whose words
    all begin with a capital; `whole` the number of numeric cells without a fraction.
    """

    present: int
    distinct: int
    min: float | str | None = None
    max: float | str | None = None
    mean: float | None = None
    deviation: float | None = None
    quantiles: tuple[float, float, float, float, float] | None = None
    whole: int = 0
    ascending: bool = False
    mean_length: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    mean_words: float | None = None
    coded: int = 0
    titled: int = 0
    formulas: int = 0
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
    return summaries


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
            "mean_length": "avg(length($c))",
            "min_length": "min(length($c))",
            "max_length": "max(length($c))",
            "mean_words": "avg(length(trim($c)) - length(replace(trim($c), ' ', '')) + 1)",
            "coded": "count(*) filter (regexp_matches($c, '^[^\\s]*[0-9][^\\s]*$'))",
            "titled": "count(*) filter (regexp_full_match($c, '(\\p{Lu}[\\p{L}.''-]*[ ,]*)+'))",
            "formulas": "count(*) filter (regexp_matches($c, '^[=+@-][A-Za-z@(]'))",
            "blank": "count(*) filter (trim($c) = '')",
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
