"""What the checks of a deck found, its approval (errors block it, warnings need a reason), and the deck in a customer's template."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Response, UploadFile
from pydantic import BaseModel, Field

from services.solving.deliverables import checking, restyling
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


@router.post(
    "/problems/{problem_id}/deck",
    response_class=Response,
    responses={200: {"content": {checking.DECK: {"schema": {"type": "string", "format": "binary"}}}, "description": "The deck"}},
)
def draw_deck_in_template(
    problem_id: UUID, actor: CurrentActor, template: Annotated[UploadFile, File(description="A .pptx or .potx of 13.33 x 7.5 inches")]
) -> Response:
    """Draw the newest deck in a customer's template; one whose layouts cannot carry it is refused with the reason."""
    from services.decks.pptx.customer import customer_template  # the deck engine takes its time to load

    made = restyling.restyle(actor, problem_id, customer_template(template.file.read()), template.filename or "template")
    found = {"X-Deck-Errors": str(made.report.errors), "X-Deck-Warnings": str(made.report.warnings)}
    return Response(made.data, media_type=checking.DECK, headers={"Content-Disposition": 'attachment; filename="deck.pptx"'} | found)
