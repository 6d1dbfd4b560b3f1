"""Make hostile values fit for PostgreSQL, which keeps neither NUL nor half a surrogate pair, and no infinity in JSON."""

import math
import re
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def storable_text(text: str) -> str:
    """Return the text with what PostgreSQL cannot keep replaced by U+FFFD."""
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def storable(value: Any) -> Any:
    """Return a JSON value with every string in it, keys included, fit to be kept; a number that is none becomes null."""
    match value:
        case float() if not math.isfinite(value):
            return None
        case str():
            return storable_text(value)
        case dict():
            return {storable_text(str(key)): storable(item) for key, item in value.items()}
        case list() | tuple():
            return [storable(item) for item in value]
        case _:
            return value
