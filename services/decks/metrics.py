"""How much room a text takes, measured before it is placed.

Liberation Sans has the advance widths of Arial, so what is measured here is what PowerPoint shows. East Asian
characters count one em each (the Latin font would return wrong widths), anything else the font lacks one em too.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont

FONTS = Path(__file__).parent / "fonts"
LINE = 1.15  # height of a line over its type size, as Arial is set at single spacing
_SLACK = 0.997  # programs differ by a hair in how they round advances
_NEVER_FIRST = frozenset("，。、；：！？）》」』】〉”’%‰,.;:!?)]}")
_JOINTS = frozenset("_/.\\|@&+=:;,")
_AUTO_SPACE = 0.25  # what some programs put between Chinese and Latin letters, in em
_GERMAN_JOINTS = ("ungs", "heits", "keits", "schafts", "tions", "täts", "lings")
HYPHEN = "\u2010\v"  # a hyphen and line break that we set; a reader drops both to get the text back
BREAK = "\v"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in one style; `template` is the cited text it was resolved from."""

    text: str
    size: float
    color: str
    bold: bool = False
    template: str = ""


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph: pieces, alignment (l, c, r), line spacing, points after it, a bullet's colour."""

    pieces: tuple[Piece, ...]
    align: Literal["l", "c", "r"] = "l"
    spacing: float = 1.08
    after: float = 0
    bullet: str | None = None


INDENT = 0.16


@cache
def _face(bold: bool) -> ImageFont.FreeTypeFont:  # noqa: FBT001 -- the key of a cache
    name = "LiberationSans-Bold.ttf" if bold else "LiberationSans-Regular.ttf"
    return ImageFont.truetype(str(FONTS / name), 1000, layout_engine=ImageFont.Layout.BASIC)


@cache
def _missing(bold: bool) -> float:  # noqa: FBT001 -- the key of a cache
    return float(_face(bold).getlength("\U0010fffd"))


@cache
def advance(char: str, bold: bool) -> float:  # noqa: FBT001 -- the key of a cache
    """Return a character's advance in em."""
    if unicodedata.combining(char) or char in "\u200b\u200d\ufe0f":
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    width = float(_face(bold).getlength(char))
    if ord(char) > 0x24F and width == _missing(bold):
        return 1.0
    return width / 1000


@cache
def lacks(char: str) -> bool:
    """Whether the shipped font seems to have no glyph for the character: as wide as the box it shows for those it lacks."""
    return ord(char) > 0x24F and float(_face(False).getlength(char)) == _missing(False)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a text on one line, in inches."""
    return sum(width + space for width, space, _ in _one_style(text.replace("\v", ""), bold)) * size / 72


def is_wide(char: str) -> bool:
    """Whether lines may break on both sides of the character, as between Chinese ones."""
    return ord(char) > 0x2E7F and unicodedata.east_asian_width(char) in "WF"


Word = tuple[float, float, bool]
"""A run of characters that no line breaks: its width, that of the space before it, whether no line should end on it (hyphen, digit)."""


def _words(pieces: Sequence[Piece]) -> list[Word]:
    if len(pieces) == 1:  # widths grow with the size, so one measurement serves all sizes that are tried
        em = pieces[0].size / 72
        return [(width * em, space * em, bad_end) for width, space, bad_end in _one_style(pieces[0].text, pieces[0].bold)]
    return list(_measured((piece.text, piece.size / 72, piece.bold) for piece in pieces))


@lru_cache(maxsize=8192)
def _one_style(text: str, bold: bool) -> tuple[Word, ...]:  # noqa: FBT001 -- the key of a cache
    return tuple(_measured([(text, 1.0, bold)]))


def _measured(styled: Iterable[tuple[str, float, bool]]) -> Iterator[Word]:
    width = space = 0.0
    previous = ""
    for text, em, bold in styled:
        for char in text:
            if char in " \v":
                if width:
                    yield width, space, previous == "-" or previous.isdigit()
                    width = space = 0.0
                space = space + advance(" ", bold) * em if char == " " else 1e6
            else:
                breaks = previous == "-" or is_wide(previous or " ") or (is_wide(char) and char not in _NEVER_FIRST)
                if width and breaks and char not in _NEVER_FIRST:
                    yield width, space, previous == "-" or previous.isdigit()
                    width = space = 0.0
                if previous not in ("", " ") and is_wide(char) != is_wide(previous):
                    width += _AUTO_SPACE * em
                width += advance(char, bold) * em
            previous = char
    if width:
        yield width, space, previous == "-" or previous.isdigit()


def line_widths(pieces: Sequence[Piece], width: float) -> list[float]:
    """Return the width of every line when the pieces are set into a box that wide (greedy breaking)."""
    room = width * _SLACK
    lines: list[float] = [0.0]
    for word, space, _ in _words(pieces):
        if lines[-1] and lines[-1] + space + word > room:
            lines.append(0.0)
            space = 0.0  # noqa: PLW2901 -- a line starts without its space
        taken = (lines[-1] + space if lines[-1] else 0.0) + word
        while taken > room:
            lines[-1] = room
            taken -= room
            lines.append(0.0)
        lines[-1] = taken
    return lines


def ends_badly(pieces: Sequence[Piece], width: float) -> bool:
    """Whether a line would end on a hyphen inside a compound word, or on a number apart from what it counts."""
    taken, bad = 0.0, False
    for word, space, bad_end in _words(pieces):
        if taken and taken + space + word > width * _SLACK:
            if bad:
                return True
            taken, space = 0.0, 0.0  # noqa: PLW2901 -- a line starts without its space
        taken += (space if taken else 0.0) + word
        bad = bad_end
    return False


def para_height(para: Para, width: float) -> float:
    """Return the height of a paragraph in a box that wide, without the space after it."""
    largest = max((piece.size for piece in para.pieces), default=12)
    count = len(line_widths(para.pieces, width - (INDENT if para.bullet else 0)))
    return count * largest * LINE * para.spacing / 72


def height(paras: Sequence[Para], width: float) -> float:
    """Return the height of paragraphs in a box that wide."""
    gaps = sum(para.after for para in paras[:-1]) / 72
    return gaps + sum(para_height(para, width) for para in paras)


def broken(text: str, size: float, width: float, *, bold: bool = False) -> str:
    """Return the text with a break set into each word wider than the box, at a joint where it has one."""
    if text_width(text, size, bold=bold) <= width:
        return text
    return " ".join(_broken_word(word, size, width, bold=bold) for word in text.split(" "))


def _broken_word(word: str, size: float, width: float, *, bold: bool) -> str:
    if text_width(word, size, bold=bold) <= width or any(is_wide(char) for char in word):
        return word
    room = width - text_width("\u2010", size, bold=bold)
    fits = max(1, sum(1 for end in range(1, len(word) + 1) if text_width(word[:end], size, bold=bold) <= room))
    joint = max((i for i in range(2, fits) if _is_joint(word, i)), default=0)
    cut = joint or max(1, min(fits, len(word) - 3))
    mark = BREAK if joint and not word[joint - 1].isalnum() else HYPHEN
    return word[:cut] + mark + _broken_word(word[cut:], size, width, bold=bold)


def _is_joint(word: str, index: int) -> bool:
    before, after = word[index - 1], word[index]
    compound = word[:index].endswith(_GERMAN_JOINTS) and after.islower() and len(word) - index > 3
    return before in _JOINTS or before == "-" or (before.islower() and after.isupper()) or compound


def printable(text: str) -> str:
    """Return the text as XML and a slide can carry it: one kind of space, no control characters, no lone surrogates."""
    return text if text.isprintable() else "".join(_carried(char) for char in text)


def _carried(char: str) -> str:
    if char in "\t\n\r\x0b\x0c\u2028\u2029\x85":
        return " "
    if char == "\u00a0" or char.isprintable():
        return char
    category = unicodedata.category(char)
    return char if category in ("Cf", "Zs", "Co") else "\ufffd"
