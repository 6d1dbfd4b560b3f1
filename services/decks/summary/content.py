"""What the executive summary says, in cited text, before a format writes it down."""

from collections.abc import Callable
from typing import Literal, TypeVar

from services.decks.elements import Cited, SlideBase
from services.decks.model import (
    CoverSlide,
    DecisionSlide,
    Deck,
    ExecutiveSummarySlide,
    FindingSlide,
    Recommendation,
    RecommendationsSlide,
    RisksSlide,
    SynthesisSlide,
)  # fmt: skip
from services.decks.words import WORDS, month_and_year
from shared.kit.cited import loose_numerals, name
from shared.kit.value import Value

Form = Literal["short", "long"]
_Kind = TypeVar("_Kind", bound=SlideBase)


class Table(Value):
    """A table: headings, rows, and which columns are numbers."""

    head: tuple[Cited, ...]
    rows: tuple[tuple[Cited, ...], ...]
    numeric: tuple[bool, ...]


class Block(Value):
    """A headed part of the summary: sentences as (label, text), points, a table, and where it comes from."""

    heading: Cited = ""
    lines: tuple[tuple[Cited, Cited], ...] = ()
    points: tuple[Cited, ...] = ()
    table: Table | None = None
    source: Cited = ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing under the heading."""
        return not (self.lines or self.points or self.table)


class Summary(Value):
    """What stands on the page or pages."""

    title: Cited
    subtitle: Cited
    answer: Cited
    blocks: tuple[Block, ...]
    footer: Cited


def short_forms(deck: Deck) -> tuple[Callable[[], Summary], ...]:
    """Return the short form whole, and shorter ones for decks that say too much for a page; each tells that the long form says more."""
    return (lambda: _short(deck, 0), lambda: _short(deck, 1), lambda: _short(deck, 2))


def _short(deck: Deck, left_out: int) -> Summary:
    """Return the answer, then situation, finding and recommendation, actions, decision, what would change our mind.

    `left_out` 1 drops what would change our mind, 2 also the sentences under the headings.
    """
    words = WORDS[deck.language]
    top, synthesis = first(deck, ExecutiveSummarySlide), first(deck, SynthesisSlide)
    blocks = [_situation(deck, top, brief=left_out > 1), actions(deck), _decision(deck, top, words)]
    blocks.append(Block(lines=(("", words["long_form"]),)) if left_out else _open(deck, synthesis, words))
    return framed(deck, [block for block in blocks if not block.empty])


def framed(deck: Deck, blocks: list[Block]) -> Summary:
    """Return blocks under the deck's question and answer."""
    top, synthesis, cover = first(deck, ExecutiveSummarySlide), first(deck, SynthesisSlide), first(deck, CoverSlide)
    date = name(month_and_year(deck.language, deck.date))
    parts = [deck.title, deck.run_label if deck.run_label != deck.title else "", date, top.source if top else ""]
    return Summary(
        title=cover.title if cover else deck.title,
        subtitle=(cover.subtitle if cover else "") or deck.subtitle,
        answer="" if top and cover and top.title == cover.title else top.title if top else synthesis.answer if synthesis else "",
        blocks=tuple(blocks),
        footer="  |  ".join(part for part in parts if part),
    )


def first(deck: Deck, kind: type[_Kind]) -> _Kind | None:
    """Return the deck's first slide of a kind."""
    return next((slide for slide in deck.slides if isinstance(slide, kind)), None)


def literal(text: str) -> Cited:
    """Return the engine's own words, or an id, as cited text."""
    return name(text) if "[[" not in text and loose_numerals(text) else text


def _situation(deck: Deck, top: ExecutiveSummarySlide | None, *, brief: bool) -> Block:
    if top:
        return Block(
            lines=tuple((row.label, f"{row.heading}. {row.text}" if row.text and not brief else f"{row.heading}.") for row in top.rows)
        )
    findings = [slide.title for slide in deck.slides if isinstance(slide, FindingSlide)]
    return Block(lines=tuple(("", f"{title}.") for title in findings[:5]))


def actions(deck: Deck) -> Block:
    """Return the table of recommendations, with their sum where the ledger has one."""
    slide = first(deck, RecommendationsSlide)
    if not slide:
        return Block()
    words = WORDS[deck.language]
    heads = [words["action"], words["owner"], words["due"], slide.effect_heading or words["effect"], slide.range_heading or words["range"]]
    rows = [_action(row, f"{literal(row.id)} {row.action}") for row in slide.rows]
    if slide.total:
        rows.append(_action(slide.total, slide.total.action))
    numeric = (False, False, False, True, True)
    table = Table(head=tuple(literal(head) for head in heads), rows=tuple(rows), numeric=numeric)
    return Block(heading=words["recommendations"], table=table)


def _action(row: Recommendation, action: Cited) -> tuple[Cited, ...]:
    return (action, row.owner, row.due, row.effect, row.range)


def _decision(deck: Deck, top: ExecutiveSummarySlide | None, words: dict[str, str]) -> Block:
    slide = first(deck, DecisionSlide)
    text = (top.decision if top else "") or (slide.question if slide else "")
    return Block(heading=words["decision"], lines=(("", text),)) if text else Block()


def _open(deck: Deck, synthesis: SynthesisSlide | None, words: dict[str, str]) -> Block:
    risks = first(deck, RisksSlide)
    lines = [(words["open"], synthesis.open)] if synthesis and synthesis.open else []
    return Block(heading=words["change_mind"], lines=(*lines, *(triggers(risks) if risks else ())))


def triggers(slide: RisksSlide) -> tuple[tuple[Cited, Cited], ...]:
    """Return the results that would change our mind as (threshold, what it measures and what is done then)."""
    return tuple(
        ("" if one.action.startswith(one.threshold) else one.threshold, f"{one.measure}: {one.action}" if one.measure else one.action)
        for one in slide.triggers
    )
