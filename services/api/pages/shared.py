"""Where a share link leads: the page and its files. Nobody is asked who they are; the token is the permission, and each visit is logged."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from services.api.pages.evidence import Shown
from services.api.pages.share import ended_page, share_page, shared_evidence_page
from services.solving.endpoints.downloads import Part
from services.solving.endpoints.shared import QUIET, CurrentVisitor, Token, evidence_behind, opened, pictured, taken
from services.solving.errors import ShareLinkNotFoundError
from services.solving.evidence.repository import EvidenceNotFoundError

router = APIRouter(include_in_schema=False)
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; base-uri 'none'; form-action 'none'"
HEADERS = QUIET | {"Content-Security-Policy": f"{_POLICY}; frame-ancestors 'none'"}
"""No script runs on these pages, whatever a text says."""


@router.get("/share/{token}", response_class=HTMLResponse)
def show_shared(token: Token, who: CurrentVisitor) -> Response:
    """Show the answer behind a link, or say that the link has ended."""
    try:
        shared = opened(token, who)
    except ShareLinkNotFoundError as error:
        return HTMLResponse(ended_page(error.detail), 404, HEADERS)
    return HTMLResponse(share_page(shared, f"/share/{token}"), headers=HEADERS)


@router.get("/share/{token}/evidence", response_class=HTMLResponse)
def show_shared_evidence(token: Token, ids: Annotated[str, Query(max_length=4_000)]) -> Response:
    """Show where numbers of the shared deck come from."""
    try:
        title, entries, displays, files = evidence_behind(token, ids)
    except (ShareLinkNotFoundError, EvidenceNotFoundError) as error:
        return HTMLResponse(ended_page(error.detail), 404, HEADERS)
    shown = [
        Shown(entry=one, files=files, displays={key: displays[key] for key in one.recipe.inputs.values() if key in displays})
        for one in entries
    ]
    return HTMLResponse(shared_evidence_page(title, f"/share/{token}", shown), headers=HEADERS)


@router.get("/share/{token}/slides/{slide}", response_class=Response)
def show_shared_slide(token: Token, slide: int, part: Part = 1) -> Response:
    """Return a slide of the page as a picture."""
    return pictured(token, slide, part)


@router.get("/share/{token}/files/{deliverable_id:uuid}", response_class=StreamingResponse)
def download_shared(token: Token, deliverable_id: UUID, who: CurrentVisitor) -> Response:
    """Download a file through a link."""
    return taken(token, deliverable_id, who)
