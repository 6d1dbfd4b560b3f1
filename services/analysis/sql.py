"""The one place where names and values from somebody's data become SQL text."""

import math
from datetime import date, datetime

SqlValue = str | int | float | bool | date | datetime | None


def quote_identifier(name: str) -> str:
    """Return a table or column name as a quoted SQL identifier, whatever characters it holds.

    Raises ValueError for a name with a NUL character, which SQL text cannot carry.
    """
    if "\0" in name:
        raise ValueError("a name in SQL cannot hold a NUL character")
    return '"' + name.replace('"', '""') + '"'


def literal(value: SqlValue) -> str:
    """Return a Python value as a SQL literal of the matching type.

    Raises ValueError for NaN, infinities and text with a NUL character.
    """
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return f"timestamp '{value.replace(tzinfo=None).isoformat(sep=' ')}'"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    return {None: "null", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else str(value)


def _text(value: str) -> str:
    if "\0" in value:
        raise ValueError("text in SQL cannot hold a NUL character")
    return "'" + value.replace("'", "''") + "'"


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError("only finite numbers are written into SQL")
    return f"{value!r}::double"
