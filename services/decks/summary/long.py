"""The long form: every slide of the deck as a section of text and tables, in the deck's order, under the deck's own titles."""

from collections.abc import Callable, Iterator
from typing import Any

from services.decks.elements import Callout, Cited, Exhibit, TextColumn
from services.decks.model import (
    AppendixSlide,
    CoverSlide,
    DecisionSlide,
    Deck,
    ExecutiveSummarySlide,
    FindingSlide,
    FrameSlide,
    ImpactSlide,
    PlanSlide,
    PlanTask,
    PrioritiesSlide,
    RecommendationsSlide,
    RisksSlide,
    SynthesisSlide,
    TreeSlide,
)
from services.decks.summary.content import Block, Summary, Table, actions, framed, literal, triggers
from services.decks.words import WORDS, day, level_word, verdict_word
from shared.kit.cited import cite, name


def long_form(deck: Deck) -> Summary:
    """Return all that the deck says, charts by their messages and numbers; the charts themselves are in the deck."""
    blocks = [block for slide in deck.slides if slide.kind != "cover" for block in _SECTIONS[slide.kind](deck, slide) if not block.empty]
    return framed(deck, blocks)


def _word(deck: Deck, key: str) -> Cited:
    return literal(WORDS[deck.language][key])


def _nothing(_deck: Deck, _slide: CoverSlide) -> Iterator[Block]:
    yield from ()


def _summary(deck: Deck, slide: ExecutiveSummarySlide) -> Iterator[Block]:
    lines = [(row.label, _sentences(f"{row.hero} {row.hero_note}".strip(), row.heading, row.text)) for row in slide.rows]
    lines += [(_word(deck, "decision"), slide.decision)] if slide.decision else []
    yield Block(lines=tuple(lines))


def _frame(deck: Deck, slide: FrameSlide) -> Iterator[Block]:
    lines: list[tuple[Cited, Cited]] = []
    if slide.gauge:
        gauge = slide.gauge
        keys = (("baseline", gauge.baseline), ("today", gauge.today), ("target", gauge.target), ("gap", gauge.gap), ("rise", gauge.rise))
        known = [f"{_word(deck, word)} {cite(key)}" for word, key in keys if key]
        lines = [(gauge.label, "; ".join(known)), *(("", line) for line in gauge.context)]
    lines += [("", slide.missing)] if slide.missing else []
    yield Block(heading=slide.title, lines=(*lines, *_columns(slide.columns)), source=slide.source)


def _columns(columns: tuple[TextColumn, ...]) -> tuple[tuple[Cited, Cited], ...]:
    return tuple((column.heading, "; ".join(item.rstrip(".") for item in column.items) + ".") for column in columns if column.items)


def _tree(deck: Deck, slide: TreeSlide) -> Iterator[Block]:
    rows = [
        (literal(leaf.id), leaf.text, leaf.effect, verdict_word(deck.language, leaf.verdict))
        for branch in slide.branches
        for leaf in branch.leaves
    ]
    head = ("", _word(deck, "hypothesis"), slide.effect_heading or _word(deck, "effect"), _word(deck, "verdict"))
    table = Table(head=head, rows=tuple(rows), numeric=(False, False, True, False))
    notes = tuple((f"{literal(branch.id)} {branch.text}", branch.note) for branch in slide.branches if branch.note)
    yield Block(heading=slide.title, lines=(("", slide.root), *notes), table=table if rows else None, source=slide.source)


def _priorities(deck: Deck, slide: PrioritiesSlide) -> Iterator[Block]:
    rows = tuple((literal(option.id), option.text, option.score) for option in slide.options)
    head = ("", _word(deck, "action"), slide.score_label or _word(deck, "score"))
    table = Table(head=head, rows=rows, numeric=(False, False, True))
    lines = [("", slide.cut_label)] if slide.cut_label else []
    lines += [(slide.note_heading, slide.note)] if slide.note else []
    yield Block(heading=slide.title, lines=tuple(lines), table=table if rows else None, source=slide.source)


def _finding(deck: Deck, slide: FindingSlide) -> Iterator[Block]:
    lines = (_drawn(slide.exhibit),) if slide.exhibit else ()
    yield Block(heading=slide.title, lines=(*lines, *_panel(deck, slide.callout)), points=slide.points, source=slide.source)


def _drawn(exhibit: Exhibit) -> tuple[Cited, Cited]:
    """Return a chart as what is written around it."""
    said = (exhibit.note, exhibit.rest, exhibit.before, exhibit.after, exhibit.change_label, exhibit.change_note, exhibit.reference_label)
    return exhibit.title, "; ".join(words for words in said if words)


def _panel(deck: Deck, panel: Callout) -> Iterator[tuple[Cited, Cited]]:
    hero = f"{panel.hero}, {panel.context}" if panel.context else panel.hero
    yield panel.label, _sentences(hero, "; ".join(f"{label} {value}" for label, value in panel.rows))
    if panel.so_what:
        yield _word(deck, "so_what"), panel.so_what


def _sentences(*parts: Cited) -> Cited:
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def _synthesis(deck: Deck, slide: SynthesisSlide) -> Iterator[Block]:
    lines: list[tuple[Cited, Cited]] = [("", slide.answer)]
    for pillar in slide.pillars:
        hero = f"{pillar.hero}, {pillar.hero_note}" if pillar.hero_note and pillar.hero else pillar.hero
        lines.append((pillar.heading, _sentences(hero, pillar.text, pillar.evidence)))
    lines += [(_word(deck, "open"), slide.open)] if slide.open else []
    yield Block(heading=slide.title, lines=tuple(lines), source=slide.source)


def _recommendations(deck: Deck, slide: RecommendationsSlide) -> Iterator[Block]:
    lines = [(f"{literal(row.id)} {row.action}", _because(row.detail, row.confidence, row.why)) for row in slide.rows]
    lines += [(_word(deck, "rejected"), slide.rejected)] if slide.rejected else []
    yield Block(heading=slide.title, table=actions(deck).table, lines=tuple(line for line in lines if line[1]), source=slide.source)


def _because(detail: Cited, confidence: Cited, why: Cited) -> Cited:
    sure = f"{confidence} ({why})" if confidence and why else confidence or why
    return _sentences(detail, sure)


def _impact(deck: Deck, slide: ImpactSlide) -> Iterator[Block]:
    rows = tuple((step.label, step.value, step.range) for step in slide.steps)
    head = (slide.heading, _word(deck, "effect"), _word(deck, "range"))
    table = Table(head=head, rows=rows, numeric=(False, True, True))
    lines = [("", slide.note)] if slide.note else []
    lines += list(_panel(deck, slide.callout)) if slide.callout else []
    yield Block(heading=slide.title, lines=tuple(lines), table=table if rows else None, source=slide.source)


def _plan(deck: Deck, slide: PlanSlide) -> Iterator[Block]:
    rows = tuple(
        (f"{literal(group.id)} {group.text}".strip(), task.text, _days(deck, task)) for group in slide.groups for task in group.tasks
    )
    head = (_word(deck, "action"), _word(deck, "what"), _word(deck, "dates"))
    table = Table(head=head, rows=rows, numeric=(False, False, False))
    lines = tuple((name(day(deck.language, gate.date)), gate.text) for gate in slide.gates)
    yield Block(heading=slide.title, lines=lines, table=table if rows else None, source=slide.source)


def _days(deck: Deck, task: PlanTask) -> Cited:
    first, last = day(deck.language, task.start), day(deck.language, task.end)
    return name(WORDS[deck.language]["span"].format(first=first, last=last))


def _risks(deck: Deck, slide: RisksSlide) -> Iterator[Block]:
    rows = tuple(
        (one.text, level_word(deck.language, one.likelihood), level_word(deck.language, one.effect), one.cover) for one in slide.risks
    )
    head = tuple(_word(deck, word) for word in ("risk", "likelihood", "effect", "cover"))
    table = Table(head=head, rows=rows, numeric=(False,) * 4)
    yield Block(heading=slide.title, table=table if rows else None, source=slide.source)
    yield Block(heading=_word(deck, "change_mind"), lines=triggers(slide))


def _decision(deck: Deck, slide: DecisionSlide) -> Iterator[Block]:
    rows = tuple((ask.text, ask.owner, ask.due, ask.effect) for ask in slide.asks)
    head = tuple(_word(deck, word) for word in ("what", "owner", "due", "ask_effect"))
    table = Table(head=head, rows=rows, numeric=(False, False, False, True))
    others = (
        [(_word(deck, "alternatives"), "; ".join(other.rstrip(".") for other in slide.alternatives) + ".")] if slide.alternatives else []
    )
    lines = (("", slide.question), *others, *_columns(slide.next_steps))
    yield Block(heading=slide.title, lines=lines, table=table if rows else None, source=slide.source)


def _appendix(_deck: Deck, slide: AppendixSlide) -> Iterator[Block]:
    table = None
    if slide.columns and slide.rows:
        table = Table(
            head=tuple(column.heading for column in slide.columns),
            rows=tuple(row.cells for row in slide.rows),
            numeric=tuple(column.numeric for column in slide.columns),
        )
    yield Block(heading=slide.title, lines=_columns(slide.text), table=table, source=slide.source)


_SECTIONS: dict[str, Callable[[Deck, Any], Iterator[Block]]] = {
    "cover": _nothing,
    "executive_summary": _summary,
    "frame": _frame,
    "tree": _tree,
    "priorities": _priorities,
    "finding": _finding,
    "synthesis": _synthesis,
    "recommendations": _recommendations,
    "impact": _impact,
    "plan": _plan,
    "risks": _risks,
    "decision": _decision,
    "appendix": _appendix,
}
