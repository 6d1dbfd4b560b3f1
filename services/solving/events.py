"""What happened to a problem: rows numbered 1, 2, 3, ... per problem, and the bell that says there is a new one.

The rows are the truth and can be replayed from any number. Redis only carries "problem P is at number N" and may lose everything.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from services.solving.models import Event, Problem
from shared.db import after_commit, transaction
from shared.events.bell import Ring, ring
from shared.events.hub import Hub


@dataclass(frozen=True)
class EventRow:
    """One event as it is replayed."""

    problem_id: UUID
    seq: int
    kind: str
    body: dict[str, Any]
    execution_id: UUID | None
    at: datetime


def emit(
    session: Session,
    problem: Problem | UUID,
    organization_id: UUID,
    kind: str,
    body: dict[str, Any],
    *,
    execution_id: UUID | None = None,
    status: str | None = None,
) -> int:
    """Record one event and return its number; ring the bell after commit.

    The number is taken under the problem's row lock, so numbers have no gap and follow the order of commits. `status` changes the
    problem's status in the same statement.
    """
    problem_id = problem.id if isinstance(problem, Problem) else problem
    values: dict[str, Any] = {"last_seq": Problem.last_seq + 1} | ({"status": status} if status else {})
    taken = update(Problem).where(Problem.id == problem_id).values(values).returning(Problem.last_seq, Problem.status)
    seq, now_status = session.execute(taken.execution_options(synchronize_session=False)).one()
    body = body | {"status": now_status}
    row = {"problem_id": problem_id, "seq": seq, "organization_id": organization_id, "kind": kind, "body": body}
    session.execute(insert(Event).values(row | {"execution_id": execution_id}))
    bell = Ring(str(problem_id), int(seq), body, None if execution_id is None else str(execution_id))
    after_commit(session, lambda: ring(bell))
    return int(seq)


def after(session: Session, problem_id: UUID, seq: int, limit: int = 500) -> list[EventRow]:
    """Return the events of a problem that come after a number, in order."""
    query = select(Event).where(Event.problem_id == problem_id, Event.seq > seq).order_by(Event.seq).limit(limit)
    return [EventRow(row.problem_id, row.seq, row.kind, row.body, row.execution_id, row.created_at) for row in session.scalars(query)]


def read_after(problem_id: str, seq: int) -> list[EventRow]:
    """Return the events after a number in a transaction of its own, for a stream that holds no session."""
    with transaction() as session:
        return after(session, UUID(problem_id), seq)


async def follow(problem_id: UUID, after_seq: int, *, idle: float = 15.0) -> AsyncIterator[EventRow | None]:
    """Yield a problem's events after a number, in order and once, and go on as they happen; None after `idle` quiet seconds.

    Subscribes before it replays, so nothing falls between the two. The caller checks who may look, and stops iterating when done.
    Raises TooManyStreamsError when this process serves as many streams as it can.
    """
    async with aclosing(_hub(asyncio.get_running_loop()).follow(str(problem_id), after_seq, idle=idle)) as rows:
        async for row in rows:
            yield row


def open_streams() -> int:
    """Return how many streams this process follows now."""
    return sum(hub.size for hub in list(_hubs.values()))


async def close_streams() -> None:
    """Stop this event loop's subscription; for the API's shutdown."""
    hub = _hubs.pop(asyncio.get_running_loop(), None)
    if hub is not None:
        await hub.close()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub[EventRow]] = WeakKeyDictionary()


def _hub(loop: asyncio.AbstractEventLoop) -> Hub[EventRow]:
    return _hubs.setdefault(loop, Hub(read_after))
