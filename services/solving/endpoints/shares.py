"""Share links, for those who make them: make one, list them, end one, read what was opened through it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field, IPvAnyAddress
from sqlalchemy.orm import Session

from services.solving.endpoints.dependencies import CurrentActor, Limit
from services.solving.endpoints.schemas import Row
from services.solving.models import ShareLink
from services.solving.sharing import links
from services.solving.sharing.links import LONGEST_DAYS, LinkUse
from shared.db import reading, transaction
from shared.kit.clock import now
from shared.kit.value import Value
from shared.settings import get_settings

router = APIRouter(prefix="/v1", tags=["shares"])


class ShareIn(Value):
    """For how many days, for whom, and whether files may be taken."""

    days: int = Field(default=30, ge=1, le=LONGEST_DAYS)
    label: str = Field(default="", max_length=255)
    downloads: bool = True


class ShareView(Value):
    """A link and how it was used. Its address is not kept and cannot be shown again."""

    id: UUID
    problem_id: UUID
    label: str
    downloads: bool
    status: Literal["active", "expired", "revoked"]
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by: str | None
    views: int
    files_taken: int
    last_visit: datetime | None


class ShareCreated(Value):
    """The new link; `url` and `token` are shown this once."""

    share: ShareView
    token: str
    url: str


class VisitView(Row):
    """One opening of the link, or one file taken through it."""

    id: int
    kind: Literal["view", "download"]
    deliverable_id: UUID | None
    file_name: str | None
    ip_address: IPvAnyAddress | None
    user_agent: str | None
    created_at: datetime


class VisitLog(Value):
    """Visits, newest first; `next_before` asks for the older ones."""

    items: list[VisitView]
    next_before: int | None


@router.post("/problems/{problem_id}/shares", status_code=201)
def create_share(problem_id: UUID, what: ShareIn, actor: CurrentActor, request: Request) -> ShareCreated:
    """Make a link through which the answer is read without an account; it ends by itself and can be revoked."""
    with transaction() as session:
        made = links.create_link(session, actor, problem_id, days=what.days, label=what.label, downloads=what.downloads)
        share = share_view(LinkUse(made.link, 0, 0, None))
    base = get_settings().public_url.rstrip("/") or str(request.base_url).rstrip("/")
    return ShareCreated(share=share, token=made.token, url=f"{base}/share/{made.token}")


@router.get("/problems/{problem_id}/shares")
def list_shares(problem_id: UUID, actor: CurrentActor) -> list[ShareView]:
    """List a problem's links, newest first, with how often they were opened."""
    with reading() as session:
        return [share_view(use) for use in links.list_links(session, actor, problem_id)]


@router.post("/shares/{share_id}/revoke")
def revoke_share(share_id: UUID, actor: CurrentActor) -> ShareView:
    """End a link at once."""
    with transaction() as session:
        link = links.revoke_link(session, actor, share_id)
        return _viewed(session, link, actor)


@router.get("/shares/{share_id}/visits")
def list_visits(
    share_id: UUID, actor: CurrentActor, before: Annotated[int | None, Query(ge=1, le=2**62)] = None, limit: Limit = 100
) -> VisitLog:
    """Return what was opened and taken through a link, newest first."""
    with reading() as session:
        items = [VisitView.model_validate(row) for row in links.visits_of(session, actor, share_id, limit=limit, before=before)]
    return VisitLog(items=items, next_before=items[-1].id if len(items) == limit else None)


def share_view(use: LinkUse) -> ShareView:
    """Return a link as its makers see it."""
    link = use.link
    status = "revoked" if link.revoked_at else "expired" if link.expires_at <= now() else "active"
    kept = ("id", "problem_id", "label", "downloads", "created_by", "created_at", "expires_at", "revoked_at", "revoked_by")
    facts = {name: getattr(link, name) for name in kept}
    return ShareView.model_validate(
        facts | {"status": status, "views": use.views, "files_taken": use.downloads, "last_visit": use.last_visit}
    )


def _viewed(session: Session, link: ShareLink, actor: CurrentActor) -> ShareView:
    return next(share_view(use) for use in links.list_links(session, actor, link.problem_id) if use.link.id == link.id)
