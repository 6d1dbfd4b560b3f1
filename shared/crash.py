"""Named crash points: where a test may kill this process, to prove that nothing is lost or done twice.

A point is armed by a file `<folder>/<name>:<subject>`; the process that removes the file dies by SIGKILL, so each armed point
fires once. With no folder configured, which is always so outside tests, a point costs one comparison.
"""

import os
import signal
from pathlib import Path

from shared.settings import get_settings

STEP_POINTS = (
    "step.claimed",
    "step.decided",
    "step.recording",
    "step.committed",
    "outbox.sent",
)
PLAN_POINTS = ("plan.claimed", "plan.decided", "plan.recording", "plan.committed")
POINTS = STEP_POINTS + PLAN_POINTS


def crashpoint(name: str, subject: object) -> None:
    """Die here if this point is armed for this subject."""
    folder = get_settings().crash_folder
    if folder is not None:
        _die_if_armed(folder / f"{name}:{subject}")


def arm(folder: Path, name: str, subject: object) -> None:
    """Arm a point: the first process to reach it with this subject dies. Raises ValueError for a point that does not exist."""
    if name not in POINTS:
        raise ValueError(f"{name!r} is not one of {POINTS}")
    (folder / f"{name}:{subject}").touch()


def _die_if_armed(marker: Path) -> None:
    try:
        marker.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
