"""Use-cases of problems: create, find, list, delete, attach, comment. Nobody here commits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.identity import audit
from services.identity.actor import Actor
from services.solving import events
from services.solving.errors import InvalidProblemError
from services.solving.models import Attachment, Dataset, Feedback, Problem
from services.solving.problems import repository
from services.solving.problems.intake import PreparedUpload
from services.solving.runs import service as runs
from services.solving.storable import storable, storable_text
from shared.kit.clock import now

LONGEST_TEXT = 20_000
URGENCIES = ("low", "medium", "high", "critical")


@dataclass(frozen=True)
class ProblemDraft:
    """A problem as somebody wrote it."""

    text: str
    title: str | None = None
    urgency: str = "medium"
    metadata: dict[str, Any] = field(default_factory=dict)


def check_draft(draft: ProblemDraft) -> ProblemDraft:
    """Return the draft cleaned; raises InvalidProblemError with a sentence for what cannot be worked with. Pure."""
    text = storable_text(draft.text).strip()
    if not text or not any(character.isalnum() for character in text):
        raise InvalidProblemError("The problem text is empty: say in a sentence or two what should change, by how much and by when.")
    if len(text) > LONGEST_TEXT:
        raise InvalidProblemError(f"The problem text has {len(text):,} characters; at most {LONGEST_TEXT:,} are taken.")
    if draft.urgency not in URGENCIES:
        raise InvalidProblemError(f"Urgency must be one of {', '.join(URGENCIES)}, not {draft.urgency[:40]!r}.")
    title = storable_text(draft.title).strip()[:255] if draft.title else None
    return ProblemDraft(text, title or None, draft.urgency, storable(draft.metadata))


def create_problem(session: Session, actor: Actor, draft: ProblemDraft, uploads: Sequence[PreparedUpload] = ()) -> Problem:
    """Write a problem with its files and tables; `uploads` come from `prepare_uploads`. Raises InvalidProblemError."""
    checked = check_draft(draft)
    values = {
        "raw_text": checked.text,
        "title": checked.title,
        "submitter": actor.name,
        "urgency": checked.urgency,
        "metadata_": checked.metadata,
        "created_by": actor.user_id,
        "organization_id": actor.organization_id,
    }
    problem = session.scalars(insert(Problem).values(values).returning(Problem)).one()
    _attach(session, actor, problem, uploads)
    files = [upload.file_name for upload in uploads]
    events.emit(session, problem, actor.organization_id, "problem_created", {"files": files})
    audit.record(session, actor, "problem.created", "problem", problem.id, problem_id=problem.id, details={"files": files})
    return problem


def attach_files(session: Session, actor: Actor, problem_id: UUID, uploads: Sequence[PreparedUpload]) -> Problem:
    """Add files to a problem, which makes its steps stale. A file of a name that is there already replaces it.

    Raises ProblemNotFoundError and RunActiveError.
    """
    problem = repository.lock(session, actor, problem_id)
    runs.refuse_while_active(session, problem)
    names = [upload.file_name for upload in uploads]
    for old in session.scalars(select(Attachment).where(Attachment.problem_id == problem.id, Attachment.file_name.in_(names))):
        session.delete(old)
    session.flush()
    _attach(session, actor, problem, uploads)
    events.emit(session, problem, actor.organization_id, "files_attached", {"files": names})
    audit.record(session, actor, "problem.files_attached", "problem", problem.id, problem_id=problem.id, details={"files": names})
    return problem


def get_problem(session: Session, actor: Actor, problem_id: UUID) -> Problem:
    """Return a problem. Raises ProblemNotFoundError."""
    return repository.find(session, actor, problem_id)


def list_problems(
    session: Session, actor: Actor, wanted: repository.ProblemFilter | None = None, *, limit: int = 50, cursor: str | None = None
) -> repository.Page:
    """Return a page of problems, newest first. Raises InvalidProblemError for a cursor that is not ours."""
    return repository.page(session, actor, wanted or repository.ProblemFilter(), limit=limit, cursor=cursor)


def delete_problem(session: Session, actor: Actor, problem_id: UUID) -> None:
    """Hide a problem at once and stop its run; it is purged 30 days later. Raises ProblemNotFoundError."""
    runs.stop_if_active(session, actor, problem_id)
    problem = repository.lock(session, actor, problem_id)
    problem.deleted_at = now()
    audit.record(session, actor, "problem.deleted", "problem", problem.id, problem_id=problem.id)


def give_feedback(
    session: Session,
    actor: Actor,
    problem_id: UUID,
    *,
    rating: int | None = None,
    feedback_text: str | None = None,
    improvement_suggestions: Sequence[str] = (),
    category: str | None = None,
) -> Feedback:
    """Keep what a user thinks of the answer; a second time replaces the first.

    Raises ProblemNotFoundError, and InvalidProblemError for a rating outside 1..5 or an actor that is no user.
    """
    problem = repository.find(session, actor, problem_id)
    if rating is not None and not 1 <= rating <= 5:
        raise InvalidProblemError("A rating is a whole number from 1 to 5.")
    if actor.user_id is None:
        raise InvalidProblemError("Feedback comes from a user.")
    said = {
        "rating": rating,
        "feedback_text": storable_text(feedback_text) if feedback_text else None,
        "improvement_suggestions": storable(list(improvement_suggestions)),
        "category": storable_text(category)[:100] if category else None,
    }
    who = {"organization_id": actor.organization_id, "problem_id": problem.id, "user_id": actor.user_id}
    written = upsert(Feedback).values(who | said).on_conflict_do_update(constraint="unique_user_problem_feedback", set_=said)
    audit.record(session, actor, "feedback.given", "problem", problem.id, problem_id=problem.id, details={"rating": rating})
    return session.scalars(written.returning(Feedback), execution_options={"populate_existing": True}).one()


def list_feedback(session: Session, actor: Actor, problem_id: UUID) -> list[Feedback]:
    """Return what people said of a problem's answer, oldest first. Raises ProblemNotFoundError."""
    problem = repository.find(session, actor, problem_id)
    return list(session.scalars(select(Feedback).where(Feedback.problem_id == problem.id).order_by(Feedback.created_at)))


def _attach(session: Session, actor: Actor, problem: Problem, uploads: Sequence[PreparedUpload]) -> None:
    for upload in uploads:
        attachment = Attachment(
            organization_id=actor.organization_id,
            problem_id=problem.id,
            file_name=upload.file_name,
            mime_type=upload.media_type,
            file_size=upload.stored.size,
            sha256=upload.stored.sha256,
            file_path=upload.stored.key,
            uploaded_by=actor.user_id,
        )
        session.add(attachment)
        session.flush()
        for table in upload.tables:
            session.add(_dataset_row(attachment, table.dataset.model_dump(mode="json", exclude={"parquet"}), table.parquet_key))
    session.flush()


def _dataset_row(attachment: Attachment, dataset: dict[str, Any], parquet_key: str) -> Dataset:
    facts = storable(dataset)
    return Dataset(
        organization_id=attachment.organization_id,
        problem_id=attachment.problem_id,
        attachment_id=attachment.id,
        name=facts["name"],
        source=facts["source"],
        sha256=facts["sha256"],
        parquet_path=parquet_key,
        row_count=facts["rows"],
        column_count=len(facts["columns"]),
        columns=facts["columns"],
        notes=facts["notes"],
    )
