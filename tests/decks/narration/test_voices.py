"""Voices: the one in the wheel, any program, and a plain reason where there is none."""

import shlex
import sys

import numpy as np
import pytest

from services.decks.model import Deck
from services.decks.narration.script import Line, Script
from services.decks.narration.track import record
from services.decks.narration.voices import MediaUnavailableError, ProgramVoice, Samples, trimmed, voice

# A program that "speaks" a tone of 20 ms a character, framed by silence.
_TONE = """
import math, struct, sys, wave
words = sys.stdin.read()
beep = [int(9000 * math.sin(i / 5)) for i in range(len(words) * 320)]
with wave.open(sys.stdout.buffer, "wb") as out:
    out.setnchannels(1); out.setsampwidth(2); out.setframerate(16000)
    out.writeframes(struct.pack(f"<{len(beep) + 8000}h", *([0] * 4000), *beep, *([0] * 4000)))
"""


def command(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


class Humming:
    """A voice of 1000 samples a second that hums as long as the words are."""

    rate = 1000

    def speak(self, words: str) -> Samples:
        return np.full(len(words) * 60, 0.5, dtype=np.float32)


def test_the_wheels_voice_says_the_same_words_the_same_way() -> None:
    narrator = voice("auto")
    first, again = (
        narrator.speak("Eight point two percent."),
        narrator.speak("Seven."),
    )
    assert narrator.rate == 24_000
    assert 1.0 < len(first) / narrator.rate < 3.0
    assert len(again) < len(first)
    assert np.abs(first).max() <= 1.0


def test_what_the_voice_would_leave_out_is_refused() -> None:
    assert len(voice("auto").speak("Sales in M\u00fcnchen fell."))
    with pytest.raises(MediaUnavailableError, match="cannot read '\u9500\u552e'"):
        voice("auto").speak("Sales of \u9500\u552e fell.")


def test_any_program_can_speak() -> None:
    narrator = ProgramVoice(command(_TONE))
    assert narrator.rate == 16_000
    assert len(narrator.speak("x" * 50)) / narrator.rate == pytest.approx(1.0 + 2 * 0.06, abs=0.01)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none", "switched off"),
        ("there-is-no-such-program --stdout", "no program there-is-no-such-program"),
        (command("raise SystemExit(3)"), "did not speak"),
        (command("print('not sound')"), "wrote no WAV"),
        (command(_TONE.replace("9000", "0")), None),
    ],
)
def test_a_voice_that_cannot_be_had_says_why(name: str, reason: str | None) -> None:
    if reason is None:
        with pytest.raises(MediaUnavailableError, match="said nothing"):
            voice(name).speak("words")
        return
    with pytest.raises(MediaUnavailableError, match=reason):
        voice(name)


def test_only_the_silence_around_the_speech_is_cut() -> None:
    samples = np.concatenate([np.zeros(500), np.full(100, 0.3), np.zeros(200), np.full(100, 0.3), np.zeros(700)]).astype(np.float32)
    assert len(trimmed(samples, 1000)) == 60 + 400 + 60 - 1


def test_sentences_follow_each_other_and_slides_change_on_the_half_second(deck: Deck) -> None:
    lines = (Line(slide=0, text="How it began."), Line(slide=0, text="More."), Line(slide=3, text="How it ends."))
    track = record(Script(lines=lines), deck, Humming())
    assert [said.line for said in track.said] == list(lines)
    assert [shown.slide for shown in track.shown] == [0, 3]
    assert track.shown[0].start == 0
    assert track.shown[0].end == track.shown[1].start
    assert track.shown[-1].end == track.seconds
    assert all((2 * shown.end).is_integer() for shown in track.shown)
    for said in track.said:
        assert np.all(track.samples[round(said.start * 1000) : round(said.end * 1000)] == 0.5)
    assert sum(said.end - said.start for said in track.said) == pytest.approx(np.count_nonzero(track.samples) / 1000)


def test_a_deck_in_a_language_the_voice_does_not_speak_is_not_read_out(deck: Deck) -> None:
    german = deck.model_copy(update={"language": "de"})
    with pytest.raises(MediaUnavailableError, match="speaks English"):
        record(Script(lines=(Line(slide=0, text="Wie es begann."),)), german, Humming())
    with pytest.raises(MediaUnavailableError, match="says nothing"):
        record(Script(lines=()), deck, Humming())
