"""Delimited text (CSV, TSV and relatives) to Parquet, read as plain DuckDB reads it wherever that is sane."""

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from services.analysis.dataset import Note
from services.analysis.errors import DatasetError, EmptyDatasetError
from services.analysis.sources.reading import Table, Upload
from services.analysis.sql import literal
from services.analysis.workspace import first_line


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is cut into cells, and the type each column is read as."""

    delimiter: str
    quote: str
    escape: str
    comment: str
    new_line: str
    skip: int
    header: bool
    columns: tuple[tuple[str, str], ...]
    date_format: str | None
    timestamp_format: str | None

    def relation(self, path: Path, **options: str | bool | int) -> str:
        """Return the `read_csv` call that reads `path` with this dialect; `options` are further parameters of it."""
        columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in self.columns)
        parts: list[str] = [
            literal(str(path)),
            "auto_detect = false",
            f"delim = {literal(self.delimiter)}",
            f"quote = {literal(self.quote)}",
            f"escape = {literal(self.escape)}",
            f"comment = {literal(self.comment)}",
            f"new_line = {literal(self.new_line)}",
            f"skip = {self.skip}",
            f"header = {literal(self.header)}",
            f"columns = {{{columns}}}",
        ]
        if self.date_format:
            parts.append(f"dateformat = {literal(self.date_format)}")
        if self.timestamp_format:
            parts.append(f"timestampformat = {literal(self.timestamp_format)}")
        parts += [f"{name} = {literal(value)}" for name, value in options.items()]
        return f"read_csv({', '.join(parts)})"


def read_delimited(upload: Upload) -> list[Table]:
    """Convert a delimited text file to one Parquet table. Raises DatasetError where the file cannot be cut into a table."""
    dialect = sniff(upload.connection, upload.path)
    notes: list[Note] = []
    try:
        upload.connection.execute(f"create table upload as select * from {dialect.relation(upload.path)}")
    except duckdb.Error as error:
        raise DatasetError(f"{upload.path.name} could not be read as a table: {first_line(error)}.", file=upload.path.name) from error
    if upload.connection.execute("select count(*) from upload").fetchone() == (0,):
        raise EmptyDatasetError(f"{upload.path.name} holds a header and no rows.", file=upload.path.name)
    return [Table(relation="upload", notes=tuple(notes))]


def sniff(connection: duckdb.DuckDBPyConnection, path: Path) -> Dialect:
    """Return the dialect DuckDB detects for a file: what a plain `read_csv` of it would use."""
    cursor = connection.execute(f"select * from sniff_csv({literal(str(path))})")
    row = cursor.fetchone()
    assert row is not None
    found = dict(zip([column[0] for column in cursor.description or ()], row, strict=True))
    dialect = Dialect(
        delimiter=_given(found["Delimiter"]),
        quote=_given(found["Quote"]),
        escape=_given(found["Escape"]),
        comment=_given(found["Comment"]),
        new_line=found["NewLineDelimiter"] if found["NewLineDelimiter"] in {"\\n", "\\r\\n", "\\r"} else "\\n",
        skip=int(found["SkipRows"]),
        header=bool(found["HasHeader"]),
        columns=tuple((column["name"], column["type"]) for column in found["Columns"]),
        date_format=found["DateFormat"],
        timestamp_format=found["TimestampFormat"],
    )
    # A sample without a quote says nothing of the rows after it.
    return dialect if dialect.quote else replace(dialect, quote='"', escape='"')


def _given(value: str | None) -> str:
    return "" if value in (None, "(empty)") else str(value)
