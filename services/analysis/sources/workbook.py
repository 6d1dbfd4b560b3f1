"""Excel workbooks as tables, one a sheet: the packed parts are measured before anything unpacks them into memory."""

import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from services.analysis.dataset import Note
from services.analysis.errors import (
    DatasetError,
    DatasetTooLargeError,
    EmptyDatasetError,
    EncryptedDatasetError,
    SheetNotFoundError,
    UnsupportedDatasetError,
)
from services.analysis.sources.limits import GIB, Limits
from services.analysis.sources.naming import renamed, unique_names
from services.analysis.sources.reading import Table, Upload
from services.analysis.sql import quote_identifier

CHUNK_BYTES = 1024 * 1024
HEADER_ROWS = 20
ROWS_PER_INSERT = 10_000
_CELL_REFERENCE = re.compile(rb'r="([A-Z]{1,3})(\d{1,7})"')
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_workbook(upload: Upload) -> list[Table]:
    """Load every sheet of a workbook that holds a table, or the one asked for.

    Raises EncryptedDatasetError for one with a password, DatasetTooLargeError for one that unpacks to
    more than the limits, UnsupportedDatasetError for an archive that is no workbook, SheetNotFoundError.
    """
    _check_container(upload.path, upload.limits)
    try:
        workbook = CalamineWorkbook.from_path(str(upload.path))
    except CalamineError as error:
        raise DatasetError(f"{upload.path.name} cannot be read as an Excel workbook: {error}.", file=upload.path.name) from error
    with workbook:
        names = _wanted(workbook.sheet_names, upload)
        tables = [table for i, name in enumerate(names) if (table := _sheet_table(upload, workbook, name, i)) is not None]
    if not tables:
        raise EmptyDatasetError(f"{upload.path.name} has no sheet with a header and rows.", file=upload.path.name)
    skipped = sorted(set(names) - {table.sheet for table in tables if table.sheet})
    if not skipped:
        return tables
    note = Note(code="empty_sheets", sentence=f"Sheets without a table were left out: {', '.join(skipped)}.")
    first = tables[0]
    return [Table(first.relation, (*first.notes, note), first.sheet), *tables[1:]]


def _wanted(names: Sequence[str], upload: Upload) -> list[str]:
    if upload.sheet is not None:
        if upload.sheet not in names:
            raise SheetNotFoundError(f"{upload.path.name} has no sheet {upload.sheet}; it has {', '.join(names)}.", file=upload.path.name)
        return [upload.sheet]
    if len(names) > upload.limits.sheets:
        raise DatasetTooLargeError(
            f"{upload.path.name} has {len(names)} sheets; up to {upload.limits.sheets} are read.", file=upload.path.name
        )
    return list(names)


def _check_container(path: Path, limits: Limits) -> None:
    """Refuse what is not a workbook, is encrypted, or would unpack to more than the limits."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as stream:
            head = stream.read(CHUNK_BYTES)
        if _ENCRYPTED in head:
            raise EncryptedDatasetError(f"{path.name} is protected by a password; save it without one and send it again.", file=path.name)
        if head.startswith(b"PK"):
            raise UnsupportedDatasetError(f"{path.name} is a damaged archive, not a table.", file=path.name)
        return
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise UnsupportedDatasetError(
                f"{path.name} is a ZIP archive and no Excel workbook; unpack it and send the tables.", file=path.name
            )
        try:
            _measure(archive, path.name, limits)
        except (zipfile.BadZipFile, RuntimeError, OSError, EOFError) as error:
            raise DatasetError(f"{path.name} is a damaged workbook: {error}.", file=path.name) from error


def _measure(archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
    """Unpack every part in chunks, keeping none, and refuse on the way past a limit: what an archive says of itself is not believed."""
    unpacked = 0
    for part in archive.infolist():
        cells = _Extent()
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                unpacked += len(chunk)
                if unpacked > limits.unpacked_bytes:
                    raise DatasetTooLargeError(f"{name} unpacks to more than {limits.unpacked_bytes / GIB:.2f} GiB.", file=name)
                if part.filename.startswith("xl/worksheets/"):
                    cells.see(chunk)
        if cells.area > limits.cells:
            raise DatasetTooLargeError(f"{name} has a sheet that spans {cells.area} cells; up to {limits.cells} are read.", file=name)


class _Extent:
    """The rectangle from A1 that the cells of a sheet span: a reader allocates all of it, however few are filled."""

    def __init__(self) -> None:
        self._rows = self._columns = 0
        self._tail = b""

    def see(self, chunk: bytes) -> None:
        for letters, digits in _CELL_REFERENCE.findall(self._tail + chunk):
            self._rows = max(self._rows, int(digits))
            column = 0
            for letter in letters:
                column = 26 * column + letter - 64
            self._columns = max(self._columns, column)
        self._tail = chunk[-16:]

    @property
    def area(self) -> int:
        return self._rows * self._columns


def _sheet_table(upload: Upload, workbook: CalamineWorkbook, name: str, index: int) -> Table | None:
    """Load one sheet, or return None when it holds no table (a chart, a cover page, nothing)."""
    try:
        sheet: CalamineSheet = workbook.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=True)
    except CalamineError:
        return None
    start = header_row(rows)
    if start is None or start + 1 >= len(rows):
        return None
    header, body = rows[start], [row for row in rows[start + 1 :] if any(cell != "" for cell in row)]
    width = max((i + 1 for row in (header, *body) for i in range(len(row) - 1, -1, -1) if row[i] != ""), default=0)
    if not body or width == 0:
        return None
    if width > upload.limits.columns:
        raise DatasetTooLargeError(
            f"Sheet {name} has {width} columns; tables of up to {upload.limits.columns} are read.", file=upload.path.name
        )
    written = [_text(cell).strip() for cell in header[:width]]
    names = unique_names(written)
    notes = _sheet_notes(name, start, len(rows) - start - 1 - len(body), len(workbook.sheet_names)) + renamed(written, names)
    relation = f"sheet{index}"
    _create(upload, relation, names, [row[:width] for row in body])
    return Table(relation=relation, notes=tuple(notes), sheet=name)


def header_row(rows: Sequence[Sequence[Any]]) -> int | None:
    """Return the index of the header: the first row of the top twenty that is filled as wide as any of them, nearly; None for no rows."""
    filled = [sum(cell != "" for cell in row) for row in rows[:HEADER_ROWS]]
    if not any(filled):
        return None
    usual = Counter(n for n in filled if n).most_common(1)[0][0]
    wide = max(usual, max(filled) // 2 + 1)
    return next((i for i, n in enumerate(filled) if n >= 0.6 * wide), None)


def _sheet_notes(name: str, above: int, blank: int, sheets: int) -> list[Note]:
    notes = []
    if sheets > 1:
        notes.append(Note(code="sheet", sentence=f"The table is the sheet {name} of a workbook with {sheets} sheets."))
    if above:
        notes.append(Note(code="skipped_lines", sentence=f"{above} rows above the header were left out.", rows=above))
    if blank:
        notes.append(Note(code="blank_rows", sentence=f"{blank} blank rows were left out.", rows=blank))
    return notes


def _create(upload: Upload, relation: str, names: Sequence[str], body: Sequence[Sequence[Any]]) -> None:
    """Create a table whose columns have the one type all their cells have, and are text where cells differ."""
    kinds = [column_type([row[i] for row in body]) for i in range(len(names))]
    columns = ", ".join(f"{quote_identifier(name)} {kind}" for name, kind in zip(names, kinds, strict=True))
    upload.connection.execute(f"create table {relation} ({columns})")
    import pyarrow as pa

    types = {"BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "DATE": pa.date32(), "TIMESTAMP": pa.timestamp("us")}
    arrays = [pa.array([_value(row[i], kind) for row in body], types.get(kind, pa.string())) for i, kind in enumerate(kinds)]
    upload.connection.register("rows", pa.table(arrays, names=[f"c{i}" for i in range(len(names))]))
    upload.connection.execute(f"insert into {relation} select * from rows")
    upload.connection.unregister("rows")


def column_type(cells: Sequence[Any]) -> str:
    """Return the DuckDB type that holds every cell that is not blank."""
    kinds = {type(cell) for cell in cells if cell != ""}
    if not kinds:
        return "VARCHAR"
    if kinds <= {bool}:
        return "BOOLEAN"
    if kinds <= {int, float}:
        whole = all(float(cell).is_integer() and abs(cell) < 2**53 for cell in cells if cell != "")
        return "BIGINT" if whole else "DOUBLE"
    if kinds <= {date}:
        return "DATE"
    return "TIMESTAMP" if kinds <= {date, datetime} else "VARCHAR"


def _value(cell: Any, kind: str) -> Any:
    if cell == "":
        return None
    if kind == "VARCHAR":
        return _text(cell)
    if kind == "BIGINT":
        return int(cell)
    if kind == "DOUBLE":
        return float(cell)
    if kind == "TIMESTAMP" and not isinstance(cell, datetime):
        return datetime.combine(cell, time.min)
    return cell


def _text(cell: Any) -> str:
    """Return a cell as text: whole numbers without a fraction, dates as ISO."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    return str(cell).replace("\0", "")
