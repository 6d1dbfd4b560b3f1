"""The deck told: a script spoken, with its captions and transcript, as sound alone or as a film of the slides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from services.decks.metrics import printable
from services.decks.model import Deck
from services.decks.narration import encoding
from services.decks.narration.captions import cues, webvtt, words_of
from services.decks.narration.script import Script, audio_script, video_script
from services.decks.narration.track import record
from services.decks.narration.transcript import transcript
from services.decks.narration.voices import Narrator
from shared.kit.cited import resolve

Form = Literal["audio", "video"]


@dataclass(frozen=True)
class Telling:
    """A told deck: the file and its captions (WebVTT)."""

    media: bytes
    captions: str


def render_audio(deck: Deck, narrator: Narrator) -> Telling:
    """Return the answer of a deck as about a minute of speech (MP3). Raises MediaUnavailableError."""
    track = record(_script(deck, "audio"), deck, narrator)
    return Telling(encoding.mp3(track, deck), webvtt(cues(track, deck)))


def render_video(deck: Deck, pictures: Sequence[bytes], narrator: Narrator) -> Telling:
    """Return the argument of a deck as a film of about two minutes (MP4, 1080p). `pictures` are opaque PNG, one for each page.

    Raises MediaUnavailableError.
    """
    track = record(_script(deck, "video"), deck, narrator)
    captions = webvtt(cues(track, deck))
    return Telling(encoding.mp4(track, pictures, captions, deck), captions)


def render_transcript(deck: Deck, of: Form) -> str:
    """Return what is said in one of the two, as plain text; no voice is needed for it."""
    return transcript(_script(deck, of), deck)


def captions_hold(deck: Deck, of: Form, captions: str) -> bool:
    """Whether the captions of a told deck say what the deck has to say there, every number as the ledger writes it."""
    said = " ".join(printable(resolve(line.text, deck.displays)) for line in _script(deck, of).lines)
    return words_of(captions).split() == said.split()


def _script(deck: Deck, of: Form) -> Script:
    return audio_script(deck) if of == "audio" else video_script(deck)
