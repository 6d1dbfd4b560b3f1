"""The unit of work: commit on success, then let messages leave; roll back and drop them on error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from shared.db.engine import get_engine

_AFTER_COMMIT = "sevensteps_after_commit"
_log = structlog.get_logger(__name__)


@contextmanager
def transaction(engine: Engine | None = None) -> Iterator[Session]:
    """Open one unit of work on `engine` (default: the process's own).

    Commits when the block ends, then runs the callbacks given to `after_commit`, in order. On an exception it rolls back, drops the
    callbacks and lets the exception pass. A callback that fails is logged and does not undo or hide the commit: what must not be lost is an
    outbox row, and the sweep re-sends it.
    """
    session = Session(engine or get_engine(), expire_on_commit=False)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        session.info.pop(_AFTER_COMMIT, None)
        raise
    finally:
        session.close()
    _run_callbacks(session)


def after_commit(session: Session, callback: Callable[[], Any]) -> None:
    """Run `callback` once, after the transaction around `session` has committed; never if it rolls back."""
    session.info.setdefault(_AFTER_COMMIT, []).append(callback)


@contextmanager
def reading(engine: Engine | None = None) -> Iterator[Session]:
    """Open a session whose transaction is read only (PostgreSQL refuses writes) and sees one snapshot; nothing is committed."""
    session = Session(engine or get_engine(), expire_on_commit=False, autoflush=False)
    try:
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        yield session
    finally:
        session.expunge_all()  # what was read stays readable; rolling back would make every row ask again
        session.rollback()
        session.close()


def _run_callbacks(session: Session) -> None:
    for callback in session.info.pop(_AFTER_COMMIT, []):
        try:
            callback()
        except Exception:  # noqa: BLE001 (the commit stands; a bell that did not ring is rung again by the sweep)
            _log.exception("after_commit_callback_failed", callback=getattr(callback, "__qualname__", repr(callback)))
