"""Whether cells look like they are about a person, and how such cells are shown in samples."""

import re
from collections.abc import Sequence

from services.analysis.profile.names import has_word

_SHAPES = (
    re.compile(r"^[\w.+'-]+@[\w-]+(\.[\w-]+)+$"),  # e-mail address
    re.compile(r"^[A-Z]{2}\d{2}[ ]?([A-Z0-9]{4}[ ]?){2,7}[A-Z0-9]{1,4}$"),  # IBAN
    re.compile(r"^(\+|00)\d{1,3}[ .()/-]?(\d[ .()/-]?){6,12}\d$"),  # international phone number
    re.compile(r"^\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}$"),  # North American phone number
    re.compile(r"^\d{3}-\d{2}-\d{4}$"),  # social security number
)
_NAME_PART = r"[^\W\d_a-z][^\W\d_]*(?:['’.-][^\W\d_]*)*"
_FULL_NAME = re.compile(rf"^{_NAME_PART}( {_NAME_PART}){{1,3}}$")
_SURNAME_FIRST = re.compile(rf"^{_NAME_PART}( {_NAME_PART})?, .+")
_SHAPE_SHARE = 0.8


def looks_personal(name: str, cells: Sequence[str]) -> bool:
    """Whether distinct text cells look like addresses, numbers or names of people.

    Cells of two to four capitalised words are names when both their first and their last words vary
    from cell to cell (products and departments share words), or when the column's name says person.
    """
    if not cells:
        return False
    texts = [cell.strip() for cell in cells]
    if any(sum(bool(shape.match(text)) for text in texts) >= _SHAPE_SHARE * len(texts) for shape in _SHAPES):
        return True
    named = [text for text in texts if _FULL_NAME.match(text) or _SURNAME_FIRST.match(text)]
    if len(named) < (0.6 if has_word(name, "person") else _SHAPE_SHARE) * len(texts):
        return False
    if has_word(name, "person"):
        return True
    firsts, lasts = {text.split()[0] for text in named}, {text.split()[-1] for text in named}
    return len(named) >= 8 and min(len(firsts), len(lasts)) >= 0.6 * len(named) and _mean_words(named) <= 3


def mask(cell: str) -> str:
    """Return a cell with every word cut to its first character: "Ada Lovelace" is "A… L…"."""
    return re.sub(r"\w+", lambda match: match[0][0] + "…", cell)[:40]


def _mean_words(cells: Sequence[str]) -> float:
    return sum(len(cell.split()) for cell in cells) / len(cells)
