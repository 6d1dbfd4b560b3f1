"""The job that renders one file again from the deck it was made of: the same deck gives the same bytes."""

from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.decks.model import Deck
from services.solving.deliverables.behind import behind
from services.solving.deliverables.lifecycle import settle
from services.solving.deliverables.rendering import render_one
from services.solving.models import Deliverable, StepOutput
from services.solving.steps.contract import StepName
from shared.db import reading, transaction
from shared.jobs.outbox import deliver
from shared.kit.errors import SevenStepsError
from shared.settings import get_settings
from shared.storage import StoredObject, get_object_store

_log = structlog.get_logger(__name__)


def render_message(message_id: int) -> None:
    """Handle one delivery of the outbox. Raises what a store that is away raises; the delivery stays and comes again."""
    deliver(message_id, _render)


def _render(body: dict[str, Any]) -> None:
    with reading() as session:
        row = session.get(Deliverable, UUID(body["deliverable_id"]))
        deck = deck_of(session, row) if row is not None and row.status == "generating" else None
    if row is None or row.status != "generating":
        return  # purged, or another delivery was first
    stored: StoredObject | None = None
    failure: str | None = "The deck it was made of is not recorded."
    if deck is not None:
        try:
            stored, failure = _rendered(row, deck)
        except SevenStepsError as error:
            if error.retryable:
                raise
            failure = error.detail
        except Exception as error:  # noqa: BLE001 (an error is the outcome, recorded with its sentence)
            _log.exception("file_not_rendered", deliverable_id=str(row.id))
            failure = f"It failed in a way nobody foresaw ({type(error).__name__}); the worker's log has the details."
    with transaction() as session:
        again = session.scalars(select(Deliverable).where(Deliverable.id == row.id).with_for_update()).one_or_none()
        if again is not None and again.status == "generating":
            settle(session, again, stored, failure)


def deck_of(session: Session, row: Deliverable) -> Deck | None:
    """Return the deck a file was made of: its execution's, or the problem's newest where the file names none."""
    query = select(StepOutput.output).where(StepOutput.problem_id == row.problem_id, StepOutput.step == StepName.PRESENT)
    if row.execution_id is not None:
        query = query.where(StepOutput.execution_id == row.execution_id)
    output = session.scalars(query.order_by(StepOutput.version.desc()).limit(1)).one_or_none()
    return None if output is None else Deck.model_validate(output)


def _rendered(row: Deliverable, deck: Deck) -> tuple[StoredObject | None, str | None]:
    made = render_one(deck, behind(row.problem_id), get_settings().voice, row.file_name)
    if isinstance(made, str):
        return None, made
    return get_object_store().put(row.organization_id, made, row.mime_type or "application/octet-stream"), None
