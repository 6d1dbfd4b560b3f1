"""What a reader hands over: a table loaded into DuckDB, and the notes about how it came to be."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from services.analysis.dataset import Note
from services.analysis.sources.guard import Scan
from services.analysis.sources.limits import Limits


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to read, what its bytes showed, where scratch files may go, and the connection that reads it.

    `sheet` names the one sheet of a workbook that is wanted.
    """

    path: Path
    scan: Scan
    scratch: Path
    connection: duckdb.DuckDBPyConnection
    limits: Limits
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table of an upload, loaded into the upload's connection under the quoted name `relation`; `sheet` is its name in the file."""

    relation: str
    notes: tuple[Note, ...] = ()
    sheet: str | None = None
