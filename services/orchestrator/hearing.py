"""Notice that the worker has gone deaf: alive, connected to all appearance, and taking no messages.

It happens to Celery on Redis after the broker restarts or a connection dies half-open (celery issues 8030, 8091, 10205, 10302), and
nothing but consumption proves the contrary: messages wait, the pool has room, and none is taken.
"""

import os
import signal
from collections.abc import Callable, Sequence

import structlog
from celery.worker import state

from shared.jobs.send import BrokerUnavailableError, waiting

_PATIENCE = 2  # checks in a row before the connection is dropped
_RECONNECTS = 4  # before the process gives up, and whoever keeps it starts another
_log = structlog.get_logger(__name__)


class Hearing:
    """Checked by the worker's timer; `check` raises ConnectionResetError to make Celery connect anew."""

    def __init__(self, queues: Sequence[str], slots: int, *, count_waiting: Callable[[str], int] = waiting) -> None:
        self._queues = tuple(queues)
        self._slots = slots
        self._count_waiting = count_waiting
        self._taken = -1
        self._missed = 0

    def check(self) -> None:
        """Compare what waits with what was taken since the last check."""
        taken = sum(state.total_count.values())
        heard = taken != self._taken or len(state.reserved_requests) >= self._slots or not self._anything_waits()
        self._taken = taken
        self._missed = 0 if heard else self._missed + 1
        if self._missed and self._missed % _PATIENCE == 0:
            self._reconnect()

    def _anything_waits(self) -> bool:
        try:
            return any(self._count_waiting(queue) for queue in self._queues)
        except BrokerUnavailableError:
            return False  # nothing to hear: Celery itself, or a later check, connects anew

    def _reconnect(self) -> None:
        if self._missed >= _PATIENCE * _RECONNECTS:
            _log.critical("worker_stays_deaf", missed=self._missed)
            os.kill(os.getpid(), signal.SIGTERM)
            return
        _log.warning("worker_deaf", missed=self._missed)
        raise ConnectionResetError("messages wait and none is taken: the connection to the broker is dead")
