"""The twenty-two rules in order, and how a deck is taken through them."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.decks.elements import Cell
from services.decks.lint import exhibits, layout, story, titles, truths
from services.decks.lint.companions import companions as told_files
from services.decks.lint.contract import (
    Checked,
    Companions,
    Issue,
    NotApplicableError,
    NotRunError,
    Outcome,
    Report,
    Rule,
    RuleResult,
)
from services.decks.lint.package import package
from services.decks.model import Deck
from services.decks.pptx.inherited import theme_of
from services.decks.pptx.inspection import facts
from services.decks.pptx.read import NotOurDeckError, opened, read_pptx
from services.decks.pptx.render import render_pptx

_EMU = 914400

RULES: tuple[Rule, ...] = (
    Rule(
        "D01",
        "Every slide has a title of its own",
        titles.titles,
        "Give the slide a title in the title placeholder that no other slide has.",
    ),
    Rule(
        "D02", "Titles are sentences", titles.sentences, "Say the answer in a sentence of at least five words with a verb and no full stop."
    ),
    Rule("D03", "Titles of findings name a number", titles.numbers_in_titles, "Put the number that the exhibit proves into the title."),
    Rule("D04", "Titles keep to two lines", titles.title_lines, "Shorten the title; move asides into the body or the notes."),
    Rule(
        "D05",
        "Nothing off the slide, nothing on top of another",
        layout.bounds,
        "Move or shrink the shape; split the slide if there is no room.",
    ),
    Rule("D06", "Text fits its box", layout.fits, "Shorten the text by the lines named, widen the box, or split the slide."),
    Rule("D07", "Text is large enough, lists and slides short enough", layout.sizes, "Shorten or split instead of setting text smaller."),
    Rule("D08", "Text and marks stand out", layout.contrasts, "Take a darker colour of the palette, or write the value at the mark."),
    Rule("D09", "Exhibits name their source", exhibits.sources, "Add a line 'Source: file, rows; query' below the exhibit."),
    Rule("D10", "Exhibits have an alternative text", exhibits.alternatives, "Describe the exhibit's message in its alternative text."),
    Rule("D11", "Notes can be spoken", story.notes, "Write two to four sentences of what to say."),
    Rule("D12", "Every number resolves to the ledger", truths.truths, "Make the deck again, or take the number from the ledger's entry."),
    Rule("D13", "Sums add up as printed", exhibits.sums, "Correct the part or the total; name what was left out."),
    Rule("D14", "Charts are native", exhibits.native, "Replace the picture by a chart or table that can be edited."),
    Rule(
        "D15",
        "Bars start at zero, are ranked and few",
        exhibits.bars,
        "Start the axis at zero, sort the bars, gather the small ones as 'Other'.",
    ),
    Rule(
        "D16",
        "Summary second, decision asked, appendix last",
        story.order,
        "Put the executive summary second; add the decision and the appendix.",
    ),
    Rule("D17", "Recommendations rest on findings", story.entailment, "Cite the finding that carries the recommendation, or drop it."),
    Rule("D18", "Only the template's typefaces", layout.fonts, "Set the text in the theme's typeface."),
    Rule("D19", "The file opens without repair", package, "Make the file again; do not edit its parts by hand."),
    Rule("D20", "PDF, video, audio and captions are sound", told_files, "Make the file again from the same deck."),
    Rule("D21", "No personal data", truths.persons, "Take the value out; show groups, not people."),
    Rule(
        "D22", "Colour is not the only carrier", exhibits.colours, "Name the series at their ends or in a legend; put a word into the cell."
    ),
)


def lint_file(
    data: bytes,
    *,
    displays: Mapping[str, str] | None = None,
    rows: Mapping[str, Sequence[Sequence[Cell]]] | None = None,
    companions: Companions | None = None,
    open_it: bool = False,
) -> Report:
    """Return what every rule says of a deck file.

    `displays` and `rows` are the ledger's, to hold its numbers against (rule D12); `companions` are the files told from
    the same deck (D20); `open_it` also opens it in LibreOffice (D19). Raises UnreadableDeckError for bytes that are no deck.
    """
    presentation = opened(data)
    slides = facts(presentation)
    try:
        presented = read_pptx(data)
    except NotOurDeckError:
        presented = None
    checked = Checked(
        data=data,
        slides=slides,
        presented=presented,
        size=(int(presentation.slide_width) / _EMU, int(presentation.slide_height) / _EMU),
        language=presented.language if presented else _language(presentation),
        fonts=frozenset[str]().union(*(theme_of(master).fonts for master in presentation.slide_masters)),
        displays=displays,
        rows=rows,
        companions=companions or Companions(),
        open_it=open_it,
        kinds={slide.slide_id: slide.kind for slide in presented.slides} if presented else {},
    )
    return Report(slides=len(slides), ours=presented is not None, results=tuple(_result(rule, checked) for rule in RULES))


def lint_deck(deck: Deck) -> Report:
    """Return what every rule says of a deck rendered afresh, held against its own numbers."""
    rows = {key: number.rows for key, number in deck.numbers.items() if number.rows is not None}
    return lint_file(render_pptx(deck), displays=deck.displays, rows=rows)


def _result(rule: Rule, deck: Checked) -> RuleResult:
    issues: list[Issue] = []
    outcome, reason = Outcome.PASSED, ""
    try:
        for severity, slide, shape, message in rule.check(deck):
            issues.append(Issue(rule=rule.id, severity=severity, slide=slide, shape=shape, message=message, mend=rule.mend))
    except NotApplicableError as not_applicable:
        outcome, reason = Outcome.NOT_APPLICABLE, str(not_applicable)
    except NotRunError as not_run:
        outcome, reason = Outcome.NOT_RUN, str(not_run)
    if issues:
        outcome = Outcome.FAILED if any(issue.severity == "error" for issue in issues) else Outcome.WARNED
    return RuleResult(rule=rule.id, title=rule.title, outcome=outcome, reason=reason, issues=tuple(issues))


def _language(presentation: Any) -> str:
    """Return the language most runs of a foreign deck are marked with, as two letters; English where none is."""
    counts: dict[str, int] = {}
    for slide in presentation.slides:
        for run in slide.element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}rPr"):
            code = str(run.get("lang", ""))[:2].lower()
            if code:
                counts[code] = counts.get(code, 0) + 1
    return max(counts, key=lambda code: counts[code]) if counts else "en"
