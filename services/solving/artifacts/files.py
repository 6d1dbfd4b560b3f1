"""What an artifact is and where it lies beside the others. Knows no engine, so that the API starts without one."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Artifact:
    """One file of one plan; `path` is where it lies relative to the others, so that a notebook finds its data."""

    question_id: str
    artifact_type: str
    path: str
    mime_type: str
    description: str
    content: bytes
    finding_id: str | None = None


def table_path(name: str, sha256: str) -> str:
    """Return where a stored table lies beside the artifacts, by its name and the hash of its bytes."""
    return f"data/{slug(name)}-{sha256[:16]}.parquet"


def slug(text: str) -> str:
    """Return words as a part of a file name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].rstrip("-") or "table"
