"""From bytes to UTF-8: what the bytes show, and a clean copy where they are anything else."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from services.analysis.dataset import Note, counted
from services.analysis.errors import UnsupportedDatasetError
from services.analysis.sources.guard import CHUNK_BYTES, Scan

_BOMS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CANDIDATES = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "gb18030", "big5", "shift_jis", "euc_kr"]
_WESTERN = frozenset({"cp1252", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256"})
# A letter next to a sign that stands between letters in no language: what a wrong code page looks like.
_MISREAD = re.compile(r"[^\W\d_][\u00a2-\u00b3\u00b5\u00b6\u00b8-\u00bf]|[\u00a2-\u00a8\u00aa-\u00b3\u00b9-\u00be][^\W\d_]")

_EASTERN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]+")
_GLUED = re.compile(r"[A-Za-z][\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]|[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef][A-Za-z]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a text file; `lossy` when it is UTF-8 with some bytes that are not."""

    name: str
    lossy: bool = False


def detect_encoding(head: bytes, scan: Scan) -> Encoding:
    """Return the encoding of a file by its first bytes, its byte-order mark and its lines that are not UTF-8."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return Encoding(name)
    if head.count(0) > 0.2 * len(head):
        return Encoding("utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be")
    if scan.utf8:
        return Encoding("utf-8")
    text = scan.foreign.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    sound = sum(character > "\x7f" for character in text) - broken
    if sound >= 4 * broken:
        return Encoding("utf-8", lossy=True)
    return Encoding(_legacy(scan.foreign))


def _legacy(sample: bytes) -> str:
    """Return the likeliest code page of bytes that are not UTF-8; Western European where Latin ones tie."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_CANDIDATES).best()
    if best is None:
        return "cp1252"
    if best.encoding not in _WESTERN and not _glued(sample.decode(best.encoding, errors="replace")):
        return best.encoding
    misread = {name: len(_MISREAD.findall(sample.decode(name, errors="replace"))) for name in ("cp1252", "cp1250")}
    return "cp1250" if misread["cp1250"] < misread["cp1252"] else "cp1252"


def _glued(text: str) -> bool:
    """Whether East Asian characters stand inside Latin words: a Western code page read as an Eastern one."""
    return 2 * len(_GLUED.findall(text)) >= len(_EASTERN.findall(text)) > 0


def as_utf8(path: Path, scan: Scan, scratch: Path, *, plain: bool = False) -> tuple[Path, list[Note]]:
    """Return a path whose bytes are UTF-8 without NUL characters (the upload itself where it is) and what was changed.

    `plain` asks for a copy without a byte-order mark too, for readers that do not expect one.
    Raises UnsupportedDatasetError when the bytes are no text in any encoding tried.
    """
    with path.open("rb") as stream:
        head = stream.read(CHUNK_BYTES // 4)
    encoding = detect_encoding(head, scan)
    marked = plain and head.startswith(codecs.BOM_UTF8)
    returns = b"\r" in head and b"\n" not in head  # lines end as on the first Macintoshes
    if encoding == Encoding("utf-8") and not scan.nul and not marked and not returns:
        return path, []
    target = scratch / f"utf8-{path.name}"
    errors = "replace" if encoding.lossy else "strict"
    try:
        replaced, removed = _transcode(path, target, encoding.name, errors, returns=returns)
    except UnicodeError:
        replaced, removed = _transcode(path, target, encoding.name, "replace", returns=returns)
    if replaced > 0.05 * max(1, path.stat().st_size):
        raise UnsupportedDatasetError(
            f"{path.name} is not text in any encoding we know; save it as UTF-8 and send it again.", file=path.name
        )
    return target, _notes(encoding, replaced, removed)


def _transcode(path: Path, target: Path, encoding: str, errors: str, *, returns: bool) -> tuple[int, int]:
    """Copy text to UTF-8 and return how many characters had to be replaced and how many NULs were removed.

    `returns` says that carriage returns end the lines; they become line feeds.
    """
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    replaced = removed = 0
    with path.open("rb") as source, target.open("wb") as sink:
        while True:
            chunk = source.read(CHUNK_BYTES)
            text = decoder.decode(chunk, final=not chunk)
            replaced += text.count("\ufffd")
            removed += text.count("\0")
            text = text.replace("\r", "\n") if returns else text
            sink.write(text.replace("\0", "").removeprefix("\ufeff").encode())
            if not chunk:
                return replaced, removed


def _notes(encoding: Encoding, replaced: int, removed: int) -> list[Note]:
    notes: list[Note] = []
    if encoding.name != "utf-8":
        notes.append(Note(code="encoding", sentence=f"The file is not in UTF-8; it is read as {encoding.name}."))
    if replaced:
        notes.append(
            Note(code="broken_characters", sentence=f"{counted(replaced, 'character')} not valid in the file's encoding, shown as \ufffd.")
        )
    if removed:
        notes.append(Note(code="nul_characters", sentence=f"{counted(removed, 'NUL character')} left out."))
    return notes
