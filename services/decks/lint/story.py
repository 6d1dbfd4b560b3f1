"""D11, D16 and D17: what is said, the order of the story, and whether the advice rests on findings."""

from collections.abc import Iterator

from services.decks.lint.contract import Checked, Fault, NotApplicableError, error, warning
from services.decks.truth import shown_numbers

_WORDS, _CHARACTERS = (20, 120), (30, 260)
_ADVICE = ("recommendations", "decision", "executive_summary", "cover", "impact")


def notes(deck: Checked) -> Iterator[Fault]:
    """D11: speaker notes have 20 to 120 words (30 to 260 characters in Chinese)."""
    chinese = deck.language == "zh"
    low, high = _CHARACTERS if chinese else _WORDS
    unit = "characters" if chinese else "words"
    for slide in deck.slides:
        count = len(slide.notes) if chinese else len(slide.notes.split())
        if not low <= count <= high:
            off = f"{low - count} too few" if count < low else f"{count - high} too many"
            yield warning(slide.number, "Notes", f"the notes have {count} {unit}, {off}; {low} to {high} can be spoken")


def order(deck: Checked) -> Iterator[Fault]:
    """D16: the summary is the second slide, a decision is asked for and an appendix follows."""
    deck.manifest()
    kinds = [deck.kind(slide) for slide in deck.slides]
    if kinds[1:2] != ["executive_summary"]:
        place = kinds.index("executive_summary") + 1 if "executive_summary" in kinds else 0
        yield error(2, "", f"the executive summary is slide {place}, not the second" if place else "there is no executive summary")
    for kind, said in (("decision", "no slide asks for a decision"), ("appendix", "there is no appendix")):
        if kind not in kinds:
            yield error(0, "", said)
    if "appendix" in kinds and any(kind != "appendix" for kind in kinds[kinds.index("appendix") :]):
        yield warning(kinds.index("appendix") + 1, "", "slides of the story stand behind the appendix")


def entailment(deck: Checked) -> Iterator[Fault]:
    """D17: each recommendation that promises an effect cites a finding's number, and one that it cites stands in the argument.

    What promises nothing (to collect data, to test first) needs no finding.
    """
    presented = deck.manifest()
    if not presented.advice:
        raise NotApplicableError("the manifest lists no recommendation")
    kinds = {slide.number: slide.kind for slide in presented.slides}
    page = next((number for number, kind in kinds.items() if kind == "recommendations"), 0)
    argued = {shown.key for shown in shown_numbers(presented) if kinds.get(shown.slide, "") not in _ADVICE}
    for advice in presented.advice:
        if not advice.evidence and advice.sized:
            yield error(page, "Recommendations", f"{advice.id} promises an effect and cites no finding")
        elif advice.evidence and not argued & set(advice.evidence):
            yield error(
                page,
                "Recommendations",
                f"none of the {len(advice.evidence)} numbers that {advice.id} rests on stands on a slide of the argument",
            )
