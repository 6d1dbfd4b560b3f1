"""Data in: an uploaded file becomes tables with a profile, or a sentence that says what is wrong with it."""

import re
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from services.analysis.dataset import Dataset
from services.analysis.profile import profile_table
from services.analysis.sources.columnar import read_json, read_parquet
from services.analysis.sources.delimited import read_delimited
from services.analysis.sources.guard import check_size, detect_format, scan_file
from services.analysis.sources.limits import DEFAULT_LIMITS, Limits
from services.analysis.sources.reading import Table, Upload, write_parquet
from services.analysis.sources.workbook import read_workbook
from services.analysis.workspace import connect

READERS: dict[str, Callable[[Upload], list[Table]]] = {
    "csv": read_delimited,
    "json": read_json,
    "parquet": read_parquet,
    "zip": read_workbook,
    "ole": read_workbook,
}

# Converted tables of callers that name no folder live here until the process ends.
_session_folder: list[tempfile.TemporaryDirectory[str]] = []


def open_dataset(
    path: Path, name: str | None = None, *, folder: Path | None = None, sheet: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> list[Dataset]:
    """Read an upload into datasets: one for a text or Parquet file, one for each sheet of a workbook that holds a table.

    `name` is the table's name in SQL, else the file's stem. The table is converted to Parquet inside
    `folder` (a folder of this process when none is given, removed when it ends) and profiled once.
    `sheet` reads one sheet of a workbook. Raises a DatasetError whose sentence says what is wrong and where.
    """
    check_size(path, limits)
    kind = detect_format(path)
    target = folder or _process_folder()
    target.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(1) as beside, tempfile.TemporaryDirectory(prefix="sevensteps-read-", ignore_cleanup_errors=True) as scratch:
        scan = beside.submit(scan_file, path).result
        connection = connect(threads=limits.threads, memory_limit=limits.memory, spill=scratch, spill_limit="8GB")
        try:
            upload = Upload(path=path, scan=scan, scratch=Path(scratch), connection=connection, limits=limits, sheet=sheet)
            tables = READERS[kind](upload)
            return [_dataset(upload, table, _table_name(path, name, table, tables), target) for table in tables]
        finally:
            connection.close()


def to_parquet(dataset: Dataset, folder: Path) -> Dataset:
    """Copy the converted table into `folder` under a name that follows from its content, and return the dataset that points there."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / dataset.file.name
    if target != dataset.file:
        shutil.copyfile(dataset.file, target)
    return dataset.model_copy(update={"parquet": target})


def _dataset(upload: Upload, table: Table, name: str, folder: Path) -> Dataset:
    sha256 = upload.scan().sha256
    parquet = folder / f"{sha256[:16]}-{re.sub(r'[^A-Za-z0-9]+', '-', name)[:40]}.parquet"
    if table.parquet is None:
        # The table is written while it is profiled: either has moments in which it needs one processor only.
        with ThreadPoolExecutor(1) as beside, upload.connection.cursor() as cursor:
            written = beside.submit(write_parquet, cursor, table.relation, parquet)
            rows, columns, notes = profile_table(upload.connection, table.relation)
            written.result()
    else:
        rows, columns, notes = profile_table(upload.connection, table.relation)
        shutil.move(table.parquet, parquet)
    return Dataset(
        name=name,
        source=upload.path.name,
        sha256=sha256,
        rows=rows,
        columns=columns,
        notes=(*table.notes, *notes),
        parquet=parquet,
    )


def _table_name(path: Path, name: str | None, table: Table, tables: list[Table]) -> str:
    stem = name or path.stem
    return stem if len(tables) == 1 or table.sheet is None else f"{stem}_{table.sheet}"


def _process_folder() -> Path:
    if not _session_folder:
        _session_folder.append(tempfile.TemporaryDirectory(prefix="sevensteps-data-", ignore_cleanup_errors=True))
    return Path(_session_folder[0].name)
