"""How wide the columns of a summary's table are: measured, so that no number and no name is broken that need not be."""

from collections.abc import Sequence

from services.decks.metrics import is_wide, text_width

ROOM = 170 / 25.4  # between the margins of A4, in inches
SMALLER = 0.92  # type in tables over that of the text
_PADDING = 0.13
_SHORT = 18  # characters
_MOST_KEPT = 0.65  # of the page


def shares(columns: Sequence[Sequence[str]], numeric: Sequence[bool], size: float) -> list[float]:
    """Return the widths of columns in inches, together the page's, from the texts that stand in them.

    A column gets its longest text where all fit, else at least its longest word; numbers and short texts are not broken
    at all, unless they alone would take most of the page. `size` is that of the text around the table, in points.
    """
    size *= SMALLER
    wants = [max((text_width(text, size, bold=True) for text in texts), default=0.0) + _PADDING for texts in columns]
    words = [max((_longest_word(text, size) for text in texts), default=0.0) + _PADDING for texts in columns]
    whole = [number or max(map(len, texts), default=0) <= _SHORT for number, texts in zip(numeric, columns, strict=True)]
    least = [want if kept else min(word, want) for want, word, kept in zip(wants, words, whole, strict=True)]
    if sum(least) > ROOM:
        return _squeezed(least, whole)
    spare, asked = ROOM - sum(least), sum(wants) - sum(least)
    if spare >= asked:
        return [want + (spare - asked) / len(wants) for want in wants]
    return [low + (want - low) * spare / asked for low, want in zip(least, wants, strict=True)]


def _squeezed(least: list[float], whole: list[bool]) -> list[float]:
    """Return widths that break the long words, and the short ones too where they alone are too wide."""
    kept = sum(width for width, keep in zip(least, whole, strict=True) if keep)
    loose = sum(least) - kept
    if not loose or kept > _MOST_KEPT * ROOM:
        return [width * ROOM / sum(least) for width in least]
    return [width if keep else width * (ROOM - kept) / loose for width, keep in zip(least, whole, strict=True)]


def _longest_word(text: str, size: float) -> float:
    if any(is_wide(char) for char in text):
        return 4 * size / 72
    return max((text_width(word, size, bold=True) for word in text.replace("-", "- ").split(" ")), default=0.0)
