"""Files on their way in: read, profiled and stored by content before any row names them. Touches no database."""

import mimetypes
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.analysis.dataset import Dataset
from services.analysis.tables import open_dataset
from services.identity.actor import Actor
from services.solving.errors import InvalidProblemError
from services.solving.storable import storable_text
from shared.storage import ObjectStore, StoredObject

MOST_FILES = 50
_LONGEST_NAME = 120
_UNFIT = re.compile(r"[\x00-\x1f\x7f/\\]")


@dataclass(frozen=True)
class Upload:
    """A file as it arrived: the name its owner gave it, and where its bytes lie now."""

    file_name: str
    path: Path


@dataclass(frozen=True)
class PreparedTable:
    """A table read from an upload, converted and stored."""

    dataset: Dataset
    parquet_key: str


@dataclass(frozen=True)
class PreparedUpload:
    """An upload that was read, stored, and may now be named by a row."""

    file_name: str
    media_type: str
    stored: StoredObject
    tables: tuple[PreparedTable, ...]


def prepare_uploads(store: ObjectStore, actor: Actor, uploads: Sequence[Upload], *, taken: Sequence[str] = ()) -> list[PreparedUpload]:
    """Read every file and store it with its tables; table names are made unique among themselves and against `taken`.

    Raises a DatasetError whose sentence says what is wrong with which file, InvalidProblemError for too many files, and
    ObjectStoreUnavailableError. Objects stored before an error are orphans that the object sweep removes.
    """
    if len(uploads) > MOST_FILES:
        raise InvalidProblemError(f"A problem takes at most {MOST_FILES} files; {len(uploads)} were sent.")
    table_names = {name.casefold() for name in taken}
    file_names: set[str] = set()
    prepared: list[PreparedUpload] = []
    for upload in uploads:
        file_name = _unique(clean_file_name(upload.file_name), file_names)
        with tempfile.TemporaryDirectory(prefix="sevensteps-intake-") as folder:
            prepared.append(_prepare(store, actor, upload.path, file_name, Path(folder), table_names))
    return prepared


def clean_file_name(name: str) -> str:
    """Return the last part of a file name without control characters, short enough to keep; never empty."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    cleaned = _UNFIT.sub("", storable_text(last)).strip().strip(".")
    stem, dot, suffix = cleaned.rpartition(".")
    if not dot:
        return cleaned[:_LONGEST_NAME] or "file"
    return f"{stem[: _LONGEST_NAME - len(suffix) - 1] or 'file'}.{suffix[:20]}"


def _prepare(store: ObjectStore, actor: Actor, path: Path, file_name: str, folder: Path, names: set[str]) -> PreparedUpload:
    named = folder / file_name  # readers go by the owner's name: its suffix, and its stem as the table's name
    named.symlink_to(path.absolute())
    media_type = mimetypes.guess_type(file_name)[0] or "application/octet-stream"
    tables = []
    for dataset in open_dataset(named, folder=folder / "tables"):
        unique = dataset.model_copy(update={"name": _unique(dataset.name, names), "source": file_name})
        parquet = store.put_file(actor.organization_id, dataset.file, "application/vnd.apache.parquet")
        tables.append(PreparedTable(unique, parquet.key))
    return PreparedUpload(file_name, media_type, store.put_file(actor.organization_id, path, media_type), tuple(tables))


def _unique(name: str, taken: set[str]) -> str:
    """Return the name, or the name with the first free number before its suffix, and take it. Case does not tell names apart."""
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    candidate, number = name, 2
    while candidate.casefold() in taken:
        candidate = f"{stem}_{number}{dot}{suffix}"
        number += 1
    taken.add(candidate.casefold())
    return candidate
