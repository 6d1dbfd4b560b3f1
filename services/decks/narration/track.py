"""The speech of a script on one time axis: which sentence sounds when, and how long each slide is seen."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from services.decks.model import Deck
from services.decks.narration.script import Line, Script
from services.decks.narration.speech import spoken
from services.decks.narration.voices import MediaUnavailableError, Narrator, Samples

_GRID = 0.5  # seconds; slides change on it, because the film has two pictures a second
_BEFORE = 0.35  # seconds of quiet before a slide's first sentence,
_BETWEEN = 0.35  # between two sentences of a slide,
_AFTER = 0.15  # and after its last one, at least


@dataclass(frozen=True)
class Said:
    """A sentence on the time axis: its words as read, its first and last second."""

    line: Line
    words: str
    start: float
    end: float


@dataclass(frozen=True)
class Shown:
    """A slide (its place in the deck) and the seconds it is seen."""

    slide: int
    start: float
    end: float


@dataclass(frozen=True)
class Track:
    """Mono samples with what sounds when. The length is a multiple of half a second."""

    samples: Samples
    rate: int
    said: tuple[Said, ...]
    shown: tuple[Shown, ...]

    @cached_property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.rate


def record(script: Script, deck: Deck, narrator: Narrator) -> Track:
    """Have a script spoken.

    Raises MediaUnavailableError when there is nothing to say, when the deck is in a language no voice here speaks, or when the
    voice fails; UncitedNumberError and UnknownEvidenceError for a number nobody vouches for.
    """
    if deck.language != "en":
        raise MediaUnavailableError(f"The voice speaks English; this deck is written in {deck.language!r}.")
    if not script.lines:
        raise MediaUnavailableError("The deck says nothing that could be told.")
    pieces: list[Samples] = []
    said: list[Said] = []
    shown: list[Shown] = []
    at = 0
    for slide, lines in _by_slide(script):
        start = at
        for place, line in enumerate(lines):
            words = spoken(line.text, deck.displays)
            speech = narrator.speak(words)
            pieces += [_quiet(_BETWEEN if place else _BEFORE, narrator.rate), speech]
            began = at + len(pieces[-2])
            at = began + len(speech)
            said.append(Said(line, words, began / narrator.rate, at / narrator.rate))
        pieces.append(_rest(at, narrator.rate))
        at += len(pieces[-1])
        shown.append(Shown(slide, start / narrator.rate, at / narrator.rate))
    return Track(np.concatenate(pieces), narrator.rate, tuple(said), tuple(shown))


def _by_slide(script: Script) -> list[tuple[int, list[Line]]]:
    groups: list[tuple[int, list[Line]]] = []
    for line in script.lines:
        if not groups or groups[-1][0] != line.slide:
            groups.append((line.slide, []))
        groups[-1][1].append(line)
    return groups


def _quiet(seconds: float, rate: int) -> Samples:
    return np.zeros(round(seconds * rate), dtype=np.float32)


def _rest(at: int, rate: int) -> Samples:
    """Return the quiet after a slide's last sentence, up to the next half second of the whole."""
    grid = round(_GRID * rate)
    until = -(-(at + round(_AFTER * rate)) // grid) * grid
    return np.zeros(until - at, dtype=np.float32)
