"""Say that something new is there: publish on `problem_updates` and note an execution's progress. Losing all of it harms nothing.

Channel, key and field names are the seed's.
"""

import json
import time
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any

import redis
import structlog

from shared.settings import get_settings

CHANNEL = "problem_updates"
_KEEP_SECONDS = 86_400
_SECONDS = 1.0
_QUIET_SECONDS = 2.0  # after a failure: nobody waits for a bell that does not ring
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Ring:
    """Problem P is at number `seq`; `body` is what the newest event says."""

    problem_id: str
    seq: int
    body: dict[str, Any] = field(default_factory=dict)
    execution_id: str | None = None


class _Quiet:
    """Remembers until when the bell is left alone."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = Lock()

    def now(self) -> bool:
        return time.monotonic() < self._until

    def begin(self) -> None:
        with self._lock:
            self._until = time.monotonic() + _QUIET_SECONDS


_quiet = _Quiet()


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS, health_check_interval=15)


def ring(bell: Ring) -> None:
    """Publish, and note the progress of the execution it is about. A Redis that is away is logged once in a while, never raised."""
    if _quiet.now():
        return
    try:
        pipe = _client(get_settings().store("REDIS_URL")).pipeline(transaction=False)
        _note_progress(pipe, bell)
        update = {"problem_id": bell.problem_id, "seq": bell.seq, "status": bell.body.get("status"), "progress": bell.body.get("progress")}
        pipe.publish(CHANNEL, json.dumps(update))
        pipe.execute()
    except (redis.RedisError, OSError) as error:
        _quiet.begin()
        _log.warning("bell_not_rung", reason=str(error))


def _note_progress(pipe: "redis.client.Pipeline", bell: Ring) -> None:
    if bell.execution_id is None:
        return
    progress = bell.body.get("progress", 0)
    activity = bell.body.get("activity") or ""
    state = {"status": bell.body.get("execution_status"), "progress": progress, "current_activity": activity}
    pipe.set(f"execution:{bell.execution_id}", json.dumps(state), ex=_KEEP_SECONDS)
    name = f"execution_progress:{bell.execution_id}"
    pipe.hset(name, mapping={"progress": progress, "activity": activity})
    pipe.expire(name, _KEEP_SECONDS)
