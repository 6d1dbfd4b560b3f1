"""A slide that holds more than a page can is split, by rule and before anything is drawn."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from services.decks.elements import Branch
from services.decks.model import AppendixSlide, Deck, PlanGroup, PlanSlide, Slide, TreeSlide
from services.decks.words import WORDS
from shared.kit.cited import name

_Part = TypeVar("_Part")
MAX_LEAVES, MAX_PLAN_ROWS, MAX_TABLE_ROWS = 10, 14, 16


def pages(deck: Deck) -> list[Slide]:
    """Return the deck's slides, each on as many pages as it needs; the kicker counts them and titles stay unique."""
    return [page for slide in deck.slides for page in _split(deck, slide)]


def pages_of(deck: Deck) -> list[int]:
    """Return for each page the place of its slide in the deck (0 is the first)."""
    return [place for place, slide in enumerate(deck.slides) for _ in _split(deck, slide)]


def _split(deck: Deck, slide: Slide) -> Sequence[Slide]:
    if isinstance(slide, TreeSlide):
        return _numbered(deck, slide, [{"branches": part} for part in _tree_parts(slide.branches)])
    if isinstance(slide, PlanSlide):
        return _numbered(deck, slide, [_plan_page(slide, part) for part in _plan_parts(slide.groups)])
    if isinstance(slide, AppendixSlide):
        count = -(-len(slide.rows) // MAX_TABLE_ROWS)
        parts = _chunks(slide.rows, -(-len(slide.rows) // count) if count else 1)  # even pages: none is left with a row or two
        return _numbered(deck, slide, [{"rows": part, "text": slide.text if i + 1 == len(parts) else ()} for i, part in enumerate(parts)])
    return [slide]


def _numbered(deck: Deck, slide: Slide, changes: Sequence[dict[str, object]]) -> Sequence[Slide]:
    if len(changes) < 2:
        return [slide]
    made: list[Slide] = []
    for i, change in enumerate(changes, 1):
        place = name(WORDS[deck.language]["page"].format(i=i, n=len(changes)))
        title = slide.title if i == 1 else f"{slide.title} ({place})"
        made.append(slide.model_copy(update={**change, "kicker": f"{slide.kicker} {place}".strip(), "title": title}))
    return made


def _chunks(items: Sequence[_Part], size: int) -> list[tuple[_Part, ...]]:
    return [tuple(items[i : i + size]) for i in range(0, len(items), size)] or [()]


def _tree_parts(branches: Sequence[Branch]) -> list[tuple[Branch, ...]]:
    """Return branches in page-fulls of at most ten leaves; a branch with more is itself continued."""
    pieces: list[Branch] = []
    for branch in branches:
        pieces += [branch.model_copy(update={"leaves": part}) for part in _chunks(branch.leaves, MAX_LEAVES)]
    return _filled(pieces, lambda branch: len(branch.leaves), MAX_LEAVES)


def _plan_parts(groups: Sequence[PlanGroup]) -> list[tuple[PlanGroup, ...]]:
    pieces: list[PlanGroup] = []
    for group in groups:
        pieces += [group.model_copy(update={"tasks": part}) for part in _chunks(group.tasks, MAX_PLAN_ROWS - 1)]
    return _filled(pieces, lambda group: 1 + len(group.tasks), MAX_PLAN_ROWS)


def _plan_page(slide: PlanSlide, groups: tuple[PlanGroup, ...]) -> dict[str, object]:
    ends = {task.end for group in groups for task in group.tasks}
    shown = tuple(gate for gate in slide.gates if gate.date in ends)
    return {"groups": groups, "gates": shown}


def _filled(pieces: Sequence[_Part], weight: Callable[[_Part], int], most: int) -> list[tuple[_Part, ...]]:
    made: list[list[_Part]] = []
    full = most + 1
    for piece in pieces:
        if full + weight(piece) > most:
            made.append([])
            full = 0
        made[-1].append(piece)
        full += weight(piece)
    return [tuple(part) for part in made] or [()]
