"""What is refused before a byte of it is parsed: no file, no bytes, too many bytes, bytes of another kind."""

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from services.analysis.errors import DatasetError, DatasetNotFoundError, DatasetTooLargeError, EmptyDatasetError, UnsupportedDatasetError
from services.analysis.sources.limits import GIB, Limits

HEAD_BYTES = 4096
CHUNK_BYTES = 1024 * 1024
FOREIGN_BYTES = 64 * 1024

# Leading bytes of common kinds of file that are no table, with the kind in words.
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "a rich-text document"),
    (b"<!DOCTYPE html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
)
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET = b"PAR1"


def check_size(path: Path, limits: Limits) -> int:
    """Return the size of the file in bytes. Raises the named error for no file, an empty one or one above the limit."""
    if not path.is_file():
        raise DatasetNotFoundError(f"There is no file named {path.name}.", file=path.name)
    size = path.stat().st_size
    if size == 0:
        raise EmptyDatasetError(f"{path.name} is empty: it holds 0 bytes.", file=path.name)
    if size > limits.file_bytes:
        raise DatasetTooLargeError(
            f"{path.name} is {size / GIB:.2f} GiB; files up to {limits.file_bytes / GIB:.2f} GiB are read.", file=path.name, bytes=size
        )
    return size


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over a file's bytes shows: its SHA-256, whether they are UTF-8, lines that are not, NULs among them."""

    sha256: str
    utf8: bool
    nul: bool
    foreign: bytes = b""


def scan_file(path: Path) -> Scan:
    """Read a file once, in chunks: hash it and check that it is UTF-8. `foreign` holds up to 64 KiB of lines with bytes above 127."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    utf8, nul, foreign = True, False, b""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            nul = nul or 0 in chunk
            if utf8:
                utf8 = _decodes(decoder, chunk)
            if not chunk.isascii() and len(foreign) < FOREIGN_BYTES:
                foreign += b"\n".join(line for line in chunk.split(b"\n") if not line.isascii())[: FOREIGN_BYTES - len(foreign)]
    return Scan(sha256=digest.hexdigest(), utf8=utf8 and _decodes(decoder, b"", final=True), nul=nul, foreign=foreign)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        if not chunk.isascii() or final or decoder.getstate()[0]:
            decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def detect_format(path: Path) -> str:
    """Return "csv", "json", "parquet", "zip" (a packed workbook) or "ole" (an old or encrypted one), by bytes first and by name second.

    Raises UnsupportedDatasetError for bytes of a kind that holds no table.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    kind = next((words for magic, words in _FOREIGN if head.lstrip(b"\xef\xbb\xbf \r\n\t")[: len(magic)].lower() == magic.lower()), None)
    if kind == "a Windows program" and not _binary(head):
        kind = None
    if kind is not None:
        raise UnsupportedDatasetError(
            f"{path.name} is {kind}, whatever its name says; send CSV, TSV, Parquet, Excel or JSON.", file=path.name
        )
    if head.startswith(_ZIP):
        return "zip"
    if head.startswith(_OLE):
        return "ole"
    if head.startswith(_PARQUET):
        return "parquet"
    return _text_format(path, head)


def _text_format(path: Path, head: bytes) -> str:
    suffix = path.suffix.lower()
    if suffix in {".parquet", ".pq", ".xlsx", ".xls", ".xlsb", ".ods", ".xlsm"}:
        raise DatasetError(f"{path.name} is named {suffix} but its bytes are not of that format; it may be damaged.", file=path.name)
    if _binary(head):
        raise UnsupportedDatasetError(f"{path.name} is binary, not text; send CSV, TSV, Parquet, Excel or JSON.", file=path.name)
    if suffix in {".json", ".jsonl", ".ndjson"} or re.match(rb"[\xef\xbb\xbf\s]*(\{\s*\"|\[\s*\{)", head):
        return "json"
    return "csv"


def _binary(head: bytes) -> bool:
    """Whether bytes are neither UTF-8-like nor UTF-16 text: NUL bytes that are not every second byte, or many control characters."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    nul = head.count(0)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if nul >= 0.2 * len(head) and min(even, odd) <= 0.1 * max(even, odd):
        return False
    control = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in head)
    return control > max(3, 0.02 * len(head))
