"""The sweep as a process beside each worker: it must go on while every pool process is busy, and share no thread with their forks."""

import os
import signal
import time

import structlog

from services.solving.runs.sweep import sweep
from shared.kit.errors import SevenStepsError
from shared.settings import get_settings

_log = structlog.get_logger(__name__)
_LONGEST_PAUSE = 5.0


def start_sweeper() -> int:
    """Fork a process that sweeps until its parent is gone, and return its id."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGCHLD):
        signal.signal(name, signal.SIG_DFL)
    try:
        sweep_until_orphaned(parent)
    finally:
        os._exit(0)


def sweep_until_orphaned(parent: int) -> None:
    """Sweep once per interval; a round that fails is told and tried again, a little later each time."""
    failures = 0
    while os.getppid() == parent:
        try:
            sweep()
            failures = 0
        except SevenStepsError as error:
            failures += 1
            _log.warning("sweep_failed", reason=error.detail)
        except Exception as error:  # noqa: BLE001 (a sweep outlives any store's restart)
            failures += 1
            _log.warning("sweep_failed", reason=str(error).splitlines()[0] if str(error) else type(error).__name__)
        time.sleep(min(get_settings().sweep_seconds * (1 + failures), _LONGEST_PAUSE))
