"""One canonical form and one hash, so that equal things have equal names on every machine."""

import hashlib
import json
import math
from collections.abc import Iterable
from typing import Any


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys and no spaces; the same value always gives the same bytes.

    Raises ValueError for NaN and infinities, which JSON cannot carry.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=str)


def sha256_hex(data: bytes | str) -> str:
    """Return the SHA-256 of bytes, or of the UTF-8 of a string, as 64 hex digits."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def content_id(prefix: str, *parts: Any, digits: int = 8) -> str:
    """Return `prefix` and the first hex digits of the hash of `parts`: a name that follows from content."""
    return f"{prefix}{sha256_hex(canonical_json(parts))[:digits]}"


def sha256_of_chunks(chunks: Iterable[bytes]) -> str:
    """Return the SHA-256 of a stream read chunk by chunk, for files too large for memory."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def finite(value: float | None) -> float | None:
    """Return the value, or None where it is NaN or infinite and so not a number anybody may show."""
    return value if value is not None and math.isfinite(value) else None
