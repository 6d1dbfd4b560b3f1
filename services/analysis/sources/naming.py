"""Column names as a table needs them: none blank, none twice."""

from collections import Counter
from collections.abc import Sequence

from services.analysis.dataset import Note


def unique_names(cells: Sequence[str]) -> list[str]:
    """Return header cells made unique as DuckDB makes them (a, a_1, compared without case), a blank one named by its position."""
    seen: set[str] = set()
    names = []
    for position, cell in enumerate(cells):
        base = cell.replace("\0", "").strip() or f"column{position}"
        name, count = base, 0
        while name.lower() in seen:
            count += 1
            name = f"{base}_{count}"
        seen.add(name.lower())
        names.append(name)
    return names


def renamed(written: Sequence[str], names: Sequence[str]) -> list[Note]:
    """Return a note for each header cell that is blank or stands twice and so got another name."""
    counts = Counter(cell.lower() for cell in written)
    notes = []
    for cell, name in zip(written, names, strict=False):
        if not cell:
            notes.append(Note(code="unnamed_column", sentence=f"A column without a name in the header is called {name}.", column=name))
        elif counts[cell.lower()] > 1 and cell != name:
            notes.append(
                Note(code="duplicate_header", sentence=f"The header names {cell} more than once; one is called {name}.", column=name)
            )
    return notes
