"""A slide as a reader without the deck gets it: its title, its texts in reading order, the rows behind its chart. Pure."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from enum import Enum

from pydantic import BaseModel

from services.decks.elements import Number, Verdict
from services.decks.model import AppendixSlide, Deck, Slide
from services.decks.pages import pages_of
from shared.kit.cited import name, shown
from shared.kit.value import Value

_MOST_ROWS = 40
_KEY = re.compile(r"\bE[0-9a-f]{8}\b")
_TABLE = frozenset({"columns", "rows"})
# fields that place, paint or name parts of a picture, and those that a reader gets elsewhere
_SILENT = frozenset(
    {"kind", "id", "kicker", "title", "source", "notes", "chart", "exhibit", "other", "zero_label", "score_label", "cut_label"}
)
_SILENT |= {"x_label", "y_label", "quadrants", "effect_heading", "range_heading", "role", "phase", "note_heading"}
_NAMED = frozenset({"today", "baseline", "target", "gap", "rise"})  # numbers of the gauge that stand without a word beside them


class ChartRows(Value):
    """What a chart shows: its heading, the names of its columns, its first rows, and how many there are."""

    title: str
    columns: list[str]
    rows: list[list[str | float | None]]
    total: int


class Block(Value):
    """A few lines of a slide under their heading; without one it is empty."""

    heading: str
    lines: list[str]


class SharedNumber(Value):
    """A number of a slide: its key in the ledger, how it is written, what it is."""

    key: str
    display: str
    label: str


class SharedSlide(Value):
    """One slide, drawn on as many `pages`. `notes` is what is said to it, `numbers` are those it cites."""

    position: int
    pages: int
    kind: str
    kicker: str
    title: str
    blocks: list[Block]
    chart: ChartRows | None
    numbers: list[SharedNumber]
    source: str
    notes: str


def shared_slides(deck: Deck) -> list[SharedSlide]:
    """Return the deck's slides in order, every text as people read it."""
    drawn = Counter(pages_of(deck))
    return [_slide(slide, place + 1, drawn[place], deck) for place, slide in enumerate(deck.slides)]


def _slide(slide: Slide, position: int, pages: int, deck: Deck) -> SharedSlide:
    def read(text: str) -> str:
        return str(shown(text, deck.displays)).strip()

    return SharedSlide(
        position=position,
        pages=pages,
        kind=slide.kind,
        kicker=read(slide.kicker),
        title=read(slide.title),
        blocks=[Block.model_validate(shown(block.model_dump(), deck.displays)) for block in _blocks(slide, deck.numbers)],
        chart=_chart(slide, deck),
        numbers=_cited(slide, deck.numbers),
        source=read(slide.source),
        notes=read(slide.notes),
    )


def _cited(slide: Slide, numbers: dict[str, Number]) -> list[SharedNumber]:
    keys = dict.fromkeys(_KEY.findall(slide.model_dump_json(exclude={"notes"})))
    found = [numbers[key] for key in keys if key in numbers and numbers[key].value is not None]
    return [SharedNumber(key=number.key, display=number.display, label=number.label) for number in found]


def _blocks(slide: Slide, numbers: dict[str, Number]) -> list[Block]:
    """Return a slide's texts in reading order; a record that holds a list is a block by itself."""
    found: list[Block] = []
    for field, value in _fields(slide):
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, BaseModel) and _lists(item):
                found.append(_headed(item, numbers))
            elif line := _line(item, numbers, field):
                if not found or found[-1].heading:
                    found.append(Block(heading="", lines=[]))
                found[-1].lines.append(line)
    return found


def _headed(record: BaseModel, numbers: dict[str, Number]) -> Block:
    """Return a record that holds a list: what stands before the list is the heading, the list and what follows are the lines."""
    heading: list[str] = []
    lines: list[str] = []
    for field, value in _fields(record):
        if isinstance(value, tuple):
            lines += [_line(one, numbers, field) for one in value]
        elif lines:
            lines.append(_line(value, numbers, field))
        else:
            heading += _said(value, numbers, field)
    return Block(heading=" · ".join(heading), lines=[line for line in lines if line])


def _fields(value: BaseModel) -> list[tuple[str, object]]:
    silent = _SILENT | (_TABLE if isinstance(value, AppendixSlide) else frozenset())
    return [(field, getattr(value, field)) for field in type(value).model_fields if field not in silent]


def _lists(value: BaseModel) -> bool:
    return any(isinstance(own, tuple) and own for _, own in _fields(value))


def _line(value: object, numbers: dict[str, Number], field: str) -> str:
    """Return what belongs to one entry in one line."""
    return " · ".join(_said(value, numbers, field))


def _said(value: object, numbers: dict[str, Number], field: str) -> Iterator[str]:
    match value:
        case Enum():
            if isinstance(value, Verdict):
                yield value.value
        case str():
            number = numbers.get(value)
            said = value if number is None else f"{field} {number.display}" if field in _NAMED else number.display
            if said.strip():
                yield said.strip()
        case date():
            yield name(f"{value.day} {value:%b %Y}")
        case BaseModel():
            for inner, own in _fields(value):
                yield from _said(own, numbers, inner)
        case tuple():
            for item in value:
                yield from _said(item, numbers, field)


def _chart(slide: Slide, deck: Deck) -> ChartRows | None:
    """Return what a slide draws as a chart or a table."""
    if isinstance(slide, AppendixSlide):
        return _table(slide, deck) if slide.rows else None
    exhibit = getattr(slide, "exhibit", None)
    number = deck.numbers.get(exhibit.key if exhibit is not None else getattr(slide, "chart", ""))
    if number is None or not number.rows:
        return None
    title = exhibit.title if exhibit is not None else getattr(slide, "heading", "") or number.label
    rows = [list(row) for row in number.rows[:_MOST_ROWS]]
    return ChartRows(title=str(shown(title, deck.displays)), columns=list(number.columns), rows=rows, total=len(number.rows))


def _table(slide: AppendixSlide, deck: Deck) -> ChartRows:
    columns = [column.heading for column in slide.columns]
    facts = {"title": slide.kicker, "columns": columns, "rows": [row.cells for row in slide.rows[:_MOST_ROWS]], "total": len(slide.rows)}
    return ChartRows.model_validate(shown(facts, deck.displays))
