"""A second opinion on a delimited file: its delimiter, its width and its header, by counting cells in the first lines."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

from services.analysis.errors import DatasetTooLargeError

DELIMITERS = (",", ";", "\t", "|")
LINES = 200
WORDS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a vertical bar"}


@dataclass(frozen=True, slots=True)
class Layout:
    """The delimiter that gives most lines the same number of cells; that number, its share of lines, the first line's cells."""

    delimiter: str
    width: int
    share: float
    first: tuple[str, ...]

    @property
    def first_fits(self) -> bool:
        """Whether the first line has as many cells as most lines: a header is where it should be."""
        return len(self.first) == self.width


def look(text: str, *, complete: bool) -> Layout | None:
    """Return the layout of the first lines of a file, None when they cannot be cut. `complete` says that `text` is the whole file."""
    best: Layout | None = None
    for delimiter in DELIMITERS:
        records = _records(text, delimiter, complete=complete)
        if not records:
            continue
        width, lines = Counter(map(len, records)).most_common(1)[0]
        found = Layout(delimiter, width, lines / len(records), tuple(records[0]))
        if best is None or _rank(found) > _rank(best):
            best = found
    return best


def _rank(layout: Layout) -> tuple[bool, float, int]:
    return (layout.width > 1, round(layout.share, 1), layout.width)


def _records(text: str, delimiter: str, *, complete: bool) -> list[list[str]]:
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if record:
                records.append(record)
            if len(records) > LINES:
                break
    except csv.Error:
        return []
    # The last line of a part of a file is cut somewhere.
    return records if complete or len(records) < 2 else records[:-1]


def check_width(head: bytes, limit: int, name: str) -> None:
    """Raise DatasetTooLargeError when the first line has more than `limit` cells, before anything parses it."""
    line = head.split(b"\n", 1)[0]
    cells = max(line.count(delimiter.encode()) for delimiter in DELIMITERS) + 1
    if cells > limit:
        raise DatasetTooLargeError(f"The first line of {name} has at least {cells} columns; tables of up to {limit} are read.", file=name)
