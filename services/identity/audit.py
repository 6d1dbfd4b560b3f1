"""The audit trail: written in the same transaction as what it tells of, so one never exists without the other."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from services.identity.actor import Actor
from services.identity.models import AuditEntry


def record(
    session: Session,
    actor: Actor,
    action: str,
    resource_type: str,
    resource_id: object,
    *,
    problem_id: UUID | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Write one entry: who did what (`problem.created`, `step.completed`) to which resource."""
    session.execute(
        insert(AuditEntry).values(
            action=action,
            actor=actor.name,
            resource_type=resource_type,
            resource_id=str(resource_id),
            details=details or {},
            ip_address=actor.ip_address,
            user_agent=actor.user_agent,
            session_id=actor.session_id,
            organization_id=actor.organization_id,
            problem_id=problem_id,
        )
    )


def trail(
    session: Session, actor: Actor, *, problem_id: UUID | None = None, before: datetime | None = None, limit: int = 100
) -> list[AuditEntry]:
    """Return the entries of the actor's organization, newest first, optionally of one problem and older than `before`."""
    query = select(AuditEntry).where(AuditEntry.organization_id == actor.organization_id)
    if problem_id is not None:
        query = query.where(AuditEntry.problem_id == problem_id)
    if before is not None:
        query = query.where(AuditEntry.timestamp < before)
    return list(session.scalars(query.order_by(AuditEntry.timestamp.desc(), AuditEntry.id).limit(limit)))
