"""D01 to D04: titles exist, are sentences, name a number and keep to two lines."""

import re
from collections import Counter
from collections.abc import Iterator

from services.decks.lint.contract import Checked, Fault, error, warning
from services.decks.lint.verbs import has_verb
from services.decks.metrics import line_widths
from services.decks.pptx.inspection import SlideFacts

_MOST = 110  # characters
_FEWEST_WORDS, _FEWEST_CHARACTERS = 5, 8
_EVIDENCE = re.compile(r"\[\[E[0-9a-f]{8}\]\]")
_LIST_OF_TOPICS = re.compile(r"[&/|]| vs\.? |\b(overview|agenda|outline|contents|backup|background)\b", re.IGNORECASE)


def titles(deck: Checked) -> Iterator[Fault]:
    """D01: every slide has a title in the title placeholder, and no two are alike."""
    counts = Counter(_key(slide) for slide in deck.slides)
    for slide in deck.slides:
        if not _key(slide):
            yield error(slide.number, "", "the slide has no title")
        elif counts[_key(slide)] > 1:
            others = ", ".join(str(other.number) for other in deck.slides if other is not slide and _key(other) == _key(slide))
            yield error(slide.number, slide.title or "", f"slide {others} has the same title")


def _key(slide: SlideFacts) -> str:
    return " ".join(slide.title.text.casefold().split()) if slide.title else ""


def sentences(deck: Checked) -> Iterator[Fault]:
    """D02: a title is a sentence: five words (eight characters in Chinese), a verb, no colon, full stop or list of topics."""
    for slide in deck.slides:
        if slide.title is None or not (text := slide.title.text.strip()):
            continue
        count = len(text) if deck.language == "zh" else len(text.split())
        least, what = (_FEWEST_CHARACTERS, "characters") if deck.language == "zh" else (_FEWEST_WORDS, "words")
        if count < least:
            yield error(slide.number, slide.title, f"the title has {count} {what}, {least - count} too few for a sentence")
        elif text.endswith((":", ".")):
            yield error(slide.number, slide.title, f"the title ends with {text[-1]!r}")
        elif not has_verb(text, deck.language):
            shown = "is a list of topics" if _LIST_OF_TOPICS.search(text) else "has no verb, so it says no answer"
            yield warning(slide.number, slide.title, f"the title {shown}")


def numbers_in_titles(deck: Checked) -> Iterator[Fault]:
    """D03: the title of a finding has a number, and in our own decks one of the ledger's."""
    claims = {shown.slide_id: shown for shown in deck.presented.slides} if deck.presented else {}
    for slide in deck.slides:
        finding = deck.kind(slide) == "finding" if deck.presented else bool(slide.charts)
        if not finding or slide.title is None or not slide.title.text.strip():
            continue
        if not re.search(r"\d", slide.title.text):
            yield error(slide.number, slide.title, "the title of a finding has no number")
            continue
        templates = (
            [t for shape in claims[slide.slide_id].shapes if shape.name == slide.title.name for t in shape.template or ()] if claims else []
        )
        if claims and not any(_EVIDENCE.search(template) for template in templates):
            yield error(slide.number, slide.title, "no number of the title comes from the ledger")


def title_lines(deck: Checked) -> Iterator[Fault]:
    """D04: a title has at most two lines at its size (three on the cover) and at most 110 characters."""
    for slide in deck.slides:
        title = slide.title
        if title is None or not title.paras:
            continue
        lines = sum(len(line_widths(para.pieces, title.inner[0])) for para in title.paras)
        most = 3 if deck.kind(slide) == "cover" or title.placeholder == "ctrTitle" else 2
        if lines > most:
            yield error(slide.number, title, f"the title takes {lines} lines, {lines - most} too many")
        elif len(title.text) > _MOST:
            yield warning(slide.number, title, f"the title has {len(title.text)} characters, {len(title.text) - _MOST} too many")
