"""Text that does not fit is set smaller, by rule; it is never cut and never runs over its box.

Sizes go down in steps of a twentieth, first to the floor a reader accepts (12 pt for body text, 10 pt for what is
set smaller from the start). A text that still does not fit goes on down to 5 pt, and the checks of the deck then say so.
"""

from collections.abc import Sequence
from dataclasses import replace

from services.decks.metrics import INDENT, Para, Piece, broken, height, line_widths

FLOOR_BODY, FLOOR_SMALL, FLOOR_LAST = 12.0, 10.0, 5.0
_SLACK = 0.02


def fitted(paras: Sequence[Para], width: float, room: float, *, one_line: bool = False) -> tuple[Para, ...]:
    """Return the paragraphs at the largest sizes that fit a box of `width` by `room` inches; `one_line` forbids wrapping."""
    chosen = tuple(paras)
    for floor in (FLOOR_BODY, FLOOR_LAST):
        for step in range(20):
            candidate = tuple(_unbroken(_scaled(para, 1 - step / 20, floor), width) for para in paras)
            if step and candidate == chosen:
                continue
            chosen = candidate
            if _fits(chosen, width, room, one_line=one_line):
                return chosen
    return chosen


def _fits(paras: Sequence[Para], width: float, room: float, *, one_line: bool) -> bool:
    if one_line and any(len(line_widths(para.pieces, width)) > 1 for para in paras):
        return False
    return height(paras, width) <= room + _SLACK


def _scaled(para: Para, factor: float, floor: float) -> Para:
    if factor == 1:
        return para
    pieces = tuple(replace(piece, size=_size(piece.size, factor, floor)) for piece in para.pieces)
    return replace(para, pieces=pieces, after=para.after * factor)


def _size(size: float, factor: float, floor: float) -> float:
    least = min(size, floor if size >= FLOOR_BODY or floor < FLOOR_SMALL else FLOOR_SMALL)
    return max(least, round(size * factor * 2) / 2)


def _unbroken(para: Para, width: float) -> Para:
    room = width - (INDENT if para.bullet else 0)
    pieces = tuple(replace(piece, text=broken(piece.text, piece.size, room, bold=piece.bold)) for piece in para.pieces)
    return replace(para, pieces=pieces) if pieces != para.pieces else para


def in_pieces(text: str, template: str, *, size: float, color: str, bold: bool, unit_size: float | None) -> tuple[Piece, ...]:
    """Return a text as pieces; with `unit_size` a unit behind a no-break space is set in that size."""
    if unit_size is None or "\u00a0" not in text:
        return (Piece(text, size, color, bold=bold, template=template),)
    pieces: list[Piece] = []
    for word in text.split(" "):
        number, *units = word.split("\u00a0")
        lead = " " if pieces else ""
        pieces.append(Piece(lead + number, size, color, bold=bold))
        # A comparison sign belongs to the number that follows it, not to a unit.
        small = size if number in "<>≤≥≈" else unit_size
        pieces += [Piece("\u00a0" + unit, small, color, bold=bold) for unit in units]
    return (replace(pieces[0], template=template), *pieces[1:])
