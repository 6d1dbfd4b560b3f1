"""What a reader hands over: a table loaded into DuckDB, and the notes about how it came to be."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from services.analysis.dataset import Note
from services.analysis.sources.guard import Scan
from services.analysis.sources.limits import Limits
from services.analysis.sql import literal

# A larger upload is profiled from its Parquet file, which is faster to scan than a table and takes no memory.
IN_MEMORY_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to read, where scratch files may go, and the connection that reads it.

    `scan` waits for what one pass over the bytes shows, which runs beside the reading.
    `sheet` names the one sheet of a workbook that is wanted.
    """

    path: Path
    scan: Callable[[], Scan]
    scratch: Path
    connection: duckdb.DuckDBPyConnection
    limits: Limits
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table of an upload: `relation` is SQL of the upload's connection to select from, `sheet` its name in the file.

    `parquet` is the file it is in, where a large one was written out at once instead of held in memory.
    """

    relation: str
    notes: tuple[Note, ...] = ()
    sheet: str | None = None
    parquet: Path | None = None


def is_large(path: Path) -> bool:
    """Whether an upload is written to Parquet at once."""
    return path.stat().st_size > IN_MEMORY_BYTES


def load(upload: Upload, source: str) -> Table:
    """Read SQL `source` once: into the table `upload`, or straight to a Parquet file where the upload is large. Raises duckdb.Error."""
    if not is_large(upload.path):
        upload.connection.execute(f"create or replace table upload as select * from {source}")
        return Table(relation="upload")
    target = upload.scratch / "upload.parquet"
    write_parquet(upload.connection, source, target)
    return Table(relation=f"read_parquet({literal(str(target))})", parquet=target)


def write_parquet(connection: duckdb.DuckDBPyConnection, source: str, target: Path) -> None:
    """Write SQL `source` to a Parquet file, in order: no filters of values nobody looks up, dictionaries only where values recur."""
    options = "format parquet, compression snappy, write_bloom_filter false, dictionary_size_limit 1000"
    connection.execute(f"copy (select * from {source}) to {literal(str(target))} ({options})")
