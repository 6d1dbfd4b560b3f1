"""Edits a deck file the way a person with PowerPoint, or with ill intent, would."""

import io
import zipfile
from collections.abc import Callable

from pptx import Presentation
from pptx.presentation import Presentation as Opened


def edited(data: bytes, change: Callable[[Opened], None]) -> bytes:
    """Return the deck after a change made through python-pptx."""
    presentation = Presentation(io.BytesIO(data))
    change(presentation)
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the deck with one part of the package changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry, change(content) if entry.filename == name else content)
    return out.getvalue()


def part_names(data: bytes) -> list[str]:
    """Return the names of the parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()
