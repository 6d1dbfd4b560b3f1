"""Stored tables on this machine's disk, by content: fetched once, shared by every process, the least recently used dropped."""

import os
import threading
import time
from pathlib import Path

from shared.settings import get_settings
from shared.storage import ObjectStore

_MOST_BYTES = 10 * 1024**3
_IN_USE_SECONDS = 3 * 3600  # longer than any step may take: a file used since may still be read


def cached(store: ObjectStore, key: str) -> Path:
    """Return a local copy of an object, whose bytes were checked against its key when it was fetched.

    Raises ObjectNotFoundError, CorruptObjectError and ObjectStoreUnavailableError.
    """
    folder = get_settings().home / "cache" / "datasets"
    path = folder / (key.replace("/", "_") + ".parquet")
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _fetch(store, key, path)
        _prune(folder, path)
    os.utime(path)
    return path


def _fetch(store: ObjectStore, key: str, path: Path) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with partial.open("wb") as target:
            store.read_into(key, target)
        partial.replace(path)  # another process may have been faster; both copies are the same bytes
    finally:
        partial.unlink(missing_ok=True)


def _prune(folder: Path, keep: Path) -> None:
    files = sorted(folder.glob("*.parquet"), key=lambda file: file.stat().st_mtime, reverse=True)
    used = 0
    for file in files:
        used += file.stat().st_size
        idle = time.time() - file.stat().st_mtime
        if used > _MOST_BYTES and file != keep and idle > _IN_USE_SECONDS:
            file.unlink(missing_ok=True)
