"""Where the embedded platform keeps its things: one folder, private files, recorded ports."""

import json
import os
import secrets
import socket
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar

from shared.kit.errors import ErrorKind, SevenStepsError

_TOKEN_BYTES = 24
_HIGHEST = 65_535
_TRIES = 50
_recording = Lock()
"""Servers start side by side: one at a time reads and writes the recorded ports and credentials."""


class PortTakenError(SevenStepsError):
    """Somebody else listens there."""

    code: ClassVar[str] = "port_taken"
    kind: ClassVar[ErrorKind] = ErrorKind.UNAVAILABLE


@dataclass(frozen=True)
class Home:
    """The data folder. Every file in it that holds a secret has mode 0600.

    Made by root, the folder itself may be entered (not listed) by others: PostgreSQL refuses to run as root and is run as `nobody` there.
    """

    path: Path

    @property
    def state_file(self) -> Path:
        """What runs now: process ids, endpoints, status."""
        return self.path / "state.json"

    @property
    def lock_file(self) -> Path:
        """Held by the one supervisor of this folder."""
        return self.path / "supervisor.lock"

    @property
    def credentials_file(self) -> Path:
        """The generated passwords."""
        return self.path / "credentials.json"

    @property
    def ports_file(self) -> Path:
        """The ports of the last start, taken again when they are free."""
        return self.path / "ports.json"

    def folder(self, name: str) -> Path:
        """Return the private folder of one server, made if needed."""
        return _private_folder(self.path / name)

    def log(self, name: str) -> Path:
        """Return the log file of one server."""
        return _private_folder(self.path / "logs") / f"{name}.log"

    def make(self) -> None:
        """Create the data folder."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)


@dataclass(frozen=True)
class Place:
    """What one server needs to run: its folder, its ports by role, the credentials, and whether a power cut must not lose data."""

    home: Home
    name: str
    ports: Mapping[str, int]
    credentials: Mapping[str, str]
    durable: bool = True

    @property
    def folder(self) -> Path:
        """This server's private folder."""
        return self.home.folder(self.name)


def _private_folder(path: Path) -> Path:
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def write_private(path: Path, text: str) -> Path:
    """Write a file only its owner can read, replacing the old one in a single step."""
    draft = path.with_name(f"{path.name}.draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)
    return path


def credentials(home: Home, names: Iterable[str]) -> dict[str, str]:
    """Return the generated secret of each name, generating the missing ones."""
    with _recording:
        known: dict[str, str] = _read_json(home.credentials_file)
        wanted = {name: known.get(name) or secrets.token_hex(_TOKEN_BYTES) for name in names}
        if not wanted.items() <= known.items():
            write_private(home.credentials_file, json.dumps(known | wanted, indent=1, sort_keys=True))
    return wanted


def choose_ports(home: Home, roles: Iterable[str]) -> dict[str, int]:
    """Return a free loopback port for each role, and record it; the ports of the last start are kept where they are still free.

    The sockets are held open until all are chosen, so no port is given twice.
    """
    with _recording, ExitStack() as held:
        known: dict[str, int] = _read_json(home.ports_file)
        chosen = {role: _claim(role, known.get(role, 0), held) for role in roles}
        write_private(home.ports_file, json.dumps(known | chosen, indent=1, sort_keys=True))
    return chosen


def free_port(host: str, preferred: int, *, exact: bool) -> int:
    """Return the preferred port if it is free on `host`, else another one. Raises PortTakenError instead when it must be that one."""
    for port in (preferred,) if exact else (preferred, 0):
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((host, port))
            except OSError:
                continue
            return int(one.getsockname()[1])
    raise PortTakenError(f"Port {preferred} on {host} is taken: choose another with --port.")


def _claim(role: str, preferred: int, held: ExitStack) -> int:
    """Bind a free port; a role named `name+10000` needs the port that far above it to be free too."""
    distance = int(role.partition("+")[2] or 0)
    for port in ([preferred] if preferred else []) + [0] * _TRIES:
        first = _bound(port, held)
        if first and (not distance or (first + distance <= _HIGHEST and _bound(first + distance, held))):
            return first
    raise OSError("There is no free port on the loopback interface.")


def _bound(port: int, held: ExitStack) -> int | None:
    """Bind a port (0: any free one) until `held` ends, and return it; None when it is taken."""
    one = held.enter_context(socket.socket())
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind(("127.0.0.1", port))
    except OSError:
        return None
    return int(one.getsockname()[1])


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
