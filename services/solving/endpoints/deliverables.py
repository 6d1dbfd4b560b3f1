"""The files a problem ends in: list them, download them."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from services.solving.deliverables import repository
from services.solving.endpoints.dependencies import CurrentActor
from services.solving.endpoints.downloads import AsLink, download
from services.solving.endpoints.schemas import Row
from shared.db import reading, transaction

router = APIRouter(prefix="/v1", tags=["deliverables"])


class DeliverableView(Row):
    """A rendered file; `status` is generating, ready, failed (for the `failure_reason`) or expired."""

    id: UUID
    problem_id: UUID
    deliverable_type: str
    file_name: str
    file_size: int | None
    mime_type: str | None
    sha256: str | None
    status: str
    failure_reason: str | None
    generated_at: datetime | None
    download_count: int
    created_at: datetime


@router.get("/problems/{problem_id}/deliverables")
def list_deliverables(problem_id: UUID, actor: CurrentActor) -> list[DeliverableView]:
    """List a problem's files, newest first."""
    with reading() as session:
        return [DeliverableView.model_validate(row) for row in repository.list_deliverables(session, actor, problem_id)]


@router.get("/deliverables/{deliverable_id}")
def get_deliverable(deliverable_id: UUID, actor: CurrentActor) -> DeliverableView:
    """Return what is known of one file."""
    with reading() as session:
        return DeliverableView.model_validate(repository.find(session, actor, deliverable_id))


@router.get("/deliverables/{deliverable_id}/download", response_class=StreamingResponse)
def download_deliverable(
    deliverable_id: UUID,
    actor: CurrentActor,
    redirect: AsLink = False,  # noqa: FBT002
) -> Response:
    """Download a file; its bytes are checked against their hash on the way."""
    with transaction() as session:
        row = repository.take(session, actor, deliverable_id)
        key, name, media_type, sha256 = row.file_path, row.file_name, row.mime_type or "application/octet-stream", row.sha256
    return download(key, name, media_type, sha256, as_link=redirect)
