"""D20: the PDF is tagged and says its title and language; video, audio and captions are as long as what is said."""

import json
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

from services.decks.lint.contract import Checked, Fault, NotApplicableError, NotRunError, error

_LENGTH_SLACK = 0.1  # seconds
_COVERED = 0.98
_LOUDNESS, _LOUDNESS_SLACK = -16.0, 1.0  # LUFS
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_CUE = re.compile(r"(?:(\d+):)?(\d{2}):(\d{2}[.,]\d{3})\s+-->\s+(?:(\d+):)?(\d{2}):(\d{2}[.,]\d{3})")
_MOST_INFLATED = 50_000_000  # bytes of one stream


def companions(deck: Checked) -> Iterator[Fault]:
    """D20: each companion that was given is checked; media need ffprobe and ffmpeg."""
    files = deck.companions
    if not any((files.pdf, files.video, files.audio, files.captions)):
        raise NotApplicableError("no PDF, video, audio or captions were given with the deck")
    if files.pdf is not None:
        yield from _pdf(files.pdf)
    spoken = [path for path in (files.video, files.audio) if path is not None]
    if not spoken:
        return
    if shutil.which("ffprobe") is None or shutil.which("ffmpeg") is None:
        raise NotRunError("ffprobe and ffmpeg are not here, so lengths and loudness were not measured")
    for path in spoken:
        yield from _loud(path)
    if files.video is not None:
        yield from _lengths(files.video, files.captions)


def _pdf(path: Path) -> Iterator[Fault]:
    data = path.read_bytes()
    said = data + b"\n".join(_inflated(data))
    for wanted, message in (
        (rb"/MarkInfo\s*<<[^>]*/Marked\s+true", "the PDF is not tagged"),
        (rb"/StructTreeRoot\b", "the PDF has no structure tree"),
        (rb"/Lang\s*[(<]", "the PDF does not say its language"),
        (rb"/Title\s*[(<]|<dc:title>", "the PDF has no title"),
    ):
        if re.search(wanted, said) is None:
            yield error(0, path.name, message)


def _inflated(data: bytes) -> Iterator[bytes]:
    """Yield the streams that are compressed, such as those that hold objects."""
    for found in _STREAM.finditer(data):
        try:
            yield zlib.decompressobj().decompress(found[1], _MOST_INFLATED)
        except zlib.error:
            continue


def _loud(path: Path) -> Iterator[Fault]:
    told = _run("ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-map", "0:a:0", "-af", "ebur128", "-f", "null", "-")[1]
    found = re.findall(r"I:\s+(-?[\d.]+) LUFS", told)
    if not found:
        yield error(0, path.name, "the file has no sound that can be measured")
    elif abs(float(found[-1]) - _LOUDNESS) > _LOUDNESS_SLACK:
        loud = float(found[-1])
        yield error(0, path.name, f"the loudness is {loud:g} LUFS, {loud - _LOUDNESS:+.1f} off {_LOUDNESS:g}")


def _lengths(video: Path, captions: Path | None) -> Iterator[Fault]:
    told = json.loads(_run("ffprobe", "-v", "error", "-show_entries", "stream=codec_type,duration", "-of", "json", str(video))[0] or "{}")
    lengths = {one["codec_type"]: float(one["duration"]) for one in told.get("streams", []) if "duration" in one}
    picture, sound = lengths.get("video"), lengths.get("audio")
    if picture is None or sound is None:
        yield error(0, video.name, "the video has no picture or no sound")
        return
    if abs(picture - sound) > _LENGTH_SLACK:
        yield error(0, video.name, f"picture and sound differ by {abs(picture - sound):.2f} s")
    if captions is not None and (covered := _captioned(captions.read_text(encoding="utf-8")) / sound) < _COVERED:
        yield error(0, captions.name, f"the captions cover {covered:.0%} of the speech, {_COVERED:.0%} must be")


def _captioned(text: str) -> float:
    """Return the seconds that cues cover, the pauses between them counted with the cue before when under a second."""
    spans = sorted((_seconds(*found[:3]), _seconds(*found[3:])) for found in _CUE.findall(text))
    total, last = 0.0, 0.0
    for begin, end in spans:
        total += max(0.0, end - max(begin, last)) + (begin - last if 0 < begin - last < 1.0 else 0.0)
        last = max(last, end)
    return total


def _seconds(hours: str, minutes: str, seconds: str) -> float:
    return 3600 * int(hours or 0) + 60 * int(minutes) + float(seconds.replace(",", "."))


def _run(program: str, *arguments: str) -> tuple[str, str]:
    done = subprocess.run([program, *arguments], capture_output=True, timeout=300, check=False, text=True)
    return done.stdout, done.stderr
