"""The profile of a table: what each column holds and what it is to an analyst."""

from pathlib import Path
from typing import Any

import duckdb

from services.analysis.dataset import ColumnProfile, Note, Role, ValueType
from services.analysis.profile.aggregates import Cells, Summary, summarize
from services.analysis.profile.roles import Evidence, decide_role
from services.analysis.sql import literal, quote_identifier
from shared.kit.numbers import Style

SAMPLE_VALUES = 5
SAMPLE_CELLS = 400_000


def profile_table(connection: duckdb.DuckDBPyConnection, parquet: Path) -> tuple[int, tuple[ColumnProfile, ...], tuple[Note, ...]]:
    """Return the number of rows, the profile of every column and what was noted about the values of a converted table."""
    table = f"read_parquet({literal(str(parquet))})"
    described = connection.execute(f"describe select * from {table}").fetchall()
    stored = [(str(row[0]), str(row[1])) for row in described]
    count = connection.execute(f"select count(*) from {table}").fetchone()
    rows = int(count[0]) if count else 0
    samples = _samples(connection, table, [name for name, _ in stored])
    cells = [_cells(name, kind) for name, kind in stored]
    summaries = summarize(connection, table, rows, cells)
    columns = tuple(
        _profile(position, name, kind, cells[position], summaries[position], rows, samples[position])
        for position, (name, kind) in enumerate(stored)
    )
    return rows, columns, ()


def value_type(stored: str) -> ValueType:
    """Return the type of a stored DuckDB type in the words of a profile."""
    base = stored.split("(")[0].upper()
    if base.endswith("INT") or base in {"INTEGER", "UINTEGER"}:
        return "integer"
    if base in {"DOUBLE", "FLOAT", "DECIMAL", "REAL"}:
        return "number"
    if base.startswith("TIMESTAMP"):
        return "timestamp"
    return {"DATE": "date", "TIME": "time", "BOOLEAN": "boolean", "VARCHAR": "text"}.get(base, "other")  # type: ignore[return-value]


def _cells(name: str, stored: str) -> Cells:
    kind = value_type(stored)
    column = quote_identifier(name)
    return Cells(expression=column, type=kind)


def _samples(connection: duckdb.DuckDBPyConnection, table: str, names: list[str]) -> list[tuple[str, ...]]:
    limit = max(50, min(1000, SAMPLE_CELLS // max(1, len(names))))
    rows = connection.execute(f"select * from {table} limit {limit}").fetchall()
    return [tuple(dict.fromkeys(str(row[i]) for row in rows if row[i] is not None)) for i in range(len(names))]


def _profile(position: int, name: str, stored: str, cells: Cells, summary: Summary, rows: int, sample: tuple[str, ...]) -> ColumnProfile:
    role = decide_role(Evidence(name=name, type=cells.type, rows=rows, summary=summary, sample=sample))
    facts: dict[str, Any] = {
        key: getattr(summary, key) for key in ("min", "max", "mean", "deviation", "quantiles", "mean_length", "mean_words", "distinct")
    }
    return ColumnProfile(
        name=name,
        position=position,
        type=cells.type,
        stored_type=stored,
        expression=cells.expression,
        role=role,
        rows=rows,
        missing=rows - summary.present,
        sample=sample[:SAMPLE_VALUES],
        style={Role.CURRENCY: Style.MONEY}.get(role, Style.NUMBER),
        **facts,
    )
