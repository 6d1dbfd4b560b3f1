"""Sound and film: a track as MP3, and with the slides' pictures and captions as MP4, each by one call of ffmpeg."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from services.decks.metrics import printable
from services.decks.model import Deck
from services.decks.narration import ffmpeg
from services.decks.narration.track import Track
from services.decks.narration.voices import MediaUnavailableError
from services.decks.pages import pages_of
from shared.kit.cited import resolve

LOUDNESS = -16.0  # LUFS, what podcasts and the web are mastered to (AES TD1008)
_PEAK = 0.79  # of full scale, -2 dB: codecs overshoot a little
PICTURES_A_SECOND = 2
_BT709 = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")
_STILLS = (
    *("-c:v", "libx264", "-preset", "superfast", "-tune", "stillimage", "-crf", "21", "-g", "600"),
    *("-pix_fmt", "yuv420p", "-threads", "2", *_BT709),
)


def mp3(track: Track, deck: Deck) -> bytes:
    """Return the speech as MP3 (mono, 96 kbit/s, 44.1 kHz). Raises MediaUnavailableError."""
    sound = _pcm(track)
    arguments = [*_raw(track, "pipe:0"), "-af", _levelled(track, sound), "-ar", "44100", "-c:a", "libmp3lame", "-b:a", "96k"]
    with TemporaryDirectory() as folder:
        out = Path(folder) / "sound.mp3"
        ffmpeg.run([*arguments, *ffmpeg.SAME_BYTES, *_titled(deck), "-id3v2_version", "3", str(out)], data=sound)
        return out.read_bytes()


def mp4(track: Track, pictures: Sequence[bytes], webvtt: str, deck: Deck) -> bytes:
    """Return slides and speech as MP4 (H.264 1920 x 1080, AAC, captions as a text track that players offer).

    `pictures` are opaque PNG, one for each page of the deck. Raises MediaUnavailableError.
    """
    shown = _page_frames(track, deck)
    if len(pictures) != len(pages_of(deck)):
        raise MediaUnavailableError(f"There are {len(pictures)} pictures for {len(pages_of(deck))} pages.")
    sound = _pcm(track)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "captions.vtt").write_text(webvtt, encoding="utf-8")
        (folder / "sound.raw").write_bytes(sound)
        (folder / "slides.txt").write_text(_listed(folder, shown, pictures), encoding="utf-8")
        arguments = [
            *("-f", "concat", "-safe", "0", "-i", str(folder / "slides.txt")),
            *_raw(track, str(folder / "sound.raw")),
            *("-f", "webvtt", "-i", str(folder / "captions.vtt"), "-map", "0:v", "-map", "1:a", "-map", "2:s"),
            *("-vf", f"scale=1920:1080:out_color_matrix=bt709:out_range=tv,format=yuv420p,fps={PICTURES_A_SECOND}", *_STILLS),
            *("-force_key_frames", ",".join(f"{slide.start:.1f}" for slide in track.shown)),  # a jump lands on a slide at once
            *("-af", _levelled(track, sound), "-ar", "48000", "-c:a", "aac", "-b:a", "96k"),
            *("-c:s", "mov_text", "-t", f"{track.seconds:.3f}", *ffmpeg.SAME_BYTES, *_titled(deck)),
            *("-max_interleave_delta", "0"),  # streams are woven by their times alone, never by who was ready first
            *("-metadata:s:a:0", "language=eng", "-metadata:s:s:0", "language=eng", "-movflags", "+faststart"),
        ]
        ffmpeg.run([*arguments, str(folder / "film.mp4")])
        return (folder / "film.mp4").read_bytes()


def _page_frames(track: Track, deck: Deck) -> list[tuple[int, int]]:
    """Return (page, pictures it stands for) in order; a slide on several pages shares its time among them."""
    places = pages_of(deck)
    found = []
    for shown in track.shown:
        on = [page for page, slide in enumerate(places) if slide == shown.slide]
        first, last = round(shown.start * PICTURES_A_SECOND), round(shown.end * PICTURES_A_SECOND)
        cuts = [first + (last - first) * part // len(on) for part in range(len(on) + 1)]
        found += [(page, end - start) for page, (start, end) in zip(on, pairwise(cuts), strict=True) if end > start]
    return found


def _listed(folder: Path, shown: Sequence[tuple[int, int]], pictures: Sequence[bytes]) -> str:
    """Write the pictures and return ffmpeg's list of them; the last stands twice, or its duration would be ignored."""
    for page in {page for page, _ in shown}:
        (folder / f"{page}.png").write_bytes(pictures[page])
    lines = [f"file {page}.png\nduration {frames / PICTURES_A_SECOND}" for page, frames in shown]
    return "\n".join(["ffconcat version 1.0", *lines, f"file {shown[-1][0]}.png", ""])


def _pcm(track: Track) -> bytes:
    return np.ascontiguousarray(track.samples, dtype="<f4").tobytes()


def _raw(track: Track, source: str) -> tuple[str, ...]:
    return ("-f", "f32le", "-ar", str(track.rate), "-ac", "1", "-i", source)


def _levelled(track: Track, sound: bytes) -> str:
    """Return the filters that bring the speech to the wanted loudness: measured, held back at its peaks, measured again."""
    source = _raw(track, "pipe:0")
    gain = LOUDNESS - ffmpeg.loudness(source, data=sound)
    gain += LOUDNESS - ffmpeg.loudness(source, _chain(gain), data=sound)
    return _chain(gain)


def _chain(gain: float) -> str:
    return f"volume={gain:.2f}dB,alimiter=limit={_PEAK}:level=disabled:attack=5:release=50"


def _titled(deck: Deck) -> tuple[str, ...]:
    return ("-metadata", f"title={printable(resolve(deck.title, deck.displays))}", "-metadata", f"comment=problem {deck.problem_id}")
