"""What the checks of a deck found, and its approval: errors block it, warnings need a reason."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.solving.deliverables import checking
from services.solving.endpoints.dependencies import CurrentActor
from services.solving.endpoints.schemas import Row
from services.solving.errors import DeliverableNotFoundError
from shared.db import reading, transaction

router = APIRouter(prefix="/v1", tags=["deliverables"])


class DeckChecksView(Row):
    """The report of a deck's checks: `report` is what `sevensteps lint --json` prints."""

    deliverable_id: UUID
    errors: int
    warnings: int
    report: dict[str, Any]
    approved_at: datetime | None
    approved_by: str | None
    approval_reason: str | None
    created_at: datetime


class ApprovalIn(BaseModel):
    """Why a deck may go out in spite of its warnings."""

    reason: str | None = Field(default=None, max_length=2000)


@router.get("/deliverables/{deliverable_id}/checks")
def get_deck_checks(deliverable_id: UUID, actor: CurrentActor) -> DeckChecksView:
    """Return what the checks of a deck found, rule by rule, and its approval."""
    with reading() as session:
        found = checking.checks_of(session, actor, deliverable_id)
        if found is None:
            raise DeliverableNotFoundError("The file has no checks: only decks are checked.")
        return DeckChecksView.model_validate(found)


@router.post("/deliverables/{deliverable_id}/approval")
def approve_deliverable(deliverable_id: UUID, actor: CurrentActor, approval: ApprovalIn) -> DeckChecksView:
    """Approve a deck; errors of its checks block that, warnings need a reason."""
    with transaction() as session:
        return DeckChecksView.model_validate(checking.approve(session, actor, deliverable_id, approval.reason))
