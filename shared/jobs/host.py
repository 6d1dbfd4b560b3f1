"""Which machine and process this is, precisely enough to tell whether the owner of a lease is gone."""

import os
import platform
from functools import cache
from pathlib import Path

import psutil


@cache
def this_host() -> str:
    """Return a name for this host that two containers, or the same host before and after a reboot, do not share."""
    parts = [platform.node()]
    for source in (Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")):
        try:
            parts.append(str(source.readlink()) if source.is_symlink() else source.read_text(encoding="ascii").strip())
        except OSError:
            parts.append("unknown")
    return "/".join(parts)


def this_process() -> tuple[int, float]:
    """Return this process's id and when it started: together they are never used twice."""
    pid = os.getpid()
    return pid, started(pid) or 0.0


def started(pid: int) -> float | None:
    """Return when a process of this host started, or None when it is gone (a zombie is)."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None


def gone(pid: int, when: float) -> bool:
    """Say whether the process that had this id and start time is no more."""
    now_started = started(pid)
    return now_started is None or abs(now_started - when) > 0.5
