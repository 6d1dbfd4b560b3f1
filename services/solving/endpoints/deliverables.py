"""The files a problem ends in: list them, download them."""

from collections.abc import Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Annotated, BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from services.solving.deliverables import repository
from services.solving.endpoints.dependencies import CurrentActor
from services.solving.endpoints.schemas import Row
from shared.db import reading, transaction
from shared.storage import get_object_store

router = APIRouter(prefix="/v1", tags=["deliverables"])
_IN_MEMORY = 8 * 1024 * 1024
_CHUNK = 256 * 1024
_LINK_SECONDS = 300


class DeliverableView(Row):
    """A rendered file; `status` is generating, ready, failed or expired."""

    id: UUID
    problem_id: UUID
    deliverable_type: str
    file_name: str
    file_size: int | None
    mime_type: str | None
    sha256: str | None
    status: str
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
    redirect: Annotated[bool, Query(description="Answer with a link to the object store, good for five minutes")] = False,  # noqa: FBT002
) -> Response:
    """Download a file; its bytes are checked against their hash on the way."""
    with transaction() as session:
        row = repository.take(session, actor, deliverable_id)
        key, name, media_type, sha256 = row.file_path, row.file_name, row.mime_type or "application/octet-stream", row.sha256
    if redirect:
        return RedirectResponse(get_object_store().presign(key, _LINK_SECONDS, name, media_type), status_code=307)
    spool = cast("BinaryIO", SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 (the stream closes it)
    try:
        stored = get_object_store().read_into(key, spool)
    except BaseException:
        spool.close()
        raise
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}", "Content-Length": str(stored.size)}
    if sha256 is not None:
        headers["ETag"] = f'"{sha256}"'
    return StreamingResponse(_chunks(spool), media_type=media_type, headers=headers)


def _chunks(spool: BinaryIO) -> Iterator[bytes]:
    with spool:
        spool.seek(0)
        while chunk := spool.read(_CHUNK):
            yield chunk
