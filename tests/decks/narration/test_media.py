"""The files as players see them: length, loudness, pictures, captions, and the same bytes again."""

import io
import re
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from services.decks.narration import encoding, ffmpeg
from services.decks.narration.captions import Cue, cues, webvtt
from services.decks.narration.script import audio_script
from services.decks.narration.telling import captions_hold, render_transcript, render_video
from services.decks.narration.track import record
from services.decks.narration.voices import MediaUnavailableError, voice
from services.decks.pages import pages_of
from services.decks.pdf.render import slide_images
from shared.kit.cited import resolve
from tests.decks.narration.conftest import Told, colour, pictures

_DURATION = re.compile(r"Duration: (\d+):(\d+):([\d.]+)")
_CUE = re.compile(r"(?:(\d+):)?(\d+):([\d.]+) --> (?:(\d+):)?(\d+):([\d.]+)\n((?:.+\n?)+)")


@pytest.fixture(scope="module")
def audio(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("audio") / "audio.mp3"
    path.write_bytes(told.audio.media)
    return path


@pytest.fixture(scope="module")
def video(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "video.mp4"
    path.write_bytes(told.video.media)
    return path


def seconds(path: Path) -> float:
    match = _DURATION.search(ffmpeg.run(["-i", str(path), "-f", "null", "-"]))
    assert match is not None
    return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3])


def parsed(text: str) -> list[Cue]:
    """Return the cues of a WebVTT file."""
    assert text.startswith("WEBVTT\n\n")

    def at(hours: str | None, minutes: str, rest: str) -> float:
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(rest)

    return [Cue(start=at(m[1], m[2], m[3]), end=at(m[4], m[5], m[6]), text=m[7].strip()) for m in _CUE.finditer(text)]


def test_the_film_is_as_long_as_its_speech(told: Told, video: Path) -> None:
    assert seconds(video) == pytest.approx(told.track.seconds, abs=0.1)
    assert 75 <= told.track.seconds <= 150


def test_the_sound_is_as_long_as_its_speech(told: Told, audio: Path) -> None:
    last = parsed(told.audio.captions)[-1].end
    assert last <= seconds(audio) <= last + 0.15 + 0.5 + 0.1
    assert 40 <= seconds(audio) <= 75


def test_both_are_as_loud_as_they_should_be(audio: Path, video: Path) -> None:
    for path in (audio, video):
        assert ffmpeg.loudness(["-i", str(path)]) == pytest.approx(-16.0, abs=0.5)


def test_the_film_is_full_hd_with_sound_and_captions(video: Path) -> None:
    said = ffmpeg.run(["-i", str(video), "-f", "null", "-"])
    assert re.search(r"Video: h264 .*yuv420p.*1920x1080", said)
    assert re.search(r"Audio: aac .*48000 Hz", said)
    assert re.search(r"\(eng\): Subtitle: mov_text", said)


def test_each_slide_is_seen_while_it_is_told(told: Told, video: Path) -> None:
    raw = video.with_name("frames.raw")
    ffmpeg.run(["-i", str(video), "-vf", "scale=16:9", "-pix_fmt", "rgb24", "-f", "rawvideo", str(raw)])
    corners = [frame[:3] for frame in batched(raw.read_bytes(), 16 * 9 * 3)]
    assert len(corners) == told.track.seconds * 2
    places = pages_of(told.deck)
    for shown in told.track.shown:
        on = [page for page, slide in enumerate(places) if slide == shown.slide]
        for place in range(round(shown.start * 2), round(shown.end * 2)):
            share = (place - shown.start * 2) / (2 * (shown.end - shown.start))
            page = on[int(share * len(on))]
            assert max(abs(a - b) for a, b in zip(corners[place], colour(page), strict=True)) <= 6


def batched(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def test_captions_cover_the_speech_and_read_easily(told: Told) -> None:
    captions = parsed(told.video.captions)
    covered = sum(max(0.0, min(cue.end, said.end) - max(cue.start, said.start)) for said in told.track.said for cue in captions)
    assert covered >= 0.98 * sum(said.end - said.start for said in told.track.said)
    assert all(first.end <= then.start + 1e-9 for first, then in pairwise(captions))
    assert all(cue.end > cue.start for cue in captions)
    assert all(len(line) <= 42 for cue in captions for line in cue.text.split("\n"))
    assert all(cue.text.count("\n") <= 1 for cue in captions)


def test_captions_cover_what_an_ear_hears(told: Told, video: Path) -> None:
    """The silences are found in the sound itself; outside them, a caption stands."""
    said = ffmpeg.run(["-i", str(video), "-af", "silencedetect=noise=-45dB:duration=0.3", "-f", "null", "-"])
    silent = [
        (float(end) - float(length), float(end)) for end, length in re.findall(r"silence_end: ([\d.]+) \| silence_duration: ([\d.]+)", said)
    ]
    heard = list(pairwise(sorted([0.0, *(moment for pair in silent for moment in pair), told.track.seconds])))[::2]
    assert len(heard) > 10
    captions = parsed(told.video.captions)
    covered = sum(max(0.0, min(cue.end, end) - max(cue.start, start)) for start, end in heard for cue in captions)
    assert covered >= 0.98 * sum(end - start for start, end in heard)


def test_captions_say_what_the_transcript_says(told: Told, video: Path) -> None:
    written = " ".join(resolve(said.line.text, told.deck.displays) for said in told.track.said)
    assert " ".join(cue.text.replace("\n", " ") for cue in cues(told.track, told.deck)).split() == written.split()
    assert set(written.split()) <= set(render_transcript(told.deck, "video").split())
    inside = video.with_name("inside.vtt")
    ffmpeg.run(["-i", str(video), "-map", "0:s", str(inside)])
    assert [cue.text for cue in parsed(inside.read_text(encoding="utf-8"))] == [cue.text for cue in parsed(told.video.captions)]


def test_captions_are_held_against_the_deck(told: Told) -> None:
    assert captions_hold(told.deck, "video", told.video.captions)
    assert captions_hold(told.deck, "audio", told.audio.captions)
    assert not captions_hold(told.deck, "audio", told.video.captions)
    assert not captions_hold(told.deck, "video", told.video.captions.replace("28.4", "24.8"))


def test_marks_of_a_caption_stay_text() -> None:
    assert "p &lt; 0.05 &amp; more" in webvtt([Cue(start=0, end=3661.5, text="p < 0.05 & more")])
    assert "00:00:00.000 --> 01:01:01.500" in webvtt([Cue(start=0, end=3661.5, text="x")])


def test_the_same_deck_gives_the_same_bytes(told: Told) -> None:
    assert encoding.mp4(told.track, pictures(told.deck), told.video.captions, told.deck) == told.video.media
    assert encoding.mp3(record(audio_script(told.deck), told.deck, voice("auto")), told.deck) == told.audio.media


def test_pictures_of_slides_let_nothing_shine_through(told: Told) -> None:
    """A film has no page behind the slide: what is transparent would be black."""
    small = slide_images(told.deck, width=320)
    assert len(small) == len(pages_of(told.deck))
    for picture in small:
        alpha = Image.open(io.BytesIO(picture)).convert("RGBA").getchannel("A")
        assert alpha.getextrema() == (255, 255)


def test_a_film_needs_a_picture_for_every_page(told: Told) -> None:
    with pytest.raises(MediaUnavailableError, match="0 pictures"):
        render_video(told.deck, [], voice("auto"))


def test_a_broken_picture_is_a_reason_and_no_film(told: Told) -> None:
    with pytest.raises(MediaUnavailableError, match="ffmpeg failed"):
        encoding.mp4(told.track, [b"no picture"] * len(pages_of(told.deck)), told.video.captions, told.deck)
