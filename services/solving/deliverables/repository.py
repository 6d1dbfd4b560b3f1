"""Reads of rendered files, each scoped to the organization of whoever asks."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.identity import audit
from services.identity.actor import Actor
from services.solving.errors import DeliverableNotFoundError
from services.solving.models import Deliverable, Problem
from services.solving.problems import repository as problems


def list_deliverables(session: Session, actor: Actor, problem_id: UUID) -> list[Deliverable]:
    """Return a problem's files, newest first, by type within one moment. Raises ProblemNotFoundError."""
    problem = problems.find(session, actor, problem_id)
    query = select(Deliverable).where(Deliverable.problem_id == problem.id)
    return list(session.scalars(query.order_by(Deliverable.created_at.desc(), Deliverable.deliverable_type, Deliverable.file_name)))


def find(session: Session, actor: Actor, deliverable_id: UUID) -> Deliverable:
    """Return one file's row. Raises DeliverableNotFoundError."""
    visible = select(Deliverable).join(Problem, Problem.id == Deliverable.problem_id)
    mine = (Deliverable.organization_id == actor.organization_id, Problem.deleted_at.is_(None))
    row = session.scalars(visible.where(Deliverable.id == deliverable_id, *mine)).one_or_none()
    if row is None:
        raise DeliverableNotFoundError("There is no such file.")
    return row


def take(session: Session, actor: Actor, deliverable_id: UUID) -> Deliverable:
    """Return a file that is ready, counting and recording the download. Raises DeliverableNotFoundError."""
    row = find(session, actor, deliverable_id)
    if row.status != "ready":
        why = f" {row.failure_reason}" if row.failure_reason else ""
        raise DeliverableNotFoundError(f"The file is not there to download: it is {row.status}.{why}", status=row.status)
    counted = update(Deliverable).where(Deliverable.id == row.id).values(download_count=Deliverable.download_count + 1)
    session.execute(counted.execution_options(synchronize_session=False))
    audit.record(
        session, actor, "deliverable.downloaded", "deliverable", row.id, problem_id=row.problem_id, details={"file": row.file_name}
    )
    return row
