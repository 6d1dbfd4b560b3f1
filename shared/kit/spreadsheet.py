"""Tables as CSV that a spreadsheet can open without running anything in them."""

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | float | bool | None
_FORMULA = ("=", "+", "-", "@", "\t", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # what a spreadsheet would run


def csv_bytes(header: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return rows as CSV in UTF-8; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([inert(cell) for cell in header])
    writer.writerows([[inert(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8", "replace")


def inert(cell: Cell) -> Cell:
    """Return a cell as it may stand in a CSV: numbers as they are, texts never a formula.

    Carriage returns become line feeds: the writer quotes only these, and a bare one would begin a row of its own.
    """
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
