"""Changes that break no rule: a rule that speaks up after one of them is wrong."""

import random
from collections.abc import Callable
from typing import Any

from pptx.util import Inches, Pt

from tests.decks.lint.faults import pick, texts
from tests.decks.tampering import edited

BENIGN: list[Callable[[bytes, random.Random], bytes]] = []


def benign(change: Callable[[Any, random.Random], None]) -> Callable[[Any, random.Random], None]:
    """Register a change made through python-pptx."""

    def changed(data: bytes, rng: random.Random) -> bytes:
        return edited(data, lambda opened: change(opened, rng))

    changed.__name__ = change.__name__
    BENIGN.append(changed)
    return change


@benign
def saved_again(opened: Any, rng: random.Random) -> None:
    """Change nothing: the library writes the file anew."""


@benign
def nudged(opened: Any, rng: random.Random) -> None:
    """Move a text by a hundredth of an inch."""
    shape = pick(rng, texts(opened))
    shape.top += Inches(0.01)


@benign
def remark_added(opened: Any, rng: random.Random) -> None:
    """Add a slide of sound text behind the others."""
    last = list(opened.slides)[-1]
    notes = last.notes_slide.notes_text_frame.text
    if len(notes.split()) < 100:
        last.notes_slide.notes_text_frame.text = f"{notes} Thank you for reading."


@benign
def wording_changed(opened: Any, rng: random.Random) -> None:
    """Put another word of the same length for one without digits."""
    runs = [r for t in texts(opened) for p in t.text_frame.paragraphs for r in p.runs if " the " in r.text]
    if runs:
        run = pick(rng, runs)
        run.text = run.text.replace(" the ", " our ", 1)


@benign
def name_changed(opened: Any, rng: random.Random) -> None:
    """Describe a chart in other words."""
    frames = [s for slide in opened.slides for s in slide.shapes if getattr(s, "has_chart", False)]
    if frames:
        who = pick(rng, frames)._element.nvGraphicFramePr.cNvPr
        who.set("title", "A chart")


@benign
def bold_word(opened: Any, rng: random.Random) -> None:
    """Set a short text in bold."""
    short = [t for t in texts(opened, 3) if len(t.text_frame.text) < 25 and t.width > Inches(2)]
    if short:
        run = pick(rng, short).text_frame.paragraphs[0].runs[0]
        run.font.bold = True
        run.font.size = Pt(min(12.0, run.font.size.pt if run.font.size else 12.0))
