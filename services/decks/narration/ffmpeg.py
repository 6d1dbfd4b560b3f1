"""ffmpeg, run as a program of its own: its builds with x264 and LAME are GPL, and nothing of them is linked or imported here."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache

from services.decks.narration.voices import MediaUnavailableError

_SECONDS = 300
# The same input gives the same bytes: no version strings, no dates.
SAME_BYTES = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact")
_INTEGRATED = re.compile(r"^\s*I:\s*(-?[\d.]+|-inf) LUFS", re.MULTILINE)


@cache
def program() -> str:
    """Return the path of ffmpeg: the one in the wheel, whose codecs are known, else the one on the PATH.

    Raises MediaUnavailableError when there is neither.
    """
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        found = shutil.which("ffmpeg")
        if found is None:
            raise MediaUnavailableError("There is no ffmpeg: `pip install imageio-ffmpeg`, or put one on the PATH.") from error
        return found


def run(arguments: Sequence[str], *, data: bytes | None = None) -> str:
    """Run ffmpeg without asking anything and return what it said. Raises MediaUnavailableError when it fails."""
    command = [program(), "-hide_banner", "-nostdin", "-nostats", "-y", *arguments]
    if data is not None:
        command.remove("-nostdin")
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=True)
    except subprocess.CalledProcessError as error:
        raise MediaUnavailableError(f"ffmpeg failed: {error.stderr.decode(errors='replace').strip()[-300:]}") from error
    except (OSError, subprocess.SubprocessError) as error:
        raise MediaUnavailableError(f"ffmpeg could not be run: {error}") from error
    return done.stderr.decode(errors="replace")


def loudness(source: Sequence[str], filters: str = "anull", *, data: bytes | None = None) -> float:
    """Return the integrated loudness (EBU R 128, LUFS) of an input after filters. Raises MediaUnavailableError."""
    said = run([*source, "-map", "0:a:0", "-af", f"{filters},ebur128=framelog=quiet", "-f", "null", "-"], data=data)
    found = _INTEGRATED.findall(said)
    if not found or found[-1] == "-inf":
        raise MediaUnavailableError("The loudness of the speech could not be measured.")
    return float(found[-1])
