"""What a share link opens, for whoever holds it: the answer as JSON, and its files. Nobody is asked who they are; each visit is logged."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.solving.deliverables.pictures import deck_shown, slide_picture
from services.solving.endpoints.downloads import PICTURE, AsLink, Part, download, picture
from services.solving.endpoints.evidence import keys_of
from services.solving.evidence.ledger import EvidenceEntry
from services.solving.evidence.service import surroundings
from services.solving.sharing.evidence import shared_evidence
from services.solving.sharing.view import SharedAnswer, shared_answer
from services.solving.sharing.visits import Visitor, open_link, shared_files, take_file
from shared.db import transaction
from shared.kit.cited import shown

router = APIRouter(prefix="/v1/shared", tags=["shared"])
Token = Annotated[str, Path(max_length=200, description="The token of the link")]
QUIET = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
"""Headers of everything behind a link: no other site learns its address, and no search engine keeps it."""


def visitor(request: Request) -> Visitor:
    """Return what is known of whoever holds the link."""
    agent = request.headers.get("user-agent", "")[:400].replace("\x00", "")
    return Visitor(request.client.host if request.client else None, agent or None)


CurrentVisitor = Annotated[Visitor, Depends(visitor)]


@router.get("/{token}")
def read_shared(token: Token, who: CurrentVisitor, response: Response) -> SharedAnswer:
    """Return the answer behind a link: summary, actions, slides, transcript and files."""
    response.headers.update(QUIET)
    return opened(token, who)


@router.get("/{token}/evidence")
def read_shared_evidence(
    token: Token, ids: Annotated[str, Query(max_length=4_000, description="Ledger keys, separated by commas")], response: Response
) -> list[EvidenceEntry]:
    """Say where numbers of the shared deck come from: query, data and their hashes, formula, words or reason."""
    response.headers.update(QUIET)
    return evidence_behind(token, ids)[1]


@router.get("/{token}/files/{deliverable_id}", response_class=StreamingResponse)
def download_shared(token: Token, deliverable_id: UUID, who: CurrentVisitor, redirect: AsLink = False) -> Response:  # noqa: FBT002
    """Download a file through a link."""
    return taken(token, deliverable_id, who, as_link=redirect)


@router.get("/{token}/slides/{slide}/picture", response_class=Response, responses=PICTURE)
def read_shared_slide(token: Token, slide: int, part: Part = 1) -> Response:
    """Return a slide as a picture."""
    return pictured(token, slide, part)


def pictured(token: str, slide: int, part: int) -> Response:
    """Return a slide behind a link as a picture; logs no view. Raises ShareLinkNotFoundError and DeliverableNotFoundError."""
    with transaction() as session:
        _, problem = open_link(session, token, None)
        shown_deck = deck_shown(session, problem.id)
    answer = picture(slide_picture(*shown_deck, slide, part))
    answer.headers.update(QUIET)
    return answer


def evidence_behind(token: str, ids: str) -> tuple[str, list[EvidenceEntry], dict[str, str], dict[str, str]]:
    """Return the title of what a link shows, entries of its numbers, how numbers are written, and file names by hash; logs no view.

    Raises ShareLinkNotFoundError and EvidenceNotFoundError.
    """
    with transaction() as session:
        _, problem = open_link(session, token, None)
        entries = shared_evidence(session, problem, keys_of(ids))
        around = surroundings(session, problem.id)
    return str(shown(problem.title or "", around.displays)), entries, around.displays, around.files


def opened(token: str, who: Visitor) -> SharedAnswer:
    """Return the answer behind a link and log the view. Raises ShareLinkNotFoundError."""
    with transaction() as session:
        link, problem = open_link(session, token, who)
        return shared_answer(session, link, problem, shared_files(session, link))


def taken(token: str, deliverable_id: UUID, who: Visitor, *, as_link: bool = False) -> Response:
    """Return a file behind a link as an attachment, counted and logged. Raises ShareLinkNotFoundError and DeliverableNotFoundError."""
    with transaction() as session:
        row = take_file(session, token, deliverable_id, who)
        key, name, media_type, sha256 = row.file_path, row.file_name, row.mime_type or "application/octet-stream", row.sha256
    answer = download(key, name, media_type, sha256, as_link=as_link)
    answer.headers.update(QUIET)
    return answer
