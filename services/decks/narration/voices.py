"""Voices: words in, samples out. The default one is in a wheel and needs no network; any program that writes WAV can take its place."""

import io
import shlex
import subprocess
import unicodedata
import wave
from functools import cache, lru_cache
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from shared.kit.errors import ErrorKind, SevenStepsError

Samples = NDArray[np.float32]
_FAILURES = (OSError, RuntimeError, ValueError, LookupError, TypeError)
_SPEAKING_SECONDS = 60
_REMEMBERED = 32  # sentences, about a megabyte each
_SILENCE = 0.008  # of full scale; a voice's breath lies below it
_KEPT = 0.06  # seconds of quiet left before and after the speech


class MediaUnavailableError(SevenStepsError):
    """Sound or film cannot be made on this machine; the sentence says what is missing."""

    code: ClassVar[str] = "media_unavailable"
    kind: ClassVar[ErrorKind] = ErrorKind.UNAVAILABLE


class Narrator(Protocol):
    """A voice."""

    @property
    def rate(self) -> int:
        """Samples a second."""

    def speak(self, words: str) -> Samples:
        """Return one sentence as mono samples in [-1, 1], the same for the same words. Raises MediaUnavailableError."""


class WheelVoice:
    """The voice of the package `hibari-tts`: American English, neural, 24 kHz, its model inside the wheel."""

    rate = 24_000

    def __init__(self) -> None:
        """Load the model. Raises MediaUnavailableError when the package is not there or does not load."""
        try:
            from hibari import Hibari
        except ImportError as error:
            raise MediaUnavailableError(
                "No voice is installed: `pip install hibari-tts`, or name a program in SEVENSTEPS_VOICE."
            ) from error
        try:
            self._voice = Hibari(threads=2)
        except _FAILURES as error:
            raise MediaUnavailableError(f"The voice could not be loaded: {error}") from error
        self.speak = lru_cache(_REMEMBERED)(self._speak)  # sound and film share most sentences

    def _speak(self, words: str) -> Samples:
        """Return a sentence as samples; a fixed seed makes them the same every time."""
        if foreign := _unreadable(words):
            raise MediaUnavailableError(f"The voice cannot read {foreign!r}: name a program that can in SEVENSTEPS_VOICE.")
        try:
            samples: Samples = self._voice(words, seed=0)
        except _FAILURES as error:
            raise MediaUnavailableError(f"The voice could not say {words[:60]!r}: {error}") from error
        return trimmed(samples, self.rate)


def _unreadable(words: str) -> str:
    """Return the first word in letters that are not Latin: this voice would leave it out without a sound."""
    foreign = (word for word in words.split() if any(char.isalpha() and "LATIN" not in unicodedata.name(char, "") for char in word))
    return next(foreign, "")


class ProgramVoice:
    """A program that reads words from its standard input and writes WAV to its standard output, as `espeak-ng --stdout` does."""

    def __init__(self, command: str) -> None:
        """Ask the program for a word, to learn its rate. Raises MediaUnavailableError."""
        self._command = shlex.split(command)
        self.rate, _ = self._said("Seven steps.")

    def speak(self, words: str) -> Samples:
        """Return a sentence as samples."""
        rate, samples = self._said(words)
        if rate != self.rate:
            raise MediaUnavailableError(f"{self._command[0]} changed its rate from {self.rate} to {rate} samples a second.")
        return trimmed(samples, rate)

    def _said(self, words: str) -> tuple[int, Samples]:
        try:
            done = subprocess.run(self._command, input=words.encode(), capture_output=True, timeout=_SPEAKING_SECONDS, check=True)
        except FileNotFoundError as error:
            raise MediaUnavailableError(f"There is no program {self._command[0]} on this machine.") from error
        except (OSError, subprocess.SubprocessError) as error:
            raise MediaUnavailableError(f"{self._command[0]} did not speak: {error}") from error
        return _samples(done.stdout, self._command[0])


def _samples(data: bytes, program: str) -> tuple[int, Samples]:
    """Return (rate, samples) of a 16-bit WAV; the lengths in its header may be unknown, as a pipe leaves them."""
    try:
        with wave.open(io.BytesIO(data)) as sound:
            if sound.getsampwidth() != 2:
                raise MediaUnavailableError(f"{program} wrote samples of {8 * sound.getsampwidth()} bits; 16 are read.")
            channels, rate = sound.getnchannels(), sound.getframerate()
        start = data.index(b"data") + 8
    except (wave.Error, EOFError, ValueError) as error:
        raise MediaUnavailableError(f"{program} wrote no WAV: {error}") from error
    body = data[start : len(data) - (len(data) - start) % (2 * channels)]
    mono = np.frombuffer(body, dtype="<i2").reshape(-1, channels).mean(axis=1)
    return rate, (mono / 32768.0).astype(np.float32)


def trimmed(samples: Samples, rate: int) -> Samples:
    """Return samples without the silence before and after the speech. Raises MediaUnavailableError when there is no speech."""
    loud = np.nonzero(np.abs(samples) > _SILENCE)[0]
    if not len(loud):
        raise MediaUnavailableError("The voice said nothing.")
    kept = round(_KEPT * rate)
    return samples[max(0, int(loud[0]) - kept) : int(loud[-1]) + kept]


@cache
def voice(name: str) -> Narrator:
    """Return a voice: `auto` is the one from the wheel, `none` none at all, anything else the command line of a program.

    Raises MediaUnavailableError, each time it is asked, when the voice cannot be had.
    """
    if name == "none":
        raise MediaUnavailableError("The voice is switched off (SEVENSTEPS_VOICE=none).")
    return WheelVoice() if name == "auto" else ProgramVoice(name)
