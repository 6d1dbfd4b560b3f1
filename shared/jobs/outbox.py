"""Messages that must not be lost: a row in the sender's transaction, sent after commit, swept up when that failed.

Two kinds. A *doorbell* (`keep_until="sent"`) only says that a row is ready; it is deleted once sent, and the row's own sweep rings
again when a bell got lost. A *delivery* (`keep_until="done"`) is deleted by whoever received it, in the transaction that took its
effect, and is sent again, backing off, until then.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import structlog
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from shared.crash import crashpoint
from shared.db import after_commit, transaction
from shared.jobs.models import DeadLetter, OutboxMessage
from shared.jobs.send import BrokerUnavailableError, send

_FAST_PATH = timedelta(seconds=1)  # the sender has this long before the sweep takes over
_BATCH = 100
_GIVE_UP_AFTER = 200  # sendings of one delivery: about half an hour without success
_LONGEST_WAIT = 10.0  # seconds between two sendings, so that a store that is back is caught up with quickly
_log = structlog.get_logger(__name__)

KeepUntil = Literal["sent", "done"]


def enqueue(
    session: Session,
    organization_id: UUID,
    job: tuple[str, str],
    body: dict[str, Any],
    *,
    keep_until: KeepUntil = "sent",
    subject: object = "",
) -> None:
    """Write a message to the outbox and send it once the transaction has committed.

    `job` is a task and its queue; `subject` names the message to crash points.
    """
    task, queue = job
    row = {"organization_id": organization_id, "task": task, "queue": queue, "body": body, "keep_until": keep_until}
    written = insert(OutboxMessage).values(row | {"due_at": func.now() + _FAST_PATH}).returning(OutboxMessage.id)
    message_id = session.scalars(written).one()

    def send_now() -> None:
        try:
            send(task, queue, _carried(message_id, body, keep_until))
        except BrokerUnavailableError as error:
            _log.warning("message_waits", task=task, reason=error.detail)
            return
        crashpoint("outbox.sent", subject)
        if keep_until == "sent":
            with transaction() as later:
                later.execute(delete(OutboxMessage).where(OutboxMessage.id == message_id))

    after_commit(session, send_now)


def _carried(message_id: int, body: dict[str, Any], keep_until: str) -> dict[str, Any]:
    return {"message_id": message_id} if keep_until == "done" else body


def sweep() -> int:
    """Send what the fast path left behind, at most a hundred messages, and return how many were sent.

    Any number of sweepers may run at once: each takes rows nobody else holds. Raises what the broker raises when it is away.
    """
    with transaction() as session:
        due = select(OutboxMessage).where(OutboxMessage.due_at <= func.now()).order_by(OutboxMessage.id).limit(_BATCH)
        messages = session.scalars(due.with_for_update(skip_locked=True)).all()
        for message in messages:
            if message.attempts >= _GIVE_UP_AFTER:
                _bury(session, message)
                continue
            send(message.task, message.queue, _carried(message.id, message.body, message.keep_until))
            if message.keep_until == "sent":
                session.delete(message)
                continue
            message.attempts += 1
            wait = timedelta(seconds=min(2.0 ** min(message.attempts, 10), _LONGEST_WAIT))
            session.execute(update(OutboxMessage).where(OutboxMessage.id == message.id).values(due_at=func.now() + wait))
        return len(messages)


def _bury(session: Session, message: OutboxMessage) -> None:
    _log.error("delivery_given_up", task=message.task, attempts=message.attempts, last_error=message.last_error)
    dead = DeadLetter(
        organization_id=message.organization_id,
        task=message.task,
        queue=message.queue,
        body=message.body,
        attempts=message.attempts,
        error={"detail": message.last_error or "It was sent many times and nobody finished it."},
    )
    session.add(dead)
    session.delete(message)


def deliver(message_id: int, effect: Callable[[dict[str, Any]], None]) -> bool:
    """Take a delivery's effect and delete it; return False when it is gone already or somebody else is at it.

    `effect` must be harmless to repeat: a crash between it and the commit sends the delivery again. What it raises is kept beside
    the message and raised on; the sweep sends it again later.
    """
    try:
        with transaction() as session:
            query = select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update(skip_locked=True)
            message = session.scalars(query).one_or_none()
            if message is None:
                return False
            effect(message.body)
            session.delete(message)
            return True
    except Exception as error:
        with transaction() as session:
            session.execute(update(OutboxMessage).where(OutboxMessage.id == message_id).values(last_error=str(error)[:1000]))
        raise


def oldest_age(session: Session) -> float:
    """Return how many seconds the oldest message has waited; 0 when there is none."""
    age = session.scalar(select(func.extract("epoch", func.now() - func.min(OutboxMessage.created_at))))
    return float(age or 0.0)
