"""Reads of problems, each scoped to the organization of whoever asks."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from services.identity.actor import Actor
from services.solving.errors import InvalidProblemError, ProblemNotFoundError
from services.solving.models import Attachment, Dataset, Problem


@dataclass(frozen=True)
class ProblemFilter:
    """What a list may be narrowed by; `search` is a web-style query (words, "a phrase", -not)."""

    statuses: Sequence[str] = ()
    urgency: str | None = None
    submitter: str | None = None
    search: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None


@dataclass(frozen=True)
class Page:
    """A page of problems, newest first, and where the next one begins (None: this was the last)."""

    problems: Sequence[Problem]
    next_cursor: str | None


def find(session: Session, actor: Actor, problem_id: UUID) -> Problem:
    """Return a problem of the actor's organization. Raises ProblemNotFoundError."""
    return _one(session, _visible(actor).where(Problem.id == problem_id))


def lock(session: Session, actor: Actor, problem_id: UUID) -> Problem:
    """Return a problem with its row locked until the transaction ends. Raises ProblemNotFoundError."""
    return _one(session, _visible(actor).where(Problem.id == problem_id).with_for_update(key_share=True))


def page(session: Session, actor: Actor, wanted: ProblemFilter, *, limit: int = 50, cursor: str | None = None) -> Page:
    """Return problems, newest first. Raises InvalidProblemError for a cursor that is not ours."""
    query = _narrowed(_visible(actor), wanted)
    if cursor is not None:
        query = query.where(tuple_(Problem.created_at, Problem.id) < tuple_(*_read_cursor(cursor)))
    rows = session.scalars(query.order_by(Problem.created_at.desc(), Problem.id.desc()).limit(limit + 1)).all()
    return Page(rows[:limit], _write_cursor(rows[limit - 1]) if len(rows) > limit else None)


def attachments(session: Session, problem_id: UUID) -> list[Attachment]:
    """Return a problem's files by name."""
    return list(session.scalars(select(Attachment).where(Attachment.problem_id == problem_id).order_by(Attachment.file_name)))


def datasets(session: Session, problem_id: UUID) -> list[Dataset]:
    """Return a problem's tables by name."""
    return list(session.scalars(select(Dataset).where(Dataset.problem_id == problem_id).order_by(Dataset.name)))


def _one(session: Session, query: Select[Problem]) -> Problem:
    problem = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if problem is None:
        raise ProblemNotFoundError("There is no such problem.")
    return problem


def _visible(actor: Actor) -> Select[Problem]:
    return select(Problem).where(Problem.organization_id == actor.organization_id, Problem.deleted_at.is_(None))


def _narrowed(query: Select[Problem], wanted: ProblemFilter) -> Select[Problem]:
    if wanted.statuses:
        query = query.where(Problem.status.in_(wanted.statuses))
    for column, value in ((Problem.urgency, wanted.urgency), (Problem.submitter, wanted.submitter)):
        if value is not None:
            query = query.where(column == value)
    if wanted.created_after is not None:
        query = query.where(Problem.created_at >= wanted.created_after)
    if wanted.created_before is not None:
        query = query.where(Problem.created_at < wanted.created_before)
    if wanted.search:
        words = func.websearch_to_tsquery("english", wanted.search).op("||")(func.websearch_to_tsquery("simple", wanted.search))
        query = query.where(Problem.search.op("@@")(words))
    return query


def _write_cursor(problem: Problem) -> str:
    return base64.urlsafe_b64encode(json.dumps([problem.created_at.isoformat(), str(problem.id)]).encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        created_at, problem_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return datetime.fromisoformat(created_at), UUID(problem_id)
    except (ValueError, TypeError, binascii.Error, AttributeError):
        raise InvalidProblemError("The cursor is not one this list gave out.") from None
