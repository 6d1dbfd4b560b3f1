"""Keep a lease alive while a step works, and stop the work when it is lost."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from services.solving.errors import LeaseLostError
from shared.settings import get_settings

_BEATS_PER_LEASE = 3
_log = structlog.get_logger(__name__)


class Pulse:
    """Whether the lease still holds. The thread that extends it sets `lost`; the working thread looks at it wherever it reports."""

    def __init__(self) -> None:
        self._lost = threading.Event()

    def lose(self) -> None:
        """Say that the lease is gone."""
        self._lost.set()

    def check(self) -> None:
        """Raise LeaseLostError when the lease is gone: what follows would be thrown away."""
        if self._lost.is_set():
            raise LeaseLostError("The step was cancelled or taken over while it was worked on.")


@contextmanager
def beating(extend: Callable[[], bool], name: str) -> Iterator[Pulse]:
    """Extend a lease three times per lease for as long as the block runs; `extend` says whether it is still ours.

    The lease counts as lost when the row is no longer ours, or when the database could not be asked for a whole lease.
    """
    pulse, stop = Pulse(), threading.Event()
    lease = get_settings().lease_seconds
    thread = threading.Thread(target=_beat, args=(extend, name, pulse, stop, lease), name=f"lease-{name}", daemon=True)
    thread.start()
    try:
        yield pulse
    finally:
        stop.set()
        thread.join(lease)


def _beat(extend: Callable[[], bool], name: str, pulse: Pulse, stop: threading.Event, lease: float) -> None:
    extended = time.monotonic()
    while not stop.wait(lease / _BEATS_PER_LEASE):
        try:
            if not extend():
                return pulse.lose()
            extended = time.monotonic()
        except Exception as error:  # noqa: BLE001 (whatever the database says, the lease decides how long we go on)
            _log.warning("lease_not_extended", lease=name, reason=str(error))
            if time.monotonic() - extended > lease:
                return pulse.lose()
    return None
