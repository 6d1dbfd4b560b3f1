"""The deck told: a script spoken, with its captions and transcript, as sound alone or as a film of the slides."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.decks.model import Deck
from services.decks.narration import encoding
from services.decks.narration.captions import cues, webvtt
from services.decks.narration.script import audio_script, video_script
from services.decks.narration.track import record
from services.decks.narration.transcript import transcript
from services.decks.narration.voices import Narrator


@dataclass(frozen=True)
class Telling:
    """A told deck: the file, its captions (WebVTT) and its transcript."""

    media: bytes
    captions: str
    transcript: str


def render_audio(deck: Deck, narrator: Narrator) -> Telling:
    """Return the answer of a deck as about a minute of speech (MP3). Raises MediaUnavailableError."""
    script = audio_script(deck)
    track = record(script, deck, narrator)
    return Telling(encoding.mp3(track, deck), webvtt(cues(track, deck)), transcript(script, deck))


def render_video(deck: Deck, pictures: Sequence[bytes], narrator: Narrator) -> Telling:
    """Return the argument of a deck as a film of about two minutes (MP4, 1080p). `pictures` are PNG, one for each page.

    Raises MediaUnavailableError.
    """
    script = video_script(deck)
    track = record(script, deck, narrator)
    captions = webvtt(cues(track, deck))
    return Telling(encoding.mp4(track, pictures, captions, deck), captions, transcript(script, deck))
