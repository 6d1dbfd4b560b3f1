"""Marks and words as the data that `deck.typ` draws: plain lists and dictionaries, lengths in inches, sizes in points."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from services.decks.metrics import HYPHEN, Para, Piece
from services.decks.model import Deck
from services.decks.page import Looks, Point, Words
from services.decks.pptx.shapes import Box
from services.decks.spans import spans

Item = dict[str, Any]
Mark = list[Any]
Stroke = list[Any] | None
Run = list[Any] | None
Styled = tuple[str, Piece, str]
"""A character, a piece of its style, and the address of the evidence it stands for or ''."""
_EXACT = 5  # decimals of an inch


def stroke(color: str | None, width: float = 0.75, dash: str | None = None) -> Stroke:
    """Return a line's colour, width in points and dash; none without a colour."""
    return [color, width, dash] if color else None


def shape(box: Box, looks: Looks) -> Mark:
    """Return a rectangle, a rounded one or a diamond."""
    x, y, width, tall = _exact(box)
    line = stroke(looks.line, looks.width, looks.dash)
    if looks.geometry == "diamond":
        points = ((x, y + tall / 2), (x + width / 2, y), (x + width, y + tall / 2), (x + width / 2, y + tall))
        return polyline(points, line, fill=looks.fill)
    radius = min(width, tall) * (looks.adjust or 0.0) if looks.geometry == "roundRect" else 0.0
    return ["rect", x, y, width, tall, looks.fill, line, round(radius, _EXACT)]


def dot(center: Point, size: float, fill: str | None, line: Stroke) -> Mark:
    """Return a round marker; `size` is its diameter in points."""
    wide = round(size / 72, _EXACT)
    return ["dot", round(center[0] - wide / 2, _EXACT), round(center[1] - wide / 2, _EXACT), wide, wide, fill, line]


def polyline(points: Sequence[Point], line: Stroke, *, fill: str | None = None) -> Mark:
    """Return a line through points, or with `fill` the area they enclose."""
    return ["path", 0, 0, [list(_exact(point)) for point in points], fill, line, fill is not None]


def words(deck: Deck, text: Words, *, role: str = "") -> Item:
    """Return text in its box, every number linked to its evidence; `role` is title, plain, artifact or a paragraph's none."""
    left, top, right, bottom = text.pad
    x, y, width, tall = text.box
    x, y, width, tall = _exact((x + left, y + top, max(width - left - right, 0.01), max(tall - top - bottom, 0.01)))
    paras = [paragraph(deck, para, capitals=text.capitals) for para in text.paras if any(piece.text for piece in para.pieces)]
    held = {"paras": paras} if role else {"stretches": [list(group) for _, group in groupby(paras, lambda para: para["bullet"])]}
    place = {"x": x, "y": y, "width": width, "height": tall, "turn": text.turn}
    return {"kind": "words", "role": role, "anchor": text.anchor, **held, **place}


def paragraph(deck: Deck, para: Para, *, capitals: bool = False) -> Item:
    """Return a paragraph as runs of one style, those of one number under one link."""
    runs = [
        [url, [part and [part[0].upper() if capitals else part[0], *part[1:]] for part in _runs(styled)]]
        for url, styled in groupby(_styled(deck, para), lambda one: one[2])
    ]
    size = para.pieces[0].size
    return {"runs": runs, "size": size, "align": para.align, "spacing": para.spacing, "after": para.after, "bullet": para.bullet}


def _runs(styled: Iterable[Styled]) -> Iterator[Run]:
    """Yield [text, size, colour, bold], and None for a line break that we set inside a word."""
    for style, chars in groupby(styled, lambda one: None if one[0] == "\v" else one[1]):
        if style is None:
            yield from (None for _ in chars)
        else:
            yield ["".join(char for char, _, _ in chars), style.size, style.color, style.bold]


def _styled(deck: Deck, para: Para) -> Iterator[Styled]:
    """Yield each character with the piece whose style it has and the address of the number it belongs to."""
    links: Iterator[str] = iter(())
    url = ""
    for piece in para.pieces:
        if piece.template:
            links = iter([url for shown, url in spans(deck, piece.template) for _ in shown])
        style = replace(piece, text="", template="")
        for i, char in enumerate(piece.text):
            if char != "\v" and piece.text[i : i + 2] != HYPHEN:  # those we set ourselves
                url = next(links, "")
            yield char, style, url


def _exact(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(value, _EXACT) for value in values)
