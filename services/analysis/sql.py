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
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("only finite numbers are written into SQL")
        return f"{value!r}::double"
    if isinstance(value, datetime):
        return f"timestamp '{value.replace(tzinfo=None).isoformat(sep=' ')}'"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if "\0" in value:
        raise ValueError("text in SQL cannot hold a NUL character")
    return "'" + value.replace("'", "''") + "'"
