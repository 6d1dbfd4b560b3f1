"""The files a problem ends in: list them, download them."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from services.solving.deliverables import lifecycle, pictures, repository
from services.solving.endpoints.dependencies import CurrentActor
from services.solving.endpoints.downloads import PICTURE, AsLink, Part, download, picture
from services.solving.endpoints.schemas import Row
from services.solving.problems import repository as problems
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
    expires_at: datetime | None
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


@router.post("/deliverables/{deliverable_id}/regenerate", status_code=202)
def regenerate_deliverable(deliverable_id: UUID, actor: CurrentActor, response: Response) -> DeliverableView:
    """Render a file that expired or failed again, from the deck it was made of."""
    with transaction() as session:
        row = lifecycle.render_again(session, actor, deliverable_id)
        response.headers.update({"Retry-After": "2", "Location": f"/v1/deliverables/{row.id}"})
        return DeliverableView.model_validate(row)


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


@router.get("/problems/{problem_id}/deck/slides/{slide}/picture", response_class=Response, responses=PICTURE)
def get_slide_picture(problem_id: UUID, slide: int, actor: CurrentActor, part: Part = 1) -> Response:
    """Return a slide of the newest deck as a picture."""
    with reading() as session:
        problems.find(session, actor, problem_id)
        shown = pictures.deck_shown(session, problem_id)
    return picture(pictures.slide_picture(*shown, slide, part))
