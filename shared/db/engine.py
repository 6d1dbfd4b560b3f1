"""One pooled engine per process and URL, with a lock timeout and a statement timeout on every connection."""

import os
from threading import Lock

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from shared.kit.errors import SevenStepsError
from shared.settings import Settings, get_settings

# A process stopped in the middle of a transaction (a frozen container, SIGSTOP) must not hold its locks for ever.
_IDLE = "-c idle_in_transaction_session_timeout=60000"
_lock = Lock()
_engines: dict[str, Engine] = {}


def create_engine_for(url: str, settings: Settings | None = None) -> Engine:
    """Build an engine on `url` (any `postgresql://` form; psycopg 3 is the driver).

    Waiting for a lock and running a statement are both bounded, so that a stuck query fails with a named error and never hangs a worker.
    """
    chosen = settings or get_settings()
    timeouts = f"-c lock_timeout={chosen.db_lock_timeout_ms} -c statement_timeout={chosen.db_statement_timeout_ms}"
    address = make_url(url)
    if address.get_backend_name() not in {"postgresql", "postgres"}:
        raise SevenStepsError(f"DATABASE_URL must name a PostgreSQL database, not {address.get_backend_name()!r}.")
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        pool_size=chosen.db_pool_size,
        max_overflow=chosen.db_max_overflow,
        pool_pre_ping=True,
        pool_recycle=1_800,
        connect_args={"options": f"{timeouts} {_IDLE} -c timezone=UTC", "connect_timeout": 5, "application_name": "sevensteps"},
    )


def get_engine() -> Engine:
    """Return this process's engine on DATABASE_URL.

    Raises StoreNotConfiguredError when there is no DATABASE_URL.
    """
    url = get_settings().store("DATABASE_URL")
    with _lock:
        if url not in _engines:
            _engines[url] = create_engine_for(url)
        return _engines[url]


def dispose_engine() -> None:
    """Close every pooled connection of this process."""
    with _lock:
        for engine in _engines.values():
            engine.dispose()
        _engines.clear()


def _forget_after_fork() -> None:
    """Drop the parent's pool in a forked child without closing the sockets that the parent still uses."""
    global _lock  # noqa: PLW0603 (the parent may have held the lock at the moment of the fork)
    _lock = Lock()
    for engine in _engines.values():
        engine.dispose(close=False)
    _engines.clear()


os.register_at_fork(after_in_child=_forget_after_fork)
