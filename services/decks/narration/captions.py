"""Captions: the written sentences, digits as on the slides, timed by the speech, as WebVTT."""

import html
import textwrap

from services.decks.metrics import printable
from services.decks.model import Deck
from services.decks.narration.speech import spoken
from services.decks.narration.track import Said, Track
from shared.kit.cited import resolve
from shared.kit.value import Value

_LINE = 42  # characters a line of a caption has at most, the broadcasters' usual limit
_LINES = 2
_SHORT = 20  # a line is not made shorter than this to even it out


class Cue(Value):
    """A caption: its first and last second and its one or two lines."""

    start: float
    end: float
    text: str


def cues(track: Track, deck: Deck) -> list[Cue]:
    """Return the captions of a track; together they cover every second in which a sentence sounds."""
    return [cue for said in track.said for cue in _of(said, deck)]


def _of(said: Said, deck: Deck) -> list[Cue]:
    """Cut a sentence into captions; each lasts as long as its share of the spoken words."""
    written = printable(resolve(said.line.text, deck.displays))
    lines = _wrapped(written)
    blocks = ["\n".join(lines[i : i + _LINES]) for i in range(0, len(lines), _LINES)]
    weights = [len(_as_said(block)) for block in blocks]
    total, start, found = sum(weights), said.start, []
    for place, block in enumerate(blocks, start=1):
        end = said.end if place == len(blocks) else start + (said.end - said.start) * weights[place - 1] / total
        found.append(Cue(start=start, end=end, text=block))
        start = end
    return found


def _wrapped(text: str) -> list[str]:
    """Return the lines of a sentence, as even as they can be: no caption of one word at the end."""

    def lines(width: int) -> list[str]:
        return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)

    captions = -(-len(lines(_LINE)) // _LINES)
    return lines(next(width for width in range(_SHORT, _LINE + 1) if width == _LINE or len(lines(width)) <= captions * _LINES))


def _as_said(block: str) -> str:
    return spoken(f"[[={block}]]", {})


def webvtt(captions: list[Cue]) -> str:
    """Return captions as a WebVTT file (W3C), times to the millisecond."""
    parts = ["WEBVTT"]
    for place, cue in enumerate(captions, start=1):
        parts.append(f"{place}\n{_stamp(cue.start)} --> {_stamp(cue.end)}\n{_escaped(cue.text)}")
    return "\n\n".join(parts) + "\n"


def words_of(text: str) -> str:
    """Return what the captions of a file of `webvtt` say, one after another."""
    blocks = (block.split("\n")[2:] for block in text.strip().split("\n\n")[1:])
    return " ".join(html.unescape(line) for block in blocks for line in block)


def _stamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
