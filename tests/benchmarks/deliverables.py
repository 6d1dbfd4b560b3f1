"""The figures of the deliverables with their bars: `make bench-deliverables`, or `python -m tests.benchmarks.deliverables [--out DIR]`.

The decks of the three bundled problems are rendered into every format; one, cut to fourteen slides, is held against the time it may
take. Sound and film are measured as players see them: length, loudness, captions.
"""

import argparse
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from services import decks
from services.decks.model import Deck
from services.decks.narration import ffmpeg
from services.decks.narration.captions import words_of
from services.decks.narration.voices import Narrator
from services.solving.samples.catalogue import names, sample
from tests.benchmarks.analysis import Figure
from tests.solving.analysts.runs import problem, worked

_SLIDES = 14
_DURATION = re.compile(r"Duration: (\d+):(\d+):([\d.]+)")


@dataclass(frozen=True)
class Took:
    """Seconds by the clock and of all processors together."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} s (processor {self.cpu:.1f} s)"


def timed(work: Callable[[], object]) -> Took:
    """Return what some work took."""
    began, before = time.perf_counter(), _processor()
    work()
    return Took(time.perf_counter() - began, _processor() - before)


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def deck_of(name: str) -> Deck:
    """Return the deck of a bundled problem, by the rules analyst."""
    chosen = sample(name)
    with problem(chosen.text, chosen.files, title=chosen.title) as context:
        made: Deck = worked(context, until="present")[1]["present"].deck
    return made


def all_formats(deck: Deck, narrator: Narrator, folder: Path) -> None:
    """Write the five formats of a deck: ppt, pdf, executive summary, audio, video."""
    (folder / "deck.pptx").write_bytes(decks.render_pptx(deck))
    (folder / "deck.pdf").write_bytes(decks.render_pdf(deck))
    (folder / "summary.md").write_text(decks.render_summary_md(deck), encoding="utf-8")
    (folder / "summary.pdf").write_bytes(decks.render_summary_pdf(deck))
    (folder / "summary.docx").write_bytes(decks.render_summary_docx(deck))
    for name, telling in (
        ("audio.mp3", decks.render_audio(deck, narrator)),
        ("video.mp4", decks.render_video(deck, decks.slide_images(deck), narrator)),
    ):
        (folder / name).write_bytes(telling.media)
        (folder / name).with_suffix(".vtt").write_text(telling.captions, encoding="utf-8")


def seconds(path: Path) -> float:
    """Return how long a file plays."""
    match = _DURATION.search(ffmpeg.run(["-i", str(path), "-f", "null", "-"]))
    return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3]) if match else 0.0


def media(name: str, deck: Deck, folder: Path) -> Iterator[Figure]:
    """Yield the figures of one deck's sound and film."""
    for file, about in (("audio.mp3", (45.0, 75.0)), ("video.mp4", (90.0, 150.0))):
        path = folder / file
        length, loud = seconds(path), ffmpeg.loudness(["-i", str(path)])
        yield Figure(f"{name}, {file}: length", f"{length:.1f} s", f"{about[0]:.0f} to {about[1]:.0f} s", about[0] <= length <= about[1])
        yield Figure(f"{name}, {file}: loudness", f"{loud:.1f} LUFS", "-16 ± 1", abs(loud + 16) <= 1)
        size = path.stat().st_size / 1e6
        yield Figure(f"{name}, {file}: size", f"{size:.1f} MB", "reported", None)
    captions = (folder / "video.vtt").read_text(encoding="utf-8")
    holds = decks.captions_hold(deck, "video", captions)
    words = len(words_of(captions).split())
    yield Figure(f"{name}: captions say the deck's sentences", f"{words} words", "all", holds)


def shortened(deck: Deck, slides: int) -> Deck:
    """Return a deck of so many slides."""
    return deck.model_copy(update={"slides": deck.slides[:slides]})


def figures(out: Path) -> Iterator[Figure]:
    """Yield every figure."""
    narrator: list[Narrator] = []
    yield Figure("loading the voice", str(timed(lambda: narrator.append(decks.voice("auto")))), "reported", None)
    for place, name in enumerate(names()):
        folder, deck = out / name, deck_of(name)
        folder.mkdir(parents=True, exist_ok=True)
        if place == 0:
            short = shortened(deck, _SLIDES)
            took = timed(partial(all_formats, short, narrator[0], folder))
            yield Figure(f"all five formats, {_SLIDES} slides, two processors", str(took), "≤ 15 s", took.wall <= 15)
        took = timed(partial(all_formats, deck, narrator[0], folder))
        yield Figure(f"{name}: all five formats, {len(deck.slides)} slides", str(took), "reported", None)
        yield from media(name, deck, folder)


def main() -> None:
    """Print the table, one line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="folder for the files (default: they are thrown away)")
    chosen = parser.parse_args().out
    with tempfile.TemporaryDirectory() as temporary:
        sys.stdout.write("| figure | measured | bar | met |\n|---|---|---|---|\n")
        for figure in figures(chosen or Path(temporary)):
            sys.stdout.write(f"{figure}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
