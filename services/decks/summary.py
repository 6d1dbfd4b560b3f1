"""The executive summary on one page, answer first, as Markdown and as PDF: the same deck, the same numbers."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any, TypeVar

import typst

from services.decks.elements import Cited, SlideBase
from services.decks.metrics import FONTS, printable
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
from services.decks.spans import spans
from services.decks.words import WORDS, month_and_year
from shared.kit.cited import name, resolve
from shared.kit.value import Value

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s)")
_TEMPLATE = Path(__file__).parent / "summary.typ"
_SIZES = (11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
_Kind = TypeVar("_Kind", bound=SlideBase)


class Block(Value):
    """A headed part of the summary: sentences as (label, text), or the table of actions."""

    heading: Cited = ""
    lines: tuple[tuple[Cited, Cited], ...] = ()
    table: tuple[tuple[Cited, ...], ...] = ()


class Summary(Value):
    """What stands on the page, in cited text."""

    title: Cited
    subtitle: Cited
    answer: Cited
    blocks: tuple[Block, ...]
    footer: Cited


def summary_of(deck: Deck) -> Summary:
    """Return the page: the answer, then situation, finding and recommendation, actions, decision, what is open."""
    words = WORDS[deck.language]
    top = _first(deck, ExecutiveSummarySlide)
    synthesis, cover = _first(deck, SynthesisSlide), _first(deck, CoverSlide)
    blocks = [_situation(deck, top), _actions(deck), _decision(deck, top, words), _open(deck, synthesis, words)]
    date = name(month_and_year(deck.language, deck.date))
    parts = [deck.title, deck.run_label if deck.run_label != deck.title else "", date, top.source if top else ""]
    return Summary(
        title=cover.title if cover else deck.title,
        subtitle=(cover.subtitle if cover else "") or deck.subtitle,
        answer="" if top and cover and top.title == cover.title else top.title if top else synthesis.answer if synthesis else "",
        blocks=tuple(block for block in blocks if block.lines or block.table),
        footer="  |  ".join(part for part in parts if part),
    )


def _first(deck: Deck, kind: type[_Kind]) -> _Kind | None:
    return next((slide for slide in deck.slides if isinstance(slide, kind)), None)


def _situation(deck: Deck, top: ExecutiveSummarySlide | None) -> Block:
    if top:
        return Block(lines=tuple((row.label, f"{row.heading}. {row.text}" if row.text else f"{row.heading}.") for row in top.rows))
    findings = [slide.title for slide in deck.slides if isinstance(slide, FindingSlide)]
    return Block(lines=tuple(("", f"{title}.") for title in findings[:5]))


def _actions(deck: Deck) -> Block:
    slide = _first(deck, RecommendationsSlide)
    if not slide:
        return Block()
    words = WORDS[deck.language]
    heads = [words["action"], words["owner"], words["due"], slide.effect_heading or words["effect"], slide.range_heading or words["range"]]
    rows = [tuple(_literal(head) for head in heads)]
    rows += [_action(row, f"{_literal(row.id)} {row.action}") for row in slide.rows]
    if slide.total:
        rows.append(_action(slide.total, slide.total.action))
    return Block(heading=words["recommendations"], table=tuple(rows))


def _action(row: Recommendation, action: Cited) -> tuple[Cited, ...]:
    return (action, row.owner, row.due, row.effect, row.range)


def _literal(text: str) -> Cited:
    return name(text) if any(char.isdigit() for char in text) and "[[" not in text else text


def _decision(deck: Deck, top: ExecutiveSummarySlide | None, words: dict[str, str]) -> Block:
    slide = _first(deck, DecisionSlide)
    text = (top.decision if top else "") or (slide.question if slide else "")
    return Block(heading=words["decision"], lines=(("", text),)) if text else Block()


def _open(deck: Deck, synthesis: SynthesisSlide | None, words: dict[str, str]) -> Block:
    risks = _first(deck, RisksSlide)
    lines = [(words["open"], synthesis.open)] if synthesis and synthesis.open else []
    lines += (
        [(trigger.threshold, f"{trigger.measure}: {trigger.action}" if trigger.measure else trigger.action) for trigger in risks.triggers]
        if risks
        else []
    )
    return Block(heading=words["change_mind"], lines=tuple(lines))


def render_summary_md(deck: Deck) -> str:
    """Return the summary as Markdown; every number links to its evidence by a reference at the end."""
    page = summary_of(deck)
    cited_addresses: dict[str, str] = {}

    def text(cited: Cited) -> str:
        words = ""
        for shown, url in spans(deck, cited):
            key = url.rpartition("=")[2]
            cited_addresses.update({key: url} if url else {})
            words += f"[{_escaped(shown)}][{key}]" if url else _escaped(shown)
        return _LINE_START.sub(r"\1\\\2", words)

    lines = [f"# {text(page.title)}", ""]
    if page.subtitle:
        lines += [text(page.subtitle), ""]
    if page.answer:
        lines += [f"**{text(page.answer)}.**", ""]
    for block in page.blocks:
        lines += [f"## {text(block.heading)}", ""] if block.heading else []
        lines += [line for label, words in block.lines for line in ((f"**{text(label)}:** " if label else "") + text(words), "")]
        if block.table:
            head, *rows = ([text(cell) for cell in row] for row in block.table)
            lines += [_row(head), _row(["---"] * 3 + ["---:"] * 2), *(_row(row) for row in rows), ""]
    lines += ["---", "", text(page.footer), ""]
    return "\n".join([*lines, *(f"[{key}]: <{url}>" for key, url in sorted(cited_addresses.items())), ""])


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def render_summary_pdf(deck: Deck) -> bytes:
    """Return the summary as a tagged one-page PDF (PDF/UA-1), the same bytes for the same deck.

    The type is set smaller until the text stands on one page. Chinese takes its glyphs from the fonts of the system.
    """
    page = summary_of(deck)

    def text(cited: Cited) -> list[dict[str, str]]:
        return [{"t": shown, "u": url} for shown, url in spans(deck, cited)]

    def block(part: Block) -> dict[str, Any]:
        lines = [{"label": text(label), "text": text(words)} for label, words in part.lines]
        return {"heading": text(part.heading), "lines": lines, "table": [[text(cell) for cell in row] for row in part.table]}

    content = {
        "language": deck.language,
        "title": text(page.title),
        "plain_title": printable(resolve(page.title, deck.displays)),
        "subtitle": text(page.subtitle),
        "answer": text(page.answer),
        "blocks": [block(part) for part in page.blocks],
        "footer": text(page.footer),
        "date": [deck.date.year, deck.date.month, deck.date.day],
    }
    return _compiled(content, dt.datetime.combine(deck.date, dt.time(), dt.UTC), system_fonts=deck.language == "zh")


def _compiled(content: dict[str, Any], made: dt.datetime, *, system_fonts: bool) -> bytes:
    fonts = typst.Fonts(include_system_fonts=system_fonts, include_embedded_fonts=False, font_paths=[str(FONTS)])
    for size in _SIZES:
        inputs = {"data": json.dumps(content, ensure_ascii=False), "size": str(size)}
        compiler = typst.Compiler(str(_TEMPLATE), font_paths=fonts, sys_inputs=inputs)
        pages = json.loads(compiler.query("<pages>", field="value", one=True))
        if pages == 1 or size == _SIZES[-1]:
            break
    pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=made)
    assert isinstance(pdf, bytes), "one PDF is one file"
    return pdf
