"""A slide as a reader without the deck gets it: its title, its texts in reading order, the rows behind its chart. Pure."""

from collections.abc import Iterator
from datetime import date
from enum import Enum

from pydantic import BaseModel

from services.decks.elements import Number, Verdict
from services.decks.model import AppendixSlide, Deck, Slide
from shared.kit.cited import name, shown
from shared.kit.value import Value

_MOST_ROWS = 40
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


class SharedSlide(Value):
    """One slide. `notes` is what is said to it."""

    position: int
    kind: str
    kicker: str
    title: str
    lines: list[str]
    chart: ChartRows | None
    source: str
    notes: str


def shared_slides(deck: Deck) -> list[SharedSlide]:
    """Return the deck's slides in order, every text as people read it."""
    return [_slide(slide, position, deck) for position, slide in enumerate(deck.slides, start=1)]


def _slide(slide: Slide, position: int, deck: Deck) -> SharedSlide:
    def read(text: str) -> str:
        return str(shown(text, deck.displays)).strip()

    lines = [read(line) for line in _lines(slide, deck.numbers)]
    return SharedSlide(
        position=position,
        kind=slide.kind,
        kicker=read(slide.kicker),
        title=read(slide.title),
        lines=[line for line in lines if line],
        chart=_chart(slide, deck),
        source=read(slide.source),
        notes=read(slide.notes),
    )


def _lines(value: object, numbers: dict[str, Number], field: str = "") -> Iterator[str]:
    """Yield the texts of a slide in reading order; what belongs to one entry stands in one line."""
    match value:
        case Enum():
            if isinstance(value, Verdict):
                yield value.value
        case str():
            number = numbers.get(value)
            yield value if number is None else f"{field}: {number.display}" if field in _NAMED else number.display
        case date():
            yield name(f"{value:%d %b %Y}")
        case BaseModel():
            for inner in type(value).model_fields:
                if inner not in _SILENT and not (inner in _TABLE and isinstance(value, AppendixSlide)):
                    yield from _entry(getattr(value, inner), numbers, inner)
        case tuple():
            for item in value:
                yield from _entry(item, numbers, field)


def _entry(value: object, numbers: dict[str, Number], field: str) -> Iterator[str]:
    """Yield the texts of a field, in one line where they are one entry's: a pair, or a record that holds no list."""
    lines = [line for line in _lines(value, numbers, field) if line]
    pair = isinstance(value, tuple) and field == "rows" and all(isinstance(part, str) for part in value)
    record = isinstance(value, BaseModel) and not any(isinstance(getattr(value, inner), tuple) for inner in type(value).model_fields)
    if pair or record:
        yield " · ".join(lines)
    else:
        yield from lines


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
