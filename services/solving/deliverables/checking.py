"""The checks of a deck, stored beside its file, and the approval that they allow or block."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from services.decks.model import Deck
from services.identity import audit
from services.identity.actor import Actor
from services.solving.deliverables import repository
from services.solving.errors import ApprovalBlockedError
from services.solving.models import Deliverable, DeliverableCheck
from shared.storage import ObjectStore

if TYPE_CHECKING:
    from services.decks.lint import Report
    from services.solving.deliverables.rendering import Rendered

DECK = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def check_files(deck: Deck, files: "Sequence[Rendered]", store: ObjectStore) -> "dict[str, Report]":
    """Return the report of each deck file by the hash of its bytes, its numbers held against the deck's own.

    Raises ObjectStoreUnavailableError and ObjectNotFoundError.
    """
    from services.decks.lint import lint_file  # the deck engine takes its time to load

    rows = {key: number.rows for key, number in deck.numbers.items() if number.rows is not None}
    stored = [one.stored for one in files if one.file.mime_type == DECK and one.stored is not None]
    return {one.sha256: lint_file(store.get(one.key), displays=deck.displays, rows=rows) for one in stored}


def record_checks(session: Session, problem_id: UUID, execution_id: UUID | None, reports: "Mapping[str, Report]") -> None:
    """Write the reports beside the rows of the files that an execution has just recorded."""
    made = select(Deliverable).where(Deliverable.problem_id == problem_id, Deliverable.execution_id == execution_id)
    for row in session.scalars(made.where(Deliverable.sha256.in_(reports))):
        report = reports[row.sha256 or ""]
        values = {"deliverable_id": row.id, "organization_id": row.organization_id, "errors": report.errors, "warnings": report.warnings}
        session.execute(insert(DeliverableCheck).values(**values, report=report.model_dump(mode="json")))


def checks_of(session: Session, actor: Actor, deliverable_id: UUID) -> DeliverableCheck | None:
    """Return what the checks of a file found, or None for a file that has no checks. Raises DeliverableNotFoundError."""
    row = repository.find(session, actor, deliverable_id)
    return session.get(DeliverableCheck, row.id)


def approve(session: Session, actor: Actor, deliverable_id: UUID, reason: str | None) -> DeliverableCheck:
    """Approve a deck that is ready; approving it again changes nothing.

    Raises DeliverableNotFoundError and, where its checks found an error, or a warning that no reason answers, ApprovalBlockedError.
    """
    row = repository.find(session, actor, deliverable_id)
    found = session.get(DeliverableCheck, row.id, with_for_update=True)
    reason = (reason or "").strip() or None
    if found is None or row.status != "ready":
        raise ApprovalBlockedError("Only a deck that is ready and was checked can be approved.", status=row.status)
    if found.errors:
        count = "an error" if found.errors == 1 else f"{found.errors} errors"
        raise ApprovalBlockedError(f"The checks found {count}, so the deck cannot be approved.", errors_found=found.errors)
    if found.approved_at is not None:
        return found
    if found.warnings and reason is None:
        count = "a warning" if found.warnings == 1 else f"{found.warnings} warnings"
        raise ApprovalBlockedError(f"The checks found {count}: say why the deck may go out all the same.", warnings_found=found.warnings)
    found.approved_at, found.approved_by, found.approval_reason = func.now(), actor.name, reason
    details = {"file": row.file_name, "warnings": found.warnings, "reason": reason}
    audit.record(session, actor, "deliverable.approved", "deliverable", row.id, problem_id=row.problem_id, details=details)
    session.flush()
    session.refresh(found)
    return found
