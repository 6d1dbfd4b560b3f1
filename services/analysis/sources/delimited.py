"""Delimited text (CSV, TSV and relatives) as a table, read as plain DuckDB reads it wherever that is sane."""

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from services.analysis.dataset import Note, counted
from services.analysis.errors import DatasetError, EmptyDatasetError
from services.analysis.sources.encoding import as_utf8
from services.analysis.sources.layout import WORDS, Layout, check_width, look
from services.analysis.sources.naming import renamed, unique_names
from services.analysis.sources.reading import Table, Upload, is_large, load
from services.analysis.sql import literal
from services.analysis.workspace import first_line

HEAD_BYTES = 256 * 1024
HEADER_BYTES = 4 * 1024 * 1024
# More lines than this that do not fit mean the file is not the table it seems.
MOST_DROPPED = 0.5


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
    date_format: str | None = None
    timestamp_format: str | None = None

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
    """Load a delimited text file as one table. Raises DatasetError where it cannot be cut into one."""
    large = is_large(upload.path)
    early = _early(upload) if large else None
    path, notes = as_utf8(upload.path, upload.scan(), upload.scratch)
    layout = _layout(upload, path)
    detected = early if large and path == upload.path else _detected(upload, path, layout)
    dialect, table = detected or _load(upload, path, layout, notes)
    if upload.connection.execute(f"select count(*) from {table.relation}").fetchone() == (0,):
        raise EmptyDatasetError(f"{upload.path.name} holds a header and no rows.", file=upload.path.name)
    notes += header_notes(dialect, layout)
    return [replace(table, notes=tuple(notes))]


def _head(upload: Upload, path: Path) -> tuple[str, bool]:
    """Return the first part of a UTF-8 file and whether that is all of it, having refused a first line that is too wide."""
    with path.open("rb") as stream:
        head = stream.read(HEADER_BYTES)
    check_width(head, upload.limits.columns, upload.path.name)
    if not head.strip():
        raise EmptyDatasetError(f"{upload.path.name} holds nothing but blank lines.", file=upload.path.name)
    size = max(HEAD_BYTES, min(len(head), 4 * (head.find(b"\n") + 1)))
    return head[:size].decode("utf-8", errors="ignore").removeprefix("\ufeff"), len(head) <= size


def _layout(upload: Upload, path: Path) -> Layout:
    text, complete = _head(upload, path)
    layout = look(text, complete=complete)
    if layout is None:
        raise DatasetError(f"{upload.path.name} has a cell longer than any table's, or a line that never ends.", file=upload.path.name)
    return layout


def _early(upload: Upload) -> tuple[Dialect, Table] | None:
    """Load the upload as it stands, while its bytes are still being hashed: most are UTF-8, and the scan says whether this one was."""
    try:
        return _detected(upload, upload.path, _layout(upload, upload.path))
    except DatasetError:
        return None  # Said again where it still holds of the text in UTF-8.


def _detected(upload: Upload, path: Path, layout: Layout) -> tuple[Dialect, Table] | None:
    """Load the table by DuckDB's own detection, None where that fails or a count of cells speaks against it."""
    try:
        dialect = sniff(upload.connection, path)
        return (dialect, load(upload, dialect.relation(path))) if _plausible(dialect, layout) else None
    except duckdb.Error:
        return None  # The next reading says what is wrong.


def _load(upload: Upload, path: Path, layout: Layout, notes: list[Note]) -> tuple[Dialect, Table]:
    """Load the table with types seen over all rows, else without the lines that do not fit."""
    try:
        dialect = sniff(upload.connection, path, delim=layout.delimiter, sample_size=-1)
        if _plausible(dialect, layout):
            table = load(upload, dialect.relation(path))
            notes.append(
                Note(code="late_types", sentence="The first rows did not show the type of every column; all rows were read to decide.")
            )
            return dialect, table
    except duckdb.Error:
        pass  # Some lines do not fit: they are counted and left out below.
    return _salvage(upload, path, layout, notes)


def _plausible(dialect: Dialect, layout: Layout) -> bool:
    """Whether DuckDB's detection agrees with a plain count of cells: it gives up on ragged files by skipping their first lines."""
    if dialect.skip > 0 and layout.width > 1 and (layout.first_fits or layout.share < 0.5):
        return False
    if layout.share < 0.5 or layout.width == 1:
        # A header of several cells over lines of every length is no column of text.
        return len(dialect.columns) > 1 or len(layout.first) == 1
    # A header one cell short of its rows is read by DuckDB where the last delimiter of each row ends nothing.
    return len(dialect.columns) in {layout.width, len(layout.first)}


def _salvage(upload: Upload, path: Path, layout: Layout, notes: list[Note]) -> tuple[Dialect, Table]:
    """Read the lines that have the right number of cells, say how many do not, and detect types on a clean copy."""
    names = tuple(unique_names(layout.first)) if layout.first_fits else tuple(f"column{i}" for i in range(layout.width))
    raw = Dialect(layout.delimiter, '"', '"', "", "\\n", 0, layout.first_fits, tuple((name, "VARCHAR") for name in names))
    # A quote that opens and never closes swallows the rest of the file; without quoting each line stands for itself.
    rows, dropped = _fitting(upload, path, raw)
    if len(dropped) > MOST_DROPPED * (rows + len(dropped)):
        rows, dropped = _fitting(upload, path, replace(raw, quote="", escape=""))
        notes.append(Note(code="unclosed_quote", sentence="A quotation mark opens and never closes; they are read as text."))
    if len(dropped) > MOST_DROPPED * (rows + len(dropped)):
        total = rows + len(dropped)
        sentence = f"{upload.path.name} is not a table: {len(dropped)} of its {total} lines do not have {layout.width} cells."
        raise DatasetError(sentence, file=upload.path.name)
    clean, connection = upload.scratch / "clean.csv", upload.connection
    try:
        connection.execute(f"copy raw to {literal(str(clean))} (header, delimiter ',', quote '\"', escape '\"')")
        dialect = sniff(connection, clean, delim=",", quote='"', escape='"', header=True, skip=0, sample_size=-1)
        table = load(upload, dialect.relation(clean))
        connection.execute("drop table raw")
    except duckdb.Error as error:
        raise DatasetError(f"{upload.path.name} could not be read as a table: {first_line(error)}.", file=upload.path.name) from error
    if dropped:
        lines = ", ".join(map(str, dropped[:5])) + (", ..." if len(dropped) > 5 else "")
        sentence = f"{counted(len(dropped), 'line')} without exactly {counted(layout.width, 'cell')} left out (line {lines})."
        notes.append(Note(code="dropped_lines", sentence=sentence, rows=len(dropped)))
    return replace(dialect, delimiter=layout.delimiter), table


def _fitting(upload: Upload, path: Path, dialect: Dialect) -> tuple[int, list[int]]:
    """Load the lines that fit a dialect into the table `raw`; return how many those are and the numbers of the lines that do not fit."""
    connection = upload.connection
    connection.execute("drop table if exists reject_errors")
    connection.execute("drop table if exists reject_scans")
    try:
        connection.execute(f"create or replace table raw as select * from {dialect.relation(path, store_rejects=True)}")
    except duckdb.Error as error:
        raise DatasetError(f"{upload.path.name} could not be read as a table: {first_line(error)}.", file=upload.path.name) from error
    dropped = [int(line) for (line,) in connection.execute("select distinct line from reject_errors order by 1").fetchall()]
    rows = connection.execute("select count(*) from raw").fetchone()
    return (int(rows[0]) if rows else 0), dropped


def sniff(connection: duckdb.DuckDBPyConnection, path: Path, **options: str | bool | int) -> Dialect:
    """Return the dialect DuckDB detects for a file, some of it given by `options`: without any, what a plain `read_csv` would use."""
    given = "".join(f", {name} = {literal(value)}" for name, value in options.items())
    cursor = connection.execute(f"select * from sniff_csv({literal(str(path))}{given})")
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


def header_notes(dialect: Dialect, layout: Layout) -> list[Note]:
    """Return what had to be decided about delimiter, header and names."""
    notes = []
    if dialect.delimiter != "," and len(dialect.columns) > 1:
        notes.append(Note(code="delimiter", sentence=f"Cells are parted by {WORDS.get(dialect.delimiter, repr(dialect.delimiter))}."))
    if dialect.skip:
        lines = "line before the header was" if dialect.skip == 1 else "lines before the header were"
        notes.append(Note(code="skipped_lines", sentence=f"{dialect.skip} {lines} left out.", rows=dialect.skip))
    if dialect.comment:
        notes.append(Note(code="comment_lines", sentence=f"Lines that begin with {dialect.comment} are read as comments and left out."))
    if not dialect.header:
        notes.append(Note(code="no_header", sentence="The file has no header; columns are numbered."))
    elif layout.first_fits and dialect.skip == 0:
        notes += renamed([cell.strip() for cell in layout.first], [name for name, _ in dialect.columns])
    if len(dialect.columns) == 1:
        notes.append(Note(code="single_column", sentence="The table has a single column: nothing can be compared with anything."))
    return notes


def _given(value: str | None) -> str:
    return "" if value in (None, "(empty)") else str(value)
