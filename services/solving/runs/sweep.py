"""What every worker looks after once a second: lost messages, dead owners, poison, and partitions ahead of the clock."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, or_, select, text, update
from sqlalchemy.orm import Session

from services.solving import retention
from services.solving.deliverables import lifecycle
from services.solving.models import Execution
from services.solving.runs import failure
from services.solving.runs.claim import MOST_ATTEMPTS, ready
from services.solving.runs.queues import step_job
from services.solving.runs.transitions import ExecutionStatus
from services.solving.steps.contract import StepName
from shared.db import transaction
from shared.jobs import outbox
from shared.jobs.host import gone, this_host
from shared.jobs.send import BrokerUnavailableError, send, waiting
from shared.storage import get_object_store

_LOCK = 7_270_002  # one sweeper at a time; any number, as long as all agree
_BATCH = 100
_RING_AGAIN = timedelta(seconds=2)  # when the queue is empty, a message sent this long ago is lost
_RING_AGAIN_BEHIND_OTHERS = timedelta(seconds=30)  # while the queue holds messages, a step may just be waiting its turn
_log = structlog.get_logger(__name__)


def sweep() -> int:
    """Do one round and return how many messages were sent. Any number of workers may sweep at once; one does each part.

    Raises BrokerUnavailableError and the database's errors: the next round tries again.
    """
    _expire_dead_owners()
    rung = _ring_what_waits()
    sent = outbox.sweep()
    _maintain()
    return rung + sent


def _expire_dead_owners() -> None:
    """End the leases whose owner was a process of this host that is gone, and fail what used up its attempts."""
    with transaction() as session:
        if not _mine(session):
            return
        here = select(Execution.id, Execution.lease_pid, Execution.lease_pid_started).where(
            Execution.status == ExecutionStatus.RUNNING, Execution.lease_host == this_host(), Execution.lease_until >= func.now()
        )
        dead = [row.id for row in session.execute(here) if gone(row.lease_pid, row.lease_pid_started)]
        if dead:
            _log.info("dead_owners_found", executions=[str(one) for one in dead])
            failure.expire_leases_of(session, dead)
    with transaction() as session:
        poisoned = select(Execution).where(
            Execution.status == ExecutionStatus.RUNNING, Execution.lease_until < func.now(), Execution.attempt >= MOST_ATTEMPTS
        )
        for execution in session.scalars(poisoned.limit(_BATCH).with_for_update(skip_locked=True)):
            failure.bury(session, execution)


def _ring_what_waits() -> int:
    """Ring for steps that could run but whose bell was lost, or whose owner is gone."""
    with transaction() as session:
        if not _mine(session):
            return 0
        due = [(row.id, StepName(row.step)) for row in session.execute(_unheard())]
        if due:
            session.execute(
                update(Execution).where(Execution.id.in_([one for one, _ in due])).values(rung_at=func.now()),
                execution_options={"synchronize_session": False},
            )
    _ring(due)
    return len(due)


def _unheard() -> Any:
    """Select steps that may be claimed and for which no message is on its way."""
    since = func.greatest(Execution.next_attempt_at, func.coalesce(Execution.lease_until, Execution.next_attempt_at))
    patience = _RING_AGAIN_BEHIND_OTHERS if _backlog() else _RING_AGAIN
    unheard = or_(Execution.rung_at.is_(None), Execution.rung_at < since, Execution.rung_at < func.now() - patience)
    return select(Execution.id, Execution.step).where(*ready(), unheard).order_by(Execution.next_attempt_at).limit(_BATCH)


def _backlog() -> bool:
    return any(waiting(queue) for queue in sorted({step_job(step)[1] for step in StepName}))


def _ring(due: Sequence[tuple[UUID, StepName]]) -> None:
    for execution_id, step in due:
        task, queue = step_job(step)
        try:
            send(task, queue, {"execution_id": str(execution_id)})
        except BrokerUnavailableError:
            _unring([one for one, _ in due])
            raise


def _unring(execution_ids: Sequence[UUID]) -> None:
    """Forget bells that could not be rung, so that the next round rings them."""
    with transaction() as session:
        forgotten = update(Execution).where(Execution.id.in_(execution_ids)).values(rung_at=None)
        session.execute(forgotten.execution_options(synchronize_session=False))


def _maintain() -> None:
    """Do the chores that are due in this process; another worker may do them too, and finds nothing left."""
    for chore in _CHORES:
        if time.monotonic() >= chore.due:
            chore.due = time.monotonic() + chore.every
            chore.work()


def _look_ahead() -> None:
    with transaction() as session:
        if _mine(session):
            session.execute(text("SELECT platform.maintain_partitions()"))
            retention.retain(session)
            lifecycle.expire(session)


def _remove_orphans() -> None:
    removed = retention.remove_orphans(get_object_store())
    if removed:
        _log.info("orphans_removed", objects=removed)


@dataclass
class _Chore:
    """Something to do now and then: how often, what, and when next on this process's clock."""

    every: float
    work: Callable[[], None]
    due: float = 0.0


_CHORES = [_Chore(3_600, _look_ahead), _Chore(86_400, _remove_orphans, due=time.monotonic() + 600)]


def _mine(session: Session) -> bool:
    """Take the sweepers' lock until the transaction ends; False when another holds it. A sweeper that is frozen loses it in seconds."""
    session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '5s'"))
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))))
