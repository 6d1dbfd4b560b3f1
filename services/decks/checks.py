"""Checks a machine can make before anybody sees a deck: each rule has an id, says what is wrong and where.

An error blocks approval, a warning needs a reason. The rules measure with the same metrics the renderer uses, and
read the file, not the model, so that a deck somebody edited is checked as it stands.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.decks.elements import Cell
from services.decks.manifest import PresentedDeck
from services.decks.metrics import INDENT, height, line_widths
from services.decks.model import Deck
from services.decks.palette import FONT, FONT_EAST_ASIAN, HEIGHT, WIDTH, contrast
from services.decks.pptx.inspection import ShapeFacts, SlideFacts, facts
from services.decks.pptx.read import opened, read_pptx
from services.decks.pptx.render import render_pptx
from services.decks.series import MAX_BARS
from services.decks.truth import compare
from shared.kit.value import Value

Severity = Literal["error", "warning"]
_FURNITURE = ("Footer", "Slide number", "Source", "Date and data", "Mark")
_EXHIBITS = ("finding", "priorities", "impact", "recommendations")
_MOST_TITLE = 110  # characters


class LintIssue(Value):
    """A broken rule, where it is broken and what to do about it."""

    rule: str
    severity: Severity
    slide: int
    shape: str = ""
    message: str


@dataclass(frozen=True, slots=True)
class _Checked:
    """A deck as the rules see it."""

    slides: list[SlideFacts]
    presented: PresentedDeck
    displays: Mapping[str, str] | None
    rows: Mapping[str, Sequence[Sequence[Cell]]] | None

    def kind(self, slide: SlideFacts) -> str:
        return next((shown.kind for shown in self.presented.slides if shown.slide_id == slide.slide_id), "")


Rule = Callable[[_Checked], Iterator[LintIssue]]


def lint(
    deck: Deck | bytes, *, displays: Mapping[str, str] | None = None, rows: Mapping[str, Sequence[Sequence[Cell]]] | None = None
) -> list[LintIssue]:
    """Return every broken rule of a deck or of a deck file; empty means that all hold.

    `displays` and `rows` are the ledger's, to hold a file against it (rule D12); for a `Deck` they are its own numbers.
    Raises UnreadableDeckError and NotOurDeckError for bytes that are no deck of ours.
    """
    if isinstance(deck, Deck):
        displays, rows = deck.displays, {key: number.rows for key, number in deck.numbers.items() if number.rows is not None}
        deck = render_pptx(deck)
    checked = _Checked(facts(opened(deck)), read_pptx(deck), displays, rows)
    return [issue for rule in RULES.values() for issue in rule(checked)]


def _issue(rule: str, severity: Severity, slide: int, shape: str, message: str) -> LintIssue:
    return LintIssue(rule=rule, severity=severity, slide=slide, shape=shape, message=message)


def _title(slide: SlideFacts) -> ShapeFacts | None:
    return next((shape for shape in slide.shapes if shape.placeholder in ("title", "ctrTitle")), None)


def titles(deck: _Checked) -> Iterator[LintIssue]:
    """D01: every slide has a title in the title placeholder, and no two are alike."""
    counts = Counter(title.text for slide in deck.slides if (title := _title(slide)))
    for slide in deck.slides:
        title = _title(slide)
        if title is None or not title.text.strip():
            yield _issue("D01", "error", slide.number, "", "the slide has no title")
        elif counts[title.text] > 1:
            yield _issue("D01", "error", slide.number, title.name, "another slide has the same title")


def sentences(deck: _Checked) -> Iterator[LintIssue]:
    """D02: a title is a sentence of at least five words (eight characters in Chinese), without colon or full stop at its end."""
    for slide in deck.slides:
        text = title.text if (title := _title(slide)) else ""
        long_enough = len(text) >= 8 if deck.presented.language == "zh" else len(text.split()) >= 5
        if text and (not long_enough or text.rstrip().endswith((":", "."))):
            yield _issue("D02", "error", slide.number, "Title", "the title is not a full sentence with an answer")


def numbers_in_titles(deck: _Checked) -> Iterator[LintIssue]:
    """D03: the title of a finding has a number."""
    for slide in deck.slides:
        title = _title(slide)
        if deck.kind(slide) == "finding" and title and not re.search(r"\d", title.text):
            yield _issue("D03", "error", slide.number, title.name, "the title of a finding has no number")


def title_lines(deck: _Checked) -> Iterator[LintIssue]:
    """D04: a title has at most two lines at its size and at most 110 characters."""
    for slide in deck.slides:
        title = _title(slide)
        if title is None or not title.paras:
            continue
        lines = sum(len(line_widths(para.pieces, title.inner[0])) for para in title.paras)
        most = 3 if deck.kind(slide) == "cover" else 2
        if lines > most:
            said = f"the title takes {lines} lines; shorten it by {lines - most}"
            yield _issue("D04", "error", slide.number, title.name, said)
        elif len(title.text) > _MOST_TITLE:
            said = f"the title has {len(title.text)} characters, {len(title.text) - _MOST_TITLE} too many"
            yield _issue("D04", "warning", slide.number, title.name, said)


def bounds(deck: _Checked) -> Iterator[LintIssue]:
    """D05: nothing stands off the slide, and no text lies on another."""
    for slide in deck.slides:
        for shape in slide.shapes:
            x, y, wide, tall = _seen(shape)
            if x < -0.01 or y < -0.01 or x + wide > WIDTH + 0.01 or y + tall > HEIGHT + 0.01:
                yield _issue("D05", "error", slide.number, shape.name, "the shape reaches off the slide")
        words = [(shape, _ink(shape)) for shape in slide.shapes if shape.kind in ("text", "cell") and shape.text.strip()]
        for i, (one, box) in enumerate(words):
            for other, other_box in words[i + 1 :]:
                if _shared(box, other_box) > 0.01:
                    said = f"the text lies on that of {other.name}"
                    yield _issue("D05", "error", slide.number, one.name, said)


def _seen(shape: ShapeFacts) -> tuple[float, float, float, float]:
    x, y, wide, tall = shape.box
    return (x + wide / 2 - tall / 2, y + tall / 2 - wide / 2, tall, wide) if shape.turned else shape.box


def _ink(shape: ShapeFacts) -> tuple[float, float, float, float]:
    """Return the box that the words themselves cover."""
    width, room = shape.inner
    tall = height(shape.paras, width)
    wide = max((max(line_widths(para.pieces, width)) + (INDENT if para.bullet else 0) for para in shape.paras), default=0.0)
    left, top = shape.box[0] + shape.pad[0], shape.box[1] + shape.pad[1]
    align = shape.paras[0].align if shape.paras else "l"
    x = left + {"l": 0.0, "c": (width - wide) / 2, "r": width - wide}[align]
    y = top + {"t": 0.0, "m": (room - tall) / 2, "b": room - tall}[shape.anchor]
    if shape.turned:
        return _seen(ShapeFacts(shape.name, shape.kind, (x, y, wide, tall), turned=True))
    return (x, y, wide, tall)


def _shared(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    """Return the area two boxes share, a hair's breadth of line spacing left out."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    tall = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1]) - 0.04
    return wide * tall if wide > 0 and tall > 0 else 0.0


def fits(deck: _Checked) -> Iterator[LintIssue]:
    """D06: text fits its box; the message says by how many lines it does not."""
    for slide in deck.slides:
        for shape in slide.shapes:
            if not shape.paras or shape.placeholder in ("ftr", "sldNum"):
                continue
            width, room = shape.inner
            over = height(shape.paras, width) - room
            line = max(piece.size for para in shape.paras for piece in para.pieces) * 1.15 / 72
            if over > 0.05:
                said = f"the text is {max(1, round(over / line))} lines too long for its box"
                yield _issue("D06", "error", slide.number, shape.name, said)


def sizes(deck: _Checked) -> Iterator[LintIssue]:
    """D07: no text under 10 pt but sources (9) and footers (8)."""
    for slide in deck.slides:
        for shape in slide.shapes:
            least = 8.0 if shape.name.startswith(_FURNITURE) or shape.placeholder in ("ftr", "sldNum") else 10.0
            small = min((piece.size for para in shape.paras for piece in para.pieces if piece.text.strip()), default=99.0)
            if small < least:
                said = f"the text is set in {small:g} pt to make it fit; shorten it or split the slide"
                severity: Severity = "error" if small < 8 else "warning"
                yield _issue("D07", severity, slide.number, shape.name, said)


def contrasts(deck: _Checked) -> Iterator[LintIssue]:
    """D08: text reaches 4.5:1 against what is behind it, 3:1 from 18 pt on."""
    for slide in deck.slides:
        for index, shape in enumerate(slide.shapes):
            behind = shape.fill or _behind(slide, index, shape)
            for piece in {(piece.color, piece.size >= 18) for para in shape.paras for piece in para.pieces if piece.text.strip()}:
                ratio = contrast(piece[0], behind)
                if ratio < (3.0 if piece[1] else 4.5):
                    said = f"text {piece[0]} on {behind} has a contrast of {ratio:.1f}"
                    yield _issue("D08", "error", slide.number, shape.name, said)


def _behind(slide: SlideFacts, index: int, shape: ShapeFacts) -> str:
    x, y = shape.box[0] + shape.box[2] / 2, shape.box[1] + shape.box[3] / 2
    for other in reversed(slide.shapes[:index]):
        left, top, wide, tall = other.box
        if other.fill and other.kind == "text" and left <= x <= left + wide and top <= y <= top + tall:
            return other.fill
    return slide.background


def sources(deck: _Checked) -> Iterator[LintIssue]:
    """D09: every slide with a chart has a source line; tables of results should have one."""
    for slide in deck.slides:
        has_source = any(shape.name == "Source" and shape.text.strip() for shape in slide.shapes)
        kinds = {shape.kind for shape in slide.shapes}
        if has_source or not kinds & {"chart", "table"}:
            continue
        if "chart" in kinds or deck.kind(slide) in _EXHIBITS:
            yield _issue("D09", "error", slide.number, "", "the exhibit has no source line")


def alternatives(deck: _Checked) -> Iterator[LintIssue]:
    """D10: charts, tables and pictures have an alternative text."""
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.kind in ("chart", "table", "picture") and not shape.alt.strip():
                yield _issue("D10", "error", slide.number, shape.name, "the exhibit has no alternative text")


def notes(deck: _Checked) -> Iterator[LintIssue]:
    """D11: speaker notes have 20 to 120 words (30 to 260 characters in Chinese)."""
    for slide in deck.slides:
        chinese = deck.presented.language == "zh"
        count = len(slide.notes) if chinese else len(slide.notes.split())
        low, high = (30, 260) if chinese else (20, 120)
        if not low <= count <= high:
            said = f"the notes have {count} {'characters' if chinese else 'words'}; {low} to {high} can be spoken"
            yield _issue("D11", "warning", slide.number, "Notes", said)


def truths(deck: _Checked) -> Iterator[LintIssue]:
    """D12: every number resolves to the ledger; without a ledger, no numeral stands where the manifest knows of none."""
    known = deck.displays is not None
    for found in compare(deck.presented, deck.displays or {}, deck.rows or {}):
        if found.false_number and (known or found.kind == "unaccounted"):
            said = f"{found.kind}: shown {found.shown!r}, the ledger says {found.expected!r}"
            yield _issue("D12", "error", found.slide, found.shape, said)


def sums(deck: _Checked) -> Iterator[LintIssue]:
    """D13: a waterfall closes: the start less the savings is what is left."""
    for slide in deck.presented.slides:
        for chart in slide.charts:
            if chart.spec is None or chart.spec.kind != "waterfall":
                continue
            totals = {series.name: sum(value for value in series.y if isinstance(value, float)) for series in chart.series}
            left = totals.get("Start", 0.0) - totals.get("Saved", 0.0) + totals.get("Saved below zero", 0.0)
            rest = totals.get("Left", 0.0)
            if "rest" in chart.spec.roles and abs(left - rest) > 0.011 * max(abs(totals.get("Start", 0.0)), 1e-9):
                said = f"the waterfall leaves {left:.4g} but shows {rest:.4g}"
                yield _issue("D13", "error", slide.number, chart.name, said)


def native(deck: _Checked) -> Iterator[LintIssue]:
    """D14: at least nine in ten exhibits are native charts and tables."""
    kinds = Counter(shape.kind for slide in deck.slides for shape in slide.shapes)
    exhibits = kinds["chart"] + kinds["table"] + kinds["picture"]
    if kinds["picture"] > 0.1 * exhibits:
        yield _issue("D14", "error", 0, "", f"{kinds['picture']} of {exhibits} exhibits are pictures nobody can edit")


def bars(deck: _Checked) -> Iterator[LintIssue]:
    """D15: bars start at zero, and at most fifteen stand on a slide."""
    for slide in deck.slides:
        for name in slide.cut_axes:
            yield _issue("D15", "error", slide.number, name, "the bars do not start at zero")
    for shown in deck.presented.slides:
        for chart in shown.charts:
            if chart.spec and chart.spec.kind == "bar" and any(len(series.y) > MAX_BARS for series in chart.series):
                yield _issue("D15", "warning", shown.number, chart.name, "more than fifteen bars")


def order(deck: _Checked) -> Iterator[LintIssue]:
    """D16: the summary is the second slide, a decision is asked for and an appendix follows."""
    kinds = [deck.kind(slide) for slide in deck.slides]
    if kinds[1:2] != ["executive_summary"]:
        yield _issue("D16", "error", 2, "", "the second slide is not the executive summary")
    for kind, said in (("decision", "no slide asks for a decision"), ("appendix", "there is no appendix")):
        if kind not in kinds:
            yield _issue("D16", "warning", 0, "", said)


def fonts(deck: _Checked) -> Iterator[LintIssue]:
    """D18: only the template's typefaces."""
    for slide in deck.slides:
        for shape in slide.shapes:
            foreign = sorted({font for font in shape.fonts if font and not font.startswith("+")} - {FONT, FONT_EAST_ASIAN})
            if foreign:
                yield _issue("D18", "error", slide.number, shape.name, f"the typeface {foreign[0]} is not the template's")


RULES: dict[str, Rule] = {
    "D01": titles,
    "D02": sentences,
    "D03": numbers_in_titles,
    "D04": title_lines,
    "D05": bounds,
    "D06": fits,
    "D07": sizes,
    "D08": contrasts,
    "D09": sources,
    "D10": alternatives,
    "D11": notes,
    "D12": truths,
    "D13": sums,
    "D14": native,
    "D15": bars,
    "D16": order,
    "D18": fonts,
}
