"""The example deck told once, by the real voice and the real ffmpeg, for all tests that only look at it."""

import io
from dataclasses import dataclass

import pytest
from PIL import Image, ImageDraw

from services.decks.model import Deck
from services.decks.narration.script import video_script
from services.decks.narration.telling import Telling, render_audio, render_video
from services.decks.narration.track import Track, record
from services.decks.narration.voices import voice
from services.decks.pages import pages_of
from tests.decks.example import example_deck


def colour(page: int) -> tuple[int, int, int]:
    """Return the colour of a page's picture: any two pages differ by far more than an encoder blurs."""
    return (40 + 53 * page % 200, 40 + 97 * page % 200, 40 + 151 * page % 200)


def pictures(deck: Deck) -> list[bytes]:
    """Return a plain picture of its own colour for each page of a deck."""
    made = []
    for page in range(len(pages_of(deck))):
        picture = Image.new("RGB", (1920, 1080), colour(page))
        ImageDraw.Draw(picture).rectangle((900, 500, 1000, 600), fill=(255, 255, 255))
        picture.save(data := io.BytesIO(), "PNG")
        made.append(data.getvalue())
    return made


@dataclass(frozen=True)
class Told:
    """A deck, its film's track, and both files."""

    deck: Deck
    track: Track
    audio: Telling
    video: Telling


@pytest.fixture(scope="session")
def told() -> Told:
    deck, narrator = example_deck(), voice("auto")
    track = record(video_script(deck), deck, narrator)
    return Told(deck, track, render_audio(deck, narrator), render_video(deck, pictures(deck), narrator))
