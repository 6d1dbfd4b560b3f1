"""What a reader hands over: a relation that DuckDB can copy from, and the notes about how it came to be."""

from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from services.analysis.dataset import Note
from services.analysis.sources.limits import Limits


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to read, where scratch files may go, and the connection that reads it."""

    path: Path
    scratch: Path
    connection: duckdb.DuckDBPyConnection
    limits: Limits


@dataclass(frozen=True, slots=True)
class Table:
    """One table of an upload, already converted to Parquet. `sheet` is its name inside the file, where it has one."""

    parquet: Path
    notes: tuple[Note, ...] = ()
    sheet: str | None = None
    written_names: tuple[str, ...] = field(default=())
