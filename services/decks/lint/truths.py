"""D12 and D21: every number resolves to the ledger, and no text names a person's address or number."""

import re
from collections.abc import Iterator

from services.decks.lint.contract import Checked, Fault, error
from services.decks.truth import compare

# The shapes that the analysis engine's detector of personal columns knows, found anywhere in a text.
_PERSONAL = {
    "an e-mail address": re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+"),
    "an IBAN": re.compile(r"\b[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){3,7}[A-Z0-9]{1,4}\b"),
    "a telephone number": re.compile(r"(?<![\w+.])(?:\+|00)\d{1,3}[ .()/-]?(?:\d[ .()/-]?){6,12}\d\b"),
    "a North American telephone number": re.compile(r"(?<![\w.,-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w,])"),
    "a social security number": re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"),
}


def truths(deck: Checked) -> Iterator[Fault]:
    """D12: every number resolves to the ledger; without a ledger, no numeral stands where the manifest knows of none."""
    presented, known = deck.manifest(), deck.displays is not None
    for found in compare(presented, deck.displays or {}, deck.rows or {}):
        if found.false_number and (known or found.kind == "unaccounted"):
            told = f", the ledger says {found.expected!r}" if found.expected else ", which nobody vouches for"
            yield error(found.slide, found.shape, f"{found.kind}: shown {found.shown!r}{told}")


def persons(deck: Checked) -> Iterator[Fault]:
    """D21: no address, telephone or account number of a person stands in a text, an alternative text or the notes."""
    for slide in deck.slides:
        texts = [(shape.name, f"{shape.text}\n{shape.alt}") for shape in slide.shapes]
        texts += [("Notes", slide.notes)]
        texts += [(chart.name, "\n".join((*chart.written, *(x for s in chart.series for x in s.categories)))) for chart in slide.charts]
        for name, text in texts:
            kinds = [kind for kind, shape in _PERSONAL.items() if shape.search(text)]
            if kinds:
                yield error(slide.number, name, f"the text shows {kinds[0]}")
