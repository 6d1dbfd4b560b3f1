"""The life of a file's row: generating while it is made, ready, failed with the reason, expired when its time or its run is over."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from services.identity import audit
from services.identity.actor import Actor
from services.solving import events
from services.solving.deliverables import repository
from services.solving.deliverables.rendering import File, Rendered, files_of_a_run
from services.solving.errors import DeliverableNotExpiredError
from services.solving.models import Deliverable, Problem
from services.solving.runs.queues import RENDER_JOB
from shared.jobs.outbox import enqueue
from shared.settings import get_settings
from shared.storage import StoredObject


def announce(session: Session, problem_id: UUID, organization_id: UUID, execution_id: UUID, files: Iterable[File] | None = None) -> None:
    """Write the rows of files that are about to be made; an earlier attempt's rows give way."""
    session.execute(delete(Deliverable).where(Deliverable.execution_id == execution_id, Deliverable.status.in_(("generating", "failed"))))
    rows = [_row(file, problem_id, organization_id, execution_id) for file in (files_of_a_run() if files is None else files)]
    session.execute(insert(Deliverable).values([row | {"status": "generating", "file_path": ""} for row in rows]))


def record_files(session: Session, problem: Problem, files: Sequence[Rendered], execution_id: UUID | None) -> None:
    """Make the rows of new files ready, or failed with the reason; those of earlier runs expire."""
    others = (Deliverable.problem_id == problem.id, Deliverable.status.in_(("ready", "failed")))
    old = update(Deliverable).where(*others, or_(Deliverable.execution_id.is_(None), Deliverable.execution_id != execution_id))
    session.execute(old.values(status="expired", expires_at=func.now()).execution_options(synchronize_session=False))
    announced = {
        row.file_name: row.id
        for row in session.scalars(select(Deliverable).where(Deliverable.execution_id == execution_id, Deliverable.status == "generating"))
    }
    for rendered in files:
        ended = _ended(rendered.stored, rendered.reason)
        if (known := announced.pop(rendered.file.file_name, None)) is not None:
            session.execute(update(Deliverable).where(Deliverable.id == known).values(ended))
        else:
            row = _row(rendered.file, problem.id, problem.organization_id, execution_id)
            session.execute(insert(Deliverable).values({"file_path": "", **row, **ended}))
    session.execute(delete(Deliverable).where(Deliverable.id.in_(announced.values())))


def give_up(session: Session, execution_ids: Sequence[UUID], reason: str) -> None:
    """Say of the files of executions that ended without making them that they failed, and why."""
    pending = update(Deliverable).where(Deliverable.execution_id.in_(execution_ids), Deliverable.status == "generating")
    session.execute(pending.values(status="failed", failure_reason=reason).execution_options(synchronize_session=False))


def expire(session: Session) -> int:
    """Expire the files whose time is over and return how many. The beat calls it."""
    over = update(Deliverable).where(Deliverable.status == "ready", Deliverable.expires_at < func.now()).values(status="expired")
    return len(session.scalars(over.returning(Deliverable.id), execution_options={"synchronize_session": False}).all())


def render_again(session: Session, actor: Actor, deliverable_id: UUID) -> Deliverable:
    """Have a file that expired or failed rendered again, from the deck it was made of.

    Raises DeliverableNotFoundError, and DeliverableNotExpiredError when there is nothing to mend.
    """
    row = repository.find(session, actor, deliverable_id)
    taken = update(Deliverable).where(Deliverable.id == row.id, Deliverable.status.in_(("expired", "failed")))
    started = taken.values(status="generating", failure_reason=None).returning(Deliverable)
    found = session.scalars(started, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise DeliverableNotExpiredError(f"The file is {row.status}; only one that expired or failed is rendered again.", status=row.status)
    enqueue(session, row.organization_id, RENDER_JOB, {"deliverable_id": str(row.id)}, keep_until="done")
    tell(session, found)
    details = {"file": row.file_name}
    audit.record(session, actor, "deliverable.requested", "deliverable", row.id, problem_id=row.problem_id, details=details)
    return found


def settle(session: Session, row: Deliverable, stored: StoredObject | None, failure: str | None = None) -> None:
    """Record how rendering a file again ended: where it lies now, or why it failed."""
    values = _ended(stored, failure)
    session.execute(update(Deliverable).where(Deliverable.id == row.id).values(values), execution_options={"synchronize_session": False})
    session.refresh(row)
    tell(session, row)


def tell(session: Session, row: Deliverable) -> None:
    """Tell whoever follows the problem how a file stands."""
    body = {"deliverable_id": str(row.id), "file_name": row.file_name, "deliverable_status": row.status}
    events.emit(session, row.problem_id, row.organization_id, "deliverable_changed", body)


def _row(file: File, problem_id: UUID, organization_id: UUID, execution_id: UUID | None) -> dict[str, object]:
    return {
        "organization_id": organization_id,
        "problem_id": problem_id,
        "deliverable_type": file.deliverable_type,
        "file_name": file.file_name,
        "mime_type": file.mime_type,
        "execution_id": execution_id,
    }


def _ended(stored: StoredObject | None, failure: str | None) -> dict[str, object]:
    if stored is None:
        return {"status": "failed", "failure_reason": failure, "generated_at": func.now()}
    return {
        "status": "ready",
        "failure_reason": None,
        "file_path": stored.key,
        "file_size": stored.size,
        "sha256": stored.sha256,
        "generated_at": func.now(),
        "expires_at": func.now() + timedelta(days=get_settings().deliverable_days),
    }
