"""Child processes: started through the launcher, stopped as groups, swept after a crash."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

_LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Command:
    """What to run: arguments, settings of its own, the user it runs as (see `launch.py`), the signal that asks it to stop."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    identity: str = "same"
    stop_signal: signal.Signals = signal.SIGTERM
    folder: Path | None = None


def _launch(command: Command) -> list[str]:
    launcher = [sys.executable, "-I", "-S", str(_LAUNCHER)]
    return [*launcher, str(os.getpid()), str(int(command.stop_signal)), command.identity, "--", *command.arguments]


def spawn(command: Command, log: IO[bytes], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own; it is asked to stop when the calling thread's process dies.

    Call it from a thread that lives as long as the child: the kernel ties the child to the thread.
    """
    return subprocess.Popen(
        _launch(command),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**environment, **command.environment},
        cwd=command.folder,
        start_new_session=True,
    )


def run_once(command: Command, environment: Mapping[str, str], seconds: float = 60) -> None:
    """Run a short command to its end. Raises subprocess.CalledProcessError with its output when it fails."""
    subprocess.run(
        _launch(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**environment, **command.environment},
        cwd=command.folder,
        timeout=seconds,
        check=True,
    )


def stop(process: subprocess.Popen[bytes], how: signal.Signals, seconds: float) -> None:
    """Ask a child to stop, wait, then kill its whole group."""
    if process.poll() is None:
        process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    _kill_group(process.pid)
    process.wait()


def birth(pid: int) -> float | None:
    """Return when the process started, or None when there is no such living process: a pid alone may have been given to a stranger."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None


def alive(pid: int, born: float) -> bool:
    """Say whether the process we once recorded still lives."""
    now = birth(pid)
    return now is not None and abs(now - born) < 1


def sweep(recorded: Mapping[str, tuple[int, float]], seconds: float = 5) -> list[str]:
    """Stop what a killed supervisor left behind, and return the names of what was still alive."""
    left = {name: psutil.Process(pid) for name, (pid, born) in recorded.items() if alive(pid, born)}
    for process in left.values():
        process.terminate()
    _, stubborn = psutil.wait_procs(left.values(), timeout=seconds)
    for process in stubborn:
        process.kill()
    for pid, _ in (recorded[name] for name in left):
        _kill_group(pid)
    return sorted(left)


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
