"""What runs in a data folder right now, on disk for the next process that asks."""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from infra.embedded.layout import Home, write_private
from infra.embedded.process import alive, birth
from shared.kit.errors import ErrorKind, SevenStepsError


class PlatformFailedError(SevenStepsError):
    """The embedded platform could not be started, or gave up."""

    code: ClassVar[str] = "platform_failed"
    kind: ClassVar[ErrorKind] = ErrorKind.UNAVAILABLE


class Status(StrEnum):
    """Where a supervisor is in its life."""

    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"
    FAILED = "failed"


class Endpoints(BaseModel):
    """Where the stores are: settings by the names of their variables, secrets in the clear. Hand them to `shared.settings.configure`."""

    model_config = ConfigDict(frozen=True)

    variables: Mapping[str, str]
    api_url: str | None = None

    def env(self) -> dict[str, str]:
        """Return the settings as an environment."""
        return dict(self.variables)


class State(BaseModel):
    """The state file: who supervises, what it started, where that answers."""

    model_config = ConfigDict(frozen=True)

    status: Status
    supervisor: tuple[int, float]
    detached: bool = False
    children: Mapping[str, tuple[int, float]] = {}
    endpoints: Endpoints | None = None
    failure: str | None = None

    @property
    def living(self) -> bool:
        """Whether the supervisor that wrote this still runs."""
        return alive(*self.supervisor)


def read_state(home: Home) -> State | None:
    """Return the recorded state, or None when there is none that can be read."""
    try:
        return State.model_validate_json(home.state_file.read_text())
    except (FileNotFoundError, ValidationError):
        return None


def write_state(home: Home, state: State) -> None:
    """Record the state in a file of mode 0600."""
    write_private(home.state_file, state.model_dump_json(indent=1))


class Owners:
    """The processes that need this platform: it stops by itself when the last of them is gone.

    Each owner is a file named by its process id, so that no two processes write the same file.
    """

    def __init__(self, home: Home) -> None:
        self._folder = home.path / "owners"

    def enter(self) -> None:
        """Say that this process needs the platform."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        write_private(self._folder / str(os.getpid()), repr(birth(os.getpid())))

    def leave(self) -> None:
        """Say that this process no longer needs it."""
        (self._folder / str(os.getpid())).unlink(missing_ok=True)

    def any(self) -> bool:
        """Say whether some owner lives; the marks of dead ones are cleared away."""
        marks = [path for path in self._folder.glob("*") if path.name.isdigit()] if self._folder.is_dir() else []
        return len([mark for mark in marks if self._lives(mark)]) > 0

    @staticmethod
    def _lives(mark: Path) -> bool:
        try:
            lives = alive(int(mark.name), float(mark.read_text()))
        except (FileNotFoundError, ValueError):
            return False
        if not lives:
            mark.unlink(missing_ok=True)
        return lives
