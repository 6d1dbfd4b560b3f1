"""What is said over a deck: its own cited sentences, chosen by importance until the time is used, told in the deck's order.

Nothing is written here that a slide does not say: a line is a text of the deck model, so every number in it is a ledger entry.
"""

from collections.abc import Iterator
from typing import NamedTuple

from services.decks.elements import Cited
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
    PrioritiesSlide,
    RecommendationsSlide,
    RisksSlide,
    Slide,
    SynthesisSlide,
    TreeSlide,
)
from services.decks.narration.speech import spoken
from services.decks.words import WORDS
from shared.kit.value import Value

AUDIO_SECONDS = 60.0
VIDEO_SECONDS = 120.0
_PER_CHARACTER = 0.0585  # seconds a voice takes for a character of spoken English, measured over the sentences of decks
_PER_LINE = 0.55  # seconds of pause a line brings with it
_WAY = (FrameSlide, TreeSlide, PrioritiesSlide, ImpactSlide, PlanSlide, RisksSlide)
_MOST_FINDINGS = 3  # in the audio, which has no pictures to help


class Line(Value):
    """A sentence that is said, and the place of its slide in the deck (0 is the first)."""

    slide: int
    text: Cited


class Script(Value):
    """The lines in the order they are said."""

    lines: tuple[Line, ...]


class _Candidate(NamedTuple):
    line: Line
    rank: int  # 0 is said first


def video_script(deck: Deck, seconds: float = VIDEO_SECONDS) -> Script:
    """Return what is said over the slides of the argument: each one's title, then what carries most, for about `seconds`."""
    candidates = [
        _Candidate(Line(slide=place, text=_sentence(text)), rank)
        for place, slide in enumerate(deck.slides)
        if not isinstance(slide, AppendixSlide)
        for rank, text in _over(deck, slide)
    ]
    return _chosen(deck, candidates, seconds)


def audio_script(deck: Deck, seconds: float = AUDIO_SECONDS) -> Script:
    """Return the answer for somebody who listens without the slides, for about `seconds`."""
    findings = [place for place, slide in enumerate(deck.slides) if isinstance(slide, FindingSlide)][:_MOST_FINDINGS]
    candidates = [
        _Candidate(Line(slide=place, text=_sentence(text)), rank)
        for place, slide in enumerate(deck.slides)
        if place in findings or not isinstance(slide, FindingSlide)
        for rank, text in _alone(slide, first=bool(findings) and place == findings[0])
    ]
    return _chosen(deck, candidates, seconds)


def _over(deck: Deck, slide: Slide) -> Iterator[tuple[int, Cited]]:
    """Yield (rank, text) of what may be said while a slide is seen; the argument's own slides come before the way to it."""
    if isinstance(slide, ExecutiveSummarySlide):
        yield from ((2, row.heading) for row in slide.rows[:1])  # the situation leads to the answer
    if not isinstance(slide, DecisionSlide):
        yield (1 if isinstance(slide, _WAY) else 0), slide.title
    match slide:
        case ExecutiveSummarySlide(rows=rows):
            yield from ((4, row.text) for row in rows[1:2])
        case FindingSlide(callout=callout):
            yield 3, callout.so_what
        case SynthesisSlide(open=still_open) if still_open:
            yield 5, f"{WORDS[deck.language]['open']}: {still_open}"
        case RecommendationsSlide(rows=rows):
            yield from ((0 if place == 0 else 4, row.action) for place, row in enumerate(rows[:3]))
        case ImpactSlide(callout=callout) if callout:
            yield 4, callout.so_what
        case RisksSlide(triggers=triggers):
            yield from ((6, f"{trigger.measure}: {trigger.action}" if trigger.measure else trigger.action) for trigger in triggers[:1])
        case DecisionSlide():
            yield 0, slide.question
            yield from ((3, item) for column in slide.next_steps[:1] for item in column.items[:1])
        case _:
            pass


def _alone(slide: Slide, *, first: bool) -> Iterator[tuple[int, Cited]]:
    """Yield (rank, text) of what is said of a slide to somebody who does not see it."""
    match slide:
        case CoverSlide():
            yield 0, slide.title
        case ExecutiveSummarySlide(rows=rows):
            yield from ((1, row.heading) for row in rows[:1])
            yield 0, slide.title
        case FindingSlide():
            yield (0 if first else 2), slide.title
            yield 4, slide.callout.so_what
        case RecommendationsSlide(rows=rows):
            yield 1, slide.title
            yield from ((1 if place == 0 else 3, row.action) for place, row in enumerate(rows[:3]))
        case ImpactSlide():
            yield 3, slide.title
        case DecisionSlide():
            yield 0, slide.question
            yield from ((2, item) for column in slide.next_steps[:1] for item in column.items[:1])
        case _:
            pass


def _sentence(text: Cited) -> Cited:
    text = " ".join(text.split())
    return text if not text or text[-1] in ".?!\u3002\uff01\uff1f" else f"{text.rstrip(' ,;:')}."


def _chosen(deck: Deck, candidates: list[_Candidate], seconds: float) -> Script:
    """Return the most important lines that fit, in the deck's order; what was said already is not said again."""
    said: set[str] = set()
    fresh = []
    for candidate in candidates:
        words = spoken(candidate.line.text, deck.displays)
        if words and words.casefold() not in said:
            said.add(words.casefold())
            fresh.append((candidate, len(words) * _PER_CHARACTER + _PER_LINE))
    kept, left = set(), seconds
    for place, (candidate, takes) in sorted(enumerate(fresh), key=lambda one: (one[1][0].rank, one[0])):
        if takes <= left or candidate.rank == 0:
            kept.add(place)
            left -= takes
    return Script(lines=tuple(candidate.line for place, (candidate, _) in enumerate(fresh) if place in kept))
