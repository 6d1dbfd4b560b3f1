"""Keep one server running: start it, wait until it truly answers, start it again when it dies, give up aloud."""

import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from infra.embedded.process import Command, birth, spawn, stop

_log = structlog.get_logger(__name__)
_POLL_SECONDS = 0.05
_WATCH_SECONDS = 0.25
_LOG_TAIL_LINES = 6


@dataclass(frozen=True)
class Patience:
    """How long to wait for an answer and how often to try again. A child that lived `healthy_seconds` has its failures forgiven."""

    ready_seconds: float = 60
    first_attempts: int = 3
    restarts: int = 6
    backoff_seconds: float = 0.2
    backoff_cap_seconds: float = 10
    healthy_seconds: float = 60

    def pause(self, failures: int) -> float:
        """Return the pause before the next start, doubling with each failure."""
        return float(min(self.backoff_seconds * 2 ** max(failures - 1, 0), self.backoff_cap_seconds))


@dataclass(frozen=True)
class Task:
    """One start of a child: how to make ready, what to run, how to know that it answers."""

    prepare: Callable[[], None]
    command: Callable[[], Command]
    answer: Callable[[], None]
    environment: Mapping[str, str]
    clean: Callable[[], None] = lambda: None


class _StoppedEarlyError(Exception):
    """Somebody asked to stop while the child was starting."""


class Keeper(threading.Thread):
    """A thread that owns one child for as long as the platform runs.

    `build` makes the task of each attempt until the first success (so that an attempt may choose other ports); after it, the same task is
    started again, because others already know its address. `settled` is set once the child answers or the keeper gave up (`failure`).
    """

    def __init__(
        self,
        name: str,
        build: Callable[[], Task],
        log: Path,
        *,
        changed: Callable[[], None] = lambda: None,
        patience: Patience | None = None,
        stop_seconds: float = 10,
    ) -> None:
        super().__init__(name=f"keeper-{name}", daemon=True)
        self.child = name
        self.log_path = log
        self.settled = threading.Event()
        self.failure: str | None = None
        self.identity: tuple[int, float] | None = None
        self._build = build
        self._changed = changed
        self._patience = patience or Patience()
        self._stop_seconds = stop_seconds
        self._stopping = threading.Event()

    def request_stop(self) -> None:
        """Ask the child to stop; the thread ends when it has."""
        self._stopping.set()

    def run(self) -> None:
        """Live with the child until asked to stop or out of patience."""
        task, failures = None, 0
        limit = self._patience.first_attempts
        try:
            while not self._stopping.is_set():
                began = time.monotonic()
                task, reason = self._live_once(task)
                if self._stopping.is_set():
                    return
                failures = 1 if time.monotonic() - began > self._patience.healthy_seconds else failures + 1
                if task is not None:
                    limit = self._patience.restarts
                _log.error("server_died", server=self.child, reason=reason, failures=failures)
                if failures >= limit:
                    self.failure = f"{self.child} failed {failures} times, lastly because {reason}"
                    return
                self._stopping.wait(self._patience.pause(failures))
        finally:
            self.settled.set()

    def _live_once(self, known: Task | None) -> tuple[Task | None, str]:
        """Run the child once to its end; return its task if it ever answered, and why it ended."""
        process, command, task, answered, start, began = None, None, known, known, 0, time.monotonic()
        try:
            task = task or self._build()
            task.prepare()
            command = task.command()
            with self.log_path.open("ab") as log:
                start = log.tell()
                process = spawn(command, log, task.environment)
            self._record(process)
            self._await_answer(process, task)
            answered = task
            self.settled.set()
            _log.info("server_ready", server=self.child, seconds=round(time.monotonic() - began, 2))
            while process.poll() is None and not self._stopping.wait(_WATCH_SECONDS):
                pass
            return answered, f"it ended with status {process.poll()}"
        except _StoppedEarlyError:
            return answered, "it was asked to stop"
        except subprocess.CalledProcessError as error:
            return answered, f"its preparation failed: {last_words(error.output)}"
        except Exception as error:  # noqa: BLE001 (any failure of a start is a failed start: recorded, retried, then reported)
            return answered, f"{error}{self._tail(start)}"
        finally:
            if process is not None and command is not None:
                stop(process, command.stop_signal, self._stop_seconds)
            if task is not None:
                task.clean()

    def _record(self, process: subprocess.Popen[bytes]) -> None:
        self.identity = (process.pid, birth(process.pid) or 0.0)
        self._changed()

    def _await_answer(self, process: subprocess.Popen[bytes], task: Task) -> None:
        deadline = time.monotonic() + self._patience.ready_seconds
        while True:
            if process.poll() is not None:
                raise RuntimeError(f"it ended with status {process.returncode} before it answered")
            try:
                task.answer()
            except Exception as error:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"it did not answer within {self._patience.ready_seconds:g} s ({error})") from error
            else:
                return
            if self._stopping.wait(_POLL_SECONDS):
                raise _StoppedEarlyError

    def _tail(self, start: int) -> str:
        """Return the end of what the child wrote since `start`, the length of its log when it was started."""
        if not self.log_path.exists():
            return ""
        with self.log_path.open("rb") as log:
            log.seek(start)
            words = last_words(log.read(), _LOG_TAIL_LINES)
        return f"; its log {self.log_path} ends: {words}" if words else ""


def last_words(output: bytes, lines: int = 3) -> str:
    """Return the end of a program's output as one line."""
    return " | ".join(output.decode(errors="replace").strip().splitlines()[-lines:])
