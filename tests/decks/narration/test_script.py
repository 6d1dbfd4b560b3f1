"""What is told: the deck's own sentences, chosen by importance, the same numbers as on the slides."""

import re

import pytest

from services.decks.model import AppendixSlide, Deck
from services.decks.narration.script import Script, audio_script, video_script
from services.decks.narration.speech import spoken
from services.decks.narration.transcript import transcript
from shared.kit.cited import cited_keys, names, resolve
from tests.decks.narration.listening import heard

_NUMERAL = re.compile(r"\d[\d,.]*\d|\d")


@pytest.fixture(scope="module", params=[audio_script, video_script])
def script(request: pytest.FixtureRequest, deck: Deck) -> Script:
    made: Script = request.param(deck)
    return made


def test_a_line_says_what_its_slide_says(script: Script, deck: Deck) -> None:
    for line in script.lines:
        slide = deck.slides[line.slide]
        assert not isinstance(slide, AppendixSlide)
        for part in line.text.rstrip(".").split(": "):
            assert part in str(slide.model_dump()) or part == "Still open"


def test_lines_follow_the_deck_and_repeat_nothing(script: Script) -> None:
    assert [line.slide for line in script.lines] == sorted(line.slide for line in script.lines)
    assert len({line.text for line in script.lines}) == len(script.lines)


def test_the_film_shows_every_slide_of_the_argument(deck: Deck) -> None:
    told = {line.slide for line in video_script(deck).lines}
    assert told == {place for place, slide in enumerate(deck.slides) if not isinstance(slide, AppendixSlide)}


def test_with_less_time_less_is_said_and_never_the_answer_left_out(deck: Deck) -> None:
    short, long = video_script(deck, 30), video_script(deck, 300)
    assert len(short.lines) < len(video_script(deck).lines) <= len(long.lines)
    assert {line.text for line in short.lines} <= {line.text for line in long.lines}
    assert f"{deck.slides[1].title}." in {line.text for line in short.lines}


def test_every_number_told_is_the_ledgers(script: Script, deck: Deck) -> None:
    """Heard, written in the transcript, shown on the slides: one number, and it is the ledger's."""
    written = transcript(script, deck)
    keys = {key for line in script.lines for key in cited_keys(line.text)}
    assert keys
    known = set()
    for key in keys:
        display = deck.numbers[key].display
        assert display in written
        known |= set(_NUMERAL.findall(display))
        said = spoken(f"[[{key}]]", deck.displays)
        digits = float(re.sub(r"[^\d.]", "", display.split("\u00a0")[0].rstrip("x%KMB")))
        scale = {"K": 1e3, "M": 1e6, "B": 1e9}.get(display.split("\u00a0")[0][-1], 1.0)
        assert abs(heard(said)) == pytest.approx(digits * scale)
    quoted = [deck.title, *(line.text for line in script.lines), *(deck.slides[line.slide].kicker for line in script.lines)]
    known |= {numeral for text in quoted for name in names(text) for numeral in _NUMERAL.findall(name)}
    glued = {numeral for text in quoted for numeral in re.findall(r"(?<=[A-Za-z])\d+", text)}
    assert set(_NUMERAL.findall(written)) <= known | glued | set(_NUMERAL.findall(resolve(deck.title, deck.displays)))


def test_the_transcript_reads_slide_by_slide(deck: Deck) -> None:
    script = video_script(deck)
    paragraphs = transcript(script, deck).strip().split("\n\n")
    assert len(paragraphs) == 1 + len({line.slide for line in script.lines})
    assert " ".join(paragraphs).count(resolve(script.lines[0].text, deck.displays)) == 1
